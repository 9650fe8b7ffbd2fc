//! Explains why a server's certificate is not trusted, from the verifier's error and the certificates that the server sent.

use rustls::pki_types::CertificateDer;
use rustls::{CertificateError, Error, OtherError};

use super::certificate::{Parsed, day, parsed};
use super::failure::{TlsFailure, TlsReason, in_words};

/// Minimum size of RSA keys of servers and certificate authorities, in bits.
const MIN_RSA_BITS: usize = 2048;

/// Maximum number of a certificate's names in a message.
const MAX_NAMES: usize = 5;

/// Returns the failure for an error of the verifier. `certificates` are those that the server sent, its own first.
pub(super) fn failure(error: Error, certificates: &[CertificateDer<'_>], server: &str) -> Error {
    let Error::InvalidCertificate(error) = error else { return error };
    let chain = parsed(certificates);
    let failure = match &error {
        CertificateError::ExpiredContext { not_after, time } => {
            let (end, now) = (day(not_after.as_secs()), day(time.as_secs()));
            let what = which(&chain, |certificate| certificate.validity().1 == not_after.as_secs());
            TlsFailure::new(TlsReason::Validity, format!("{what} expired on {end}; today is {now} on this machine"))
        }
        CertificateError::NotValidYetContext { not_before, time } => {
            let (start, now) = (day(not_before.as_secs()), day(time.as_secs()));
            let what = which(&chain, |certificate| certificate.validity().0 == not_before.as_secs());
            let text = format!("{what} is not valid before {start}; today is {now} on this machine");
            TlsFailure::new(TlsReason::Validity, text)
        }
        CertificateError::NotValidForNameContext { .. } | CertificateError::NotValidForName => {
            wrong_name(&chain, server)
        }
        CertificateError::UnknownIssuer => unknown_issuer(&chain),
        CertificateError::InvalidPurposeContext { .. } | CertificateError::InvalidPurpose => {
            let what = which(&chain, |certificate| !certificate.is_for_servers());
            TlsFailure::new(TlsReason::ServerCertificate, format!("{what} must not be used for servers"))
        }
        CertificateError::Other(OtherError(other)) => match other.downcast_ref::<webpki::Error>() {
            Some(webpki::Error::CaUsedAsEndEntity) => authority_as_server(&chain),
            Some(other) => unsupported(&chain, other),
            None => return Error::InvalidCertificate(error),
        },
        other => unsupported(&chain, other),
    };
    failure.into_error()
}

/// Describes one of a server's certificates.
fn which(chain: &[Parsed], is_it: impl Fn(&Parsed) -> bool) -> String {
    match chain.iter().position(is_it) {
        Some(index @ 1..) => format!("the certificate of the authority `{}`", chain[index].subject()),
        _ => "the server's certificate".to_owned(),
    }
}

fn wrong_name(chain: &[Parsed], server: &str) -> TlsFailure {
    let Some(own) = chain.first() else { return unsupported(chain, &CertificateError::NotValidForName) };
    let (reason, what) = match own.names() {
        None => (TlsReason::NoName, format!("has no subjectAltName, only the subject `{}`", own.subject())),
        Some(names) if names.is_empty() => (TlsReason::NoName, "has no host name in its subjectAltName".to_owned()),
        Some(names) => {
            let more = names.len().saturating_sub(MAX_NAMES);
            let listed = names.iter().take(MAX_NAMES).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            (TlsReason::WrongName, format!("is valid for {listed}{more}"))
        }
    };
    TlsFailure::new(reason, format!("the server's certificate is not valid for `{server}`: it {what}"))
}

fn unknown_issuer(chain: &[Parsed]) -> TlsFailure {
    let Some(own) = chain.first() else {
        return TlsFailure::new(TlsReason::UnknownAuthority, "the issuer of the server's certificate is not trusted");
    };
    if own.is_self_issued() {
        return self_signed(own);
    }
    // The last certificate in the chain of issuers. The loop is limited, because issuers may form a circle.
    let mut last = own;
    for _ in chain {
        last = chain.iter().find(|other| !last.is_self_issued() && last.is_issued_by(other)).unwrap_or(last);
    }
    let issuer = last.issuer();
    if chain.len() == 1 {
        let text = format!(
            "the issuer `{issuer}` of the server's certificate is not a trusted authority, and the server sent no \
             intermediate certificate"
        );
        return TlsFailure::new(TlsReason::MissingIntermediate, text);
    }
    TlsFailure::new(
        TlsReason::UnknownAuthority,
        format!("the authority `{issuer}`, which the server's certificate leads to, is not trusted"),
    )
}

fn self_signed(own: &Parsed) -> TlsFailure {
    let text = format!("the server's certificate `{}` is self-signed and not trusted", own.subject());
    TlsFailure::new(TlsReason::SelfSigned, text)
}

fn authority_as_server(chain: &[Parsed]) -> TlsFailure {
    match chain.first() {
        Some(own) if own.is_self_issued() => self_signed(own),
        _ => TlsFailure::new(
            TlsReason::SelfSigned,
            "the server's certificate is marked as that of an authority (CA:TRUE), and is not trusted by itself",
        ),
    }
}

/// Returns the reason why a certificate is not supported, if its content shows one.
fn unsupported(chain: &[Parsed], error: &dyn std::fmt::Debug) -> TlsFailure {
    let is_weak = |certificate: &Parsed| certificate.rsa_bits().is_some_and(|bits| bits < MIN_RSA_BITS);
    let text = if let Some(weak) = chain.iter().find(|certificate| is_weak(certificate)) {
        let bits = weak.rsa_bits().unwrap_or_default();
        format!("{} has an RSA key of {bits} bits; at least {MIN_RSA_BITS} are required", which(chain, is_weak))
    } else if chain.iter().any(Parsed::is_version_1) {
        format!("{} has X.509 version 1, which is not supported", which(chain, Parsed::is_version_1))
    } else if let Some(algorithm) = chain.iter().find_map(Parsed::outdated_signature) {
        let what = which(chain, |certificate| certificate.outdated_signature().is_some());
        format!("{what} is signed by {algorithm}, which is not supported")
    } else {
        let what = which(chain, |_| true);
        match in_words(error).as_str() {
            "bad signature" => format!("the signature of {what} or of its issuer does not match the issuer's key"),
            words => format!("{what} or one of its issuers is invalid ({words})"),
        }
    };
    TlsFailure::new(TlsReason::ServerCertificate, text)
}

/// Returns the reason why a certificate cannot be a root.
pub(super) fn invalid_root(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(CertificateError::Other(OtherError(other))) => {
            other.downcast_ref::<webpki::Error>().map_or_else(|| in_words(other), |error| in_words(error))
        }
        Error::InvalidCertificate(error) => in_words(error),
        error => in_words(error),
    }
}
