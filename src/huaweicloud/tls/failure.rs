//! Describes TLS failures in words, and classifies them by their remedy.

use std::fmt;

use rustls::{AlertDescription, CertificateError, Error, InvalidMessage, OtherError, PeerIncompatible};

use super::super::text::clean;

/// The failure of a TLS connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct TlsFailure {
    /// The kind of failure.
    pub reason: TlsReason,
    /// The failure in words, without a period at the end.
    pub text: String,
}

/// The kind of a TLS failure. Each kind has its own remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsReason {
    /// No trusted authority issued the server's certificate.
    UnknownAuthority,
    /// The server sent only its own certificate, whose issuer is not trusted.
    MissingIntermediate,
    /// The server's certificate is self-signed and not trusted.
    SelfSigned,
    /// A certificate has expired or is not valid yet.
    Validity,
    /// The server's certificate is for other hosts.
    WrongName,
    /// The server's certificate has no subjectAltName: its host is missing, or only in the common name, which is no longer
    /// supported.
    NoName,
    /// The server's certificate is invalid or unsupported in another way.
    ServerCertificate,
    /// The server's response is not TLS.
    NotTls,
    /// The server supports only versions of TLS older than 1.2.
    OldVersion,
    /// The server and the client have no algorithm in common.
    NothingInCommon,
    /// The server requires a client certificate.
    ClientCertificateRequired,
    /// The server rejected the client certificate.
    ClientCertificateRejected,
    /// Another failure.
    Other,
}

impl TlsFailure {
    pub(super) fn new(reason: TlsReason, text: impl Into<String>) -> Self {
        Self { reason, text: text.into() }
    }

    /// Wraps the failure in an error of the TLS library, from which `TlsFailure::of` extracts it.
    pub(super) fn into_error(self) -> Error {
        Error::InvalidCertificate(CertificateError::Other(OtherError(std::sync::Arc::new(self))))
    }

    /// Returns the failure that an error of the TLS library describes.
    pub(in crate::huaweicloud) fn of(error: &Error) -> Self {
        match error {
            Error::InvalidCertificate(CertificateError::Other(OtherError(inner))) => match inner.downcast_ref::<Self>()
            {
                Some(failure) => failure.clone(),
                None => Self::new(TlsReason::ServerCertificate, in_words(inner)),
            },
            Error::InvalidCertificate(problem) => {
                let text = format!("the server's certificate is invalid ({})", in_words(problem));
                Self::new(TlsReason::ServerCertificate, text)
            }
            Error::AlertReceived(alert) => of_alert(*alert),
            Error::PeerIncompatible(problem) => of_incompatible(problem),
            Error::InvalidMessage(InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion) => {
                let text = "the response of the server is not TLS; it may serve plain HTTP on this port";
                Self::new(TlsReason::NotTls, text)
            }
            Error::InvalidMessage(problem) => {
                Self::new(TlsReason::Other, format!("the server sent an invalid TLS message ({})", in_words(problem)))
            }
            Error::PeerMisbehaved(problem) => {
                Self::new(TlsReason::Other, format!("the server violated the TLS protocol ({})", in_words(problem)))
            }
            Error::DecryptError => Self::new(TlsReason::Other, "a TLS message of the server could not be decrypted"),
            Error::General(problem) => Self::new(TlsReason::Other, clean(problem)),
            other => Self::new(TlsReason::Other, in_words(other)),
        }
    }
}

fn of_incompatible(problem: &PeerIncompatible) -> TlsFailure {
    match problem {
        PeerIncompatible::ServerDoesNotSupportTls12Or13 | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig => {
            old_version()
        }
        other => TlsFailure::new(
            TlsReason::NothingInCommon,
            format!("the server supports nothing that this client offers ({})", in_words(other)),
        ),
    }
}

fn old_version() -> TlsFailure {
    TlsFailure::new(TlsReason::OldVersion, "the server supports only TLS versions older than 1.2")
}

