use std::fmt;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use url::Url;

use super::error::clean;
use super::{BodyProblem, Error, ErrorKind, ServiceError, tls};

/// A connection has to be made within this time.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A whole request, from the first byte sent to the last one received, has to end within this time.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);

/// The largest body that is read.
const MAX_BODY_MIB: usize = 64;

const AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How requests prove who sends them.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// An IAM token, sent as `X-Auth-Token`.
    Token(SecretString),
}

/// Sends requests to Huawei Cloud. Making one is free: what HTTP needs is made with the first request.
pub struct Client {
    credentials: Credentials,
    user_agent: String,
    http: OnceLock<reqwest::Client>,
}

impl Client {
    /// A client that signs its requests with `credentials`.
    #[must_use]
    pub fn new(credentials: Credentials, user_agent: String) -> Self {
        Self { credentials, user_agent, http: OnceLock::new() }
    }

    /// Sends a `GET` and reads the JSON that comes back.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn get<T: DeserializeOwned>(&self, url: Url) -> Result<T, Error> {
        self.send(Method::GET, url).await
    }

    async fn send<T: DeserializeOwned>(&self, method: Method, url: Url) -> Result<T, Error> {
        let started = Instant::now();
        let mut answered = Answered::default();
        let outcome = self.attempt(&method, &url, &mut answered).await;
        tracing::debug!(
            http_method = method.as_str(),
            http_url = url.as_str(),
            http_status = answered.status.map_or(0, |status| status.as_u16()),
            http_duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            http_request_id = answered.request_id.as_deref().unwrap_or_default(),
            "sent a request"
        );
        outcome.map_err(|kind| Error {
            method,
            url,
            status: answered.status,
            request_id: answered.request_id,
            kind: self.redact_kind(kind),
        })
    }

    async fn attempt<T: DeserializeOwned>(
        &self,
        method: &Method,
        url: &Url,
        answered: &mut Answered,
    ) -> Result<T, ErrorKind> {
        let http = self.http(url)?;
        let request = http.request(method.clone(), url.clone()).headers(self.headers()?);
        let mut response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        answered.status = Some(status);
        // Redacted here, since it goes into the log as well as into errors.
        answered.request_id = header(response.headers(), &REQUEST_ID).map(|id| self.redact(id));
        if status.is_redirection() {
            let target = header(response.headers(), &LOCATION).unwrap_or_else(|| "nowhere".to_owned());
            return Err(ErrorKind::Redirect(without_query(&target)));
        }
        let mut body = Vec::new();
        let read = read_body(&mut response, &mut body).await;
        if !status.is_success() {
            let (error, request_id) = ServiceError::from_body(&body);
            answered.request_id = answered.request_id.take().or(request_id.map(|id| self.redact(id)));
            return Err(ErrorKind::Service(error));
        }
        read?;
        decode(&body).map_err(ErrorKind::Body)
    }

    fn headers(&self) -> Result<HeaderMap, ErrorKind> {
        let Credentials::Token(token) = &self.credentials;
        let mut token = HeaderValue::from_str(token.expose_secret()).map_err(|_| ErrorKind::Token)?;
        token.set_sensitive(true);
        let json = HeaderValue::from_static("application/json");
        Ok(HeaderMap::from_iter([(AUTH_TOKEN, token), (CONTENT_TYPE, json)]))
    }

    fn http(&self, url: &Url) -> Result<&reqwest::Client, ErrorKind> {
        if let Some(http) = self.http.get() {
            return Ok(http);
        }
        let setup = |error: &dyn fmt::Display| ErrorKind::Setup(error.to_string());
        let tls = tls::client_config(url.scheme() == "https").map_err(|error| setup(&error))?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .user_agent(&self.user_agent)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            .build()
            .map_err(|error| setup(&error))?;
        Ok(self.http.get_or_init(|| http))
    }

    /// Whatever a server says back, the token is not repeated.
    fn redact(&self, text: String) -> String {
        let Credentials::Token(token) = &self.credentials;
        let token = token.expose_secret();
        if token.is_empty() { text } else { text.replace(token, "(token)") }
    }

    fn redact_kind(&self, kind: ErrorKind) -> ErrorKind {
        match kind {
            ErrorKind::Service(ServiceError { code, message }) => ErrorKind::Service(ServiceError {
                code: code.map(|text| self.redact(text)),
                message: message.map(|text| self.redact(text)),
            }),
            ErrorKind::Redirect(target) => ErrorKind::Redirect(self.redact(target)),
            ErrorKind::Body(BodyProblem::WrongType { path, problem }) => {
                ErrorKind::Body(BodyProblem::WrongType { path: self.redact(path), problem: self.redact(problem) })
            }
            other => other,
        }
    }
}

