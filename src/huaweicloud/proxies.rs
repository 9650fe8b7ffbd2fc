//! The proxies of the environment: selects the proxy of a request, and describes problems with it.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::{ParseError, Url};

use super::no_proxy::NoProxy;
use super::{ErrorKind, TlsFailure};

/// The proxies of the environment. Their URLs may contain passwords.
#[derive(Clone, Default)]
pub struct Proxies {
    /// The proxy for `https` URLs.
    pub https: Option<String>,
    /// The proxy for `http` URLs.
    pub http: Option<String>,
    /// The hosts whose requests bypass the proxies, separated by commas.
    pub no_proxy: Option<String>,
}

/// A problem with a proxy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProxyProblem {
    /// The environment variable has no valid URL. The value is not shown, because it may contain a password.
    #[error("the environment variable {variable} {problem}")]
    Setting {
        /// The environment variable.
        variable: &'static str,
        /// The problem with its value.
        problem: ProxyUrlProblem,
    },
    /// The proxy's host name has no address.
    #[error("the proxy's host {0} cannot be found")]
    HostNotFound(String),
    /// The connection to the proxy failed.
    #[error("the proxy cannot be reached: {0}")]
    Unreachable(String),
    /// The proxy's URL begins with `https`, and the TLS connection to it failed.
    #[error("the TLS connection to the proxy failed: {0}")]
    Tls(TlsFailure),
    /// The proxy refused to connect to the host.
    #[error("the proxy refused to connect to the host: {}", format!("{status} {reason}").trim_end())]
    Refused {
        /// The status of its response.
        status: u16,
        /// The reason phrase of the status line.
        reason: String,
    },
    /// The proxy refused a tunnel once, and opened it at the second attempt.
    #[error("the proxy refused to connect to the host once")]
    RefusedOnce,
    /// The server at the proxy's address does not speak HTTP.
    #[error("the response of the proxy is not HTTP")]
    NotHttp,
}

/// What is wrong with the URL of a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProxyUrlProblem {
    /// The value is something else than a URL of the scheme `http` or `https`.
    #[error("is not the URL of an HTTP proxy")]
    Invalid,
    /// The scheme is a SOCKS scheme.
    #[error("names a SOCKS proxy, and SOCKS is not supported")]
    Socks,
    /// The user or the password contains characters that must be percent-encoded in a URL.
    #[error("has characters in its user or password that must be percent-encoded")]
    Unencoded,
}

impl ProxyProblem {
    /// Returns whether a retry may succeed.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::RefusedOnce => true,
            Self::Refused { status, .. } => *status >= 500,
            _ => false,
        }
    }

    /// Returns the problem with `change` applied to every text from outside. Lists all kinds, as [`ErrorKind::map_text`]
    /// does.
    pub(super) fn map_text(self, change: impl Fn(String) -> String) -> Self {
        match self {
            Self::Unreachable(problem) => Self::Unreachable(change(problem)),
            Self::Tls(TlsFailure { reason, text }) => Self::Tls(TlsFailure { reason, text: change(text) }),
            Self::Refused { status, reason } => Self::Refused { status, reason: change(reason) },
            Self::HostNotFound(host) => Self::HostNotFound(change(host)),
            Self::Setting { variable, problem } => Self::Setting { variable, problem },
            Self::RefusedOnce => Self::RefusedOnce,
            Self::NotHttp => Self::NotHttp,
        }
    }
}

/// Converts the error of a request to an error of the connection to its proxy.
pub(super) fn blame(failure: ErrorKind) -> ErrorKind {
    match failure {
        ErrorKind::HostNotFound(host) => ErrorKind::Proxy(ProxyProblem::HostNotFound(host)),
        ErrorKind::Unreachable(problem) => ErrorKind::Proxy(ProxyProblem::Unreachable(match problem.as_str() {
            "tunnel error: unexpected end of file" => "it closed the connection without a response".to_owned(),
            "tunnel error: proxy response headers too long" => "the headers of its response are too long".to_owned(),
            _ => problem,
        })),
        ErrorKind::Tls(problem) => ErrorKind::Proxy(ProxyProblem::Tls(problem)),
        other => other,
    }
}

