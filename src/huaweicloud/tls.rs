//! What a client trusts: the bundled roots, so that an empty container works, those of `cacert_file`, and the system's,
//! so that a company's own authority works.

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use secrecy::{ExposeSecret, SecretString};

use super::ErrorKind;

/// How connections are secured, apart from what is usual.
#[derive(Clone, Debug, Default)]
pub struct TlsOptions {
    /// Trust any server. Nothing is private then.
    pub insecure: bool,
    /// Further roots, in PEM.
    pub ca_certificates: Option<String>,
    /// The client's certificate chain, in PEM, and its key.
    pub client_identity: Option<(String, SecretString)>,
}

/// The TLS configuration for HTTPS. No root is looked at before the first handshake.
pub(super) fn client_config(options: &TlsOptions) -> Result<ClientConfig, ErrorKind> {
    let crypto = Arc::new(ring::default_provider());
    let given = options.ca_certificates.as_deref().map(|pem| certificates("cacert_file", pem)).transpose()?;
    let roots = (!options.insecure).then(|| Roots::new(&crypto, &given.unwrap_or_default())).transpose()?;
    let verifier = Arc::new(Verifier { crypto: Arc::clone(&crypto), roots });
    let config = ClientConfig::builder_with_provider(crypto)
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable("insecure", &error))?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    match &options.client_identity {
        None => Ok(config.with_no_client_auth()),
        Some((chain, key)) => {
            let key = PrivateKeyDer::from_pem_slice(key.expose_secret().as_bytes())
                .map_err(|_| unusable("key", &"it holds no private key in PEM"))?;
            config
                .with_client_auth_cert(certificates("cert", chain)?, key)
                .map_err(|error| unusable("cert", &format!("it does not go with `key`: {error}")))
        }
    }
}

fn unusable(argument: &'static str, problem: &dyn fmt::Display) -> ErrorKind {
    ErrorKind::Option { argument, problem: problem.to_string() }
}

/// The certificates in a text. One that holds none was meant to be something else.
fn certificates(argument: &'static str, pem: &str) -> Result<Vec<CertificateDer<'static>>, ErrorKind> {
    let certificates = CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<Vec<_>, _>>();
    let certificates = certificates.map_err(|error| unusable(argument, &format!("it is not in PEM: {error}")))?;
    if certificates.is_empty() { Err(unusable(argument, &"it holds no certificate in PEM")) } else { Ok(certificates) }
}

/// Verifies servers by roots, or trusts any that holds the key of whatever certificate it shows, as `insecure` asks for.
struct Verifier {
    crypto: Arc<CryptoProvider>,
    roots: Option<Roots>,
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.roots.is_some() { "by roots" } else { "any server" })
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(roots) = &self.roots else { return Ok(ServerCertVerified::assertion()) };
        let verify = |by: &WebPkiServerVerifier| {
            by.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        };
        match verify(&roots.own) {
            Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)) => roots
                .system(&self.crypto)
                .map_or(Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)), |system| verify(system)),
            outcome => outcome,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.crypto.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.crypto.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.crypto.signature_verification_algorithms.supported_schemes()
    }
}

/// The bundled roots and the given ones. Only for a server that they do not know are the system's loaded too, since that
/// takes milliseconds and there may be none.
struct Roots {
    own: Arc<WebPkiServerVerifier>,
    system: OnceLock<Option<Arc<WebPkiServerVerifier>>>,
}

impl Roots {
    fn new(crypto: &Arc<CryptoProvider>, given: &[CertificateDer<'static>]) -> Result<Self, ErrorKind> {
        let mut roots = RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        for root in given {
            roots.add(root.clone()).map_err(|error| unusable("cacert_file", &error))?;
        }
        let own = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(crypto)).build();
        Ok(Self { own: own.map_err(|error| unusable("cacert_file", &error))?, system: OnceLock::new() })
    }

    fn system(&self, crypto: &Arc<CryptoProvider>) -> Option<&Arc<WebPkiServerVerifier>> {
        let load = || {
            let mut roots = RootCertStore::empty();
            let (added, ignored) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            tracing::debug!(added, ignored, "loaded the system's roots");
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(crypto)).build().ok()
        };
        self.system.get_or_init(load).as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(options: &TlsOptions) -> String {
        client_config(options).expect_err("refused").to_string()
    }

    #[test]
    fn nothing_given_then_a_configuration_and_the_system_is_not_asked() {
        assert!(client_config(&TlsOptions::default()).is_ok());
        assert!(client_config(&TlsOptions { insecure: true, ..TlsOptions::default() }).is_ok());
    }

    #[test]
    fn certificates_or_key_that_are_none_then_error_names_the_argument() {
        for pem in ["", "text", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
            let options = TlsOptions { ca_certificates: Some(pem.to_owned()), ..TlsOptions::default() };
            assert!(problem(&options).starts_with("`cacert_file` cannot be used: "), "{pem}");
            let identity = (pem.to_owned(), SecretString::from("hunter2"));
            let options = TlsOptions { client_identity: Some(identity), ..TlsOptions::default() };
            assert_eq!(problem(&options), "`key` cannot be used: it holds no private key in PEM");
        }
    }
}
