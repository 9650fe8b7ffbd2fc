//! Turns accepted sockets into authenticated gRPC connections.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::poll_fn;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::task_tracker::TaskTrackerToken;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::Connected;

use super::admissions::{Admissions, HasSent};
use super::clients::Clients;
use super::listener::{Listener, Stream};
use super::tls::ServerTls;

/// Time for a client to send its first byte and to finish its TLS handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// Pause of the listener after an error such as "too many open files".
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Maximum number of streams that may be reset because of client errors before the connection is closed. This is the default
/// of hyper, which tonic's server would remove.
const MAX_RESET_STREAMS: usize = 1_024;

/// Serves new clients until `shutdown`, then the connected clients until they disconnect.
pub(super) async fn serve<C: Clone + Send + Sync + 'static>(
    listener: Listener,
    admission: Admission<C>,
    services: Routes,
    shutdown: &CancellationToken,
) {
    let (admitted, mut incoming) = mpsc::channel(1);
    let incoming = poll_fn(move |cx| incoming.poll_recv(cx)).map(Ok::<_, Infallible>);
    let served = Server::builder()
        .http2_max_local_error_reset_streams(Some(MAX_RESET_STREAMS))
        .serve_with_incoming_shutdown(services.prepare(), incoming, shutdown.cancelled());
    let ((), served) = tokio::join!(accept(listener, admission, admitted, shutdown), served);
    if let Err(error) = served {
        tracing::error!(error = %error, "the gRPC server failed");
    }
}

/// Accepts clients until `shutdown`. Each handshake runs in its own task, so that a slow or hostile client delays no other
/// client. If a handshake fails, the connection is closed.
async fn accept<C: Send + 'static>(
    listener: Listener,
    admission: Admission<C>,
    admitted: mpsc::Sender<Connection<C>>,
    shutdown: &CancellationToken,
) {
    let mut admissions = Admissions::default();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.cancelled() => return,
        };
        match accepted {
            Ok(stream) => {
                let (admission, admitted, peer) = (admission.clone(), admitted.clone(), stream.peer());
                let admit = |has_sent| async move {
                    if let Some(connection) = admission.admit(stream, &has_sent).await {
                        // Fails while the server shuts down and accepts no more connections.
                        drop(admitted.send(connection).await);
                    }
                };
                admissions.start(peer, admit).await;
            }
            Err(error) => {
                tracing::warn!(error = %error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Authenticates accepted sockets.
pub(super) struct Admission<C> {
    acceptor: Option<TlsAcceptor>,
    connection_state: fn() -> C,
    /// The connected clients.
    clients: Clients,
}

impl<C> Clone for Admission<C> {
    fn clone(&self) -> Self {
        let Self { acceptor, connection_state, clients } = self;
        Self { acceptor: acceptor.clone(), connection_state: *connection_state, clients: clients.clone() }
    }
}

impl<C> Admission<C> {
    /// Creates an admission. With `tls`, clients must authenticate. `clients` counts the connected clients.
    pub(super) fn new(tls: Option<&ServerTls>, connection_state: fn() -> C, clients: &Clients) -> Self {
        let acceptor = tls.map(|tls| TlsAcceptor::from(Arc::clone(&tls.config)));
        Self { acceptor, connection_state, clients: clients.clone() }
    }

    async fn admit(&self, stream: Stream, has_sent: &HasSent) -> Option<Connection<C>> {
        let peer = stream.peer();
        match tokio::time::timeout(HANDSHAKE_TIMEOUT, self.shake_hands(stream, has_sent)).await {
            Ok(Ok(transport)) => {
                let state = (self.connection_state)();
                return Some(Connection { transport, state, _client: self.clients.connect(peer) });
            }
            // The client has sent nothing, so this is not logged as a refusal.
            Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                tracing::debug!("a client closed its connection before its handshake");
            }
            Ok(Err(error)) => tracing::warn!(error = %error, "a client was refused"),
            Err(_) => tracing::warn!("a client did not finish its handshake in time"),
        }
        None
    }

    async fn shake_hands(&self, stream: Stream, has_sent: &HasSent) -> io::Result<Transport> {
        stream.readable().await?;
        has_sent.note();
        Ok(match &self.acceptor {
            None => Transport::Plain(stream),
            Some(acceptor) => Transport::Tls(Box::new(acceptor.accept(stream).await?)),
        })
    }
}

/// An authenticated connection.
struct Connection<C> {
    transport: Transport,
    state: C,
    _client: TaskTrackerToken,
}

impl<C: Clone + Send + Sync + 'static> Connected for Connection<C> {
    type ConnectInfo = C;

    fn connect_info(&self) -> C {
        self.state.clone()
    }
}

// The state is never pinned.
impl<C> Unpin for Connection<C> {}

enum Transport {
    Plain(Stream),
    Tls(Box<TlsStream<Stream>>),
}

/// Implements `AsyncRead` and `AsyncWrite` by delegation to the stream that each pattern binds to the given name.
macro_rules! delegate_io {
    ([$($generic:ident)?] $name:ty, $stream:ident in $($(#[$meta:meta])* $pattern:pat),+) => {
        impl<$($generic)?> AsyncRead for $name {
            fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
                match self.get_mut() { $($(#[$meta])* $pattern => Pin::new($stream).poll_read(cx, buf)),+ }
            }
        }

        impl<$($generic)?> AsyncWrite for $name {
            fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
                match self.get_mut() { $($(#[$meta])* $pattern => Pin::new($stream).poll_write(cx, buf)),+ }
            }

            fn poll_write_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bufs: &[io::IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                match self.get_mut() { $($(#[$meta])* $pattern => Pin::new($stream).poll_write_vectored(cx, bufs)),+ }
            }

            fn is_write_vectored(&self) -> bool {
                match self { $($(#[$meta])* $pattern => $stream.is_write_vectored()),+ }
            }

            fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                match self.get_mut() { $($(#[$meta])* $pattern => Pin::new($stream).poll_flush(cx)),+ }
            }

            fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                match self.get_mut() { $($(#[$meta])* $pattern => Pin::new($stream).poll_shutdown(cx)),+ }
            }
        }
    };
}

delegate_io!([] Stream, stream in
    #[cfg(unix)]
    Self::Unix(stream),
    Self::Tcp(stream)
);
delegate_io!([] Transport, stream in Self::Plain(stream), Self::Tls(stream));
delegate_io!([C] Connection<C>, stream in Self { transport: stream, .. });
