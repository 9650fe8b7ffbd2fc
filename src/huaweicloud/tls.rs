//! TLS of the HTTP client: trusted root certificates and the client certificate.
//!
//! Trusted are the bundled roots, so that the provider works in an empty container, those in `cacert_file`, and the system's,
//! so that a company's own certificate authority works.

mod certificate;
mod failure;
mod identity;
mod pem;
mod untrusted;
mod verifier;

use std::fmt;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::ring;
use secrecy::SecretSlice;

pub use self::failure::{TlsFailure, TlsReason};
use self::verifier::{Roots, Verifier};
use super::ErrorKind;

/// TLS options that differ from the defaults.
#[derive(Clone, Debug, Default)]
pub struct TlsOptions {
    /// Whether to trust any server. Then, connections are not private.
    pub insecure: bool,
    /// Additional root certificates, in PEM.
    pub ca_certificates: Option<Vec<u8>>,
    /// The client's certificate chain and its private key, in PEM.
    pub client_identity: Option<(Vec<u8>, SecretSlice<u8>)>,
}

/// Returns the TLS configuration for HTTPS. Roots are loaded at the first handshake.
pub(super) fn client_config(options: &TlsOptions) -> Result<ClientConfig, ErrorKind> {
    let crypto = Arc::new(ring::default_provider());
    let given = options.ca_certificates.as_deref().map(|pem| pem::certificates("cacert_file", pem)).transpose()?;
    let roots = (!options.insecure).then(|| Roots::new(&crypto, &given.unwrap_or_default())).transpose()?;
    let verifier = Arc::new(Verifier { crypto: Arc::clone(&crypto), roots });
    let config = ClientConfig::builder_with_provider(Arc::clone(&crypto))
        .with_safe_default_protocol_versions()
        .map_err(|error| invalid("insecure", &error))?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    Ok(match &options.client_identity {
        None => config.with_no_client_auth(),
        Some((chain, key)) => config.with_client_cert_resolver(identity::client_identity(chain, key, &crypto)?),
    })
}

fn invalid(argument: &'static str, problem: &dyn fmt::Display) -> ErrorKind {
    ErrorKind::Option { argument, problem: problem.to_string() }
}

#[cfg(test)]
mod tests;
