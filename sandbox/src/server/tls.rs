//! TLS: an authority that lives as long as the sandbox, and what it signs.

use std::{error::Error, net::IpAddr, sync::Arc};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use rustls::{
    RootCertStore, ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer},
    server::WebPkiClientVerifier,
};
use tokio_rustls::TlsAcceptor;

/// The names a server certificate is always good for, beside the address listened at: those of this machine, and
/// Huawei Cloud's in the regions that tests ask for.
const NAMES: [&str; 5] = [
    "localhost",
    "127.0.0.1",
    "*.ap-southeast-1.myhuaweicloud.com",
    "*.cn-southwest-2.myhuaweicloud.com",
    "*.eu-west-101.myhuaweicloud.eu",
];

/// What HTTPS is to be like.
#[derive(Clone, Debug, Default)]
pub(crate) struct Terms {
    /// Further names that the server's certificate is good for.
    pub(crate) names: Vec<String>,
    /// Whether only clients with a certificate of the authority are let in.
    pub(crate) client_certificate_required: bool,
}

/// What a client needs to know, all in PEM.
#[derive(Debug)]
pub(crate) struct Papers {
    pub(crate) ca: String,
    pub(crate) client_certificate: String,
    pub(crate) client_key: String,
}

/// Makes an authority, a server that it vouches for, and a client that it vouches for.
///
/// # Errors
///
/// When a name of the terms cannot stand in a certificate.
pub(crate) fn issue(terms: Terms, address: IpAddr) -> Result<(Papers, TlsAcceptor), Box<dyn Error + Send + Sync>> {
    let ca = authority()?;

    let mut names = NAMES.map(str::to_owned).to_vec();
    names.extend(terms.names);
    if !names.contains(&address.to_string()) {
        names.push(address.to_string());
    }
    let (certificate, key) = sign(&ca, "maas-sandbox", names, ExtendedKeyUsagePurpose::ServerAuth)?;
    let config = server_config(&ca, certificate.der(), &key, terms.client_certificate_required)?;

    let (certificate, key) = sign(&ca, "maas-sandbox client", Vec::new(), ExtendedKeyUsagePurpose::ClientAuth)?;
    let papers = Papers { ca: ca.pem(), client_certificate: certificate.pem(), client_key: key.serialize_pem() };
    Ok((papers, TlsAcceptor::from(Arc::new(config))))
}

fn authority() -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut params = named("maas-sandbox authority", Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

fn sign(
    ca: &CertifiedIssuer<'_, KeyPair>,
    common_name: &str,
    names: Vec<String>,
    purpose: ExtendedKeyUsagePurpose,
) -> Result<(rcgen::Certificate, KeyPair), rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = named(common_name, names)?;
    params.extended_key_usages = vec![purpose];
    params.use_authority_key_identifier_extension = true;
    Ok((params.signed_by(&key, ca)?, key))
}

fn named(common_name: &str, names: Vec<String>) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, common_name);
    Ok(params)
}

fn server_config(
    ca: &CertifiedIssuer<'_, KeyPair>,
    certificate: &CertificateDer<'static>,
    key: &KeyPair,
    client_certificate_required: bool,
) -> Result<ServerConfig, Box<dyn Error + Send + Sync>> {
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let builder = if client_certificate_required {
        let mut roots = RootCertStore::empty();
        roots.add(ca.der().clone())?;
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
        builder.with_client_cert_verifier(verifier)
    } else {
        builder.with_no_client_auth()
    };
    let key = PrivateKeyDer::try_from(key.serialize_der())?;
    let mut config = builder.with_single_cert(vec![certificate.clone()], key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
