//! Verification of servers.

use std::fmt;
use std::sync::{Arc, OnceLock};

use ring::digest::{SHA256, digest};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::super::ErrorKind;
use super::certificate::parsed;
use super::{invalid, untrusted};

/// Verifies servers by roots, or accepts any server, as `insecure` asks for.
pub(super) struct Verifier {
    pub(super) crypto: Arc<CryptoProvider>,
    pub(super) roots: Option<Roots>,
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.roots.is_some() { "by roots" } else { "any server" })
    }
}

impl Verifier {
    /// The outcome of a check of the handshake's signature. Without roots it does not matter: whoever could forge the
    /// signature could as well show another certificate. So keys that are not supported can be used, such as RSA-1024.
    /// P-521 works over TLS 1.3 only: TLS 1.2 requires its curve to be offered for key exchange too, which ring does not do.
    fn signature(
        &self,
        certificate: &CertificateDer<'_>,
        verify: impl FnOnce() -> Result<HandshakeSignatureValid, Error>,
    ) -> Result<HandshakeSignatureValid, Error> {
        if self.roots.is_none() {
            return Ok(HandshakeSignatureValid::assertion());
        }
        verify().map_err(|error| untrusted::failure(error, std::slice::from_ref(certificate), "this host"))
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
        let verify = |by: &Trust| by.verify(end_entity, intermediates, server_name, ocsp_response, now);
        let outcome = verify(&roots.own).or_else(|error| match roots.system(&self.crypto).map(verify) {
            Some(Ok(verified)) => Ok(verified),
            // The own roots know the server's authority, so that their error says more.
            Some(Err(other)) if error == CertificateError::UnknownIssuer.into() => Err(other),
            _ => Err(error),
        });
        outcome.map_err(|error| {
            let sent = [std::slice::from_ref(end_entity), intermediates].concat();
            untrusted::failure(error, &sent, &server_name.to_str())
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.crypto.signature_verification_algorithms;
        self.signature(certificate, || verify_tls12_signature(message, certificate, signature, algorithms))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.crypto.signature_verification_algorithms;
        self.signature(certificate, || verify_tls13_signature(message, certificate, signature, algorithms))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = self.crypto.signature_verification_algorithms.supported_schemes();
        if self.roots.is_none() {
            schemes.extend([
                SignatureScheme::ECDSA_NISTP521_SHA512,
                SignatureScheme::ED448,
                SignatureScheme::RSA_PKCS1_SHA1,
                SignatureScheme::ECDSA_SHA1_Legacy,
            ]);
        }
        schemes
    }
}

/// The bundled roots and the given ones. The system's roots are loaded only for a server that those do not verify, since
/// that takes milliseconds and there may be none.
pub(super) struct Roots {
    own: Trust,
    system: OnceLock<Option<Trust>>,
}

impl Roots {
    pub(super) fn new(crypto: &Arc<CryptoProvider>, given: &[CertificateDer<'static>]) -> Result<Self, ErrorKind> {
        let mut roots = RootCertStore::empty();
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        for (index, root) in given.iter().enumerate() {
            roots.add(root.clone()).map_err(|error| {
                let problem = untrusted::invalid_root(&error);
                invalid("cacert_file", &format!("certificate {} in it is not valid X.509 ({problem})", index + 1))
            })?;
        }
        let own = Trust::new(roots, given, crypto).ok_or_else(|| invalid("cacert_file", &"it has no roots"))?;
        Ok(Self { own, system: OnceLock::new() })
    }

    fn system(&self, crypto: &Arc<CryptoProvider>) -> Option<&Trust> {
        let load = || {
            let mut roots = RootCertStore::empty();
            let certificates = rustls_native_certs::load_native_certs().certs;
            let (added, ignored) = roots.add_parsable_certificates(certificates.iter().cloned());
            tracing::debug!(added, ignored, "loaded the system's roots");
            Trust::new(roots, &certificates, crypto)
        };
        self.system.get_or_init(load).as_ref()
    }
}

/// Roots, which vouch for servers. A server may also have one of them as its own certificate, as with Go's library: a
/// self-signed certificate is often marked as an authority's.
struct Trust {
    verifier: Arc<WebPkiServerVerifier>,
    /// Digests of the roots.
    certificates: Vec<[u8; 32]>,
}

impl Trust {
    fn new(roots: RootCertStore, certificates: &[CertificateDer<'_>], crypto: &Arc<CryptoProvider>) -> Option<Self> {
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(crypto)).build().ok()?;
        Some(Self { verifier, certificates: certificates.iter().map(sha256).collect() })
    }

    fn verify(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let outcome = self.verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        if outcome.is_err() && self.certificates.contains(&sha256(end_entity)) {
            return verify_known(end_entity, server_name, now);
        }
        outcome
    }
}

fn sha256(certificate: &CertificateDer<'_>) -> [u8; 32] {
    digest(&SHA256, certificate).as_ref().try_into().unwrap_or_default()
}

/// Verifies a certificate that needs no issuer: its days, its purpose and its names.
fn verify_known(
    certificate: &CertificateDer<'_>,
    server_name: &ServerName<'_>,
    time: UnixTime,
) -> Result<ServerCertVerified, Error> {
    let ends = ParsedCertificate::try_from(certificate)?;
    let known = parsed(std::slice::from_ref(certificate));
    let known = known.first().ok_or(CertificateError::BadEncoding)?;
    let (from, until) = known.validity();
    let at = |seconds| UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
    if time < at(from) {
        return Err(CertificateError::NotValidYetContext { time, not_before: at(from) }.into());
    }
    if time > at(until) {
        return Err(CertificateError::ExpiredContext { time, not_after: at(until) }.into());
    }
    if !known.is_for_servers() {
        return Err(CertificateError::InvalidPurpose.into());
    }
    verify_server_name(&ends, server_name)?;
    Ok(ServerCertVerified::assertion())
}
