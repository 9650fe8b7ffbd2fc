//! Handshakes over real sockets. Certificates that rcgen cannot generate were generated with OpenSSL, in `tests/vectors/tls`.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::sign::{CertifiedKey, Signer, SigningKey, SingleCertAndKey};
use rustls::{DistinguishedName, Error, ServerConfig, SignatureAlgorithm, SignatureScheme};
use secrecy::SecretSlice;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::super::http::{Http, HttpOptions, failure};
use super::super::{ErrorKind, TlsFailure, TlsOptions, TlsReason};

const RSA_1024: &str = include_str!("../../../tests/vectors/tls/rsa-1024.pem");
const VERSION_1: &str = include_str!("../../../tests/vectors/tls/version-1.pem");
const SHA_1: &str = include_str!("../../../tests/vectors/tls/sha-1.pem");

/// A certificate and its key.
type Identity = (CertificateDer<'static>, Arc<dyn SigningKey>);

fn signing_key(key: &KeyPair) -> Arc<dyn SigningKey> {
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    ring::sign::any_supported_type(&key).expect("a key")
}

fn params(names: &[&str]) -> CertificateParams {
    let names = names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let mut params = CertificateParams::new(names).expect("names");
    params.distinguished_name.push(DnType::CommonName, "server");
    params
}

fn self_signed(params: &CertificateParams) -> Identity {
    let key = KeyPair::generate().expect("a key");
    (params.self_signed(&key).expect("a certificate").der().clone(), signing_key(&key))
}

/// Creates a certificate authority with this name.
fn authority_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params
}

fn root() -> CertifiedIssuer<'static, KeyPair> {
    CertifiedIssuer::self_signed(authority_params("Corp Root"), KeyPair::generate().expect("a key"))
        .expect("an authority")
}

fn signed(params: &CertificateParams, issuer: &CertifiedIssuer<'_, KeyPair>) -> Identity {
    let key = KeyPair::generate().expect("a key");
    (params.signed_by(&key, issuer).expect("a certificate").der().clone(), signing_key(&key))
}

fn der(pem: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate")
}

fn pem(certificates: &[&CertificateDer<'_>]) -> Vec<u8> {
    use base64::Engine;
    let base64 = |der: &[u8]| base64::engine::general_purpose::STANDARD.encode(der);
    let pem = |der: &&CertificateDer<'_>| {
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", base64(der))
    };
    certificates.iter().map(pem).collect::<String>().into()
}

fn trusting(certificates: &[&CertificateDer<'_>]) -> TlsOptions {
    TlsOptions { ca_certificates: Some(pem(certificates)), ..TlsOptions::default() }
}

fn server_config(chain: Vec<CertificateDer<'static>>, key: Arc<dyn SigningKey>) -> ServerConfig {
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_client_cert_verifier(Arc::new(AnyClient))
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(CertifiedKey::new(chain, key))))
}

/// Returns the outcome of a request to a server that passes each connection to `serve`.
async fn request<F: Future<Output = ()> + Send>(
    options: &TlsOptions,
    host: &str,
    serve: impl Fn(TcpStream) -> F + Send + 'static,
) -> Result<(), ErrorKind> {
    let http = Http::new(HttpOptions { tls: options.clone(), ..HttpOptions::default() });
    let client = http.client(&"https://h/".parse().expect("a URL"))?;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
    let port = listener.local_addr().expect("an address").port();
    let server = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            serve(stream).await;
        }
    });
    let outcome = client.get(format!("https://{host}:{port}/")).send().await;
    server.abort();
    outcome.map(drop).map_err(failure)
}

/// Returns the outcome with a server that sends these certificates, and the client certificate that it received.
async fn shown(
    options: &TlsOptions,
    host: &str,
    chain: Vec<CertificateDer<'static>>,
    key: Arc<dyn SigningKey>,
) -> (Result<(), ErrorKind>, Option<Vec<u8>>) {
    let acceptor = TlsAcceptor::from(Arc::new(server_config(chain, key)));
    let (sender, mut received) = tokio::sync::mpsc::unbounded_channel();
    let outcome = request(options, host, move |stream| {
        let (acceptor, sender) = (acceptor.clone(), sender.clone());
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            let certificates = stream.get_ref().1.peer_certificates().unwrap_or_default();
            let _ = sender.send(certificates.first().map(|certificate| certificate.to_vec()));
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
            let _ = stream.shutdown().await;
        }
    });
    (outcome.await, received.recv().await.flatten())
}

