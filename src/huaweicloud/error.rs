use std::time::Duration;

use reqwest::StatusCode;
use url::Url;

use super::{ProxyProblem, SegmentError, ServiceError, TlsFailure, Trace, WebPage};

/// A call that did not bring an answer that can be used. Its text says what, with the whole chain of causes.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}{kind}", trace.as_ref().map(|trace| format!("{} {}: ", trace.method, trace.url)).unwrap_or_default())]
pub struct Error {
    /// What the call was for.
    pub purpose: Purpose,
    /// The request, unless it failed before there was one.
    pub trace: Option<Box<Trace>>,
    /// What went wrong.
    pub kind: ErrorKind,
}

impl Error {
    /// A failure before any request.
    pub(super) fn before_request(purpose: Purpose, kind: ErrorKind) -> Self {
        Self { purpose, trace: None, kind }
    }

    /// The status of the last answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.trace.as_ref()?.status
    }

    /// Whether the credentials were refused: by the status, or by a code that says so whatever the status.
    #[must_use]
    pub fn is_refused_credentials(&self) -> bool {
        let ErrorKind::Service(refusal) = &self.kind else { return false };
        match self.status().map(|status| status.as_u16()) {
            Some(401) => !refusal.is_missing_permission(),
            Some(200..300 | 400 | 403) => refusal.code.as_deref().is_some_and(is_code_of_refused_credentials),
            _ => false,
        }
    }

    /// Whether the request was refused behind the gateway, for another reason than its credentials. Whatever has no code,
    /// such as a web page, or a code of the gateway, may come from something that never looked at them.
    pub(super) fn is_past_authentication(&self) -> bool {
        let ErrorKind::Service(refusal) = &self.kind else { return false };
        match self.status().map(|status| status.as_u16()) {
            Some(200..300 | 400 | 403 | 404 | 409) => refusal.code.as_deref().is_some_and(is_code_of_a_service),
            Some(401) => refusal.is_missing_permission(),
            _ => false,
        }
    }

    /// Whether the time of whoever asked was over.
    #[must_use]
    pub fn is_out_of_time(&self) -> bool {
        matches!(self.kind, ErrorKind::TimedOut(_) | ErrorKind::Queued(_) | ErrorKind::WaitedForProof(_))
    }

    /// The code of the service's refusal, such as `ModelArts.6271`.
    #[must_use]
    pub fn service_code(&self) -> Option<&str> {
        match &self.kind {
            ErrorKind::Service(refusal) => refusal.code.as_deref(),
            _ => None,
        }
    }

    /// Whether a proxy refused the user and password in its URL.
    #[must_use]
    pub fn is_refused_by_proxy(&self) -> bool {
        self.kind == ErrorKind::ProxySignIn || self.status() == Some(StatusCode::PROXY_AUTHENTICATION_REQUIRED)
    }
}

/// What a call was for, from the point of view of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// What the user asked for.
    Read,
    /// A change that the user asked for.
    Write,
    /// A token for a password.
    SignIn,
    /// The id of a project.
    FindProject,
    /// Temporary keys for an agency.
    AssumeAgency,
    /// A token for an ID token.
    ExchangeIdToken,
    /// Temporary keys of the ECS instance.
    EcsMetadata,
}

