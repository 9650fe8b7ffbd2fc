//! Why a proxy opens no tunnel. The HTTP client hides the status of the refusal, so the proxy is asked once more.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use reqwest::dns::{Name, Resolve};
use secrecy::ExposeSecret;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use url::{Host, Url};

use super::proxies::{ProxyProblem, authorization, blame};
use super::text::clean;
use super::{ErrorKind, TlsFailure, TlsOptions, tls};

/// What every failure of a tunnel begins with in hyper-util. The type of these errors is private there.
const TUNNEL_ERROR: &str = "tunnel error: ";

/// A proxy responded neither with 200 nor with 407.
const UNSUCCESSFUL: &str = "tunnel error: unsuccessful";

/// The whole exchange has to end within this time.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// A status line is shorter than this number of bytes.
const LONGEST_STATUS_LINE: usize = 1 << 10;

/// How far a request through a proxy came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// There was no connection to the proxy, or the proxy did not respond.
    Proxy,
    /// The proxy refused the tunnel.
    Refused,
    /// The request reached the host, or may have reached it.
    Host,
}

/// How far the request came that failed with these errors, the innermost last.
pub(super) fn stage(causes: &[&(dyn StdError + 'static)], url: &Url, is_connect: bool) -> Stage {
    let mut texts = causes.iter().map(ToString::to_string).filter(|text| text.starts_with(TUNNEL_ERROR));
    match texts.next() {
        Some(text) if text == UNSUCCESSFUL => Stage::Refused,
        Some(_) => Stage::Proxy,
        // There is no tunnel for `http` URLs: the only connection is the one to the proxy.
        None if is_connect && url.scheme() == "http" => Stage::Proxy,
        None => Stage::Host,
    }
}

/// Why the proxy refuses a tunnel to the host of a URL.
pub(super) async fn refusal(proxy: &Url, url: &Url, options: &TlsOptions, resolver: &impl Resolve) -> ErrorKind {
    match timeout(TIME_LIMIT, ask(proxy, url, options, resolver)).await {
        Ok(Ok(Some((200, _)))) => ErrorKind::Proxy(ProxyProblem::RefusedOnce),
        Ok(Ok(Some((407, _)))) => ErrorKind::ProxySignIn,
        Ok(Ok(Some((status, reason)))) => ErrorKind::Proxy(ProxyProblem::Refused { status, reason }),
        Ok(Ok(None)) => ErrorKind::Proxy(ProxyProblem::NotHttp),
        Ok(Err(kind)) => blame(kind),
        Err(_) => blame(ErrorKind::Unreachable(format!("no response within {} s", TIME_LIMIT.as_secs()))),
    }
}

/// Asks for the tunnel, and returns the status and the reason of the response if it is HTTP.
async fn ask(
    proxy: &Url,
    url: &Url,
    options: &TlsOptions,
    resolver: &impl Resolve,
) -> Result<Option<(u16, String)>, ErrorKind> {
    let unreachable = |error: &io::Error| ErrorKind::Unreachable(clean(&error.to_string()));
    let stream = connect(proxy, resolver).await?;
    if proxy.scheme() == "http" {
        return exchange(stream, proxy, url).await.map_err(|error| unreachable(&error));
    }
    let name = proxy.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let name = ServerName::try_from(name).map_err(|error| ErrorKind::Unreachable(clean(&error.to_string())))?;
    let connector = TlsConnector::from(std::sync::Arc::new(tls::client_config(options)?));
    let insecure = |error: io::Error| match error.get_ref().and_then(|error| error.downcast_ref::<rustls::Error>()) {
        Some(error) => ErrorKind::Tls(TlsFailure::of(error)),
        None => unreachable(&error),
    };
    let stream = connector.connect(name, stream).await.map_err(insecure)?;
    exchange(stream, proxy, url).await.map_err(|error| unreachable(&error))
}

async fn connect(proxy: &Url, resolver: &impl Resolve) -> Result<TcpStream, ErrorKind> {
    let port = proxy.port_or_known_default().unwrap_or_default();
    let unreachable = |error: String| ErrorKind::Unreachable(clean(&error));
    let addresses = match proxy.host() {
        Some(Host::Ipv4(address)) => vec![(address, port).into()],
        Some(Host::Ipv6(address)) => vec![(address, port).into()],
        Some(Host::Domain(name)) => {
            let name: Name = name.parse().map_err(|_| ErrorKind::HostNotFound(name.to_owned()))?;
            let found = resolver.resolve(name).await.map_err(|error| unreachable(error.to_string()))?;
            found.map(|address| (address.ip(), port).into()).collect::<Vec<std::net::SocketAddr>>()
        }
        None => Vec::new(),
    };
    TcpStream::connect(&addresses[..]).await.map_err(|error| unreachable(error.to_string()))
}

async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    proxy: &Url,
    url: &Url,
) -> io::Result<Option<(u16, String)>> {
    let host = format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(443));
    let authorization = authorization(proxy).map(|value| format!("Proxy-Authorization: {}\r\n", value.expose_secret()));
    let request = format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n{}\r\n", authorization.unwrap_or_default());
    stream.write_all(request.as_bytes()).await?;
    let mut head = Vec::new();
    while !head.contains(&b'\n') && head.len() < LONGEST_STATUS_LINE {
        if stream.read_buf(&mut head).await? == 0 {
            if head.is_empty() {
                return Err(io::Error::other("it closed the connection without a response"));
            }
            break;
        }
    }
    Ok(status_line(&head))
}

