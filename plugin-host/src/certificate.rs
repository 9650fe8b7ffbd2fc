//! The certificate with which a host proves to a plugin that it is the one who started it.

use std::time::{Duration, SystemTime};

use p521::ecdsa::{DerSignature, SigningKey};
use p521::elliptic_curve::Generate;
use rustls::pki_types::CertificateDer;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder, CertificateBuilder};
use x509_cert::certificate::TbsCertificate;
use x509_cert::der::asn1::Ia5String;
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::der::pem::LineEnding;
use x509_cert::der::{Encode, EncodePem};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName, SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{SubjectPublicKeyInfo, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity};

/// How far before now a certificate becomes valid.
const BACKDATED: Duration = Duration::from_secs(30);

/// How long from now a certificate stays valid: 262 980 hours, about thirty years.
const LIFETIME: Duration = Duration::from_hours(262_980);

/// Extended key usage `serverAuth`.
const SERVER_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");

/// Extended key usage `clientAuth`.
const CLIENT_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");

/// A host's key and self-signed certificate, made the way Terraform makes them: ECDSA on P-521, a CA, for `localhost`.
#[derive(Debug)]
pub struct ClientIdentity {
    der: CertificateDer<'static>,
    pem: String,
    subject: Vec<u8>,
    key: SigningKey,
}

impl ClientIdentity {
    /// Makes a fresh key and certificate.
    ///
    /// # Errors
    ///
    /// When the system gives no random numbers or the certificate cannot be encoded.
    pub fn generate() -> Result<Self, CertificateError> {
        let key = SigningKey::generate();
        let name: Name = "CN=localhost,O=HashiCorp".parse()?;
        let spki = SubjectPublicKeyInfo::from_key(key.verifying_key())?;
        let builder = CertificateBuilder::new(HostProfile { name: name.clone() }, serial_number()?, validity()?, spki)?;
        let certificate = builder.build::<_, DerSignature>(&key)?;
        Ok(Self {
            der: certificate.to_der()?.into(),
            pem: certificate.to_pem(LineEnding::LF)?,
            subject: name.to_der()?,
            key,
        })
    }

    /// The certificate in DER.
    #[must_use]
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.der
    }

    /// The certificate in PEM, as `PLUGIN_CLIENT_CERT` carries it.
    #[must_use]
    pub fn certificate_pem(&self) -> &str {
        &self.pem
    }

    /// The private key.
    pub(crate) fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The subject, which is the issuer too, in DER.
    pub(crate) fn subject(&self) -> &[u8] {
        &self.subject
    }
}

