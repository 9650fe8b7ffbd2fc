//! From accepted sockets to authenticated connections that speak gRPC.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::FutureExt;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::body::Body;

use super::listener::{Listener, Stream};
use super::services::Services;
use super::tls::ServerTls;

/// A client has this long to finish its TLS handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// At most this many clients are under way to a connection. A host is one, and a crowd must not use up all descriptors.
const MAX_ADMISSIONS: usize = 32;

/// This long the listener rests after an error such as "too many open files".
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A connection that may speak gRPC.
enum Connection {
    Plain(Stream),
    Tls(Box<TlsStream<Stream>>),
}

/// Serves clients until `shutdown`, and then those that are left until they are gone. Each handshake runs by itself, so
/// that a slow or hostile client keeps nobody waiting; one that fails is dropped, and in a crowd the one that takes
/// longest. `clients` tracks those that have been admitted.
pub(super) async fn serve(
    listener: Listener,
    tls: Option<&ServerTls>,
    services: Services,
    clients: &TaskTracker,
    shutdown: CancellationToken,
) {
    let acceptor = tls.map(|tls| TlsAcceptor::from(Arc::clone(&tls.config)));
    let server = Server { acceptor, services, shutdown, clients: clients.clone() };
    let mut admissions = Admissions::default();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = server.shutdown.cancelled() => break,
        };
        match accepted {
            Ok(stream) => admissions.start(server.clone().admit(stream)),
            Err(error) => {
                tracing::warn!(error = %error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    server.clients.close();
    server.clients.wait().await;
}

/// What every client meets.
#[derive(Clone)]
struct Server {
    acceptor: Option<TlsAcceptor>,
    services: Services,
    shutdown: CancellationToken,
    /// Those that have been admitted.
    clients: TaskTracker,
}

impl Server {
    async fn admit(self, stream: Stream) {
        let connection = match &self.acceptor {
            None => Connection::Plain(stream),
            Some(acceptor) => match tokio::time::timeout(HANDSHAKE_TIMEOUT, acceptor.accept(stream)).await {
                Ok(Ok(stream)) => Connection::Tls(Box::new(stream)),
                Ok(Err(error)) => {
                    tracing::warn!(error = %error, "a client was refused");
                    return;
                }
                Err(_) => {
                    tracing::warn!("a client did not finish its handshake in time");
                    return;
                }
            },
        };
        self.clients.clone().spawn(self.speak(connection));
    }

    async fn speak(self, connection: Connection) {
        let mut http2 = http2::Builder::new(TokioExecutor::new());
        // As many calls as the host likes: it has its own limit.
        http2.max_concurrent_streams(None);
        let services = self.services.of_connection();
        let service =
            service_fn(|request: Request<Incoming>| services.serve(request.map(Body::new)).map(Ok::<_, Infallible>));
        let mut spoken = pin!(http2.serve_connection(TokioIo::new(connection), service));
        let outcome = tokio::select! {
            outcome = &mut spoken => outcome,
            () = self.shutdown.cancelled() => {
                spoken.as_mut().graceful_shutdown();
                spoken.await
            }
        };
        // At the end, the host breaks it off by going.
        if let Err(error) = outcome
            && !self.shutdown.is_cancelled()
        {
            tracing::debug!(error = %error, "a connection broke off");
        }
    }
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
delegate_io!(Connection { Plain, Tls });
