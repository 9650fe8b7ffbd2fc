//! Client authentication with a P-521 key in rustls, whose ring backend knows no such curve.

use std::sync::Arc;

use p521::ecdsa::DerSignature;
use p521::ecdsa::signature::Signer as _;
use rustls::client::ResolvesClientCert;
use rustls::pki_types::SubjectPublicKeyInfoDer;
use rustls::sign::{CertifiedKey, Signer, SigningKey};
use rustls::{SignatureAlgorithm, SignatureScheme};
use x509_cert::spki::EncodePublicKey;

use crate::certificate::ClientIdentity;

/// The only scheme a P-521 key signs with in TLS 1.3.
const SCHEME: SignatureScheme = SignatureScheme::ECDSA_NISTP521_SHA512;

/// The private key of a [`ClientIdentity`].
#[derive(Clone, Debug)]
struct HostKey(Arc<ClientIdentity>);

impl SigningKey for HostKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered.contains(&SCHEME).then(|| Box::new(self.clone()) as Box<dyn Signer>)
    }

    fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'_>> {
        let spki = self.0.key().verifying_key().to_public_key_der().ok()?;
        Some(SubjectPublicKeyInfoDer::from(spki.into_vec()))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for HostKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        let signature: DerSignature =
            self.0.key().try_sign(message).map_err(|error| rustls::Error::General(error.to_string()))?;
        Ok(signature.as_bytes().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SCHEME
    }
}

/// Presents a host's certificate in the cases in which Go presents it.
#[derive(Debug)]
pub(crate) struct HostCertificate {
    identity: Arc<ClientIdentity>,
    certified: Arc<CertifiedKey>,
}

impl HostCertificate {
    pub(crate) fn new(identity: Arc<ClientIdentity>) -> Self {
        let chain = vec![identity.certificate().clone()];
        let certified = Arc::new(CertifiedKey::new(chain, Arc::new(HostKey(Arc::clone(&identity)))));
        Self { identity, certified }
    }
}

impl ResolvesClientCert for HostCertificate {
    fn resolve(&self, root_hint_subjects: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let issuer_is_welcome = root_hint_subjects.is_empty() || root_hint_subjects.contains(&self.identity.subject());
        (issuer_is_welcome && schemes.contains(&SCHEME)).then(|| Arc::clone(&self.certified))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use p521::ecdsa::signature::Verifier as _;

    use super::*;

    fn certificate() -> (Arc<ClientIdentity>, HostCertificate) {
        let identity = Arc::new(ClientIdentity::generate().expect("an identity"));
        (Arc::clone(&identity), HostCertificate::new(identity))
    }

    #[test]
    fn p_521_not_among_the_schemes_then_no_certificate_is_shown() {
        let (_, certificate) = certificate();
        let others = [SignatureScheme::ECDSA_NISTP256_SHA256, SignatureScheme::ED25519];
        assert!(certificate.resolve(&[], &others).is_none());
        assert!(certificate.resolve(&[], &[others[0], SCHEME]).is_some());
    }

    #[test]
    fn server_names_other_issuers_then_no_certificate_is_shown() {
        let (identity, certificate) = certificate();
        assert!(certificate.resolve(&[b"somebody else"], &[SCHEME]).is_none());
        assert!(certificate.resolve(&[b"somebody else", identity.subject()], &[SCHEME]).is_some());
    }

    #[test]
    fn message_then_signed_with_the_key_of_the_certificate() {
        let (identity, certificate) = certificate();
        let certified = certificate.resolve(&[], &[SCHEME]).expect("a certificate");
        assert_eq!(certified.cert, [identity.certificate().clone()]);
        let signer = certified.key.choose_scheme(&[SCHEME]).expect("a signer");
        let signature = signer.sign(b"message").expect("a signature");
        let signature = DerSignature::try_from(signature.as_slice()).expect("a signature");
        identity.key().verifying_key().verify(b"message", &signature).expect("verifies");
    }
}