/// Why a certificate could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The system gave no random numbers.
    #[error("no random numbers for a serial number")]
    Random,
    /// A part of the certificate could not be encoded.
    #[error("cannot encode a client certificate: {0}")]
    Encoding(#[from] x509_cert::der::Error),
    /// The public key could not be encoded.
    #[error("cannot encode a public key: {0}")]
    PublicKey(#[from] x509_cert::spki::Error),
    /// The certificate could not be put together or signed.
    #[error("cannot build a client certificate: {0}")]
    Build(#[from] x509_cert::builder::Error),
}

/// A positive random number of at most 128 bits.
fn serial_number() -> Result<SerialNumber, CertificateError> {
    let mut bytes = [0; 16];
    rustls::crypto::ring::default_provider().secure_random.fill(&mut bytes).map_err(|_| CertificateError::Random)?;
    Ok(SerialNumber::new(&bytes)?)
}

fn validity() -> Result<Validity, CertificateError> {
    let now = SystemTime::now();
    Ok(Validity::new(Time::try_from(now - BACKDATED)?, Time::try_from(now + LIFETIME)?))
}

/// What goes into a host's certificate beside key and dates.
struct HostProfile {
    name: Name,
}

impl BuilderProfile for HostProfile {
    fn get_issuer(&self, subject: &Name) -> Name {
        subject.clone()
    }

    fn get_subject(&self) -> Name {
        self.name.clone()
    }

    fn build_extensions(
        &self,
        spk: SubjectPublicKeyInfoRef<'_>,
        _issuer_spk: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        let usages =
            KeyUsages::DigitalSignature | KeyUsages::KeyEncipherment | KeyUsages::KeyAgreement | KeyUsages::KeyCertSign;
        let subject = tbs.subject();
        Ok(vec![
            KeyUsage(usages).to_extension(subject, &[])?,
            ExtendedKeyUsage(vec![CLIENT_AUTH, SERVER_AUTH]).to_extension(subject, &[])?,
            BasicConstraints { ca: true, path_len_constraint: None }.to_extension(subject, &[])?,
            SubjectKeyIdentifier::try_from(spk)?.to_extension(subject, &[])?,
            SubjectAltName(vec![GeneralName::DnsName(Ia5String::new("localhost")?)]).to_extension(subject, &[])?,
        ])
    }
}

#[cfg(test)]
mod tests {
    use p521::ecdsa::signature::Verifier as _;
    use x509_cert::Certificate;
    use x509_cert::certificate::Version;
    use x509_cert::der::asn1::AnyRef;
    use x509_cert::der::{Decode, DecodePem};

    use super::*;

    const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
    const SECP521R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");
    const ECDSA_WITH_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.4");

    fn identity() -> (ClientIdentity, Certificate) {
        let identity = ClientIdentity::generate().expect("an identity");
        let certificate = Certificate::from_der(identity.certificate()).expect("a certificate");
        (identity, certificate)
    }

    /// An extension, and whether it is critical.
    fn extension<T: for<'a> Decode<'a> + x509_cert::der::oid::AssociatedOid>(certificate: &Certificate) -> (bool, T) {
        certificate.tbs_certificate().get_extension().expect("a good extension").expect("an extension")
    }

    #[test]
    fn made_then_key_and_signature_are_of_p_521_and_the_signature_is_its_own() {
        let (identity, certificate) = identity();
        let key = &certificate.tbs_certificate().subject_public_key_info().algorithm;
        let curve = key.parameters.as_ref().map(|any| AnyRef::from(any).decode_as::<ObjectIdentifier>());
        assert_eq!((key.oid, curve.expect("a curve").expect("an id")), (EC_PUBLIC_KEY, SECP521R1));
        assert_eq!(certificate.signature_algorithm().oid, ECDSA_WITH_SHA512);
        let signature = certificate.signature().as_bytes().expect("whole bytes");
        let signature = DerSignature::try_from(signature).expect("a signature");
        let signed = certificate.tbs_certificate().to_der().expect("encodes");
        identity.key().verifying_key().verify(&signed, &signature).expect("its own signature");
    }

    #[test]
    fn made_then_an_authority_named_localhost_for_both_ends() {
        let (identity, certificate) = identity();
        let tbs = certificate.tbs_certificate();
        assert_eq!((tbs.version(), tbs.issuer()), (Version::V3, tbs.subject()));
        assert_eq!(tbs.subject().to_string(), "CN=localhost,O=HashiCorp");
        assert_eq!(tbs.subject().to_der().expect("encodes"), identity.subject());
        let (critical, constraints) = extension::<BasicConstraints>(&certificate);
        assert!(critical && constraints.ca && constraints.path_len_constraint.is_none());
        let (critical, usage) = extension::<KeyUsage>(&certificate);
        assert!(critical && usage.digital_signature() && usage.key_encipherment());
        assert!(usage.key_agreement() && usage.key_cert_sign() && !usage.crl_sign());
        let (_, ExtendedKeyUsage(usages)) = extension(&certificate);
        assert_eq!(usages, [CLIENT_AUTH, SERVER_AUTH]);
        let (_, SubjectAltName(names)) = extension(&certificate);
        assert_eq!(names, [GeneralName::DnsName(Ia5String::new("localhost").expect("ASCII"))]);
        let (_, SubjectKeyIdentifier(id)) = extension(&certificate);
        assert!(!id.as_bytes().is_empty());
    }

    #[test]
    fn made_then_valid_now_and_for_thirty_years() {
        let validity = *identity().1.tbs_certificate().validity();
        let (from, until) = (validity.not_before.to_system_time(), validity.not_after.to_system_time());
        assert!(from < SystemTime::now());
        // Certificates tell whole seconds.
        let lifetime = until.duration_since(from).expect("in this order").as_secs();
        assert_eq!(lifetime, (BACKDATED + LIFETIME).as_secs());
    }

    #[test]
    fn made_twice_then_another_key_and_another_positive_serial_number() {
        let ((one, one_certificate), (other, other_certificate)) = (identity(), identity());
        assert_ne!(one.key().verifying_key(), other.key().verifying_key());
        let serial = |certificate: &Certificate| certificate.tbs_certificate().serial_number().as_bytes().to_vec();
        let (one, other) = (serial(&one_certificate), serial(&other_certificate));
        assert_ne!(one, other);
        for serial in [one, other] {
            // A leading zero keeps a number positive.
            assert!(serial.len() <= 17 && serial.first().is_some_and(|byte| *byte < 0x80), "{serial:x?}");
        }
    }

    #[test]
    fn pem_then_the_same_certificate() {
        let (identity, certificate) = identity();
        assert_eq!(Certificate::from_pem(identity.certificate_pem()).expect("PEM"), certificate);
    }
}
