//! Sockets: loopback only, and cut when a fault says so.
//!
//! A web framework answers requests; it cannot refuse to. So every connection carries a [`Wire`], and whoever answers a
//! request on it may cut it: what would be written then is not, and the connection is reset.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// Listens at a loopback address.
///
/// # Errors
///
/// `InvalidInput` for any address that another machine could reach, else whatever the operating system says.
pub(crate) fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    if !address.ip().is_loopback() {
        let message = format!("{address} is not a loopback address: the sandbox must stay on this machine");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// The handle on one connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wire {
    cut: Arc<AtomicBool>,
    proxied: bool,
}

impl Wire {
    /// Nothing more is written; the client sees its connection reset.
    pub(crate) fn cut(&self) {
        self.cut.store(true, Ordering::Relaxed);
    }

    /// The same connection, for what comes through the sandbox's proxy on it.
    pub(crate) fn through_proxy(self) -> Self {
        Self { proxied: true, ..self }
    }

    /// Whether the request at hand came through the sandbox's proxy.
    pub(crate) fn is_proxied(&self) -> bool {
        self.proxied
    }

    fn is_cut(&self) -> bool {
        self.cut.load(Ordering::Relaxed)
    }
}

/// A connection with its [`Wire`].
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    wire: Wire,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream) -> Self {
        // A socket without this option is slower, not wrong.
        let _ = stream.set_nodelay(true);
        Self { stream, wire: Wire::default() }
    }

    pub(crate) fn wire(&self) -> &Wire {
        &self.wire
    }

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
        let listener = tokio::net::TcpListener::from_std(listener).expect("inside a runtime");
        let mut connection = Connection::new(listener.accept().await.expect("a client").0);

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
