//! The HTTP client underneath: proxies, TLS, name lookups, and what their failures mean.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::OnceLock;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hyper_util::client::proxy::matcher::Matcher;
use percent_encoding::percent_decode_str;
use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, NoProxy, Proxy};
use secrecy::SecretString;
use url::{ParseError, Url};

use super::resolver::{LookupFailed, SystemResolver};
use super::text::clean;
use super::{ErrorKind, TlsFailure, TlsOptions, tls};

/// A connection has to be made within this time.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Hosts that no proxy can reach for this machine; Go's programs, the official provider among them, except them too.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1";

/// What hyper-util says when a proxy answers 407 to CONNECT. The type of that error is private there.
const PROXY_SIGN_IN: &str = "tunnel error: proxy authorization required";

/// What it says when a proxy answers otherwise than with 200 or 407.
const TUNNEL_REFUSED: &str = "tunnel error: unsuccessful";

/// What tokio-rustls says when a server closes the connection before it is secured.
const HANDSHAKE_CLOSED: &str = "tls handshake eof";

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

    /// The proxy through which the client for the services sends a request to this URL.
    pub(super) fn proxy(&self, url: &Url) -> Option<Url> {
        self.options.proxies.of(url)
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
    /// The proxies that are signed in to, each once.
    pub(super) fn sign_ins(&self) -> Vec<Url> {
        let urls = [&self.https, &self.http].into_iter().flatten().filter_map(|url| proxy_url(url));
        let mut urls: Vec<_> = urls.filter(|url| !url.username().is_empty() || url.password().is_some()).collect();
        urls.dedup();
        urls
    }

    /// The proxy for a URL. Asks what reqwest itself asks.
    fn of(&self, url: &Url) -> Option<Url> {
        let proxy = if url.scheme() == "https" { &self.https } else { &self.http };
        let proxy = proxy_url(proxy.as_deref()?)?;
        let matcher = Matcher::builder().all(proxy.as_str()).no(self.exceptions()).build();
        matcher.intercept(&url.as_str().parse().ok()?).map(|_| proxy)
    }

    fn exceptions(&self) -> String {
        [self.no_proxy.as_deref().unwrap_or_default(), LOOPBACK].join(",")
    }

    fn build(&self) -> Result<Vec<Proxy>, ErrorKind> {
        let exceptions = NoProxy::from_string(&self.exceptions());
        let https = self.https.as_deref().map(|url| ("HTTPS_PROXY", proxy_url(url).map(Proxy::https)));
        let http = self.http.as_deref().map(|url| ("HTTP_PROXY", proxy_url(url).map(Proxy::http)));
        let proxies = https.into_iter().chain(http).map(|(argument, proxy)| {
            let problem = "it is not the URL of a proxy, such as http://proxy.example.com:3128".to_owned();
            let proxy = proxy.and_then(Result::ok).ok_or(ErrorKind::Option { argument, problem })?;
            Ok(proxy.no_proxy(exceptions.clone()))
        });
        proxies.collect()
    }
}

/// The URL of a proxy that is spoken to in HTTP, plain or in TLS. It needs no scheme: reqwest puts `http://` before it
/// likewise.
fn proxy_url(text: &str) -> Option<Url> {
    match Url::parse(text) {
        // Others would be passed over, and the request sent past the proxy.
        Ok(url) if url.has_host() => Some(url).filter(|url| matches!(url.scheme(), "http" | "https")),
        // A user or host before a colon looks like a scheme.
        Ok(_) | Err(ParseError::RelativeUrlWithoutBase) => {
            Url::parse(&format!("http://{text}")).ok().filter(Url::has_host)
        }
        Err(_) => None,
    }
}

/// What a proxy is signed in with, in each form in which it may come back: as it stands in the URL, decoded, and in the
/// Base64 of `Proxy-Authorization`. A user without a password may be a token.
pub(super) fn proxy_secrets(url: &Url) -> [SecretString; 3] {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let (user, password) = (url.username(), url.password().unwrap_or_default());
    let secret = if password.is_empty() { user } else { password };
    let sent = BASE64.encode(format!("{}:{}", decoded(user), decoded(password)));
    [secret.to_owned(), decoded(secret), sent].map(SecretString::from)
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

/// What kept a request from being answered.
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
    // The innermost cause says most; the outer ones say "error sending request".
    let innermost = causes.last().map_or_else(|| error.to_string(), ToString::to_string);
    if innermost == PROXY_SIGN_IN {
        return ErrorKind::ProxySignIn;
    }
    if innermost == TUNNEL_REFUSED {
        return ErrorKind::Unreachable("the proxy does not connect to the host".to_owned());
    }
    if innermost == HANDSHAKE_CLOSED {
        return ErrorKind::Unreachable("the server closed the connection during the TLS handshake".to_owned());
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

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn user_or_password_of_a_proxy_then_known_encoded_decoded_and_as_sent() {
        let known = |url: &str| {
            let proxies = Proxies { https: Some(url.to_owned()), ..Proxies::default() };
            let secrets = proxies.sign_ins().iter().flat_map(proxy_secrets).collect::<Vec<_>>();
            secrets.iter().map(|secret| secret.expose_secret().to_owned()).collect::<Vec<_>>()
        };
        let with_password = ["hunter%402", "hunter@2", "YW5uOmh1bnRlckAy"];
        assert_eq!(known("http://ann:hunter%402@h:3128"), with_password);
        assert_eq!(known("ann:hunter%402@h:3128"), with_password);
        assert_eq!(known("hunter%402@h:3128"), ["hunter%402", "hunter@2", "aHVudGVyQDI6"]);
        assert_eq!(known("http://ann:@h:3128"), ["ann", "ann", "YW5uOg=="]);
        for none in ["http://h:3128", "h:3128", "http://h:99999", ""] {
            assert_eq!(known(none).len(), 0, "{none}");
        }
    }

    #[test]
    fn proxy_of_another_scheme_then_refused_and_not_passed_over() {
        let built =
            |url: &str| Proxies { https: Some(url.to_owned()), ..Proxies::default() }.build().map(|built| built.len());
        for url in ["http://h:1", "https://h:1", "h:1", "ann:hunter2@h"] {
            assert_eq!(built(url), Ok(1), "{url}");
        }
        for url in ["ftp://h:1", "socks5://h:1", "foo://ann:hunter2@h"] {
            let refused = built(url).expect_err(url).to_string();
            assert!(refused.contains("HTTPS_PROXY") && !refused.contains("hunter2"), "{refused}");
        }
    }

    #[test]
    fn url_then_the_proxy_of_its_scheme_unless_excepted() {
        let proxies = Proxies {
            https: Some("ann:hunter2@secure:3128".to_owned()),
            http: Some("http://plain".to_owned()),
            no_proxy: Some("example.com, 10.0.0.0/8".to_owned()),
        };
        let of = |url: &str| proxies.of(&url.parse().expect("a URL")).map(|proxy| proxy.host_str().map(str::to_owned));
        assert_eq!(of("https://h/a?b=c"), Some(Some("secure".to_owned())));
        assert_eq!(of("http://h:8080/"), Some(Some("plain".to_owned())));
        for past in ["https://a.example.com/", "http://10.1.2.3/", "http://localhost:1/", "http://[::1]/"] {
            assert_eq!(of(past), None, "{past}");
        }
    }
}
