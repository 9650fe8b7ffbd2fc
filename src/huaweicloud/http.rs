//! Configures the HTTP client (proxies, TLS, name resolution) and translates its errors.

use std::error::Error as StdError;
use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, Proxy};
use url::Url;

use super::proxies::{ProxyRules, blame};
use super::resolver::{LookupFailed, SystemResolver};
use super::text::clean;
use super::tunnel::{self, Stage};
use super::{ErrorKind, Proxies, TlsFailure, TlsOptions, tls};

/// Time limit for connecting.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The error text of hyper-util for a proxy's response 407 to CONNECT. The type of this error is private.
const PROXY_SIGN_IN: &str = "tunnel error: proxy authorization required";

/// The error text of tokio-rustls for a server that closes the connection during the TLS handshake.
const HANDSHAKE_CLOSED: &str = "tls handshake eof";

/// Options of the HTTP client.
#[derive(Clone, Default)]
pub struct HttpOptions {
    /// The value of the header `User-Agent`.
    pub user_agent: String,
    /// The TLS options.
    pub tls: TlsOptions,
    /// The proxies for requests to the services.
    pub proxies: Proxies,
}

/// Creates HTTP clients on first use.
pub(super) struct Http {
    options: HttpOptions,
    proxies: Arc<ProxyRules>,
    usual: OnceLock<reqwest::Client>,
    direct: OnceLock<reqwest::Client>,
}

impl Http {
    pub(super) fn new(options: HttpOptions) -> Self {
        let proxies = Arc::new(ProxyRules::new(&options.proxies));
        Self { options, proxies, usual: OnceLock::new(), direct: OnceLock::new() }
    }

    /// Returns the client for a request to a service at this URL.
    pub(super) fn client(&self, url: &Url) -> Result<&reqwest::Client, ErrorKind> {
        self.proxy(url)?;
        get_or_try_init(&self.usual, || {
            let tls = tls::client_config(&self.options.tls)?;
            let mut builder = self.builder().tls_backend_preconfigured(tls);
            if !self.proxies.are_empty() {
                let proxies = self.proxies.clone();
                builder = builder.proxy(Proxy::custom(move |url| proxies.of(url).ok().flatten().cloned()));
            }
            build(builder)
        })
    }

    /// Returns the client for addresses on this machine or its own network, which bypasses proxies.
    pub(super) fn direct(&self) -> Result<&reqwest::Client, ErrorKind> {
        get_or_try_init(&self.direct, || {
            build(self.builder().tls_backend_preconfigured(tls::client_config(&TlsOptions::default())?))
        })
    }

    /// Returns the proxy for a request to a service at this URL.
    pub(super) fn proxy(&self, url: &Url) -> Result<Option<&Url>, ErrorKind> {
        self.proxies.of(url)
    }

    /// Returns the kind of an error of a request to this URL, which was sent through a proxy if the URL has one.
    pub(super) async fn failure(&self, error: reqwest::Error, url: &Url) -> ErrorKind {
        let Ok(Some(proxy)) = self.proxy(url) else { return failure(error) };
        let stage = tunnel::stage(&causes(&error), url, error.is_connect());
        match stage {
            Stage::Proxy => blame(failure(error)),
            Stage::Refused => tunnel::refusal(proxy, url, &self.options.tls, &SystemResolver).await,
            Stage::Host => failure(error),
        }
    }

    fn builder(&self) -> ClientBuilder {
        reqwest::Client::builder()
            .no_proxy()
            .user_agent(&self.options.user_agent)
            .redirect(Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .dns_resolver(SystemResolver)
    }
}

fn build(builder: ClientBuilder) -> Result<reqwest::Client, ErrorKind> {
    builder.build().map_err(|error| ErrorKind::Unreachable(format!("the HTTP client cannot be made: {error}")))
}

fn get_or_try_init<T>(cell: &OnceLock<T>, init: impl FnOnce() -> Result<T, ErrorKind>) -> Result<&T, ErrorKind> {
    match cell.get() {
        Some(value) => Ok(value),
        None => init().map(|value| cell.get_or_init(|| value)),
    }
}

/// Returns the kind of an error that prevented a response.
pub(super) fn failure(error: reqwest::Error) -> ErrorKind {
    let error = error.without_url();
    let timed_out = error.is_timeout();
    let causes = causes(&error);
    if let Some(lookup) = causes.iter().find_map(|cause| cause.downcast_ref::<LookupFailed>()) {
        return lookup.kind();
    }
    if let Some(tls) = causes.iter().find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
        return ErrorKind::Tls(TlsFailure::of(tls));
    }
    if timed_out {
        return ErrorKind::Unreachable(format!("no connection within {} s", CONNECT_TIMEOUT.as_secs()));
    }
    // The innermost cause is the most specific; the outer ones say "error sending request".
    let innermost = causes.last().map_or_else(|| error.to_string(), ToString::to_string);
    if innermost == PROXY_SIGN_IN {
        return ErrorKind::ProxySignIn;
    }
    if innermost == HANDSHAKE_CLOSED {
        return ErrorKind::Unreachable("the server closed the connection during the TLS handshake".to_owned());
    }
    ErrorKind::Unreachable(clean(&innermost))
}

/// Returns an error and all of its causes, including the error wrapped in an I/O error, which `source` skips.
fn causes(error: &reqwest::Error) -> Vec<&(dyn StdError + 'static)> {
    let mut causes: Vec<&(dyn StdError + 'static)> = vec![error];
    while let Some(last) = causes.last().copied() {
        let wrapped = last.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        match wrapped.map(|error| error as &(dyn StdError + 'static)).or_else(|| last.source()) {
            Some(cause) => causes.push(cause),
            None => break,
        }
    }
    causes
}
