//! A proxy that leads nowhere but here: whatever host a client asks it for, the sandbox itself answers.
//!
//! It needs no port of its own. The plain listener is a proxy to whoever asks it as one: for a tunnel (CONNECT), which
//! ends at the sandbox's own HTTPS, or for a whole URL, which the sandbox answers as if it were that host.

use std::sync::{Arc, Mutex};

use axum::{
    body::Body,
    extract::{Extension, Request, State},
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, PROXY_AUTHENTICATE},
    },
    middleware::Next,
    response::Response,
};

use crate::{answer::SIGN_IN_PAGE, lock::lock, wire::Wire};

/// The state of the proxy.
#[derive(Debug, Default)]
pub(crate) struct Proxy {
    sign_in_page: bool,
    hosts: Mutex<Vec<String>>,
}

impl Proxy {
    /// A proxy that wants a sign-in, or one that does not.
    pub(crate) fn new(sign_in_page: bool) -> Self {
        Self { sign_in_page, ..Self::default() }
    }

    pub(crate) fn wants_sign_in(&self) -> bool {
        self.sign_in_page
    }

    /// Writes down where a tunnel was to lead.
    pub(crate) fn record(&self, host: String) {
        lock(&self.hosts).push(host);
    }

    /// Where the tunnels asked for so far were to lead.
    pub(crate) fn hosts(&self) -> Vec<String> {
        lock(&self.hosts).clone()
    }

    pub(crate) fn forget(&self) {
        lock(&self.hosts).clear();
    }
}

/// Passes a request on, unless it came through a proxy that wants a sign-in first.
pub(super) async fn sign_in(
    State(proxy): State<Arc<Proxy>>,
    Extension(wire): Extension<Wire>,
    request: Request,
    next: Next,
) -> Response {
    let is_stopped = wire.is_proxied() && proxy.wants_sign_in();
    if is_stopped { sign_in_page(StatusCode::OK) } else { next.run(request).await }
}

/// The page of a proxy that wants a sign-in. It comes from the proxy, so that it tells no id of a request.
pub(crate) fn sign_in_page(status: StatusCode) -> Response {
    let mut page = Response::new(Body::from(SIGN_IN_PAGE));
    *page.status_mut() = status;
    page.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
        page.headers_mut().insert(PROXY_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"sandbox\""));
    }
    page
}

/// The answer to a tunnel that has nowhere to end.
pub(crate) fn no_https() -> Response {
    let mut answer =
        Response::new(Body::from("This sandbox was started without HTTPS: Builder::https starts it with.\n"));
    *answer.status_mut() = StatusCode::BAD_GATEWAY;
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_recorded_then_in_order_until_they_are_forgotten() {
        let proxy = Proxy::default();
        proxy.record("b:443".to_owned());
        proxy.record("a:443".to_owned());
        assert_eq!(proxy.hosts(), ["b:443", "a:443"]);
        proxy.forget();
        assert!(proxy.hosts().is_empty());
    }

    #[test]
    fn sign_in_page_for_a_tunnel_then_it_asks_for_credentials_and_otherwise_not() {
        let asks = |status| sign_in_page(status).headers().contains_key(PROXY_AUTHENTICATE);
        assert!(asks(StatusCode::PROXY_AUTHENTICATION_REQUIRED));
        assert!(!asks(StatusCode::OK));
    }
}
