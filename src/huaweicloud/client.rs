//! One `send` for everything: sign, attempt, retry, deadline.

use std::time::Duration;

use reqwest::header::{
    AUTHORIZATION, CONTENT_TYPE, DATE, HOST, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER,
};
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};
use url::Url;

use super::http::{Http, failure, proxy_secrets};
use super::secrets::KnownSecrets;
use super::trial::Trial;
use super::{
    Clock, Credentials, Deadline, Error, ErrorKind, HttpOptions, Keys, LastSent, Purpose, ServiceError, SigningInput,
    Trace, body, refusal, retry, sign,
};

/// One attempt, from the first byte sent to the last one received, has to end within this time.
const ATTEMPT_TIMEOUT: Duration = Duration::from_mins(1);

/// At most this many requests are under way at once, beside those to the metadata service, so that a large plan does not
/// trip the gateway's limits.
const MAX_CONCURRENT: usize = 8;

const X_AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");
const X_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-security-token");
const X_PROJECT_ID: HeaderName = HeaderName::from_static("x-project-id");
const X_DOMAIN_ID: HeaderName = HeaderName::from_static("x-domain-id");
const X_SDK_DATE: HeaderName = HeaderName::from_static("x-sdk-date");
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const X_IAM_TRACE_ID: HeaderName = HeaderName::from_static("x-iam-trace-id");

/// A request, which may be sent any number of times.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) purpose: Purpose,
    pub(super) method: Method,
    pub(super) url: Url,
    /// Headers of its own, beside those that every request has.
    pub(super) headers: Vec<(HeaderName, SecretString)>,
    /// JSON, which may hold secrets; empty if there is none.
    pub(super) body: SecretString,
    pub(super) owner: Owner,
    /// When it was sent.
    pub(super) sent: LastSent,
}

/// On whose behalf a request is signed.
#[derive(Clone, Debug)]
pub(super) enum Owner {
    /// A project, for regional services.
    Project(String),
    /// An account, for global services; the key's own if it is not known.
    Domain(Option<String>),
}

impl Request {
    /// A request for a regional service.
    pub(super) fn get(purpose: Purpose, url: Url, project_id: &str) -> Self {
        Self::new(purpose, Method::GET, url, Owner::Project(project_id.to_owned()))
    }

    pub(super) fn new(purpose: Purpose, method: Method, url: Url, owner: Owner) -> Self {
        Self {
            purpose,
            method,
            url,
            headers: Vec::new(),
            body: SecretString::default(),
            owner,
            sent: LastSent::default(),
        }
    }

