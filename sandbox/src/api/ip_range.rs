//! The addresses from which an API key may be used.

use std::net::Ipv4Addr;

/// Whether this is an IPv4 address, a range of two, or a network: `10.0.0.1`, `10.0.0.1-10.0.0.9` or `10.0.0.0/24`.
pub(super) fn is_valid(text: &str) -> bool {
    let address = |text: &str| text.parse::<Ipv4Addr>().ok();
    if let Some((first, last)) = text.split_once('-') {
        return address(first).zip(address(last)).is_some_and(|(first, last)| first <= last);
    }
    if let Some((network, bits)) = text.split_once('/') {
        let is_length = bits.parse::<u8>().is_ok_and(|bits| bits <= 32) && !bits.starts_with('+');
        return address(network).is_some() && is_length;
    }
    address(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_ranges_and_networks_then_valid() {
        for text in ["10.0.0.1", "10.0.0.1-10.0.0.9", "10.0.0.1-10.0.0.1", "10.0.0.0/24", "0.0.0.0/0", "1.2.3.4/32"] {
            assert!(is_valid(text), "{text}");
        }
    }

    #[test]
    fn anything_else_then_invalid() {
        for text in
            ["", "10.0.0", "10.0.0.9-10.0.0.1", "10.0.0.0/33", "10.0.0.0/", "::1", "a-b", "10.0.0.1 ", "1.2.3.4/+1"]
        {
            assert!(!is_valid(text), "{text}");
        }
    }
}