/// What went wrong with a call.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A secret cannot be sent: it has characters that no header may have.
    #[error("the {0} has characters that a header cannot carry")]
    Unsendable(&'static str),
    /// The region cannot stand in a host name.
    #[error("`{0}` cannot be a region")]
    BadRegion(String),
    /// The request would go to another path.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// IAM names a project by something that cannot stand in a path.
    #[error("`{0}` cannot be the id of a project")]
    ProjectId(String),
    /// A setting that the request needs is not available.
    #[error(transparent)]
    Unavailable(#[from] super::Unavailable),
    /// An option of the provider cannot be used for the connection.
    #[error("`{argument}` cannot be used: {problem}")]
    Option {
        /// The provider's argument.
        argument: &'static str,
        /// What is wrong with its value.
        problem: String,
    },
    /// The host name has no address.
    #[error("the host {0} cannot be found")]
    HostNotFound(String),
    /// The service could not be reached.
    #[error("the service cannot be reached: {0}")]
    Unreachable(String),
    /// The proxy makes no tunnel for whoever did not sign in to it, or did so with a wrong password.
    #[error("the proxy wants a sign-in")]
    ProxySignIn,
    /// The proxy on the way is the problem.
    #[error("{0}")]
    Proxy(ProxyProblem),
    /// The connection is not private, or not with whom it should be.
    #[error("the TLS connection failed: {0}")]
    Tls(TlsFailure),
    /// One attempt took too long, and there was no further one.
    #[error("the service did not answer within {} s", .0.as_secs())]
    AttemptTimedOut(Duration),
    /// Everything together took too long.
    #[error("there was no answer within {}", seconds(.0))]
    TimedOut(Duration),
    /// So many other requests were under way all the time that this one was never sent.
    #[error("no request was sent within {}: others were under way all the time", seconds(.0))]
    Queued(Duration),
    /// The run was stopped while the request waited for its turn.
    #[error("the run was stopped before the request was sent")]
    Stopped,
    /// Another request tried the same credentials all the time, and this one had to wait for its response.
    #[error(
        "no request was sent within {}: another one with the same credentials had no response yet, which would show \
         whether they are valid",
        seconds(.0)
    )]
    WaitedForProof(Duration),
    /// The responses that would show whether the credentials are valid did not come.
    #[error("no further request is sent: two with the same credentials had no response")]
    CredentialsUnproven,
    /// The service, or something before it, refused the request.
    #[error("the service refused the request: {0}")]
    Service(ServiceError),
    /// The answer sends the client elsewhere, which is never followed: the credentials are for this host alone.
    #[error("the answer is a redirect to {0}")]
    Redirect(String),
    /// The answer has a body that is not what is documented.
    #[error("{0}")]
    Body(BodyProblem),
    /// IAM signed the user in, but sent no token.
    #[error("the answer has no token in its header X-Subject-Token")]
    NoToken,
    /// No project has that name.
    #[error("there is no project named `{0}`")]
    NoProject(String),
    /// Several projects have that name.
    #[error("several projects are named `{name}`: {}", ids.join(", "))]
    SeveralProjects {
        /// The name.
        name: String,
        /// Their ids.
        ids: Vec<String>,
    },
    /// The file of an ID token cannot be read.
    #[error("{} cannot be read: {problem}", id_token_in(path.as_deref()))]
    IdToken {
        /// The file, unless its path looks like a token.
        path: Option<String>,
        /// What is wrong with it.
        problem: String,
    },
    /// This machine has no ECS metadata service, or one without an agency.
    #[error("{0}")]
    NoEcsAgency(String),
}

/// What is wrong with a body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyProblem {
    /// There is none.
    #[error("the answer is empty")]
    Empty,
    /// It is a web page, of a gateway or a proxy.
    #[error("the response is a web page, not JSON")]
    Html(Box<WebPage>),
    /// It ends before its end.
    #[error("the answer breaks off before its end")]
    Truncated,
    /// It is longer than anything that the service is known to send.
    #[error("the answer is longer than {0} MiB")]
    TooLong(usize),
    /// It is not UTF-8.
    #[error("the answer is not UTF-8 text")]
    NotUtf8,
    /// It is not JSON, with the place where it ceases to be.
    #[error("the answer is not JSON: {0}")]
    NotJson(String),
    /// It is JSON of another shape altogether: what it is, or what is not in it.
    #[error("the answer has the wrong type: {0}")]
    WrongWhole(String),
    /// It is JSON of another shape somewhere: where, and what was expected.
    #[error("`{path}` in the answer has the wrong type: {problem}")]
    WrongType {
        /// The place, such as `workspaces[3].id`.
        path: String,
        /// What is there and what should be.
        problem: String,
    },
}

impl BodyProblem {
    /// The same with nothing of what was received, for bodies that hold secrets.
    pub(super) fn without_values(self) -> Self {
        let hidden = || "what is there is not shown".to_owned();
        match self {
            Self::WrongType { path, .. } => Self::WrongType { path, problem: hidden() },
            Self::WrongWhole(_) => Self::WrongWhole(hidden()),
            Self::NotJson(_) => Self::NotJson(hidden()),
            Self::Empty | Self::Html(_) | Self::Truncated | Self::TooLong(_) | Self::NotUtf8 => self,
        }
    }

    fn map_text(self, change: impl Fn(String) -> String) -> Self {
        match self {
            Self::WrongType { path, problem } => Self::WrongType { path: change(path), problem: change(problem) },
            Self::WrongWhole(problem) => Self::WrongWhole(change(problem)),
            Self::NotJson(problem) => Self::NotJson(change(problem)),
            Self::Html(page) => Self::Html(Box::new(page.map_text(change))),
            Self::Empty | Self::Truncated | Self::TooLong(_) | Self::NotUtf8 => self,
        }
    }
}