/// Selects the proxy of a request. The HTTP client uses the same selection.
pub(super) struct ProxyRules {
    https: Option<Result<Url, ProxyProblem>>,
    http: Option<Result<Url, ProxyProblem>>,
    no_proxy: NoProxy,
}

impl ProxyRules {
    pub(super) fn new(proxies: &Proxies) -> Self {
        let read = |variable, value: &Option<String>| {
            let url = proxy_url(value.as_deref().filter(|value| !value.trim().is_empty())?);
            Some(url.map_err(|problem| ProxyProblem::Setting { variable, problem }))
        };
        Self {
            https: read("HTTPS_PROXY", &proxies.https),
            http: read("HTTP_PROXY", &proxies.http),
            no_proxy: NoProxy::parse(proxies.no_proxy.as_deref().unwrap_or_default()),
        }
    }

    /// Returns whether no proxy is configured.
    pub(super) fn are_empty(&self) -> bool {
        self.https.is_none() && self.http.is_none()
    }

    /// Returns the proxy for a URL, if any. An invalid setting is an error only for the URLs that it applies to.
    pub(super) fn of(&self, url: &Url) -> Result<Option<&Url>, ErrorKind> {
        let proxy = match url.scheme() {
            "https" => self.https.as_ref(),
            "http" => self.http.as_ref(),
            _ => None,
        };
        match proxy.filter(|_| !self.no_proxy.contains(url)) {
            Some(Err(problem)) => Err(ErrorKind::Proxy(problem.clone())),
            Some(Ok(proxy)) => Ok(Some(proxy)),
            None => Ok(None),
        }
    }
}

impl Proxies {
    /// Returns the proxies whose URLs have a user or a password, without duplicates.
    pub(super) fn sign_ins(&self) -> Vec<Url> {
        let urls = [&self.https, &self.http].into_iter().flatten().filter_map(|url| proxy_url(url).ok());
        let mut urls: Vec<_> = urls.filter(|url| !url.username().is_empty() || url.password().is_some()).collect();
        urls.dedup();
        urls
    }
}

/// Parses the URL of an HTTP or HTTPS proxy. The scheme defaults to `http`.
fn proxy_url(text: &str) -> Result<Url, ProxyUrlProblem> {
    let text = text.trim();
    let parsed = match Url::parse(text) {
        Ok(url) if url.has_host() => Some(url),
        // A user or a host before a colon is parsed as a scheme.
        Ok(_) | Err(ParseError::RelativeUrlWithoutBase) => {
            Url::parse(&format!("http://{text}")).ok().filter(Url::has_host)
        }
        Err(_) => None,
    };
    match parsed {
        Some(url) if url.scheme().starts_with("socks") => Err(ProxyUrlProblem::Socks),
        // The host follows the last @.
        Some(url)
            if [Some(url.path()), url.query(), url.fragment()].iter().flatten().any(|part| part.contains('@')) =>
        {
            Err(ProxyUrlProblem::Unencoded)
        }
        // With another scheme, requests would bypass the proxy.
        Some(url) => Some(url).filter(|url| matches!(url.scheme(), "http" | "https")).ok_or(ProxyUrlProblem::Invalid),
        None => match text.rsplit_once('@') {
            Some((_, host)) if Url::parse(&format!("http://{host}")).is_ok() => Err(ProxyUrlProblem::Unencoded),
            _ => Err(ProxyUrlProblem::Invalid),
        },
    }
}

/// Returns the URL of a proxy for logs and errors: scheme, host and port.
pub(super) fn printed(proxy: &Url) -> String {
    let port = proxy.port_or_known_default().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}", proxy.scheme(), proxy.host_str().unwrap_or_default())
}

