//! From accepted sockets to authenticated connections that speak gRPC.

use std::collections::VecDeque;
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
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::Connected;

use super::listener::{Listener, Stream};
use super::tls::ServerTls;

/// A client has this long to finish its TLS handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// At most this many clients are under way to a connection. A host is one, and a crowd must not use up all descriptors.
const MAX_ADMISSIONS: usize = 32;

/// This long the listener rests after an error such as "too many open files".
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// So many streams of a connection may be reset for the client's errors before the connection is closed. This is hyper's
/// own limit, which tonic's server would lift.
const MAX_RESET_STREAMS: usize = 1_024;

/// Serves clients until `shutdown`, and then the connected ones until they are gone.
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

/// Accepts clients until `shutdown`. Each handshake runs by itself, so that a slow or hostile client keeps nobody waiting;
/// one that fails is dropped, and in a crowd the one that takes longest.
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
                let (admission, admitted) = (admission.clone(), admitted.clone());
                admissions.start(async move {
                    if let Some(connection) = admission.admit(stream).await {
                        // A server that shuts down takes no more connections.
                        drop(admitted.send(connection).await);
                    }
                });
            }
            Err(error) => {
                tracing::warn!(error = %error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// What makes an accepted socket a connection.
pub(super) struct Admission<C> {
    acceptor: Option<TlsAcceptor>,
    connection_state: fn() -> C,
    /// The connected clients.
    clients: TaskTracker,
}

impl<C> Clone for Admission<C> {
    fn clone(&self) -> Self {
        let Self { acceptor, connection_state, clients } = self;
        Self { acceptor: acceptor.clone(), connection_state: *connection_state, clients: clients.clone() }
    }
}

impl<C> Admission<C> {
    /// With `tls`, clients have to authenticate. `clients` tracks the connected ones.
    pub(super) fn new(tls: Option<&ServerTls>, connection_state: fn() -> C, clients: &TaskTracker) -> Self {
        let acceptor = tls.map(|tls| TlsAcceptor::from(Arc::clone(&tls.config)));
        Self { acceptor, connection_state, clients: clients.clone() }
    }

    async fn admit(&self, stream: Stream) -> Option<Connection<C>> {
        let transport = match &self.acceptor {
            None => Transport::Plain(stream),
            Some(acceptor) => match tokio::time::timeout(HANDSHAKE_TIMEOUT, acceptor.accept(stream)).await {
                Ok(Ok(stream)) => Transport::Tls(Box::new(stream)),
                Ok(Err(error)) => {
                    tracing::warn!(error = %error, "a client was refused");
                    return None;
                }
                Err(_) => {
                    tracing::warn!("a client did not finish its handshake in time");
                    return None;
                }
            },
        };
        Some(Connection { transport, state: (self.connection_state)(), _client: self.clients.token() })
    }
}

/// A connection that may speak gRPC.
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

/// The state is never pinned.
impl<C> Unpin for Connection<C> {}

enum Transport {
    Plain(Stream),
    Tls(Box<TlsStream<Stream>>),
}

/// The clients under way, the first one first.
#[derive(Default)]
struct Admissions(VecDeque<AbortHandle>);

impl Admissions {
    fn start(&mut self, admission: impl Future<Output = ()> + Send + 'static) {
        self.0.retain(|other| !other.is_finished());
        if self.0.len() >= MAX_ADMISSIONS
            && let Some(oldest) = self.0.pop_front()
        {
            oldest.abort();
        }
        self.0.push_back(tokio::spawn(admission).abort_handle());
    }
}

impl<C> AsyncRead for Connection<C> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().transport).poll_read(cx, buf)
    }
}

impl<C> AsyncWrite for Connection<C> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().transport).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().transport).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.transport.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().transport).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().transport).poll_shutdown(cx)
    }
}

/// Passes each call on to whichever stream there is inside.
macro_rules! delegate_io {
    ($name:ident { $($(#[$meta:meta])* $variant:ident),+ }) => {
        impl AsyncRead for $name {
            fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
                match self.get_mut() { $($(#[$meta])* Self::$variant(stream) => Pin::new(stream).poll_read(cx, buf)),+ }
            }
        }

        impl AsyncWrite for $name {
            fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
                match self.get_mut() { $($(#[$meta])* Self::$variant(stream) => Pin::new(stream).poll_write(cx, buf)),+ }
            }

            fn poll_write_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bufs: &[io::IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                match self.get_mut() {
                    $($(#[$meta])* Self::$variant(stream) => Pin::new(stream).poll_write_vectored(cx, bufs)),+
                }
            }

            fn is_write_vectored(&self) -> bool {
                match self { $($(#[$meta])* Self::$variant(stream) => stream.is_write_vectored()),+ }
            }

            fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                match self.get_mut() { $($(#[$meta])* Self::$variant(stream) => Pin::new(stream).poll_flush(cx)),+ }
            }

            fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                match self.get_mut() { $($(#[$meta])* Self::$variant(stream) => Pin::new(stream).poll_shutdown(cx)),+ }
            }
        }
    };
}

delegate_io!(Stream {
    #[cfg(unix)]
    Unix,
    Tcp
});
delegate_io!(Transport { Plain, Tls });
