//! The TLS settings of a host.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use crate::certificate::ClientIdentity;
use crate::signing::HostCertificate;

/// The protocol that has to be negotiated inside TLS.
pub(crate) const ALPN: &[u8] = b"h2";

/// The name under which a host expects every plugin's certificate.
pub(crate) const SERVER_NAME: &str = "localhost";

/// A client that trusts exactly the certificate that a plugin announced, and shows its own if it has one.
///
/// One thing is stricter than in Terraform: the plugin's certificate must not itself be a CA.
pub(crate) fn client_config(
    server: &CertificateDer<'static>,
    identity: Option<&Arc<ClientIdentity>>,
) -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(server.clone())?;
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots);
    let mut config = match identity {
        Some(identity) => builder.with_client_cert_resolver(Arc::new(HostCertificate::new(Arc::clone(identity)))),
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![ALPN.to_vec()];
    Ok(config)
}
