//! Ids made from names: the same name, the same id.

use uuid::Uuid;

/// An id in the form of workspaces: 32 lower-case hexadecimal digits.
pub(super) fn plain(name: &str) -> String {
    format!("{:032x}", hash(name))
}

/// An id in the form of services and endpoints: a UUID with dashes. What it identifies is part of what it is made from,
/// so that a service and an endpoint of one name have different ids.
pub(super) fn dashed(what: &str, name: &str) -> String {
    Uuid::from_u128(hash(&format!("{what} {name}"))).to_string()
}

/// The 128-bit FNV-1a hash.
fn hash(text: &str) -> u128 {
    const OFFSET_BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    text.bytes().fold(OFFSET_BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_hashed_then_the_published_fnv_1a_value() {
        assert_eq!(plain(""), "6c62272e07bb014262b821756295c58d");
        assert_eq!(plain("a"), "d228cb696f1a8caf78912b704e4a8964");
    }

    #[test]
    fn one_name_for_two_things_then_two_ids_with_dashes() {
        let (service, endpoint) = (dashed("service", "a"), dashed("endpoint", "a"));
        assert_ne!(service, endpoint);
        assert_eq!(service.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    }
}
