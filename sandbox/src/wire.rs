//! Sockets: loopback only, and cut when a fault says so.
//!
//! A web framework answers requests; it cannot refuse to. So every connection carries a [`Wire`], and whoever answers a
//! request on it may cut it: what would be written then is not, and the connection is reset.

use std::{
    io,
    net::{SocketAddr, TcpListener as StdListener},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use axum::{
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener as Listen},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};

/// Listens at a loopback address.
///
/// # Errors
///
/// `InvalidInput` for any address that another machine could reach, else whatever the operating system says.
pub(crate) fn bind(address: SocketAddr) -> io::Result<StdListener> {
    if !address.ip().is_loopback() {
        let message = format!("{address} is not a loopback address: the sandbox must stay on this machine");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    let listener = StdListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// The handle on one connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wire(Arc<AtomicBool>);

impl Wire {
    /// Nothing more is written; the client sees its connection reset.
    pub(crate) fn cut(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_cut(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Connected<IncomingStream<'_, Listener>> for Wire {
    fn connect_info(stream: IncomingStream<'_, Listener>) -> Self {
        stream.io().wire.clone()
    }
}

/// A listener whose connections can be cut.
#[derive(Debug)]
pub(crate) struct Listener(TcpListener);

impl Listener {
    /// Wraps a listener; must be called inside a runtime.
    pub(crate) fn new(listener: StdListener) -> io::Result<Self> {
        TcpListener::from_std(listener).map(Self)
    }
}

impl Listen for Listener {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, address) = Listen::accept(&mut self.0).await;
        // A socket without this option is slower, not wrong.
        let _ = stream.set_nodelay(true);
        (Connection { stream, wire: Wire::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A connection with its [`Wire`].
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    wire: Wire,
}

impl Connection {
    /// The stream, unless the wire was cut: then closing it resets the connection, and that is all it is good for.
    fn intact(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        if self.wire.is_cut() {
            self.stream.set_zero_linger()?;
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(Pin::new(&mut self.stream))
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.intact()?.poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.intact()?.poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.intact()?.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.intact()?.poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.intact()?.poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use tokio::io::AsyncWriteExt;

    use super::*;

    #[test]
    fn address_others_can_reach_then_refused_by_name() {
        for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
            let error = bind(address.parse().expect("an address")).expect_err("refused");
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
            assert!(error.to_string().contains(address), "{error}");
        }
    }

    #[test]
    fn port_in_use_then_the_error_of_the_operating_system() {
        let taken = bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
        let error = bind(taken.local_addr().expect("bound")).expect_err("taken");
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    }

    #[tokio::test]
    async fn wire_cut_then_writing_fails_and_the_client_sees_a_reset() {
        let listener = bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
        let mut client = std::net::TcpStream::connect(listener.local_addr().expect("bound")).expect("connects");
        let (mut connection, _) = Listener::new(listener).expect("inside a runtime").accept().await;

        connection.write_all(b"a").await.expect("intact");
        client.read_exact(&mut [0]).expect("what was written before");
        connection.wire.cut();
        let error = connection.write_all(b"b").await.expect_err("cut");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);

        drop(connection);
        let error = client.read(&mut [0]).expect_err("reset");
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }
}
