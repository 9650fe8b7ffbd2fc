//! What a client trusts: the bundled roots, so that an empty container works, and the system's, so that a company's
//! own authority works.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::{ClientConfig, Error, RootCertStore};

/// The TLS configuration for HTTPS. Roots are loaded only if `with_roots`, since that takes milliseconds.
pub(super) fn client_config(with_roots: bool) -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    if with_roots {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        let system = rustls_native_certs::load_native_certs();
        let (added, ignored) = roots.add_parsable_certificates(system.certs);
        tracing::debug!(added, ignored, "loaded the system's roots");
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}
