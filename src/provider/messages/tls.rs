//! What to do about a TLS failure.

use crate::huaweicloud::TlsReason;

pub(super) fn remedy(reason: TlsReason) -> &'static str {
    match reason {
        TlsReason::UnknownAuthority => {
            "Set `cacert_file` to the certificate of that authority, for example the root certificate of a company's proxy \
             that opens TLS connections. Otherwise check the host name and `endpoints`."
        }
        TlsReason::MissingIntermediate => {
            "If that issuer is an intermediate authority, its certificate is missing in the configuration of the server. \
             Otherwise it is unknown here. Either way, its certificate can be given in `cacert_file`."
        }
        TlsReason::SelfSigned => {
            "Set `cacert_file` to that certificate itself, if the server is the intended one. Otherwise check the host \
             name, `endpoints` and the proxy."
        }
        TlsReason::Validity => {
            "Check the clock of this machine. If it is right, the certificate has to be replaced on the server or proxy."
        }
        TlsReason::WrongName => {
            "Check the host name, `cloud` and `endpoints`, and whether a proxy or name server leads to another server."
        }
        TlsReason::NoName => {
            "The certificate has to be issued anew with the host in its subjectAltName. Common names have not been \
             supported by TLS clients for years."
        }
        TlsReason::ServerCertificate => {
            "The certificate has to be replaced on the server or proxy. With `insecure = true` it is accepted for the time \
             being, and nothing is private."
        }
        TlsReason::NotTls => {
            "Use `http://` in `endpoints` or `auth_url` if the server is meant to be plain HTTP. Otherwise check the port."
        }
        TlsReason::OldVersion => "TLS 1.2 or 1.3 has to be enabled on the server or proxy.",
        TlsReason::NothingInCommon => {
            "Supported are TLS 1.2 with ECDHE and AES-GCM or ChaCha20-Poly1305, TLS 1.3, the curves X25519, P-256 and P-384, \
             and server keys of RSA, P-256, P-384 and Ed25519, but not of P-521. If the server requires a client \
             certificate, set `cert` and `key`."
        }
        TlsReason::ClientCertificateRequired => "Set `cert` and `key` to a certificate that the server accepts.",
        TlsReason::ClientCertificateRejected => {
            "Check `cert` and `key`: the certificate has to be valid, and issued by an authority that the server knows."
        }
        _ => "Try again. If the failure stays, check the server, the proxy and `endpoints`.",
    }
}