    pub(super) fn header(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn json(self, body: &serde_json::Value) -> Self {
        Self { body: body.to_string().into(), ..self }
    }
}

/// A good answer.
pub(super) struct Answer {
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    purpose: Purpose,
    trace: Trace,
}

impl Answer {
    /// Only for kinds that were redacted.
    fn error(self, kind: ErrorKind) -> Error {
        Error { purpose: self.purpose, trace: Some(Box::new(self.trace)), kind }
    }
}

/// Sends requests to Huawei Cloud. Making one is free: what HTTP needs is made with the first request.
pub(super) struct Client {
    http: Http,
    max_retries: u32,
    clock: Clock,
    limit: Semaphore,
    secrets: KnownSecrets,
    /// For each proxy that is signed in to.
    proxy_trials: Vec<(Url, Trial)>,
}

impl Client {
    pub(super) fn new(http: HttpOptions, max_retries: u32, clock: Clock) -> Self {
        let secrets = KnownSecrets::default();
        let sign_ins = http.proxies.sign_ins();
        for secret in sign_ins.iter().flat_map(proxy_secrets) {
            secrets.note(&secret);
        }
        let trial = || Trial::new(Error::is_refused_by_proxy, Error::is_answered);
        let proxy_trials = sign_ins.into_iter().map(|proxy| (proxy, trial())).collect();
        let limit = Semaphore::new(MAX_CONCURRENT);
        Self { http: Http::new(http), max_retries, clock, limit, secrets, proxy_trials }
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// From here on this secret is not repeated, whoever sends it back.
    pub(super) fn keep_secret(&self, secret: &SecretString) {
        self.secrets.note(secret);
    }

    /// A name or id that a service gave, fit for logs and errors.
    pub(super) fn shown(&self, name: &str) -> String {
        self.secrets.redact_name(name)
    }

    /// Sends a request, and sends it again while it fails in a way that may pass and the deadline allows.
    pub(super) async fn send(
        &self,
        request: Request,
        credentials: Option<&Credentials>,
        deadline: Deadline,
    ) -> Result<Answer, Error> {
        for secret in credentials.map(Credentials::secrets).unwrap_or_default() {
            self.keep_secret(secret);
        }
        let trial = self.proxy_trial(&request.url);
        // Boxed, since everything that sends a request holds this.
        let sending = Box::pin(self.send_until(request, credentials, deadline));
        match trial {
            Some(trial) => trial.run(sending).await,
            None => sending.await,
        }
    }

    /// The trial in which a request takes part: that of the proxy on its way, if it signs in to one.
    fn proxy_trial(&self, url: &Url) -> Option<&Trial> {
        if self.proxy_trials.is_empty() {
            return None;
        }
        let proxy = self.http.proxy(url)?;
        self.proxy_trials.iter().find_map(|(of, trial)| (*of == proxy).then_some(trial))
    }

    async fn send_until(
        &self,
        request: Request,
        credentials: Option<&Credentials>,
        deadline: Deadline,
    ) -> Result<Answer, Error> {
        let started = Instant::now();
        let mut trace = self.trace(&request);
        loop {
            let outcome = match self.http.client() {
                Ok(http) => self.attempt(http, &request, credentials, deadline, &mut trace).await,
                Err(kind) => Err(kind),
            };
            trace.elapsed = started.elapsed();
            let kind = match outcome {
                Ok((headers, body)) => return Ok(Answer { headers, body, purpose: request.purpose, trace }),
                Err(kind) => kind.map_text(|text| self.secrets.redact(text)),
            };
            let Some(wait) = self.wait_before_retry(&kind, &trace, deadline) else {
                return Err(Error { purpose: request.purpose, trace: Some(Box::new(trace)), kind });
            };
            self.log_retry(&kind, &trace, wait);
            tokio::time::sleep(wait).await;
        }
    }

    /// Sends a request once, past every proxy.
    pub(super) async fn send_directly(&self, request: Request, deadline: Deadline) -> Result<Answer, Error> {
        let mut trace = self.trace(&request);
        let outcome = match self.http.direct() {
            Ok(http) => self.attempt(http, &request, None, deadline, &mut trace).await,
            Err(kind) => Err(kind),
        };
        trace.elapsed = deadline.elapsed();
        match outcome {
            Ok((headers, body)) => Ok(Answer { headers, body, purpose: request.purpose, trace }),
            Err(kind) => {
                let kind = kind.map_text(|text| self.secrets.redact(text));
                Err(Error { purpose: request.purpose, trace: Some(Box::new(trace)), kind })
            }
        }
    }

    /// Reads the JSON of an answer.
    pub(super) fn decode<T: DeserializeOwned>(&self, answer: Answer) -> Result<T, Error> {
        body::decode(&answer.body).map_err(|problem| self.refuse(answer, ErrorKind::Body(problem)))
    }

    /// What is wrong with the answer, although its status is good. Repeats no secret.
    pub(super) fn refuse(&self, answer: Answer, kind: ErrorKind) -> Error {
        answer.error(kind.map_text(|text| self.secrets.redact(text)))
    }

    /// The trace of a request. A path may hold what a service sent, such as the id of a project.
    fn trace(&self, request: &Request) -> Trace {
        let mut trace = Trace::of(request.method.clone(), &request.url);
        trace.url = self.secrets.redact_printed_url(trace.url);
        trace
    }

    /// Keeps the request id of a body, unless a header had one.
    fn note_request_id(&self, id: Option<String>, trace: &mut Trace) {
        trace.request_id = trace.request_id.take().or(id.map(|id| self.secrets.redact(id)));
    }

    /// How long to wait before the next attempt; nothing when there should be none.
    fn wait_before_retry(&self, kind: &ErrorKind, trace: &Trace, deadline: Deadline) -> Option<Duration> {
        if trace.attempts > self.max_retries || !retry::is_passing(kind, trace.status) {
            return None;
        }
        let wait = trace.retry_after.unwrap_or_else(|| retry::backoff(trace.attempts, fastrand::f64()));
        (wait < deadline.remaining()).then_some(wait)
    }

    fn log_retry(&self, kind: &ErrorKind, trace: &Trace, wait: Duration) {
        tracing::info!(
            http_url = trace.url,
            http_status = trace.status_code(),
            problem = kind.to_string(),
            wait_ms = milliseconds(wait),
            attempt = trace.attempts,
            max_attempts = self.max_retries.saturating_add(1),
            "a request failed and is tried again"
        );
    }

    async fn attempt(
        &self,
        http: &reqwest::Client,
        request: &Request,
        credentials: Option<&Credentials>,
        deadline: Deadline,
        trace: &mut Trace,
    ) -> Result<(HeaderMap, Vec<u8>), ErrorKind> {
        let (started, sent) = (Instant::now(), trace.attempts);
        let limited = async {
            // The semaphore is never closed. The metadata service is no gateway, and has no time to wait for others.
            let _permit = match request.purpose {
                Purpose::EcsMetadata => None,
                _ => self.limit.acquire().await.ok(),
            };
            let exchange = self.exchange(http, request, credentials, trace);
            timeout(ATTEMPT_TIMEOUT, exchange).await.unwrap_or(Err(ErrorKind::AttemptTimedOut(ATTEMPT_TIMEOUT)))
        };
        let outcome = timeout(deadline.remaining(), limited).await;
        let late = if trace.attempts == 0 { ErrorKind::Queued } else { ErrorKind::TimedOut };
        let outcome = outcome.unwrap_or(Err(late(deadline.limit())));
        if trace.attempts == sent {
            return outcome;
        }
        tracing::debug!(
            http_method = trace.method.as_str(),
            http_url = trace.url,
            http_status = trace.status_code(),
            http_duration_ms = milliseconds(started.elapsed()),
            http_request_id = trace.request_id.as_deref().unwrap_or_default(),
            attempt = trace.attempts,
            "sent a request"
        );
        outcome
    }

    async fn exchange(
        &self,
        http: &reqwest::Client,
        request: &Request,
        credentials: Option<&Credentials>,
        trace: &mut Trace,
    ) -> Result<(HeaderMap, Vec<u8>), ErrorKind> {
        let headers = self.headers(request, credentials)?;
        let outgoing = http.request(request.method.clone(), request.url.clone()).headers(headers);
        let outgoing = outgoing.body(request.body.expose_secret().to_owned());
        trace.next_attempt();
        request.sent.note();
        let mut response = outgoing.send().await.map_err(failure)?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        self.note_headers(&headers, status, trace);
        if status.is_redirection() {
            let target = header(&headers, &LOCATION).map(|target| absolute(&request.url, target));
            return Err(ErrorKind::Redirect(target.unwrap_or_else(|| "nowhere".to_owned())));
        }
        let (body, read) = body::read(&mut response).await;
        if !status.is_success() {
            let (error, request_id) = ServiceError::from_body(&body);
            self.note_request_id(request_id, trace);
            return Err(ErrorKind::Service(error));
        }
        read?;
        if let Some((refusal, request_id)) = refusal::of_good_body(&body) {
            self.note_request_id(request_id, trace);
            return Err(ErrorKind::Service(refusal));
        }
        Ok((headers, body))
    }

    fn note_headers(&self, headers: &HeaderMap, status: StatusCode, trace: &mut Trace) {
        let now = self.clock.now();
        trace.status = Some(status);
        // Redacted here, since it goes into the log as well as into errors.
        let id = header(headers, &X_REQUEST_ID).or_else(|| header(headers, &X_IAM_TRACE_ID));
        trace.request_id = id.map(|id| self.secrets.redact(id));
        trace.retry_after = header(headers, &RETRY_AFTER).and_then(|value| retry::retry_after(&value, now));
        let date = header(headers, &DATE).and_then(|value| retry::http_date(&value));
        trace.clock_ahead = date.map(|date| now.duration_since(date).as_secs());
    }

    fn headers(&self, request: &Request, credentials: Option<&Credentials>) -> Result<HeaderMap, ErrorKind> {
        let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        for (name, value) in &request.headers {
            headers.insert(name, secret_value(value, "token")?);
        }
        match credentials {
            None => {}
            Some(Credentials::Token(token)) => drop(headers.insert(X_AUTH_TOKEN, secret_value(token, "token")?)),
            Some(Credentials::Keys(keys)) => self.sign(request, keys, &mut headers)?,
        }
        Ok(headers)
    }

    fn sign(&self, request: &Request, keys: &Keys, headers: &mut HeaderMap) -> Result<(), ErrorKind> {
        match &request.owner {
            Owner::Project(id) => drop(headers.insert(X_PROJECT_ID, value(id, "project id")?)),
            Owner::Domain(Some(id)) => drop(headers.insert(X_DOMAIN_ID, value(id, "account id")?)),
            Owner::Domain(None) => {}
        }
        if let Some(token) = &keys.security_token {
            headers.insert(X_SECURITY_TOKEN, secret_value(token, "security token")?);
        }
        headers.insert(HOST, value(&host(&request.url), "host")?);
        let to_sign: Vec<_> =
            headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
        let input = SigningInput {
            method: request.method.as_str(),
            path: request.url.path(),
            query: request.url.query().unwrap_or_default(),
            headers: &to_sign,
            body: request.body.expose_secret().as_bytes(),
            time: self.clock.now(),
        };
        let signature = sign(&input, keys.access_key.expose_secret(), keys.secret_key.expose_secret());
        self.secrets.note_signature(signature.authorization.rsplit('=').next().unwrap_or_default());
        headers.insert(X_SDK_DATE, value(&signature.date, "date")?);
        headers.insert(AUTHORIZATION, secret_value(&signature.authorization.into(), "access key")?);
        Ok(())
    }
}

fn value(text: &str, what: &'static str) -> Result<HeaderValue, ErrorKind> {
    HeaderValue::from_str(text).map_err(|_| ErrorKind::Unsendable(what))
}

fn secret_value(secret: &SecretString, what: &'static str) -> Result<HeaderValue, ErrorKind> {
    let mut value = value(secret.expose_secret(), what)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The text of a header, as it was received. Bytes that are not UTF-8 are Latin-1, as HTTP once had it.
fn header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let bytes = headers.get(name)?.as_bytes().trim_ascii();
    let text =
        std::str::from_utf8(bytes).map_or_else(|_| bytes.iter().copied().map(char::from).collect(), str::to_owned);
    (!text.is_empty()).then_some(text)
}

/// The host as the header of that name says it: with a port unless it is the scheme's own.
fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The target of a redirect from a URL. The redactor removes its user info and query.
fn absolute(from: &Url, target: String) -> String {
    from.join(&target).map_or(target, String::from)
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpListener;

    use super::super::{Endpoint, Proxies, metadata};
    use super::*;

    fn client() -> Client {
        Client::new(HttpOptions::default(), 0, Clock::system())
    }

    fn request(url: &str) -> Request {
        Request::get(Purpose::Read, url.parse().expect("a URL"), "p")
    }

    fn keys(security_token: Option<&str>) -> Credentials {
        let security_token = security_token.map(SecretString::from);
        Credentials::Keys(Keys { access_key: "AK".into(), secret_key: "SK".into(), security_token })
    }

    #[test]
    fn token_with_a_line_break_then_error_not_a_panic() {
        let headers = client().headers(&request("https://h/"), Some(&Credentials::Token("a\nb".into())));
        assert_eq!(headers.err(), Some(ErrorKind::Unsendable("token")));
    }

    #[test]
    fn keys_then_host_project_and_security_token_are_signed_and_sensitive() {
        let headers = client().headers(&request("http://h:8080/a"), Some(&keys(Some("T")))).expect("signs");
        assert_eq!(headers[HOST], "h:8080");
        assert_eq!(headers[X_PROJECT_ID], "p");
        let authorization = headers[AUTHORIZATION].to_str().expect("text");
        let signed = "SignedHeaders=content-type;host;x-project-id;x-sdk-date;x-security-token, ";
        assert!(authorization.starts_with(&format!("SDK-HMAC-SHA256 Access=AK, {signed}")), "{authorization}");
        assert!(headers[AUTHORIZATION].is_sensitive() && headers[X_SECURITY_TOKEN].is_sensitive());
    }

    #[tokio::test]
    async fn every_permit_taken_then_the_metadata_service_is_asked_all_the_same() {
        let sandbox = maas_sandbox::Sandbox::builder().metadata(maas_sandbox::Metadata::any()).start();
        let endpoint = Endpoint::parse(sandbox.url()).expect("a URL");
        let client = client();
        let _under_way = client.limit.acquire_many(u32::try_from(MAX_CONCURRENT).expect("few")).await;
        let keys = metadata::keys(&client, &endpoint).await;
        assert!(keys.is_ok_and(|keys| keys.keys.security_token.is_some()));
    }

    #[test]
    fn request_with_secrets_then_debug_shows_none() {
        let request = request("https://h/").header(X_AUTH_TOKEN, "hunter2").json(&"hunter2".into());
        assert!(!format!("{request:?} {:?}", keys(Some("hunter2"))).contains("hunter2"));
    }

    /// A proxy that refuses a request and repeats how it was signed in to, and nothing else.
    async fn repeating_proxy(listener: TcpListener) -> std::io::Result<()> {
        let (stream, _) = listener.accept().await?;
        let mut stream = BufReader::new(stream);
        let (mut line, mut told) = (String::new(), String::new());
        while stream.read_line(&mut line).await? > 2 {
            if line.to_lowercase().starts_with("proxy-authorization") {
                told = line.trim().to_owned();
            }
            line.clear();
        }
        let head = format!("HTTP/1.1 400 No\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", told.len());
        stream.write_all((head + &told).as_bytes()).await?;
        stream.shutdown().await
    }

    /// What comes of a request through that proxy, which is signed in to with what stands before its host.
    async fn error_of_proxy(sign_in: &str, url: &str) -> Error {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let proxy = Some(format!("{sign_in}{}", listener.local_addr().expect("bound")));
        let proxies = Proxies { https: proxy.clone(), http: proxy, ..Proxies::default() };
        let client = Client::new(HttpOptions { proxies, ..HttpOptions::default() }, 0, Clock::system());
        let sending = client.send(request(url), None, Deadline::within(Duration::from_mins(1)));
        let (outcome, proxy) = tokio::join!(sending, repeating_proxy(listener));
        proxy.expect("the proxy was asked");
        outcome.err().expect("the proxy refuses")
    }

    #[tokio::test(start_paused = true)]
    async fn others_take_all_the_time_then_said_so_and_no_attempt_is_counted() {
        let client = client();
        let _others = client.limit.acquire_many(u32::try_from(MAX_CONCURRENT).expect("few")).await;
        let sending = client.send(request("http://127.0.0.1:1/"), None, Deadline::within(Duration::from_secs(6)));
        let error = sending.await.err().expect("in vain");
        assert_eq!(error.kind, ErrorKind::Queued(Duration::from_secs(6)));
        assert_eq!(error.trace.map(|trace| trace.attempts), Some(0));
    }

    #[tokio::test]
    async fn proxy_refuses_to_connect_then_the_error_is_about_the_proxy() {
        let error = error_of_proxy("", "https://modelarts.example.com/").await;
        let problem = error.kind.to_string();
        assert_eq!(problem, "the service cannot be reached: the proxy does not connect to the host");
    }

    #[test]
    fn header_in_latin_1_then_read_as_such() {
        let headers = HeaderMap::from_iter([(LOCATION, HeaderValue::from_bytes(b" /p\xe4 ").expect("a value"))]);
        assert_eq!(header(&headers, &LOCATION).as_deref(), Some("/pä"));
    }

    #[test]
    fn signature_sent_then_redacted_like_a_secret() {
        let client = client();
        let headers = client.headers(&request("https://h/"), Some(&keys(None))).expect("signs");
        let authorization = headers[AUTHORIZATION].to_str().expect("text").to_owned();
        assert!(client.secrets.redact(authorization).ends_with(", Signature=(secret)"));
    }

    #[test]
    fn redirect_then_target_in_full_without_user_and_query() {
        let client = client();
        let from = "https://h/a/b".parse().expect("a URL");
        for (target, shown) in [
            ("/login?token=x#y", "https://h/login?..."),
            ("https://ann:hunter2@other/c?d", "https://other/c?..."),
            ("//ann@other", "https://other/"),
            ("https://h:99999/?x=1", "https://h:99999/?..."),
            ("https://a b@h/?x", "https://h/?..."),
        ] {
            assert_eq!(client.secrets.redact(absolute(&from, target.to_owned())), shown, "{target}");
        }
    }

    #[tokio::test]
    async fn proxy_repeats_how_it_was_signed_in_to_then_redacted() {
        for sign_in in ["ann:hunter%402", "hunter2"] {
            let error = error_of_proxy(&format!("{sign_in}@"), "http://modelarts.example.com/").await.to_string();
            assert!(error.to_lowercase().ends_with("proxy-authorization: basic (secret)"), "{error}");
        }
    }

    #[test]
    fn retry_after_beyond_the_deadline_then_given_up_at_once() {
        let client = Client::new(HttpOptions::default(), 5, Clock::system());
        let mut trace = Trace::of(Method::GET, &"https://h/".parse().expect("a URL"));
        (trace.attempts, trace.status) = (1, Some(StatusCode::TOO_MANY_REQUESTS));
        let refused = ErrorKind::Service(ServiceError::default());
        let wait = |trace: &Trace, limit| client.wait_before_retry(&refused, trace, Deadline::within(limit));
        assert!(wait(&trace, Duration::from_mins(5)).is_some_and(|wait| wait <= Duration::from_millis(500)));
        trace.retry_after = Some(Duration::from_secs(20));
        assert_eq!(wait(&trace, Duration::from_mins(5)), Some(Duration::from_secs(20)));
        assert_eq!(wait(&trace, Duration::from_secs(10)), None);
        trace.attempts = 6;
        assert_eq!(wait(&trace, Duration::from_mins(5)), None);
    }
}
