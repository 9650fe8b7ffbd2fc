//! The client's certificate and its private key. A certificate is sent unchanged: the server decides whether to accept it, for
//! example if it has X.509 version 1.

use std::sync::Arc;

use rustls::client::ResolvesClientCert;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use secrecy::{ExposeSecret, SecretSlice};
use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::spki::SubjectPublicKeyInfoRef;

use super::super::ErrorKind;
use super::{invalid, pem};

/// Parses a certificate chain and its private key, both in PEM.
pub(super) fn client_identity(
    chain: &[u8],
    key: &SecretSlice<u8>,
    crypto: &CryptoProvider,
) -> Result<Arc<dyn ResolvesClientCert>, ErrorKind> {
    let key = pem::private_key(key.expose_secret())?;
    let chain = pem::certificates("cert", chain)?;
    // The library's error may quote the key.
    let key = crypto.key_provider.load_private_key(key).map_err(|_| {
        let kinds = "supported are RSA with 2048 to 4096 bits, ECDSA on P-256 or P-384, and Ed25519";
        invalid("key", &format!("its private key is invalid or of a kind that is not supported; {kinds}"))
    })?;
    let key_bits = key.public_key().and_then(|spki| public_bits(&spki));
    let of_key = |certificate: &CertificateDer<'_>| {
        let bits = Certificate::from_der(certificate).ok()?;
        let bits = bits.tbs_certificate().subject_public_key_info().subject_public_key.raw_bytes().to_vec();
        key_bits.as_ref().map(|key_bits| is_same(key_bits, &bits))
    };
    if chain.first().and_then(of_key) == Some(false) {
        let problem = match chain.iter().position(|certificate| of_key(certificate) == Some(true)) {
            Some(index) => format!("certificate {} in it belongs to `key`, and must be the first one", index + 1),
            None => "it does not belong to `key`: their public keys differ".to_owned(),
        };
        return Err(invalid("cert", &problem));
    }
    Ok(Arc::new(SingleCertAndKey::from(CertifiedKey::new(chain, key))))
}

/// Returns the bits of a public key without its algorithm, because equal parameters can have several encodings.
fn public_bits(spki: &[u8]) -> Option<Vec<u8>> {
    Some(SubjectPublicKeyInfoRef::from_der(spki).ok()?.subject_public_key.raw_bytes().to_vec())
}

fn is_same(key: &[u8], certificate: &[u8]) -> bool {
    match (key, certificate) {
        // A certificate may contain a point of a curve in compressed form: one coordinate and a sign.
        ([4, point @ ..], [sign @ (2 | 3), x @ ..]) if point.len() == 2 * x.len() => {
            point.starts_with(x) && point.last().is_some_and(|last| last % 2 == sign % 2)
        }
        _ => key == certificate,
    }
}