/// The status and the reason of a response such as `HTTP/1.1 403 Forbidden`.
fn status_line(head: &[u8]) -> Option<(u16, String)> {
    let line = String::from_utf8_lossy(head.split(|byte| *byte == b'\n').next()?).into_owned();
    let (_, status) = line.trim_end().split_once(' ').filter(|(version, _)| version.starts_with("HTTP/"))?;
    let (status, reason) = status.split_once(' ').unwrap_or((status, ""));
    let status = status.parse().ok().filter(|status| (100..600).contains(status))?;
    Some((status, clean(reason)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::io::{AsyncBufReadExt, BufReader};
    use tokio::net::TcpListener;

    use super::super::client::Client;
    use super::super::request::Request;
    use super::super::{Clock, Deadline, Error, HttpOptions, Proxies, Purpose, TlsReason};
    use super::*;

    /// Sends a request with one retry through a proxy that sends this response to each request and closes the connection.
    /// Returns the error, and the number of requests to the proxy.
    async fn through(response: &'static [u8], user: &str, url: &str) -> (Error, u32) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let proxy = format!("http://{user}{}", listener.local_addr().expect("bound"));
        let requests = Arc::new(AtomicU32::new(0));
        let counter = requests.clone();
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::Relaxed);
                let (mut stream, mut line) = (BufReader::new(stream), String::new());
                while stream.read_line(&mut line).await.is_ok_and(|read| read > 2) {
                    line.clear();
                }
                let _ = stream.write_all(response).await;
                let _ = stream.shutdown().await;
            }
        });
        let error = error_of(&proxy, url).await;
        server.abort();
        (error, requests.load(Ordering::Relaxed))
    }

    /// The error of a request with one retry through the proxy of this URL.
    async fn error_of(proxy: &str, url: &str) -> Error {
        let proxies =
            Proxies { https: Some(proxy.to_owned()), http: Some(proxy.to_owned()), no_proxy: Some("[::1]".to_owned()) };
        let client = Arc::new(Client::new(HttpOptions { proxies, ..HttpOptions::default() }, 1, Clock::system()));
        let request = Request::get(Purpose::Read, url.parse().expect("a URL"), "p");
        client.send(request, None, Deadline::within(Duration::from_mins(1))).await.err().expect("fails")
    }

    fn proxy_of(error: &Error) -> String {
        error.trace.as_ref().and_then(|trace| trace.proxy.clone()).unwrap_or_default()
    }

    fn attempts(error: &Error) -> u32 {
        error.trace.as_ref().map_or(0, |trace| trace.attempts)
    }

    const HOST: &str = "https://modelarts.example.com/v1";

    #[tokio::test]
    async fn proxy_refuses_to_connect_then_its_status_line_and_only_5xx_is_retried() {
        for (response, problem, expected) in [
            (&b"HTTP/1.1 403 Forbidden by \x1bpolicy\r\n\r\nno"[..], "403 Forbidden by  policy", 1),
            (b"HTTP/1.0 403 Filtered\r\nContent-Length: 0\r\n\r\n", "403 Filtered", 1),
            (b"HTTP/1.1 400\r\n\r\n", "400", 1),
            (b"HTTP/1.1 204 No Content\r\n\r\n", "204 No Content", 1),
            (b"HTTP/1.1 302 Found\r\nLocation: http://login/\r\n\r\n", "302 Found", 1),
            (b"HTTP/1.1 429 Too Many Requests\r\n\r\n", "429 Too Many Requests", 1),
            (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "502 Bad Gateway", 2),
            (b"HTTP/1.1 503 Service Unavailable\nX: y\n\n", "503 Service Unavailable", 2),
        ] {
            let (error, requests) = through(response, "", HOST).await;
            assert_eq!(error.kind.to_string(), format!("the proxy refused to connect to the host: {problem}"));
            assert_eq!((attempts(&error), requests), (expected, 2 * expected), "{problem}");
            assert!(proxy_of(&error).starts_with("http://127.0.0.1:"));
        }
    }

    #[tokio::test]
    async fn refusal_repeats_the_password_then_redacted() {
        let (error, _) = through(b"HTTP/1.1 403 no hunter@2 here\r\n\r\n", "ann:hunter%402@", HOST).await;
        let shown = format!("{error} {error:?} {}", proxy_of(&error));
        assert!(shown.contains("403 no (secret) here") && !shown.contains("hunter"), "{shown}");
        assert!(!proxy_of(&error).contains('@'), "{}", proxy_of(&error));
    }

    #[tokio::test]
    async fn proxy_responds_with_something_else_than_http_then_said_once() {
        for response in
            [&b"SSH-2.0-OpenSSH_9.6\r\n"[..], b"\x15\x03\x01\x00\x02\x02\x46", b"\x05\xff", b"HTTP/1.1 x\r\n\r\n"]
        {
            let (error, _) = through(response, "", HOST).await;
            let said = error.kind.to_string();
            assert!(matches!(error.kind, ErrorKind::Proxy(_)), "{error:?}");
            assert!(said.contains("proxy"), "{said}");
        }
        let (error, _) = through(b"SSH-2.0-OpenSSH_9.6\r\n", "", HOST).await;
        assert_eq!(
            (error.kind, error.trace.map(|trace| trace.attempts)),
            (ErrorKind::Proxy(ProxyProblem::NotHttp), Some(1))
        );
    }

    #[tokio::test]
    async fn proxy_closes_the_connection_then_the_proxy_is_unreachable() {
        let (error, _) = through(b"", "", HOST).await;
        assert!(matches!(error.kind, ErrorKind::Proxy(ProxyProblem::Unreachable(_))), "{error:?}");
    }

    #[tokio::test]
    async fn headers_of_the_refusal_too_long_then_the_error_is_about_the_proxy() {
        let response = format!("HTTP/1.1 403 Forbidden\r\nX-Reason: {}\r\n\r\n", "x".repeat(1 << 16)).leak();
        let (error, _) = through(response.as_bytes(), "", HOST).await;
        assert!(matches!(error.kind, ErrorKind::Proxy(ProxyProblem::Unreachable(_))), "{error:?}");
    }

    #[tokio::test]
    async fn host_in_no_proxy_then_the_proxy_gets_no_connection() {
        let sandbox = maas_sandbox::Sandbox::builder().start();
        let url = format!("http://service.localhost:{}/v1", sandbox.address().port());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let proxy = format!("http://ann:hunter2@{}", listener.local_addr().expect("bound"));
        let connections = Arc::new(AtomicU32::new(0));
        let counter = connections.clone();
        let server = tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                counter.fetch_add(1, Ordering::Relaxed);
            }
        });
        for (no_proxy, expected) in [("*.localhost", 0), ("SERVICE.localhost", 0), ("127.0.0.1", 1)] {
            let proxies = Proxies { https: None, http: Some(proxy.clone()), no_proxy: Some(no_proxy.to_owned()) };
            let client = Arc::new(Client::new(HttpOptions { proxies, ..HttpOptions::default() }, 0, Clock::system()));
            let request = Request::get(Purpose::Read, url.parse().expect("a URL"), "p");
            let error =
                client.send(request, None, Deadline::within(Duration::from_mins(1))).await.err().expect("fails");
            assert_eq!(connections.load(Ordering::Relaxed), expected, "{no_proxy}: {error}");
            assert_eq!(error.trace.and_then(|trace| trace.proxy).is_some(), expected > 0, "{no_proxy}");
        }
        server.abort();
    }

    #[tokio::test]
    async fn host_of_the_proxy_unknown_then_the_error_is_about_the_proxy() {
        for proxy in ["http://ann:hunter2@proxy.nowhere.invalid:3128", "proxy.nowhere.invalid:3128"] {
            for url in [HOST, "http://modelarts.example.com/v1"] {
                let error = error_of(proxy, url).await;
                assert!(matches!(&error.kind, ErrorKind::Proxy(_)), "{error:?}");
                assert!(error.kind.to_string().contains("proxy.nowhere.invalid"), "{error}");
                assert_eq!(proxy_of(&error), "http://proxy.nowhere.invalid:3128");
            }
        }
    }

    #[tokio::test]
    async fn port_of_the_proxy_closed_then_the_proxy_is_unreachable() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let proxy = format!("http://{}", listener.local_addr().expect("bound"));
        drop(listener);
        for url in [HOST, "http://modelarts.example.com/v1"] {
            let error = error_of(&proxy, url).await;
            assert!(matches!(&error.kind, ErrorKind::Proxy(ProxyProblem::Unreachable(_))), "{error:?}");
            assert_eq!((proxy_of(&error), attempts(&error)), (proxy.clone(), 2));
        }
    }

    #[tokio::test]
    async fn https_proxy_speaks_plain_http_then_the_tls_connection_to_the_proxy_failed() {
        let (error, _) = through(b"HTTP/1.1 400 Bad Request\r\n\r\n", "", HOST).await;
        let plain = proxy_of(&error);
        assert!(plain.starts_with("http://"), "{plain}");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let proxy = format!("https://{}", listener.local_addr().expect("bound"));
        let server = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
                let _ = stream.read_buf(&mut Vec::with_capacity(1 << 14)).await;
            }
        });
        let error = error_of(&proxy, HOST).await;
        server.abort();
        assert!(matches!(&error.kind, ErrorKind::Proxy(ProxyProblem::Tls(_))), "{error:?}");
    }

    #[tokio::test]
    async fn certificate_of_the_proxy_not_trusted_then_the_tls_connection_to_the_proxy_failed() {
        let sandbox = maas_sandbox::Sandbox::builder().https().start();
        let port = sandbox.https_url().rsplit(':').next().expect("a port");
        let proxy = format!("https://127.0.0.1:{port}");
        for url in [HOST, "http://modelarts.example.com/v1"] {
            let error = error_of(&proxy, url).await;
            let ErrorKind::Proxy(ProxyProblem::Tls(failure)) = &error.kind else { panic!("{error:?}") };
            assert_eq!((failure.reason, attempts(&error)), (TlsReason::MissingIntermediate, 1), "{error}");
            assert_eq!(proxy_of(&error), proxy);
        }
    }

    #[tokio::test]
    async fn proxy_speaks_tls_only_then_the_error_is_about_the_proxy() {
        let sandbox = maas_sandbox::Sandbox::builder().https().start();
        let port = sandbox.https_url().rsplit(':').next().expect("a port");
        let error = error_of(&format!("http://127.0.0.1:{port}"), HOST).await;
        assert!(matches!(error.kind, ErrorKind::Proxy(_)), "{error:?}");
    }

    #[tokio::test]
    async fn invalid_proxy_then_no_attempt_and_its_value_is_not_shown() {
        for proxy in ["socks5://ann:hunter2@h:1", "http://ann:hun/ter2@h:3128", "ftp://hunter2"] {
            let error = error_of(proxy, HOST).await;
            assert!(matches!(&error.kind, ErrorKind::Proxy(ProxyProblem::Setting { .. })), "{error:?}");
            assert!(!format!("{error:?} {error}").contains("hun"), "{error}");
            assert_eq!((attempts(&error), proxy_of(&error)), (0, String::new()));
        }
    }
}
