//! TLS failures.

use super::{Diagnostic, Entry, ErrorKind, of, section};
use crate::huaweicloud::{TlsFailure, TlsReason};

fn failed(reason: TlsReason, text: &str) -> Diagnostic {
    of(ErrorKind::Tls(TlsFailure { reason, text: text.to_owned() })).diagnostic()
}

#[allow(clippy::too_many_lines, reason = "a table")]
pub(super) fn tls() -> Vec<Entry> {
    section(
        "TLS",
        [
            (
                failed(
                    TlsReason::UnknownAuthority,
                    "the authority `CN=Example Root CA`, which the server's certificate leads to, is not trusted",
                ),
                "The server's certificate is issued by an authority that is not public, often that of a company's proxy.",
                "Set `cacert_file` to the root certificate of the company.",
            ),
            (
                failed(
                    TlsReason::MissingIntermediate,
                    "the issuer `CN=Example Issuing CA 2` of the server's certificate is not a trusted authority, and the \
                     server sent no intermediate certificate",
                ),
                "The server does not send the intermediate certificate, or its issuer is unknown.",
                "Complete the chain on the server, or set `cacert_file` to the issuer's certificate.",
            ),
            (
                failed(
                    TlsReason::SelfSigned,
                    "the server's certificate `CN=maas.example` is self-signed and not trusted",
                ),
                "The certificate of the server is its own issuer.",
                "Set `cacert_file` to that certificate.",
            ),
            (
                failed(
                    TlsReason::Validity,
                    "the server's certificate expired on 2021-01-01; today is 2026-11-25 on this machine",
                ),
                "The certificate was not renewed, or the clock of this machine is wrong.",
                "Check the clock; replace the certificate.",
            ),
            (
                failed(
                    TlsReason::WrongName,
                    "the server's certificate is not valid for `maas.example`: it is valid for `other.example`",
                ),
                "Another server responded than the one that was asked for.",
                "Check `endpoints`, the name server and the proxy.",
            ),
            (
                failed(
                    TlsReason::NoName,
                    "the server's certificate is not valid for `maas.example`: it has no subjectAltName, only the subject \
                     `CN=maas.example`",
                ),
                "The certificate is made in a way that has been obsolete since 2000.",
                "Issue it anew with a subjectAltName.",
            ),
            (
                failed(
                    TlsReason::ServerCertificate,
                    "the server's certificate has an RSA key of 1024 bits; at least 2048 are required",
                ),
                "The certificate is invalid, or made with algorithms that are too weak.",
                "Replace the certificate.",
            ),
            (
                failed(
                    TlsReason::NotTls,
                    "the response of the server is not TLS; it may serve plain HTTP on this port",
                ),
                "A URL begins with `https://`, but the server behind it speaks plain HTTP.",
                "Use `http://`, or correct the port.",
            ),
            (
                failed(TlsReason::OldVersion, "the server supports only TLS versions older than 1.2"),
                "The server or proxy is outdated.",
                "Enable TLS 1.2 or 1.3 there.",
            ),
            (
                failed(
                    TlsReason::NothingInCommon,
                    "the server found no cipher suite, curve or signature algorithm in common with this client, or \
                     requires a client certificate",
                ),
                "The server has only outdated algorithms, or a key of a kind that is not supported, such as P-521.",
                "Enable current algorithms there, or use another kind of key.",
            ),
            (
                failed(TlsReason::ClientCertificateRequired, "the server requires a client certificate"),
                "The server admits only clients with a certificate.",
                "Set `cert` and `key`.",
            ),
            (
                failed(
                    TlsReason::ClientCertificateRejected,
                    "the server rejected the client certificate: its issuer is unknown to the server",
                ),
                "The certificate in `cert` is not one that the server accepts.",
                "Use a certificate of an authority that the server knows.",
            ),
        ],
    )
}
