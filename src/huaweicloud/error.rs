use std::fmt;

use reqwest::{Method, StatusCode};
use serde::Deserialize;
use url::Url;

/// A request that did not bring an answer that can be used. Its text says what, with the whole chain of causes.
#[derive(Debug, thiserror::Error)]
#[error("{method} {url}: {kind}")]
pub struct Error {
    /// The method of the request.
    pub method: Method,
    /// The URL of the request.
    pub url: Url,
    /// The status of the answer, if there was one.
    pub status: Option<StatusCode>,
    /// The id under which the service knows the request, if it gave one.
    pub request_id: Option<String>,
    /// What went wrong.
    pub kind: ErrorKind,
}

/// What went wrong with a request.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The token cannot be sent: it has characters that no header may have.
    #[error("the token has characters that a header cannot carry")]
    Token,
    /// The client for HTTP cannot be made.
    #[error("the HTTP client cannot be made: {0}")]
    Setup(String),
    /// The service could not be reached.
    #[error("the service cannot be reached: {0}")]
    Unreachable(String),
    /// The service did not answer in time.
    #[error("the service did not answer in time")]
    TimedOut,
    /// The service, or something before it, refused the request.
    #[error("the service refused the request: {0}")]
    Service(ServiceError),
    /// The answer sends the client elsewhere, which is never followed: the token is for this host alone.
    #[error("the answer is a redirect to {0}")]
    Redirect(String),
    /// The answer has a body that is not what is documented.
    #[error("{0}")]
    Body(BodyProblem),
}

/// What a service says about a refusal. Gateways and services use several shapes; this is what they have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceError {
    /// The code, such as `ModelArts.0104` or `APIGW.0301`.
    pub code: Option<String>,
    /// The message.
    pub message: Option<String>,
}

/// What is wrong with a body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyProblem {
    /// There is none.
    #[error("the answer is empty")]
    Empty,
    /// It is a web page, such as the sign-in page of a proxy.
    #[error("the answer is a web page, not JSON")]
    Html,
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
    /// It is JSON of another shape: where, and what was expected.
    #[error("`{path}` in the answer has the wrong type: {problem}")]
    WrongType {
        /// The place, such as `workspaces[3].id`.
        path: String,
        /// What is there and what should be.
        problem: String,
    },
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.code, &self.message) {
            (Some(code), Some(message)) => write!(f, "{code}: {message}"),
            (Some(only), None) | (None, Some(only)) => f.write_str(only),
            (None, None) => f.write_str("no reason given"),
        }
    }
}

/// Messages are cut at this length, in characters.
const MAX_TEXT: usize = 1_000;

/// The members in which services and gateways explain a refusal.
#[derive(Default, Deserialize)]
#[serde(default)]
struct RefusalBody {
    error_code: Option<serde_json::Value>,
    error_msg: Option<serde_json::Value>,
    code: Option<serde_json::Value>,
    message: Option<serde_json::Value>,
    request_id: Option<String>,
    error: Option<Box<RefusalBody>>,
}

impl ServiceError {
    /// Reads a refusal from a body, and the request id if it is there.
    pub(super) fn from_body(body: &[u8]) -> (Self, Option<String>) {
        let Ok(body) = serde_json::from_slice::<RefusalBody>(body) else { return Default::default() };
        let request_id = body.request_id.as_deref().map(clean);
        // IAM nests it: {"error":{"code":401,"message":"…"}}.
        let refusal = if let Some(inner) = body.error { *inner } else { body };
        let text = |first: Option<serde_json::Value>, second: Option<serde_json::Value>| {
            first
                .or(second)
                .filter(|value| !value.is_null())
                .map(|value| clean(value.as_str().unwrap_or(&value.to_string())))
        };
        let code = text(refusal.error_code, refusal.code);
        (Self { code, message: text(refusal.error_msg, refusal.message) }, request_id)
    }
}

/// Text from outside, fit for a terminal: no control characters, no endless lines.
pub(super) fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_TEXT).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::ServiceError;

    fn read(body: &str) -> (Option<String>, Option<String>, Option<String>) {
        let (error, request_id) = ServiceError::from_body(body.as_bytes());
        (error.code, error.message, request_id)
    }

    #[test]
    fn every_shape_of_refusal_then_code_and_message() {
        let service = r#"{"error_msg":"Invalid token.","error_code":"ModelArts.0104"}"#;
        assert_eq!(read(service), (Some("ModelArts.0104".to_owned()), Some("Invalid token.".to_owned()), None));
        let gateway = r#"{"error_msg":"no","error_code":"APIGW.0301","request_id":"r1"}"#;
        assert_eq!(read(gateway), (Some("APIGW.0301".to_owned()), Some("no".to_owned()), Some("r1".to_owned())));
        let iam = r#"{"error":{"message":"The password is wrong.","code":401,"title":"Unauthorized"}}"#;
        assert_eq!(read(iam), (Some("401".to_owned()), Some("The password is wrong.".to_owned()), None));
        assert_eq!(read(r#"{"code":"X.1","message":"m"}"#), (Some("X.1".to_owned()), Some("m".to_owned()), None));
    }

    #[test]
    fn anything_else_then_no_reason_and_no_panic() {
        for body in ["", "<html>", "[]", "null", "\"text\"", r#"{"error":"text"}"#, r#"{"error_code":null}"#] {
            assert_eq!(read(body), (None, None, None), "{body}");
        }
    }

    #[test]
    fn terminal_escapes_and_endless_text_then_cleaned() {
        let body = format!(r#"{{"error_msg":"\u001b[31m{}\n"}}"#, "x".repeat(5_000));
        let message = read(&body).1.expect("a message");
        assert!(message.len() <= 1_000 && !message.contains('\u{1b}'));
    }
}
