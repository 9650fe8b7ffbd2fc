//! What a client trusts: the bundled roots, so that an empty container works, those of `cacert_file`, and the system's,
//! so that a company's own authority works. And what it shows of itself.

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

/// How connections are secured, apart from what is usual.
#[derive(Clone, Debug, Default)]
pub struct TlsOptions {
    /// Trust any server. Nothing is private then.
    pub insecure: bool,
    /// Further roots, in PEM.
    pub ca_certificates: Option<Vec<u8>>,
    /// The client's certificate chain and its key, in PEM.
    pub client_identity: Option<(Vec<u8>, SecretSlice<u8>)>,
}

/// The TLS configuration for HTTPS. No root is looked at before the first handshake.
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
