//! The ways into the sandbox: plain connections, connections with TLS, and tunnels through its own proxy.

use std::{convert::Infallible, net::TcpListener as StdListener, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode},
    response::Response,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;
use tower_service::Service;

use super::{State, proxy, router::router};
use crate::wire::{Connection, Wire};

/// This long a listener rests after an error such as "too many open files".
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Which way in a listener is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Door {
    /// HTTP, and the proxy.
    Plain,
    /// HTTPS.
    Secured,
}

/// What is behind every door.
#[derive(Clone)]
pub(crate) struct House {
    state: Arc<State>,
    router: Router,
    tls: Option<TlsAcceptor>,
}

impl House {
    /// A sandbox that can speak TLS if it is told how.
    pub(crate) fn new(state: Arc<State>, tls: Option<TlsAcceptor>) -> Self {
        Self { router: router(&state), state, tls }
    }

    /// Lets everyone in who comes to that door, for ever.
    pub(crate) async fn open(self, door: Door, listener: StdListener) {
        let listener = TcpListener::from_std(listener).expect("a runtime with input and output takes a listener");
        loop {
            let connection = accept(&listener).await;
            let wire = connection.wire().clone();
            let house = self.clone();
            match door {
                Door::Plain => tokio::spawn(house.serve(connection, wire)),
                Door::Secured => tokio::spawn(house.secure(connection, wire)),
            };
        }
    }

    /// Serves a connection that begins with a TLS handshake.
    async fn secure(self, io: impl AsyncRead + AsyncWrite + Send + Unpin + 'static, wire: Wire) {
        if let Some(acceptor) = &self.tls
            && let Ok(io) = acceptor.accept(io).await
        {
            self.serve(io, wire).await;
        }
    }

    /// Serves a connection to its end, which may come at any time and is no error of the sandbox.
    async fn serve(self, io: impl AsyncRead + AsyncWrite + Send + Unpin + 'static, wire: Wire) {
        let service = service_fn(|request| self.clone().answer(request, wire.clone()));
        let _ = http1::Builder::new().serve_connection(TokioIo::new(io), service).with_upgrades().await;
    }

    async fn answer(mut self, mut request: Request<Incoming>, wire: Wire) -> Result<Response, Infallible> {
        if request.method() == Method::CONNECT {
            return Ok(self.connect(request, wire));
        }
        let wire = if request.uri().authority().is_some() { wire.through_proxy() } else { wire };
        request.extensions_mut().insert(wire);
        self.router.call(request).await
    }

    /// Answers the wish for a tunnel, and serves what comes through it.
    fn connect(self, request: Request<Incoming>, wire: Wire) -> Response {
        self.state.proxy.record(request.uri().to_string());
        if self.state.proxy.wants_sign_in() {
            return proxy::sign_in_page(StatusCode::PROXY_AUTHENTICATION_REQUIRED);
        }
        if self.tls.is_none() {
            return proxy::no_https();
        }
        tokio::spawn(async move {
            if let Ok(tunnel) = hyper::upgrade::on(request).await {
                self.secure(TokioIo::new(tunnel), wire.through_proxy()).await;
            }
        });
        Response::new(Body::empty())
    }
}

async fn accept(listener: &TcpListener) -> Connection {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return Connection::new(stream),
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}