/// Returns the failure that a server's alert describes.
fn of_alert(alert: AlertDescription) -> TlsFailure {
    use AlertDescription as Alert;
    let (reason, text) = match alert {
        Alert::ProtocolVersion => return old_version(),
        Alert::HandshakeFailure | Alert::InsufficientSecurity => (
            TlsReason::NothingInCommon,
            "the server found no cipher suite, curve or signature algorithm in common with this client, or requires a \
             client certificate"
                .to_owned(),
        ),
        Alert::CertificateRequired | Alert::NoCertificate => {
            (TlsReason::ClientCertificateRequired, "the server requires a client certificate".to_owned())
        }
        Alert::BadCertificate
        | Alert::UnsupportedCertificate
        | Alert::CertificateRevoked
        | Alert::CertificateExpired
        | Alert::CertificateUnknown
        | Alert::UnknownCA
        | Alert::AccessDenied => {
            let why = match alert {
                Alert::UnsupportedCertificate => "its kind is not supported",
                Alert::CertificateRevoked => "it is revoked",
                Alert::CertificateExpired => "it has expired",
                Alert::UnknownCA => "its issuer is unknown to the server",
                Alert::AccessDenied => "access is denied",
                _ => "it is missing, invalid or not accepted",
            };
            (TlsReason::ClientCertificateRejected, format!("the server rejected the client certificate: {why}"))
        }
        Alert::UnrecognisedName => {
            (TlsReason::WrongName, "the server does not know the requested host name".to_owned())
        }
        Alert::NoApplicationProtocol => {
            (TlsReason::NothingInCommon, "the server does not speak HTTP on this port".to_owned())
        }
        Alert::InternalError => (TlsReason::Other, "the server ended the handshake with an internal error".to_owned()),
        Alert::Unknown(number) => {
            (TlsReason::Other, format!("the server ended the connection with TLS alert {number}"))
        }
        other => {
            (TlsReason::Other, format!("the server ended the connection with the TLS alert \"{}\"", in_words(&other)))
        }
    };
    TlsFailure::new(reason, text)
}

/// Converts the name of an error that has no text, such as `MissingKeyShare`, to words: "missing key share". Omits the part in
/// brackets after the name, which is internal.
pub(super) fn in_words(error: &dyn fmt::Debug) -> String {
    let name = format!("{error:?}");
    let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let mut words = String::new();
    let mut before_is_capital = true;
    for c in name.chars() {
        if c.is_ascii_uppercase() && !before_is_capital {
            words.push(' ');
        }
        before_is_capital = c.is_ascii_uppercase();
        words.push(c.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use rustls::PeerMisbehaved;

    use super::*;

    fn text(error: impl Into<Error>) -> String {
        TlsFailure::of(&error.into()).text
    }

    #[test]
    fn alert_of_any_number_then_words_without_debug_form() {
        for number in 0..=u8::MAX {
            let failure = TlsFailure::of(&Error::AlertReceived(number.into()));
            assert!(!failure.text.contains(['(', '{', '_']), "{number}: {failure}");
            assert!(failure.text.starts_with("the server "), "{number}: {failure}");
        }
        let reason = |alert| TlsFailure::of(&Error::AlertReceived(alert)).reason;
        assert_eq!(reason(AlertDescription::ProtocolVersion), TlsReason::OldVersion);
        assert_eq!(reason(AlertDescription::HandshakeFailure), TlsReason::NothingInCommon);
        assert_eq!(reason(AlertDescription::CertificateRequired), TlsReason::ClientCertificateRequired);
        assert_eq!(reason(AlertDescription::UnknownCA), TlsReason::ClientCertificateRejected);
    }

    #[test]
    fn error_without_a_text_then_its_name_in_words() {
        assert_eq!(text(PeerMisbehaved::MissingKeyShare), "the server violated the TLS protocol (missing key share)");
        let missing = InvalidMessage::MissingData("ServerHello");
        assert_eq!(text(missing), "the server sent an invalid TLS message (missing data)");
        let expected = "the server supports nothing that this client offers (no cipher suites in common)";
        assert_eq!(text(PeerIncompatible::NoCipherSuitesInCommon), expected);
        assert_eq!(text(Error::HandshakeNotComplete), "handshake not complete");
    }

    #[test]
    fn server_of_an_older_version_then_said_whether_by_alert_or_by_choice() {
        let expected = "the server supports only TLS versions older than 1.2";
        assert_eq!(text(Error::AlertReceived(AlertDescription::ProtocolVersion)), expected);
        assert_eq!(text(PeerIncompatible::ServerDoesNotSupportTls12Or13), expected);
    }
}
