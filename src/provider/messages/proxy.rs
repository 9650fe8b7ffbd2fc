//! What to do about a proxy.

use crate::huaweicloud::{Error, ProxyProblem, ProxyUrlProblem, TlsReason};

/// A proxy that responds with 407, to a request as well as to a tunnel.
pub(super) const AUTHENTICATION: &str = "The proxy wants a sign-in, or another one than it got. Put it into its URL, HTTPS_PROXY=http://user:password@host:port, \
     with special characters percent-encoded, such as %40 for @.";

/// What failed, in a few words.
pub(super) fn summary(problem: &ProxyProblem) -> String {
    match problem {
        ProxyProblem::Setting { variable, .. } => format!("invalid proxy in {variable}"),
        ProxyProblem::Unreachable(_) => "the proxy cannot be reached".to_owned(),
        ProxyProblem::Tls(_) => "the TLS connection to the proxy failed".to_owned(),
        ProxyProblem::Refused { .. } => "the proxy refused to connect to the host".to_owned(),
        other => other.to_string(),
    }
}

/// The environment variable that names the proxy of a request.
fn variable(error: &Error) -> &'static str {
    let is_plain = error.trace.as_ref().is_some_and(|trace| trace.url.starts_with("http:"));
    if is_plain { "HTTP_PROXY" } else { "HTTPS_PROXY" }
}

pub(super) fn hint(error: &Error, problem: &ProxyProblem) -> String {
    let variable = variable(error);
    match problem {
        ProxyProblem::Setting { problem: ProxyUrlProblem::Unencoded, .. } => format!(
            "Percent-encode special characters of the user and the password in {variable}: %40 for @, %3A for :, %2F for \
             /, %23 for #, %3F for ?, %25 for %."
        ),
        ProxyProblem::Setting { .. } => {
            format!("Set {variable} to the URL of an HTTP proxy, such as http://proxy.example.com:3128, or unset it.")
        }
        ProxyProblem::HostNotFound(_) => format!("Check the host name in {variable} and the name server."),
        ProxyProblem::Tls(failure) => match failure.reason {
            TlsReason::UnknownAuthority | TlsReason::MissingIntermediate | TlsReason::SelfSigned => {
                format!("Set `cacert_file` to the certificate of that authority, or check the host in {variable}.")
            }
            _ => format!(
                "Check the scheme, the host and the port in {variable}: most proxies are reached with http://, also for \
                 https URLs."
            ),
        },
        ProxyProblem::NotHttp => format!("Check the scheme, the host and the port in {variable}."),
        ProxyProblem::Refused { status: 500.., .. } => {
            "The proxy was unable to connect to the host. Check that the host exists (`region`, `cloud`, `endpoints`). If \
             the host can be reached without the proxy, add it to NO_PROXY."
                .to_owned()
        }
        ProxyProblem::Refused { .. } => "The proxy does not allow connections to this host and port. Ask its administrator \
                                         to allow them. If the host can be reached without the proxy, add it to NO_PROXY."
            .to_owned(),
        _ => format!("Check the host and the port in {variable}, and that this machine can reach the proxy."),
    }
}

/// What to do when the connection failed behind a proxy.
pub(super) fn unreachable_hint(error: &Error) -> String {
    format!(
        "Check that the proxy in {} can reach the host. If the host can be reached without the proxy, add it to NO_PROXY.",
        variable(error)
    )
}
