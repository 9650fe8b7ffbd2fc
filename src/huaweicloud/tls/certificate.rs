//! Reads fields of a server's certificate, for messages. Fields that cannot be parsed are ignored.

use std::net::IpAddr;

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use x509_cert::Certificate;
use x509_cert::certificate::Version;
use x509_cert::der::Decode;
use x509_cert::der::asn1::{ObjectIdentifier, Uint};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{ExtendedKeyUsage, SubjectAltName};

use super::super::text::clean;

const SERVER_AUTHENTICATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");
const ANY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37.0");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// Signature algorithms that are not supported.
const OUTDATED: [(ObjectIdentifier, &str); 7] = [
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.4"), "RSA with MD5"),
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.5"), "RSA with SHA-1"),
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.14"), "RSA with SHA-224"),
    (ObjectIdentifier::new_unwrap("1.2.840.10045.4.1"), "ECDSA with SHA-1"),
    (ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.4"), "ECDSA with SHA-512"),
    (ObjectIdentifier::new_unwrap("1.3.101.113"), "Ed448"),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.2"), "DSA with SHA-256"),
];

/// A parsed certificate.
pub(super) struct Parsed(Certificate);

/// Parses certificates, and skips those that cannot be parsed.
pub(super) fn parsed(certificates: &[CertificateDer<'_>]) -> Vec<Parsed> {
    certificates.iter().filter_map(|der| Certificate::from_der(der).ok()).map(Parsed).collect()
}

impl Parsed {
    pub(super) fn subject(&self) -> String {
        clean(&self.0.tbs_certificate().subject().to_string())
    }

    pub(super) fn issuer(&self) -> String {
        clean(&self.0.tbs_certificate().issuer().to_string())
    }

    /// Returns whether the certificate is self-issued.
    pub(super) fn is_self_issued(&self) -> bool {
        self.0.tbs_certificate().issuer() == self.0.tbs_certificate().subject()
    }

    pub(super) fn is_issued_by(&self, other: &Self) -> bool {
        self.0.tbs_certificate().issuer() == other.0.tbs_certificate().subject()
    }

    pub(super) fn is_version_1(&self) -> bool {
        self.0.tbs_certificate().version() == Version::V1
    }

    /// Returns the start and the end of the certificate's validity, in seconds since 1970.
    pub(super) fn validity(&self) -> (u64, u64) {
        let validity = self.0.tbs_certificate().validity();
        (validity.not_before.to_unix_duration().as_secs(), validity.not_after.to_unix_duration().as_secs())
    }

    /// Returns the host names and addresses that the certificate is valid for. `None` if it has no subjectAltName.
    pub(super) fn names(&self) -> Option<Vec<String>> {
        let (_, names) = self.0.tbs_certificate().get_extension::<SubjectAltName>().ok()??;
        let names = names.0.iter().filter_map(|name| match name {
            GeneralName::DnsName(name) => Some(clean(name.as_ref())),
            GeneralName::IpAddress(bytes) => ip_address(bytes.as_bytes()).map(|address| address.to_string()),
            _ => None,
        });
        Some(names.collect())
    }

    /// Returns whether the certificate may be used for servers: it lists that purpose, any purpose or none.
    pub(super) fn is_for_servers(&self) -> bool {
        let usage = self.0.tbs_certificate().get_extension::<ExtendedKeyUsage>();
        usage.is_ok_and(|usage| {
            usage.is_none_or(|(_, usage)| usage.0.iter().any(|id| [SERVER_AUTHENTICATION, ANY_USAGE].contains(id)))
        })
    }

    /// Returns the size of an RSA key, in bits.
    pub(super) fn rsa_bits(&self) -> Option<usize> {
        let key = self.0.tbs_certificate().subject_public_key_info();
        if key.algorithm.oid != RSA {
            return None;
        }
        let numbers = Vec::<Uint>::from_der(key.subject_public_key.raw_bytes()).ok()?;
        Some(numbers.first()?.as_bytes().len() * 8)
    }

    /// Returns the signature algorithm if it is known, but not supported.
    pub(super) fn outdated_signature(&self) -> Option<&'static str> {
        let id = self.0.signature_algorithm().oid;
        OUTDATED.iter().find(|(outdated, _)| *outdated == id).map(|(_, name)| *name)
    }
}

fn ip_address(bytes: &[u8]) -> Option<IpAddr> {
    let four = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    four.or_else(|_| <[u8; 16]>::try_from(bytes).map(IpAddr::from)).ok()
}

/// Formats seconds since 1970 as a day such as 2021-01-01.
pub(super) fn day(seconds: u64) -> String {
    let time = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.map_or_else(|| "an unknown day".to_owned(), |time| time.to_string().chars().take(10).collect())
}
