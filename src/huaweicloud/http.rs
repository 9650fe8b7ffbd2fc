//! The HTTP client underneath: proxies, TLS, name lookups, and what their failures mean.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, NoProxy, Proxy};
use secrecy::SecretString;
use url::Url;

use super::error::clean;
use super::{ErrorKind, TlsOptions, tls};

/// A connection has to be made within this time.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Hosts that no proxy can reach for this machine; Go's programs, the official provider among them, except them too.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1";

/// What hyper-util says when a proxy answers 407 to CONNECT. The type of that error is private there.
const PROXY_SIGN_IN: &str = "tunnel error: proxy authorization required";

/// How requests travel.
#[derive(Clone, Default)]
pub struct HttpOptions {
    /// How they name their sender.
    pub user_agent: String,
    /// How connections are secured.
    pub tls: TlsOptions,
    /// The proxies between here and the services.
    pub proxies: Proxies,
}

/// The proxies of the environment. Their URLs may hold passwords.
#[derive(Clone, Default)]
pub struct Proxies {
    /// The proxy for `https` URLs.
    pub https: Option<String>,
    /// The proxy for `http` URLs.
    pub http: Option<String>,
    /// The hosts that are reached without one, separated by commas.
    pub no_proxy: Option<String>,
}

/// Makes HTTP clients when they are first needed.
pub(super) struct Http {
    options: HttpOptions,
    usual: OnceLock<reqwest::Client>,
    direct: OnceLock<reqwest::Client>,
}

impl Http {
    pub(super) fn new(options: HttpOptions) -> Self {
        Self { options, usual: OnceLock::new(), direct: OnceLock::new() }
    }

    /// The client for the services.
    pub(super) fn client(&self) -> Result<&reqwest::Client, ErrorKind> {
        get_or_try_init(&self.usual, || {
            let tls = tls::client_config(&self.options.tls)?;
            let mut builder = self.builder().tls_backend_preconfigured(tls);
            for proxy in self.options.proxies.build()? {
                builder = builder.proxy(proxy);
            }
            build(builder)
        })
    }

    /// The client for addresses that are on this very machine or network: no proxy knows them.
    pub(super) fn direct(&self) -> Result<&reqwest::Client, ErrorKind> {
        get_or_try_init(&self.direct, || {
            build(self.builder().tls_backend_preconfigured(tls::client_config(&TlsOptions::default())?))
        })
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

impl Proxies {
    /// The passwords in the URLs.
    pub(super) fn secrets(&self) -> Vec<SecretString> {
        let urls = [&self.https, &self.http].into_iter().flatten();
        urls.filter_map(|url| Some(Url::parse(url).ok()?.password()?.into())).collect()
    }

    fn build(&self) -> Result<Vec<Proxy>, ErrorKind> {
        let exceptions = NoProxy::from_string(&[self.no_proxy.as_deref().unwrap_or_default(), LOOPBACK].join(","));
        let https = self.https.as_deref().map(|url| ("HTTPS_PROXY", Proxy::https(url)));
        let http = self.http.as_deref().map(|url| ("HTTP_PROXY", Proxy::http(url)));
        let proxies = https.into_iter().chain(http).map(|(argument, proxy)| {
            let problem = "it is not the URL of a proxy, such as http://proxy.example.com:3128".to_owned();
            let proxy = proxy.map_err(|_| ErrorKind::Option { argument, problem })?;
            Ok(proxy.no_proxy(exceptions.clone()))
        });
        proxies.collect()
    }
}

/// Shows no passwords.
impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proxies")
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

/// Asks the system for addresses, and fails in a way that can be told from other failures.
struct SystemResolver;

#[derive(Debug, thiserror::Error)]
#[error("the host {host} cannot be found")]
struct HostNotFound {
    host: String,
    source: io::Error,
}

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await.map(Iterator::collect::<Vec<_>>);
            match found {
                Ok(addresses) => Ok(Box::new(addresses.into_iter()) as Addrs),
                Err(source) => Err(HostNotFound { host, source }.into()),
            }
        })
    }
}

/// What kept a request from being answered.
pub(super) fn failure(error: reqwest::Error) -> ErrorKind {
    let error = error.without_url();
    let timed_out = error.is_timeout();
    let causes = causes(&error);
    if let Some(HostNotFound { host, .. }) = causes.iter().find_map(|cause| cause.downcast_ref()) {
        return ErrorKind::HostNotFound(host.clone());
    }
    if let Some(tls) = causes.iter().find_map(|cause| cause.downcast_ref::<rustls::Error>()) {
        return ErrorKind::Tls(clean(&tls.to_string()));
    }
    if timed_out {
        return ErrorKind::Unreachable(format!("no connection within {} s", CONNECT_TIMEOUT.as_secs()));
    }
    // The innermost cause says most; the outer ones say "error sending request".
    let innermost = causes.last().map_or_else(|| error.to_string(), ToString::to_string);
    if innermost == PROXY_SIGN_IN {
        return ErrorKind::ProxySignIn;
    }
    ErrorKind::Unreachable(clean(&innermost))
}

/// An error and all that is behind it. An I/O error hides the error that it wraps from `source`.
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
