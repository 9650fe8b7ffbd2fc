use std::io;
use std::sync::Arc;

use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio_rustls::TlsConnector;
use tonic::transport::{Channel, Endpoint};

use super::tls::{SERVER_NAME, client_config};
use super::{ClientIdentity, Handshake};

/// A connection that cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot connect to the plugin: {0:?}")]
pub struct ConnectError(Box<dyn std::error::Error + Send + Sync>);

trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// Connects to the plugin behind a handshake: with TLS if it has a certificate, presenting `identity` if there is one.
///
/// # Errors
/// When the plugin is not there, or does not accept the identity. TLS 1.3 lets a client find that out only when it
/// first uses the connection.
pub async fn connect(handshake: &Handshake, identity: Option<&Arc<ClientIdentity>>) -> Result<Channel, ConnectError> {
    let tls = if handshake.certificate.is_empty() {
        None
    } else {
        let config = client_config(&handshake.certificate.clone().into(), identity);
        Some(TlsConnector::from(Arc::new(config.map_err(|error| ConnectError(error.into()))?)))
    };
    let handshake = handshake.clone();
    let connector = tower::service_fn(move |_| {
        let (handshake, tls) = (handshake.clone(), tls.clone());
        async move { open(&handshake, tls).await.map(TokioIo::new) }
    });
    // The address is not used: the connector knows where to go.
    let endpoint = Endpoint::from_static("http://localhost");
    endpoint.connect_with_connector(connector).await.map_err(|error| ConnectError(error.into()))
}

async fn open(handshake: &Handshake, tls: Option<TlsConnector>) -> io::Result<Box<dyn Io>> {
    let stream: Box<dyn Io> = match handshake.network.as_str() {
        "unix" => Box::new(UnixStream::connect(&handshake.address).await?),
        _ => Box::new(TcpStream::connect(&handshake.address).await?),
    };
    match tls {
        Some(tls) => {
            let name = ServerName::try_from(SERVER_NAME).map_err(io::Error::other)?;
            Ok(Box::new(tls.connect(name, stream).await?))
        }
        None => Ok(stream),
    }
}
