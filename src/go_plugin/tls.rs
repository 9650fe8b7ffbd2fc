//! Mutual TLS with a host whose certificate is known in advance.
//!
//! Terraform's certificate is self-signed, uses the curve P-521 and is marked as a certificate authority. rustls refuses the
//! mark, and ring does not support the curve. Therefore, the certificate is pinned here, and the crate `p521` verifies the
//! signature of the handshake. Other types of keys are supported too.

use std::sync::Arc;

use p521::ecdsa::signature::Verifier;
use p521::ecdsa::{Signature, VerifyingKey};
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, KeyPair};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{WebPkiSupportedAlgorithms, ring, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, PrivateKeyDer, SignatureVerificationAlgorithm, UnixTime,
    alg_id,
};
use rustls::server::NoServerSessionStorage;
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, ServerConfig, SignatureScheme, version,
};

/// TLS for a server that accepts exactly one client certificate.
pub(super) struct ServerTls {
    pub(super) config: Arc<ServerConfig>,
    /// The server's certificate, for the handshake line.
    pub(super) certificate: CertificateDer<'static>,
}

/// The error of mutual TLS that cannot be set up.
#[derive(Debug, thiserror::Error)]
pub(super) enum TlsError {
    #[error("PLUGIN_CLIENT_CERT holds no PEM certificate")]
    ClientCertificate,
    #[error("the server's certificate cannot be made")]
    Certificate(#[from] rcgen::Error),
    #[error("TLS cannot be configured")]
    Config(#[from] Error),
}

/// Generates a P-256 certificate, and returns a configuration that accepts only the client certificate in `client_pem`.
pub(super) fn server_tls(client_pem: &str) -> Result<ServerTls, TlsError> {
    let client = CertificateDer::from_pem_slice(client_pem.as_bytes()).map_err(|_| TlsError::ClientCertificate)?;
    pinned_to(client)
}

fn pinned_to(client: CertificateDer<'static>) -> Result<ServerTls, TlsError> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(vec!["localhost".to_owned()])?;
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = params.self_signed(&key)?.der().clone();
    let key = PrivateKeyDer::try_from(key.serialize_der()).map_err(|error| Error::General(error.to_owned()))?;

    let crypto = ring::default_provider();
    let verifier = PinnedClient { certificate: client, others: crypto.signature_verification_algorithms };
    let mut config = ServerConfig::builder_with_provider(Arc::new(crypto))
        .with_protocol_versions(&[&version::TLS13])?
        .with_client_cert_verifier(Arc::new(verifier))
        .with_single_cert(vec![certificate.clone()], key)?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    // A host keeps one connection open, so that tickets and session resumption would only cost time.
    config.send_tls13_tickets = 0;
    config.session_storage = Arc::new(NoServerSessionStorage {});
    Ok(ServerTls { config: Arc::new(config), certificate })
}

/// Verifies that the client has exactly this certificate and its private key.
#[derive(Debug)]
struct PinnedClient {
    certificate: CertificateDer<'static>,
    /// The supported types of keys, except P-521.
    others: WebPkiSupportedAlgorithms,
}

impl ClientCertVerifier for PinnedClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if end_entity.as_ref() == self.certificate.as_ref() {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("TLS 1.2 is not offered".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = if signature.scheme == P521_SCHEME { &P521 } else { &self.others };
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        [P521.supported_schemes(), self.others.supported_schemes()].concat()
    }
}

/// The signature schemes of all known hosts.
const P521_SCHEME: SignatureScheme = SignatureScheme::ECDSA_NISTP521_SHA512;

static P521: WebPkiSupportedAlgorithms =
    WebPkiSupportedAlgorithms { all: &[&EcdsaP521Sha512], mapping: &[(P521_SCHEME, &[&EcdsaP521Sha512])] };

/// ECDSA on P-521 with SHA-512, which ring does not support.
#[derive(Debug)]
struct EcdsaP521Sha512;

impl SignatureVerificationAlgorithm for EcdsaP521Sha512 {
    fn verify_signature(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let key = VerifyingKey::from_sec1_bytes(public_key).map_err(|_| InvalidSignature)?;
        let signature = Signature::from_der(signature).map_err(|_| InvalidSignature)?;
        key.verify(message, &signature).map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_P521
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_SHA512
    }
}

#[cfg(test)]
mod tests {
    use rustls::sign::{CertifiedKey, SingleCertAndKey};

    use super::*;

    #[test]
    fn no_certificate_in_the_variable_then_error_says_so() {
        let error = server_tls("not a certificate").err().expect("refused");
        assert_eq!(error.to_string(), "PLUGIN_CLIENT_CERT holds no PEM certificate");
    }

    /// Lets a client with this key try its luck, and tells what the server makes of it.
    fn handshake(server: &ServerTls, certificate: &rcgen::Certificate, key: &KeyPair) -> Result<(), Error> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(server.certificate.clone()).expect("a certificate");
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let key = ring::sign::any_supported_type(&key).expect("a key");
        // Nobody checks here whether the two belong together.
        let shown = CertifiedKey::new(vec![certificate.der().clone()], key);
        let config = rustls::ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&version::TLS13])
            .expect("a version")
            .with_root_certificates(roots)
            .with_client_cert_resolver(Arc::new(SingleCertAndKey::from(shown)));
        let mut client =
            rustls::ClientConnection::new(Arc::new(config), "localhost".try_into().expect("a name")).expect("a client");
        let mut server = rustls::ServerConnection::new(Arc::clone(&server.config)).expect("a server");
        while server.is_handshaking() {
            let mut bytes = Vec::new();
            client.write_tls(&mut bytes).expect("memory takes it");
            server.read_tls(&mut bytes.as_slice()).expect("memory gives it");
            server.process_new_packets()?;
            let mut bytes = Vec::new();
            server.write_tls(&mut bytes).expect("memory takes it");
            client.read_tls(&mut bytes.as_slice()).expect("memory gives it");
            client.process_new_packets().expect("the server's part is good");
        }
        Ok(())
    }

    #[test]
    fn client_with_another_kind_of_key_then_admitted_only_with_the_pinned_certificate_and_its_key() {
        for algorithm in [&rcgen::PKCS_ECDSA_P256_SHA256, &rcgen::PKCS_ECDSA_P384_SHA384, &rcgen::PKCS_ED25519] {
            let identity = || {
                let key = KeyPair::generate_for(algorithm).expect("a key");
                let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
                params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
                (params.self_signed(&key).expect("a certificate"), key)
            };
            let ((certificate, key), (other_certificate, other_key)) = (identity(), identity());
            let server = pinned_to(certificate.der().clone()).expect("a server");
            assert_eq!(handshake(&server, &certificate, &key), Ok(()));
            let refused = Error::from(CertificateError::ApplicationVerificationFailure);
            assert_eq!(handshake(&server, &other_certificate, &other_key), Err(refused));
            let forged = Error::from(CertificateError::BadSignature);
            assert_eq!(handshake(&server, &certificate, &other_key), Err(forged));
        }
    }

    #[test]
    fn garbage_as_key_or_signature_then_invalid_not_a_panic() {
        for bytes in [&b""[..], &[0; 1], &[4; 133], &[0x30; 200]] {
            assert!(EcdsaP521Sha512.verify_signature(bytes, b"message", bytes).is_err());
        }
    }
}
