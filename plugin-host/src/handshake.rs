use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// What a plugin says in its handshake line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// The plugin protocol version that it chose.
    pub protocol_version: u32,
    /// `unix` or `tcp`.
    pub network: String,
    /// The path of a socket, or a host and port.
    pub address: String,
    /// The plugin's certificate in DER; empty without TLS.
    pub certificate: Vec<u8>,
    /// How many fields the line has.
    pub fields: usize,
}

/// A line that is no handshake.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the plugin's first line is no handshake: {0:?}")]
pub struct HandshakeError(String);

impl Handshake {
    /// Reads a line.
    ///
    /// # Errors
    /// When it has fewer than six fields, or one that no host could use.
    pub fn parse(line: &str) -> Result<Self, HandshakeError> {
        let error = || HandshakeError(line.to_owned());
        let fields: Vec<_> = line.trim().split('|').collect();
        let [core, version, network, address, protocol, certificate, ..] = fields.as_slice() else {
            return Err(error());
        };
        if *core != "1" || *protocol != "grpc" || !matches!(*network, "unix" | "tcp") {
            return Err(error());
        }
        Ok(Self {
            protocol_version: version.parse().map_err(|_| error())?,
            network: (*network).to_owned(),
            address: (*address).to_owned(),
            certificate: STANDARD_NO_PAD.decode(certificate).map_err(|_| error())?,
            fields: fields.len(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Handshake;

    #[test]
    fn six_fields_then_what_they_say() {
        let handshake = Handshake::parse("1|6|unix|/tmp/x|grpc|Y2VydA\n").expect("a handshake");
        assert_eq!((handshake.protocol_version, &*handshake.certificate, handshake.fields), (6, &b"cert"[..], 6));
    }

    #[test]
    fn padding_banner_or_other_protocol_then_refused() {
        for line in
            ["", "hello", "1|6|unix|/x|grpc", "1|6|unix|/x|netrpc|", "1|6|unix|/x|grpc|Y2VydA==", "1|x|tcp|a|grpc|"]
        {
            assert!(Handshake::parse(line).is_err(), "{line}");
        }
    }
}
