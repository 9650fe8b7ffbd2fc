//! From accepted sockets to authenticated connections.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;

use super::listener::{Listener, Stream};
use super::tls::ServerTls;

/// A client has this long to finish its TLS handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// At most this many clients are under way to a connection. A host is one, and a crowd must not use up all descriptors.
const MAX_ADMISSIONS: usize = 32;

/// This long the listener rests after an error such as "too many open files".
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A connection that may speak gRPC.
pub(super) enum Connection {
    Plain(Stream),
    Tls(Box<TlsStream<Stream>>),
}

/// Accepts until the receiving end is dropped. Each handshake runs by itself, so that a slow or hostile client keeps
/// nobody waiting; one that fails is dropped, and in a crowd the one that takes longest.
pub(super) fn accept(listener: Listener, tls: Option<&ServerTls>) -> ReceiverStream<io::Result<Connection>> {
    let (sender, receiver) = mpsc::channel(16);
    let acceptor = tls.map(|tls| TlsAcceptor::from(Arc::clone(&tls.config)));
    tokio::spawn(async move {
        let mut admissions = Admissions::default();
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = sender.closed() => return,
            };
            match accepted {
                Ok(stream) => admissions.start(admit(stream, acceptor.clone(), sender.clone())),
                Err(error) => {
                    tracing::warn!(error = %error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    });
    ReceiverStream::new(receiver)
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

async fn admit(stream: Stream, acceptor: Option<TlsAcceptor>, sender: mpsc::Sender<io::Result<Connection>>) {
    let connection = match acceptor {
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
    // The server is going away if nobody takes it.
    drop(sender.send(Ok(connection)).await);
}

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) {}
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