/// Shows no credentials.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("user_agent", &self.user_agent).finish_non_exhaustive()
    }
}

/// What is known of an answer before its body is understood.
#[derive(Default)]
struct Answered {
    status: Option<StatusCode>,
    request_id: Option<String>,
}

fn header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let text = clean(&String::from_utf8_lossy(headers.get(name)?.as_bytes()));
    (!text.is_empty()).then_some(text)
}

fn without_query(target: &str) -> String {
    target.split(['?', '#']).next().unwrap_or_default().to_owned()
}

async fn read_body(response: &mut reqwest::Response, body: &mut Vec<u8>) -> Result<(), ErrorKind> {
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > MAX_BODY_MIB << 20 => {
                return Err(ErrorKind::Body(BodyProblem::TooLong(MAX_BODY_MIB)));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(()),
            Err(error) if error.is_timeout() => return Err(ErrorKind::TimedOut),
            Err(_) => return Err(ErrorKind::Body(BodyProblem::Truncated)),
        }
    }
}

fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, BodyProblem> {
    if body.trim_ascii().is_empty() {
        return Err(BodyProblem::Empty);
    }
    let text = std::str::from_utf8(body).map_err(|_| BodyProblem::NotUtf8)?;
    if text.trim_start().starts_with('<') {
        return Err(BodyProblem::Html);
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        body_problem(path, &error.into_inner())
    })?;
    json.end().map_err(|error| body_problem(String::new(), &error))?;
    Ok(value)
}

fn body_problem(path: String, error: &serde_json::Error) -> BodyProblem {
    match error.classify() {
        serde_json::error::Category::Data => BodyProblem::WrongType { path, problem: clean(&error.to_string()) },
        serde_json::error::Category::Eof => BodyProblem::Truncated,
        _ => BodyProblem::NotJson(clean(&error.to_string())),
    }
}

/// The innermost cause says most; the outer ones say "error sending request".
fn unreachable(error: reqwest::Error) -> ErrorKind {
    if error.is_timeout() {
        return ErrorKind::TimedOut;
    }
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    ErrorKind::Unreachable(clean(&cause.to_string()))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Model {
        #[allow(dead_code, reason = "only the failure matters")]
        items: Vec<Item>,
    }

    #[derive(Debug, Deserialize)]
    struct Item {
        #[allow(dead_code, reason = "only the failure matters")]
        id: String,
    }

    fn problem(body: &[u8]) -> BodyProblem {
        decode::<Model>(body).expect_err("not a model")
    }

    #[test]
    fn each_bad_body_then_a_problem_of_its_own() {
        assert_eq!(problem(b""), BodyProblem::Empty);
        assert_eq!(problem(b" \n"), BodyProblem::Empty);
        assert_eq!(problem(b" <!DOCTYPE html><title>Sign in</title>"), BodyProblem::Html);
        assert_eq!(problem(b"{\"items\":\"\xff\"}"), BodyProblem::NotUtf8);
        assert_eq!(problem(br#"{"items":[{"id":"#), BodyProblem::Truncated);
        assert!(matches!(problem(b"upstream failed"), BodyProblem::NotJson(_)));
        assert!(matches!(problem(br#"{"items":[]} x"#), BodyProblem::NotJson(_)));
    }

    #[test]
    fn wrong_type_deep_inside_then_its_path() {
        let body = br#"{"items":[{"id":"a"},{"id":{}}]}"#;
        assert!(matches!(problem(body), BodyProblem::WrongType { path, .. } if path == "items[1].id"));
    }

    #[test]
    fn nesting_without_end_then_error_not_a_crash() {
        let body = format!(r#"{{"x":{}"#, "[".repeat(100_000));
        assert_eq!(problem(body.as_bytes()), BodyProblem::Truncated);
        let body = format!(r#"{{"items":[{{"id":{}"#, "[".repeat(100_000));
        assert!(matches!(problem(body.as_bytes()), BodyProblem::WrongType { .. }));
        assert!(decode::<serde_json::Value>("[".repeat(100_000).as_bytes()).is_err());
    }

    #[test]
    fn token_in_what_the_server_says_then_not_repeated() {
        let client = Client::new(Credentials::Token("hunter2".to_owned().into()), String::new());
        let error = ServiceError { code: Some("hunter2".to_owned()), message: Some("bad hunter2!".to_owned()) };
        assert!(!client.redact_kind(ErrorKind::Service(error)).to_string().contains("hunter2"));
        assert!(!format!("{client:?} {:?}", client.credentials).contains("hunter2"));
    }

    #[test]
    fn token_with_a_line_break_then_error_not_a_panic() {
        let client = Client::new(Credentials::Token("a\nb".to_owned().into()), String::new());
        assert_eq!(client.headers().err(), Some(ErrorKind::Token));
    }
}
