//! The messages about proxies.

use super::{Entry, of, section};
use crate::huaweicloud::{ErrorKind, ProxyProblem, ProxyUrlProblem, TlsFailure, TlsReason};

const PROXY: &str = "http://proxy.example.com:3128";

pub(super) fn proxies() -> Vec<Entry> {
    let about = |problem| of(ErrorKind::Proxy(problem));
    let setting = |problem| about(ProxyProblem::Setting { variable: "HTTPS_PROXY", problem }).attempts(0).diagnostic();
    let refused =
        |status, reason: &str| about(ProxyProblem::Refused { status, reason: reason.to_owned() }).proxy(PROXY);
    section(
        "Proxies",
        [
            (
                of(ErrorKind::ProxySignIn).proxy(PROXY).diagnostic(),
                "The proxy requires a user and a password, or other ones. The request was not retried, because repeated \
                 failures lock an account.",
                "Correct the user and the password in HTTPS_PROXY. Percent-encode special characters, such as %40 for @.",
            ),
            (
                refused(403, "Forbidden").diagnostic(),
                "The proxy does not allow connections to the host or to its port. The request was not retried.",
                "Ask the proxy's administrator to allow the host, or add the host to NO_PROXY.",
            ),
            (
                refused(503, "Service Unavailable").attempts(6).elapsed(12).diagnostic(),
                "The proxy cannot find the host, or cannot connect to it.",
                "Check the region, `cloud` and `endpoints`; add the host to NO_PROXY if it can be reached directly.",
            ),
            (
                about(ProxyProblem::HostNotFound("htp".to_owned())).proxy("http://htp:80").diagnostic(),
                "The host name in HTTPS_PROXY does not exist, often because of a typing error such as `htp//proxy`.",
                "Correct HTTPS_PROXY.",
            ),
            (
                about(ProxyProblem::Unreachable("Connection refused (os error 111)".to_owned()))
                    .proxy(PROXY)
                    .attempts(6)
                    .elapsed(12)
                    .diagnostic(),
                "The proxy is not running, its port is another one, or a firewall blocks the connection to it.",
                "Correct the host and the port in HTTPS_PROXY.",
            ),
            (
                about(ProxyProblem::RefusedOnce).proxy(PROXY).attempts(6).elapsed(12).diagnostic(),
                "The proxy refuses some connections and accepts others.",
                "Ask the proxy's administrator.",
            ),
            (
                about(ProxyProblem::Tls(TlsFailure {
                    reason: TlsReason::NotTls,
                    text: "the response of the server is not TLS; it may serve plain HTTP on this port".to_owned(),
                }))
                .proxy("https://proxy.example.com:3128")
                .diagnostic(),
                "The URL of the proxy begins with https://, but the proxy is reached over plain HTTP or its certificate is \
                 not trusted.",
                "Use http://, or add the certificate authority to `cacert_file`.",
            ),
            (
                about(ProxyProblem::NotHttp).proxy(PROXY).diagnostic(),
                "HTTPS_PROXY names a service of another kind, such as a SOCKS proxy.",
                "Correct HTTPS_PROXY.",
            ),
            (setting(ProxyUrlProblem::Socks), "The value begins with socks5:// or the like.", "Use an HTTP proxy."),
            (
                setting(ProxyUrlProblem::Unencoded),
                "The password of the proxy has a character such as /, # or ? that ends the host part of a URL.",
                "Percent-encode the password.",
            ),
            (
                setting(ProxyUrlProblem::Invalid),
                "The value is not a URL, or has a scheme other than http and https.",
                "Correct the value, or unset the environment variable.",
            ),
        ],
    )
}