impl ErrorKind {
    /// The same with every text from outside changed by `change`. Lists all kinds: a new one does not compile until somebody
    /// has decided which of its texts come from outside.
    pub(super) fn map_text(self, change: impl Fn(String) -> String) -> Self {
        match self {
            Self::Unsendable(what) => Self::Unsendable(what),
            Self::Unavailable(setting) => Self::Unavailable(setting),
            Self::BadRegion(region) => Self::BadRegion(change(region)),
            Self::Segment(SegmentError(segment)) => Self::Segment(SegmentError(change(segment))),
            Self::ProjectId(id) => Self::ProjectId(change(id)),
            Self::Option { argument, problem } => Self::Option { argument, problem: change(problem) },
            Self::HostNotFound(host) => Self::HostNotFound(change(host)),
            Self::Unreachable(problem) => Self::Unreachable(change(problem)),
            Self::ProxySignIn => Self::ProxySignIn,
            Self::Proxy(problem) => Self::Proxy(problem.map_text(change)),
            Self::Tls(TlsFailure { reason, text }) => Self::Tls(TlsFailure { reason, text: change(text) }),
            Self::AttemptTimedOut(limit) => Self::AttemptTimedOut(limit),
            Self::TimedOut(limit) => Self::TimedOut(limit),
            Self::Queued(limit) => Self::Queued(limit),
            Self::WaitedForProof(limit) => Self::WaitedForProof(limit),
            Self::Stopped => Self::Stopped,
            Self::CredentialsUnproven => Self::CredentialsUnproven,
            Self::Service(refusal) => Self::Service(refusal.map_text(change)),
            Self::Redirect(target) => Self::Redirect(change(target)),
            Self::Body(problem) => Self::Body(problem.map_text(change)),
            Self::NoToken => Self::NoToken,
            Self::NoProject(name) => Self::NoProject(change(name)),
            Self::SeveralProjects { name, ids } => {
                Self::SeveralProjects { name: change(name), ids: ids.into_iter().map(change).collect() }
            }
            Self::IdToken { path, problem } => Self::IdToken { path: path.map(&change), problem: change(problem) },
            Self::NoEcsAgency(problem) => Self::NoEcsAgency(change(problem)),
        }
    }
}

fn id_token_in(path: Option<&str>) -> String {
    path.map_or_else(|| "the file of the ID token".to_owned(), |path| format!("the ID token in {path}"))
}

/// A duration as people say it: whole seconds, or with tenths below ten.
fn seconds(duration: &Duration) -> String {
    if duration.subsec_millis() == 0 {
        format!("{} s", duration.as_secs())
    } else {
        format!("{:.1} s", duration.as_secs_f64())
    }
}

/// Whether a code is a service's, such as `ModelArts.0104` or `IAM.0001`, and not the gateway's.
fn is_code_of_a_service(code: &str) -> bool {
    code.contains('.') && !code.starts_with("APIGW.") && !code.starts_with("APIG.")
}

/// Whether a code means that the credentials are invalid: the status 401 in the body, as IAM repeats it, or a code of the
/// gateway, see <https://support.huaweicloud.com/intl/en-us/usermanual-apig/apig_03_0048.html>.
fn is_code_of_refused_credentials(code: &str) -> bool {
    let of_gateway = code.strip_prefix("APIGW.").or_else(|| code.strip_prefix("APIG."));
    code == "401" || matches!(of_gateway, Some("0301" | "0303" | "0305" | "0307"))
}

/// A URL fit for logs and errors.
pub(super) fn printed(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let names = url.query().unwrap_or_default().split('&').filter_map(|pair| pair.split('=').next());
    let names: Vec<_> = names.filter(|name| !name.is_empty()).map(|name| format!("{name}=...")).collect();
    let query = if names.is_empty() { String::new() } else { format!("?{}", names.join("&")) };
    format!("{}://{host}{port}{}{query}", url.scheme(), url.path())
}

#[cfg(test)]
mod tests {
    use super::printed;

    #[test]
    fn url_with_user_and_query_then_neither_is_printed() {
        let print = |url: &str| printed(&url.parse().expect("a URL"));
        assert_eq!(print("https://ann:hunter2@h:1/a%20b?x=hunter2&y=&z#f"), "https://h:1/a%20b?x=...&y=...&z=...");
        assert_eq!(print("https://h/"), "https://h/");
        assert_eq!(print("http://[::1]:80/v1"), "http://[::1]/v1");
    }
}
