use std::error::Error;
use std::io;
use std::sync::Arc;

use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint};

use super::tls::{ALPN, SERVER_NAME, client_config};
use super::{ClientIdentity, Handshake};

/// A connection that cannot be made, and why.
#[derive(Debug, thiserror::Error)]
#[error("cannot connect to the plugin: {0}")]
pub struct ConnectError(String);

impl ConnectError {
    /// The innermost cause says most; the outer ones say "transport error".
    fn new(error: &dyn Error) -> Self {
        let mut cause = error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        Self(cause.to_string())
    }
}

trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// Connects to the plugin behind a handshake: with TLS if it has a certificate, presenting `identity` if there is one.
///
/// # Errors
/// When the plugin is not there, does not speak HTTP/2 inside TLS, or has no certificate although there is an identity
/// to present: a host that asked for TLS never falls back to plaintext. A plugin may also refuse the identity, but TLS
/// 1.3 lets a client find that out only when it first uses the connection.
pub async fn connect(handshake: &Handshake, identity: Option<&Arc<ClientIdentity>>) -> Result<Channel, ConnectError> {
    let tls = match (handshake.certificate.is_empty(), identity) {
        (true, Some(_)) => return Err(ConnectError("it has no certificate, although TLS was asked for".to_owned())),
        (true, None) => None,
        (false, _) => {
            let config = client_config(&handshake.certificate.clone().into(), identity);
            Some(TlsConnector::from(Arc::new(config.map_err(|error| ConnectError::new(&error))?)))
        }
    };
    let handshake = handshake.clone();
    let connector = tower::service_fn(move |_| {
        let (handshake, tls) = (handshake.clone(), tls.clone());
        async move { open(&handshake, tls).await.map(TokioIo::new) }
    });
    // The address is not used: the connector knows where to go.
    let endpoint = Endpoint::from_static("http://localhost");
    endpoint.connect_with_connector(connector).await.map_err(|error| ConnectError::new(&error))
}

async fn open(handshake: &Handshake, tls: Option<TlsConnector>) -> io::Result<Box<dyn Io>> {
    let stream: Box<dyn Io> = match handshake.network.as_str() {
        #[cfg(unix)]
        "unix" => Box::new(UnixStream::connect(&handshake.address).await?),
        _ => Box::new(TcpStream::connect(&handshake.address).await?),
    };
    match tls {
        Some(tls) => {
            let name = ServerName::try_from(SERVER_NAME).map_err(io::Error::other)?;
            let stream = tls.connect(name, stream).await?;
            if stream.get_ref().1.alpn_protocol() != Some(ALPN) {
                return Err(io::Error::other("it did not agree on HTTP/2 (ALPN h2), which hosts insist on"));
            }
            Ok(Box::new(stream))
        }
        None => Ok(stream),
    }
}

#[cfg(test)]
mod tests {
    use rustls::ServerConfig;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use tokio::net::TcpListener;
    use tokio::task::JoinHandle;
    use tokio_rustls::TlsAcceptor;

    use super::*;

    /// A certificate for `localhost`, and its key.
    fn certificate() -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        (made.cert.der().clone(), PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key"))
    }

    fn announced(network: &str, address: String, certificate: Vec<u8>) -> Handshake {
        Handshake { protocol_version: 6, network: network.to_owned(), address, certificate, fields: 6 }
    }

    /// What the client of a plugin that offers these protocols inside TLS is told about it.
    async fn tls_plugin(protocols: &[&[u8]]) -> (Handshake, JoinHandle<()>) {
        let (certificate, key) = certificate();
        let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .expect("a configuration");
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let address = listener.local_addr().expect("bound").to_string();
        let server = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("a client");
            let mut stream = TlsAcceptor::from(Arc::new(config)).accept(stream).await;
            // Reads what comes until the client leaves, if it was let in at all.
            if let Ok(stream) = &mut stream {
                let _ = tokio::io::copy(stream, &mut tokio::io::sink()).await;
            }
        });
        (announced("tcp", address, certificate.to_vec()), server)
    }

    fn identity() -> Arc<ClientIdentity> {
        Arc::new(ClientIdentity::generate().expect("an identity"))
    }

    async fn refusal(handshake: &Handshake) -> String {
        connect(handshake, Some(&identity())).await.expect_err("no connection").to_string()
    }

    #[tokio::test]
    async fn announced_certificate_and_h2_then_connected() {
        let (handshake, server) = tls_plugin(&[b"h2"]).await;
        drop(connect(&handshake, Some(&identity())).await.expect("connects"));
        server.await.expect("no panic");
    }

    #[tokio::test]
    async fn no_h2_inside_tls_then_error_says_so() {
        let (handshake, _server) = tls_plugin(&[]).await;
        assert!(refusal(&handshake).await.contains("ALPN h2"));
    }

    #[tokio::test]
    async fn other_certificate_than_announced_then_error() {
        let (handshake, _server) = tls_plugin(&[b"h2"]).await;
        let handshake = Handshake { certificate: certificate().0.to_vec(), ..handshake };
        assert!(refusal(&handshake).await.contains("invalid peer certificate"));
    }

    #[tokio::test]
    async fn tls_asked_for_and_no_certificate_then_error_and_never_plaintext() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let handshake = announced("tcp", listener.local_addr().expect("bound").to_string(), Vec::new());
        assert!(refusal(&handshake).await.contains("no certificate"));
        listener.into_std().expect("a socket").accept().expect_err("nobody connected");
    }

    #[tokio::test]
    async fn certificate_field_is_no_certificate_then_error() {
        let handshake = announced("tcp", "127.0.0.1:1".to_owned(), vec![1; 100]);
        assert!(refusal(&handshake).await.contains("invalid peer certificate"));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn no_tls_asked_for_then_plaintext_over_either_kind_of_socket() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("socket");
        let unix = tokio::net::UnixListener::bind(&path).expect("binds");
        let handshake = announced("unix", path.to_str().expect("text").to_owned(), Vec::new());
        drop(connect(&handshake, None).await.expect("connects"));
        unix.accept().await.expect("somebody connected");
        let tcp = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let handshake = announced("tcp", tcp.local_addr().expect("bound").to_string(), Vec::new());
        drop(connect(&handshake, None).await.expect("connects"));
        tcp.accept().await.expect("somebody connected");
    }
}