async fn outcome(options: &TlsOptions, (certificate, key): &Identity) -> Result<(), ErrorKind> {
    shown(options, "localhost", vec![certificate.clone()], Arc::clone(key)).await.0
}

async fn refused(options: &TlsOptions, chain: Vec<CertificateDer<'static>>, key: &Arc<dyn SigningKey>) -> TlsFailure {
    tls_failure(shown(options, "localhost", chain, Arc::clone(key)).await.0)
}

fn tls_failure(outcome: Result<(), ErrorKind>) -> TlsFailure {
    match outcome.expect_err("refused") {
        ErrorKind::Tls(failure) => failure,
        other => panic!("{other}"),
    }
}

/// Returns the outcome with a server that responds to a handshake with these bytes.
async fn answered(bytes: &'static [u8]) -> Result<(), ErrorKind> {
    let serve = move |mut stream: TcpStream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(bytes).await;
        let _ = stream.shutdown().await;
    };
    request(&TlsOptions::default(), "localhost", serve).await
}

/// Accepts any client certificate, and requires none.
#[derive(Debug)]
struct AnyClient;

impl ClientCertVerifier for AnyClient {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, Error> {
        Ok(rustls::client::danger::HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, Error> {
        Ok(rustls::client::danger::HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

/// A key with which neither rustls nor rcgen can sign.
#[derive(Debug)]
struct UnsupportedKey(SignatureAlgorithm, SignatureScheme);

impl SigningKey for UnsupportedKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        offered.contains(&self.1).then(|| Box::new(Self(self.0, self.1)) as Box<dyn Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.0
    }
}

impl Signer for UnsupportedKey {
    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(vec![0; 128])
    }

    fn scheme(&self) -> SignatureScheme {
        self.1
    }
}

#[tokio::test]
async fn self_signed_server_certificate_given_as_root_then_trusted_like_by_go() {
    let mut params = params(&["localhost"]);
    for is_ca in [IsCa::NoCa, IsCa::ExplicitNoCa, IsCa::Ca(BasicConstraints::Unconstrained)] {
        params.is_ca = is_ca;
        let server = self_signed(&params);
        assert_eq!(outcome(&trusting(&[&server.0]), &server).await, Ok(()));
        let failure = refused(&TlsOptions::default(), vec![server.0], &server.1).await;
        let expected = "the server's certificate `CN=server` is self-signed and not trusted";
        assert_eq!((failure.reason, failure.text.as_str()), (TlsReason::SelfSigned, expected));
    }
    let root = root();
    let server = signed(&params, &root);
    assert_eq!(outcome(&trusting(&[&server.0]), &server).await, Ok(()), "given without its authority");
}

#[tokio::test]
async fn root_in_a_bundle_with_a_comment_in_latin_1_and_glued_certificates_then_trusted() {
    let root = root();
    let server = signed(&params(&["localhost"]), &root);
    let other = pem(&[&der(VERSION_1)]);
    let bundle = [b"# K\xFCnstler CA\n", other.trim_ascii_end(), &pem(&[root.der()])].concat();
    let trusting = |bundle| TlsOptions { ca_certificates: Some(bundle), ..TlsOptions::default() };
    assert_eq!(outcome(&trusting(bundle.clone()), &server).await, Ok(()));

    // The Base64 text is complete, but its content is not.
    let cut_off = CertificateDer::from(root.der()[..100].to_vec());
    let bundle = [bundle, pem(&[&cut_off])].concat();
    let problem = super::client_config(&trusting(bundle)).expect_err("refused").to_string();
    assert_eq!(problem, "`cacert_file` cannot be used: certificate 3 in it is not valid X.509 (bad encoding)");
}

#[tokio::test]
async fn certificate_given_as_root_of_another_name_key_or_day_then_refused() {
    let mut authority = params(&["other.test", "10.0.0.1"]);
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let server = self_signed(&authority);
    let failure = refused(&trusting(&[&server.0]), vec![server.0.clone()], &server.1).await;
    let expected = "the server's certificate is not valid for `localhost`: it is valid for `other.test`, `10.0.0.1`";
    assert_eq!((failure.reason, failure.text.as_str()), (TlsReason::WrongName, expected));

    let other_key = signing_key(&KeyPair::generate().expect("a key"));
    let mut authority = params(&["localhost"]);
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let server = self_signed(&authority);
    assert!(outcome(&trusting(&[&server.0]), &(server.0.clone(), other_key)).await.is_err(), "a forged signature");

    authority.not_after = rcgen::date_time_ymd(2021, 1, 1);
    let server = self_signed(&authority);
    let failure = refused(&trusting(&[&server.0]), vec![server.0], &server.1).await;
    assert_eq!(failure.reason, TlsReason::Validity, "{failure}");
    authority.not_after = rcgen::date_time_ymd(4096, 1, 1);
    authority.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    let server = self_signed(&authority);
    let failure = refused(&trusting(&[&server.0]), vec![server.0], &server.1).await;
    assert_eq!(failure.text, "the server's certificate must not be used for servers");
}

#[tokio::test]
async fn issuer_unknown_then_named_and_a_missing_intermediate_is_another_failure() {
    let (root, key) = (root(), KeyPair::generate().expect("a key"));
    let issuing = CertifiedIssuer::signed_by(authority_params("Corp Issuing"), key, &root).expect("an authority");
    let (server, key) = signed(&params(&["localhost"]), &issuing);
    let (root, issuing) = (root.der().clone(), issuing.der().clone());
    let default = TlsOptions::default();

    let failure = refused(&default, vec![server.clone()], &key).await;
    let expected = "the issuer `CN=Corp Issuing` of the server's certificate is not a trusted authority, and the server \
                    sent no intermediate certificate";
    assert_eq!((failure.reason, failure.text.as_str()), (TlsReason::MissingIntermediate, expected));
    let expected = "the authority `CN=Corp Root`, which the server's certificate leads to, is not trusted";
    for chain in [vec![server.clone(), issuing.clone()], vec![server.clone(), issuing.clone(), root.clone()]] {
        let failure = refused(&default, chain, &key).await;
        assert_eq!((failure.reason, failure.text.as_str()), (TlsReason::UnknownAuthority, expected));
    }
    // Each remedy that the messages name.
    assert_eq!(outcome(&trusting(&[&issuing]), &(server.clone(), Arc::clone(&key))).await, Ok(()));
    let (outcome, _) = shown(&trusting(&[&root]), "localhost", vec![server, issuing], key).await;
    assert_eq!(outcome, Ok(()));
}

#[tokio::test]
async fn certificate_of_another_day_then_both_dates_and_whose_it_is() {
    let root = root();
    let mut expired = params(&["localhost"]);
    expired.not_after = rcgen::date_time_ymd(2021, 1, 1);
    let (server, key) = signed(&expired, &root);
    let failure = refused(&trusting(&[root.der()]), vec![server], &key).await;
    assert!(failure.text.starts_with("the server's certificate expired on 2021-01-01; today is 20"), "{failure}");

    let mut early = params(&["localhost"]);
    early.not_before = rcgen::date_time_ymd(3000, 2, 3);
    let (server, key) = signed(&early, &root);
    let failure = refused(&trusting(&[root.der()]), vec![server], &key).await;
    assert!(failure.text.starts_with("the server's certificate is not valid before 3000-02-03; today"), "{failure}");

    let mut old = authority_params("Corp Issuing");
    old.not_after = rcgen::date_time_ymd(2022, 5, 6);
    let issuing = CertifiedIssuer::signed_by(old, KeyPair::generate().expect("a key"), &root).expect("an authority");
    let (server, key) = signed(&params(&["localhost"]), &issuing);
    let failure = refused(&trusting(&[root.der()]), vec![server, issuing.der().clone()], &key).await;
    let expected = "the certificate of the authority `CN=Corp Issuing` expired on 2022-05-06; today";
    assert!(failure.text.starts_with(expected), "{failure}");
    assert_eq!(failure.reason, TlsReason::Validity);
}

#[tokio::test]
async fn certificate_without_a_host_name_then_said_and_long_lists_are_shortened() {
    let root = root();
    let (server, key) = signed(&params(&[]), &root);
    let failure = refused(&trusting(&[root.der()]), vec![server], &key).await;
    let expected = "the server's certificate is not valid for `localhost`: it has no subjectAltName, only the subject \
                    `CN=server`";
    assert_eq!((failure.reason, failure.text.as_str()), (TlsReason::NoName, expected));

    let (server, key) =
        signed(&params(&["a.test", "b.test", "c.test", "d.test", "*.e.test", "f.test", "g.test"]), &root);
    let (outcome, _) = shown(&trusting(&[root.der()]), "127.0.0.1", vec![server], key).await;
    let expected = "the server's certificate is not valid for `127.0.0.1`: it is valid for `a.test`, `b.test`, `c.test`, \
                    `d.test`, `*.e.test` and 2 more";
    assert_eq!(tls_failure(outcome).text, expected);
}

#[tokio::test]
async fn key_or_signature_too_weak_then_said_and_accepted_if_insecure() {
    let insecure = TlsOptions { insecure: true, ..TlsOptions::default() };
    let rsa = |pem| (der(pem), UnsupportedKey(SignatureAlgorithm::RSA, SignatureScheme::RSA_PSS_SHA256));
    for (pem, expected) in [
        (RSA_1024, "the server's certificate has an RSA key of 1024 bits; at least 2048 are required"),
        (SHA_1, "the server's certificate is signed by RSA with SHA-1, which is not supported"),
    ] {
        let (certificate, key) = rsa(pem);
        let server: Identity = (certificate, Arc::new(key));
        assert_eq!(outcome(&insecure, &server).await, Ok(()));
        let mut texts = vec![refused(&TlsOptions::default(), vec![server.0.clone()], &server.1).await.text];
        texts.push(refused(&trusting(&[&server.0]), vec![server.0], &server.1).await.text);
        assert!(texts.iter().any(|text| text == expected), "{texts:?}");
    }
    let version_1: Identity =
        (der(VERSION_1), Arc::new(UnsupportedKey(SignatureAlgorithm::ECDSA, SignatureScheme::ECDSA_NISTP256_SHA256)));
    assert_eq!(outcome(&insecure, &version_1).await, Ok(()));
    let failure = refused(&trusting(&[&version_1.0]), vec![version_1.0], &version_1.1).await;
    assert_eq!(failure.text, "the server's certificate has X.509 version 1, which is not supported");
    let p521: Identity =
        (der(SHA_1), Arc::new(UnsupportedKey(SignatureAlgorithm::ECDSA, SignatureScheme::ECDSA_NISTP521_SHA512)));
    assert_eq!(outcome(&insecure, &p521).await, Ok(()));
    let failure = tls_failure(outcome(&TlsOptions::default(), &p521).await);
    assert_eq!(failure.reason, TlsReason::NothingInCommon, "{failure}");
}

#[tokio::test]
async fn server_does_not_speak_tls_or_ends_the_handshake_then_said_in_words() {
    let not_tls = "the response of the server is not TLS; it may serve plain HTTP on this port";
    for bytes in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], b"SSH-2.0-OpenSSH_9.6\r\n", b"<html>", b"220 mail\r\n"] {
        let failure = tls_failure(answered(bytes).await);
        assert_eq!((failure.reason, failure.text.as_str()), (TlsReason::NotTls, not_tls));
    }
    let failure = tls_failure(answered(b"\x15\x03\x01\x00\x02\x02\x46").await);
    assert_eq!(
        (failure.reason, failure.text.as_str()),
        (TlsReason::OldVersion, "the server supports only TLS versions older than 1.2")
    );
    let failure = tls_failure(answered(b"\x15\x03\x03\x00\x02\x02\x28").await);
    assert_eq!(failure.reason, TlsReason::NothingInCommon, "{failure}");
    let closed = ErrorKind::Unreachable("the server closed the connection during the TLS handshake".to_owned());
    assert_eq!(answered(b"").await, Err(closed));
}

/// Returns options with a client certificate.
fn client(root: &CertificateDer<'_>, certificate: &[u8], key: &[u8]) -> TlsOptions {
    let client_identity = Some((certificate.to_vec(), SecretSlice::from(key.to_vec())));
    TlsOptions { client_identity, ..trusting(&[root]) }
}

#[tokio::test]
async fn client_certificate_of_any_kind_then_sent_as_it_is() {
    let root = root();
    let (server, server_key) = signed(&params(&["localhost"]), &root);
    let sent = async |certificate: &[u8], key: &[u8]| {
        let options = client(root.der(), certificate, key);
        let (outcome, sent) = shown(&options, "localhost", vec![server.clone()], Arc::clone(&server_key)).await;
        assert_eq!(outcome, Ok(()));
        sent.expect("a certificate")
    };
    let vectors = [
        (VERSION_1, include_str!("../../../tests/vectors/tls/version-1.key")),
        (include_str!("../../../tests/vectors/tls/rsa.pem"), include_str!("../../../tests/vectors/tls/rsa.key")),
        (
            include_str!("../../../tests/vectors/tls/compressed.pem"),
            include_str!("../../../tests/vectors/tls/compressed.key"),
        ),
    ];
    for (certificate, key) in vectors {
        assert_eq!(sent(certificate.as_bytes(), key.as_bytes()).await, der(certificate).to_vec());
    }
    for algorithm in [&rcgen::PKCS_ECDSA_P256_SHA256, &rcgen::PKCS_ECDSA_P384_SHA384, &rcgen::PKCS_ED25519] {
        let key = KeyPair::generate_for(algorithm).expect("a key");
        let certificate = params(&[]).self_signed(&key).expect("a certificate").der().clone();
        let key = pem(&[&CertificateDer::from(key.serialize_der())]);
        let key = String::from_utf8(key).expect("text").replace("CERTIFICATE", "PRIVATE KEY");
        assert_eq!(sent(&pem(&[&certificate]), key.as_bytes()).await, certificate.to_vec());
    }
    let unparsable = CertificateDer::from(vec![0x30, 3, 2, 1, 5]);
    let key = include_bytes!("../../../tests/vectors/tls/version-1.key");
    assert_eq!(sent(&pem(&[&unparsable]), key).await, unparsable.to_vec());
}

#[test]
fn client_certificate_of_another_key_then_refused_and_a_wrong_order_is_named() {
    let problem = |certificate: &[u8], key: &str| {
        let options = client(&der(VERSION_1), certificate, key.as_bytes());
        super::client_config(&options).expect_err("refused").to_string()
    };
    let key = include_str!("../../../tests/vectors/tls/version-1.key");
    let other = params(&["localhost"]);
    let (other, _) = self_signed(&other);
    let expected = "`cert` cannot be used: it does not belong to `key`: their public keys differ";
    assert_eq!(problem(&pem(&[&other]), key), expected);
    let expected = "`cert` cannot be used: certificate 2 in it belongs to `key`, and must be the first one";
    assert_eq!(problem(&pem(&[&other, &der(VERSION_1)]), key), expected);
    let p521 = include_str!("../../../tests/vectors/tls/p-521.key");
    let refused = problem(VERSION_1.as_bytes(), p521);
    assert!(refused.starts_with("`key` cannot be used: its private key is invalid or of a kind"), "{refused}");
}

#[test]
fn certificate_that_cannot_be_a_root_then_named_by_its_number() {
    let problem = |certificates: &[&CertificateDer<'_>]| {
        super::client_config(&trusting(certificates)).expect_err("refused").to_string()
    };
    let unparsable = CertificateDer::from(vec![0x30, 3, 2, 1, 5]);
    assert_eq!(
        problem(&[&der(RSA_1024), &unparsable]),
        "`cacert_file` cannot be used: certificate 2 in it is not valid X.509 (bad encoding)"
    );
    assert!(super::client_config(&trusting(&[&der(VERSION_1), &der(SHA_1)])).is_ok(), "roots of old kinds");
}

#[test]
fn nothing_given_then_a_configuration() {
    assert!(super::client_config(&TlsOptions::default()).is_ok());
    assert!(super::client_config(&TlsOptions { insecure: true, ..TlsOptions::default() }).is_ok());
}