/// Returns the value of `Proxy-Authorization` for a proxy whose URL has a user or a password.
pub(super) fn authorization(proxy: &Url) -> Option<SecretString> {
    let is_given = !proxy.username().is_empty() || proxy.password().is_some();
    is_given.then(|| format!("Basic {}", credentials(proxy)).into())
}

fn credentials(proxy: &Url) -> String {
    BASE64.encode(format!("{}:{}", decoded(proxy.username()), decoded(proxy.password().unwrap_or_default())))
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Returns the secret of a proxy's URL in each form that a response may contain: as in the URL, decoded, and in the Base64 of
/// `Proxy-Authorization`. A user without a password may be a token.
pub(super) fn proxy_secrets(url: &Url) -> [SecretString; 3] {
    let (user, password) = (url.username(), url.password().unwrap_or_default());
    let secret = if password.is_empty() { user } else { password };
    [secret.to_owned(), decoded(secret), credentials(url)].map(SecretString::from)
}

/// Omits passwords.
impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proxies")
    }
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
    fn value_is_no_url_of_an_http_proxy_then_the_problem_is_named() {
        for url in ["http://h:1", "https://h:1", "h:1", " h:1 ", "ann:hunter2@h", "http://ann:hunter@2@h:1", "htp//x"] {
            assert!(proxy_url(url).is_ok(), "{url}");
        }
        for url in ["ftp://h:1", "foo://ann:hunter2@h", "http://", "http://ann:hunter2@h:99999", "http://h:port"] {
            assert_eq!(proxy_url(url), Err(ProxyUrlProblem::Invalid), "{url}");
        }
        for url in ["socks5://h:1", "socks5h://ann:hunter2@h:1", "SOCKS4://h", "socks://h:1"] {
            assert_eq!(proxy_url(url), Err(ProxyUrlProblem::Socks), "{url}");
        }
        for password in ["hun/ter", "hun#ter", "hun?ter", "hun\\ter", "12/34", "12#34", "12?34", "/", "#@x"] {
            for start in ["http://", ""] {
                let url = format!("{start}ann:{password}@h:3128");
                assert_eq!(proxy_url(&url), Err(ProxyUrlProblem::Unencoded), "{url}");
            }
        }
    }

    #[test]
    fn invalid_setting_then_error_only_for_urls_that_it_applies_to() {
        let proxies = Proxies {
            https: Some("socks5://ann:hunter2@h".to_owned()),
            http: None,
            no_proxy: Some("example.com".to_owned()),
        };
        let rules = ProxyRules::new(&proxies);
        let of = |url: &str| rules.of(&url.parse().expect("a URL")).map(Option::<&Url>::cloned);
        let refused = of("https://h/").expect_err("SOCKS").to_string();
        assert!(refused.contains("HTTPS_PROXY") && !refused.contains("hunter2"), "{refused}");
        for direct in ["http://h/", "https://a.example.com/", "https://localhost/"] {
            assert_eq!(of(direct), Ok(None), "{direct}");
        }
    }

    #[test]
    fn url_then_the_proxy_of_its_scheme_unless_excepted() {
        let proxies = Proxies {
            https: Some("ann:hunter2@secure:3128".to_owned()),
            http: Some("http://plain/hunter2?hunter2".to_owned()),
            no_proxy: Some("example.com, 10.0.0.0/8".to_owned()),
        };
        let rules = ProxyRules::new(&proxies);
        let of = |url: &str| rules.of(&url.parse().expect("a URL")).map(|proxy| proxy.map(printed));
        assert_eq!(of("https://h/a?b=c"), Ok(Some("http://secure:3128".to_owned())));
        assert_eq!(of("http://h:8080/"), Ok(Some("http://plain:80".to_owned())));
        for past in ["https://a.example.com/", "http://10.1.2.3/", "http://localhost:1/", "http://[::1]/"] {
            assert_eq!(of(past), Ok(None), "{past}");
        }
    }
}
