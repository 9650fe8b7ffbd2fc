//! The handshake before gRPC: the host sets environment variables, and the plugin prints one line.

use std::fmt;

use crate::env::{self, Environment};

/// Value of the magic cookie, which shows that a host started the process, not a user. Not a secret.
const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// The only plugin protocol version that this provider supports.
pub(super) const PROTOCOL_VERSION: u32 = 6;

/// Whether a host started the process.
pub(super) fn started_by_host(environment: &Environment) -> bool {
    environment.get(env::TF_PLUGIN_MAGIC_COOKIE).is_some_and(|cookie| cookie == COOKIE)
}

/// Returns the protocol version to announce, and whether the host offers it. If the host does not offer it, the host itself
/// reports the mismatch best, so that the version is announced all the same.
pub(super) fn negotiate(environment: &Environment) -> (u32, bool) {
    let offered = environment.get(env::PLUGIN_PROTOCOL_VERSIONS).unwrap_or_default();
    let agreed = offered.split(',').any(|version| version.trim().parse() == Ok(PROTOCOL_VERSION));
    (PROTOCOL_VERSION, agreed)
}

/// The handshake line: the one line on stdout with the address to which the host connects.
#[derive(Debug)]
pub(super) struct HandshakeLine<'a> {
    pub(super) protocol_version: u32,
    pub(super) network: &'a str,
    pub(super) address: &'a str,
    /// The server's certificate in DER, if the host asked for TLS.
    pub(super) certificate: Option<&'a [u8]>,
    /// Whether the host requested the field about multiplexing. Older hosts would parse the field as part of the certificate.
    pub(super) multiplex: bool,
}

impl fmt::Display for HandshakeLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { protocol_version, network, address, .. } = self;
        let certificate = self.certificate.map(base64_without_padding).unwrap_or_default();
        write!(f, "1|{protocol_version}|{network}|{address}|grpc|{certificate}")?;
        // This plugin opens no brokered connections and has nothing to multiplex.
        if self.multiplex { f.write_str("|false") } else { Ok(()) }
    }
}

fn base64_without_padding(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(certificate: Option<&[u8]>, multiplex: bool) -> String {
        let line = HandshakeLine { protocol_version: 6, network: "unix", address: "/tmp/x", certificate, multiplex };
        line.to_string()
    }

    #[test]
    fn no_multiplexing_asked_then_six_fields() {
        assert_eq!(line(Some(b"cert"), false), "1|6|unix|/tmp/x|grpc|Y2VydA");
        assert_eq!(line(None, false), "1|6|unix|/tmp/x|grpc|");
    }

    #[test]
    fn multiplexing_asked_then_seventh_field() {
        assert_eq!(line(None, true), "1|6|unix|/tmp/x|grpc||false");
    }

    #[test]
    fn versions_in_any_order_then_six_is_agreed() {
        for offered in ["5,6", "6,5", "6", " 6 ,x,5", "7,6"] {
            let environment = Environment::fixed([("PLUGIN_PROTOCOL_VERSIONS", offered)]);
            assert_eq!(negotiate(&environment), (6, true), "{offered}");
        }
    }

    #[test]
    fn six_not_offered_then_announced_all_the_same() {
        for variables in [vec![], vec![("PLUGIN_PROTOCOL_VERSIONS", "5")], vec![("PLUGIN_PROTOCOL_VERSIONS", "66,x")]] {
            assert_eq!(negotiate(&Environment::fixed(variables)), (6, false));
        }
    }

    #[test]
    fn cookie_missing_or_wrong_then_not_started_by_host() {
        assert!(!started_by_host(&Environment::fixed([])));
        assert!(!started_by_host(&Environment::fixed([("TF_PLUGIN_MAGIC_COOKIE", "x")])));
        assert!(started_by_host(&Environment::fixed([("TF_PLUGIN_MAGIC_COOKIE", COOKIE)])));
    }
}
