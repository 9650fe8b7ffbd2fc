//! One `send` for everything: sign, attempt, retry, deadline.

use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, DATE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};
use url::Url;

use super::http::{Http, failure};
use super::proxies::{self, proxy_secrets};
use super::request::{Delivery, Request};
use super::secrets::KnownSecrets;
use super::trace::Progress;
use super::trial::{Blocked, Candidate, Trial};
use super::{
    BodyProblem, Clock, Credentials, Deadline, Error, ErrorKind, HttpOptions, Purpose, ServiceError, Trace, WebPage,
    WriteOutcome, body, headers, outcome, refusal, retry,
};

mod response_secrets;
mod turns;

/// One attempt, from the first byte sent to the last one received, has to end within this time.
const ATTEMPT_TIMEOUT: Duration = Duration::from_mins(1);

/// At most this many requests are under way at once, beside those to the metadata service, so that a large plan does not
/// trip the gateway's limits.
const MAX_CONCURRENT: usize = 8;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const X_IAM_TRACE_ID: HeaderName = HeaderName::from_static("x-iam-trace-id");

/// A good answer.
pub(super) struct Answer {
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    purpose: Purpose,
    progress: Progress,
}

/// Sends requests to Huawei Cloud. Making one is free: what HTTP needs is made with the first request.
pub(super) struct Client {
    http: Http,
    max_retries: u32,
    clock: Clock,
    limit: Arc<Semaphore>,
    secrets: KnownSecrets,
    /// For each proxy that is signed in to.
    proxy_trials: Vec<(Url, Candidate)>,
}

impl Client {
    pub(super) fn new(http: HttpOptions, max_retries: u32, clock: Clock) -> Self {
        let secrets = KnownSecrets::default();
        let sign_ins = http.proxies.sign_ins();
        for secret in sign_ins.iter().flat_map(proxy_secrets) {
            secrets.note(&secret);
        }
        let proxy_trials = sign_ins.into_iter().map(|proxy| (proxy, Candidate::of(&Trial::of_proxy()))).collect();
        let limit = Arc::new(Semaphore::new(MAX_CONCURRENT));
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
        self: &Arc<Self>,
        request: Request,
        credentials: Option<&Credentials>,
        deadline: Deadline,
    ) -> Result<Answer, Error> {
        for secret in credentials.map(Credentials::secrets).unwrap_or_default() {
            self.keep_secret(secret);
        }
        let started = Instant::now();
        let proxy = self.http.proxy(&request.url).ok().flatten().map(proxies::printed);
        let mut progress = Progress::of(request.method.clone(), &request.url, proxy);
        let mut backoff = retry::backoff();
        loop {
            progress.reached = false;
            let outcome = match self.turns(&request, deadline).await {
                Err(Blocked::Refused(error)) => return Err(error),
                Err(Blocked::Lost) => Err(ErrorKind::CredentialsUnproven),
                Err(Blocked::Late) => Err(ErrorKind::WaitedForProof(deadline.limit())),
                Ok(turns) if turns.is_empty() => self.attempt(&request, credentials, deadline, &mut progress).await,
                Ok(turns) => self.attempt_in_turn(turns, &request, credentials, deadline, &mut progress).await,
            };
            progress.trace.elapsed = started.elapsed();
            let kind = match outcome {
                Ok((headers, body)) => return Ok(Answer { headers, body, purpose: request.purpose, progress }),
                Err(kind) => kind,
            };
            progress.note_failure(&kind);
            let Some(wait) = self.wait_before_retry(&kind, request.delivery, &progress.trace, &mut backoff, deadline)
            else {
                return Err(self.error(request.purpose, kind, &progress));
            };
            self.log_retry(&kind, &progress, wait);
            tokio::time::sleep(wait).await;
        }
    }

    /// A failure of a request, without the secrets that it repeats.
    fn error(&self, purpose: Purpose, kind: ErrorKind, progress: &Progress) -> Error {
        let kind = kind.map_text(|text| self.secrets.redact(text));
        Error { purpose, trace: Some(Box::new(progress.shown(&self.secrets))), kind }
    }

    /// Sends a request once, past every proxy.
    pub(super) async fn send_directly(&self, request: Request, deadline: Deadline) -> Result<Answer, Error> {
        let mut progress = Progress::of(request.method.clone(), &request.url, None);
        let outcome = match self.http.direct() {
            Ok(http) => self.exchange_within(http, &request, None, Some(deadline), &mut progress).await,
            Err(kind) => Err(kind),
        };
        progress.trace.elapsed = deadline.elapsed();
        match outcome {
            Ok((headers, body)) => Ok(Answer { headers, body, purpose: request.purpose, progress }),
            Err(kind) => Err(self.error(request.purpose, kind, &progress)),
        }
    }

    /// Reads the JSON of an answer.
    pub(super) fn decode<T: DeserializeOwned>(&self, answer: Answer) -> Result<T, Error> {
        body::decode(&answer.body).map_err(|problem| self.refuse(answer, ErrorKind::Body(problem)))
    }

    /// The web page that a response brought instead of JSON.
    fn web_page(&self, body: &[u8], headers: &HeaderMap) -> Option<Box<WebPage>> {
        WebPage::read(body, headers, |text| self.secrets.redact(text)).map(Box::new)
    }

    /// What is wrong with the answer, although its status is good. Repeats no secret.
    pub(super) fn refuse(&self, Answer { purpose, progress, .. }: Answer, kind: ErrorKind) -> Error {
        self.error(purpose, kind, &progress)
    }

    /// How long to wait before the next attempt; nothing when there should be none. The service may ask for more than the
    /// backoff, not for less.
    fn wait_before_retry(
        &self,
        kind: &ErrorKind,
        delivery: Delivery,
        trace: &Trace,
        backoff: &mut impl Iterator<Item = Duration>,
        deadline: Deadline,
    ) -> Option<Duration> {
        // Without a status it cannot have reached the service if nothing is known of it.
        let may_repeat = delivery == Delivery::Repeatable
            || (trace.outcome == WriteOutcome::NotDone && trace.status.is_none())
            || outcome::is_throttled_by_gateway(kind, trace.status);
        if trace.attempts > self.max_retries || !may_repeat || !retry::is_passing(kind, trace.status) {
            return None;
        }
        let wait = backoff.next()?.max(trace.retry_after.unwrap_or_default());
        (wait < deadline.remaining()).then_some(wait)
    }

    fn log_retry(&self, kind: &ErrorKind, progress: &Progress, wait: Duration) {
        tracing::info!(
            http_url = progress.shown_url(&self.secrets),
            http_status = progress.trace.status_code(),
            problem = self.secrets.redact(kind.to_string()),
            wait_ms = milliseconds(wait),
            attempt = progress.trace.attempts,
            max_attempts = self.max_retries.saturating_add(1),
            "a request failed and is tried again"
        );
    }

    /// Sends a request once and reads the response, when fewer than [`MAX_CONCURRENT`] others are in flight.
    async fn attempt(
        &self,
        request: &Request,
        credentials: Option<&Credentials>,
        deadline: Deadline,
        progress: &mut Progress,
    ) -> Result<(HeaderMap, Vec<u8>), ErrorKind> {
        let http = self.http.client(&request.url)?;
        let _permit = self.permit(request, deadline, &progress.trace).await?;
        self.exchange_within(http, request, credentials, Some(deadline), progress).await
    }

    /// Waits for one of the permits to send.
    async fn permit(
        &self,
        request: &Request,
        deadline: Deadline,
        trace: &Trace,
    ) -> Result<Option<OwnedSemaphorePermit>, ErrorKind> {
        // The metadata service is no gateway, and has no time to wait for others.
        if request.purpose == Purpose::EcsMetadata {
            return Ok(None);
        }
        let late = if trace.attempts == 0 { ErrorKind::Queued } else { ErrorKind::TimedOut };
        let permit = timeout(deadline.remaining(), Arc::clone(&self.limit).acquire_owned()).await;
        // The semaphore is never closed.
        permit.map(Result::ok).map_err(|_| late(deadline.limit()))
    }

    /// Sends a request and reads the response within the time of an attempt, and within the deadline if there is one.
    async fn exchange_within(
        &self,
        http: &reqwest::Client,
        request: &Request,
        credentials: Option<&Credentials>,
        deadline: Option<Deadline>,
        progress: &mut Progress,
    ) -> Result<(HeaderMap, Vec<u8>), ErrorKind> {
        let (started, sent) = (Instant::now(), progress.trace.attempts);
        let (limit, late) = match deadline {
            Some(deadline) if deadline.remaining() < ATTEMPT_TIMEOUT || request.delivery == Delivery::Once => {
                (deadline.remaining(), ErrorKind::TimedOut(deadline.limit()))
            }
            _ => (ATTEMPT_TIMEOUT, ErrorKind::AttemptTimedOut(ATTEMPT_TIMEOUT)),
        };
        let outcome = timeout(limit, self.exchange(http, request, credentials, progress)).await.unwrap_or(Err(late));
        if progress.trace.attempts == sent {
            return outcome;
        }
        tracing::debug!(
            http_method = progress.trace.method.as_str(),
            http_url = progress.shown_url(&self.secrets),
            http_status = progress.trace.status_code(),
            http_duration_ms = milliseconds(started.elapsed()),
            http_request_id = progress.shown_request_id(&self.secrets).unwrap_or_default(),
            attempt = progress.trace.attempts,
            "sent a request"
        );
        outcome
    }

    async fn exchange(
        &self,
        http: &reqwest::Client,
        request: &Request,
        credentials: Option<&Credentials>,
        progress: &mut Progress,
    ) -> Result<(HeaderMap, Vec<u8>), ErrorKind> {
        let headers = self.headers(request, credentials)?;
        let outgoing = http.request(request.method.clone(), request.url.clone()).headers(headers);
        let outgoing = outgoing.body(request.body.expose_secret().to_owned());
        progress.next_attempt();
        request.sent.note();
        progress.reached = true;
        let mut response = match outgoing.send().await {
            Ok(response) => response,
            Err(error) => {
                progress.reached = !error.is_connect();
                return Err(match progress.trace.proxy {
                    Some(_) => self.http.failure(error, &request.url).await,
                    None => failure(error),
                });
            }
        };
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        self.note_headers(&headers, status, progress);
        if status.is_redirection() {
            let target = header(&headers, &LOCATION).map(|target| absolute(&request.url, target));
            return Err(ErrorKind::Redirect(target.unwrap_or_else(|| "nowhere".to_owned())));
        }
        let (mut body, read) = body::read(&mut response).await;
        self.note_secrets(request, &mut body);
        if !status.is_success() {
            let (mut error, request_id) = ServiceError::from_body(&body);
            error.web_page = self.web_page(&body, &headers);
            progress.note_request_id(request_id);
            return Err(ErrorKind::Service(error));
        }
        read?;
        if let Some(page) = self.web_page(&body, &headers) {
            return Err(ErrorKind::Body(BodyProblem::Html(page)));
        }
        if let Some((refusal, request_id)) = refusal::of_good_body(&body) {
            progress.note_request_id(request_id);
            return Err(ErrorKind::Service(refusal));
        }
        Ok((headers, body))
    }

    /// The headers of a request, whose signature is not repeated from here on.
    fn headers(&self, request: &Request, credentials: Option<&Credentials>) -> Result<HeaderMap, ErrorKind> {
        let headers = headers::of(request, credentials, self.clock.now())?;
        if let Some(Ok(authorization)) = headers.get(AUTHORIZATION).map(HeaderValue::to_str) {
            self.secrets.note_signature(authorization.rsplit('=').next().unwrap_or_default());
        }
        Ok(headers)
    }

    fn note_headers(&self, headers: &HeaderMap, status: StatusCode, progress: &mut Progress) {
        let now = self.clock.now();
        progress.note_request_id(header(headers, &X_REQUEST_ID).or_else(|| header(headers, &X_IAM_TRACE_ID)));
        let trace = &mut progress.trace;
        trace.status = Some(status);
        let date = header(headers, &DATE).and_then(|value| retry::http_date(&value));
        // A date is one of the service's clock, which this machine's need not agree with.
        let sent_at = date.unwrap_or(now);
        trace.retry_after = header(headers, &RETRY_AFTER).and_then(|value| retry::retry_after(&value, sent_at));
        trace.clock_ahead = date.map(|date| now.duration_since(date).as_secs());
    }
}

/// The text of a header, as it was received. Bytes that are not UTF-8 are Latin-1, as HTTP once had it.
pub(super) fn header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let bytes = headers.get(name)?.as_bytes().trim_ascii();
    let text =
        std::str::from_utf8(bytes).map_or_else(|_| bytes.iter().copied().map(char::from).collect(), str::to_owned);
    (!text.is_empty()).then_some(text)
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
    use reqwest::Method;
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpListener;

    use super::super::{Endpoint, Keys, Proxies, metadata};
    use super::*;

    fn client() -> Arc<Client> {
        Arc::new(Client::new(HttpOptions::default(), 0, Clock::system()))
    }

    fn request(url: &str) -> Request {
        Request::get(Purpose::Read, url.parse().expect("a URL"), "p")
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
        let client = Arc::new(Client::new(HttpOptions { proxies, ..HttpOptions::default() }, 0, Clock::system()));
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

    #[test]
    fn header_in_latin_1_then_read_as_such() {
        let headers = HeaderMap::from_iter([(LOCATION, HeaderValue::from_bytes(b" /p\xe4 ").expect("a value"))]);
        assert_eq!(header(&headers, &LOCATION).as_deref(), Some("/pä"));
    }

    #[test]
    fn signature_sent_then_redacted_like_a_secret() {
        // Another time makes another signature. Of one in twenty the redactor takes the sign before it along, which it reads
        // as the start of an escape.
        let time = "2026-10-21T09:00:00Z".parse().expect("a time");
        let client = Client::new(HttpOptions::default(), 0, Clock::of(move || time));
        let keys = Keys { access_key: "AK".into(), secret_key: "SK".into(), security_token: None };
        let keys = Credentials::Keys(keys);
        let headers = client.headers(&request("https://h/"), Some(&keys)).expect("signs");
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
    fn retry_after_shorter_or_longer_than_the_backoff_then_the_longer_wait_unless_the_deadline_is_before() {
        let client = Client::new(HttpOptions::default(), 5, Clock::system());
        let mut trace = Trace::new(Method::GET, "https://h/".to_owned());
        (trace.attempts, trace.status) = (1, Some(StatusCode::TOO_MANY_REQUESTS));
        let refused = ErrorKind::Service(ServiceError::default());
        let wait = |trace: &Trace, limit| {
            let mut backoff = std::iter::repeat(Duration::from_secs(3));
            client
                .wait_before_retry(&refused, Delivery::Repeatable, trace, &mut backoff, Deadline::within(limit))
                .map(|wait| wait.as_secs())
        };
        let (long, short) = (Duration::from_mins(5), Duration::from_secs(10));
        for (asked, expected) in [(None, 3), (Some(0), 3), (Some(2), 3), (Some(20), 20)] {
            trace.retry_after = asked.map(Duration::from_secs);
            assert_eq!(wait(&trace, long), Some(expected), "{asked:?}");
        }
        assert_eq!(wait(&trace, short), None);
        trace.attempts = 6;
        assert_eq!(wait(&trace, long), None);
    }

    #[test]
    fn retry_after_is_a_date_then_measured_by_the_clock_of_the_response() {
        let local = "2026-10-21T09:00:00Z".parse().expect("a time");
        let client = Client::new(HttpOptions::default(), 5, Clock::of(move || local));
        let asked = |date: Option<&str>, retry_after: &str| {
            let mut progress = Progress::of(Method::GET, &"https://h/".parse().expect("a URL"), None);
            let date = date.map(|date| (DATE, HeaderValue::from_str(date).expect("a value")));
            let retry_after = (RETRY_AFTER, HeaderValue::from_str(retry_after).expect("a value"));
            let headers = date.into_iter().chain([retry_after]).collect::<HeaderMap>();
            client.note_headers(&headers, StatusCode::SERVICE_UNAVAILABLE, &mut progress);
            progress.trace.retry_after.map(|wait| wait.as_secs())
        };
        let own = Some("Wed, 21 Oct 2026 07:00:00 GMT");
        assert_eq!(asked(own, "Wed, 21 Oct 2026 07:00:07 GMT"), Some(7));
        assert_eq!(asked(own, "Wed, 21 Oct 2026 06:00:00 GMT"), Some(0));
        assert_eq!(asked(own, "7"), Some(7));
        for unknown in [None, Some("now")] {
            assert_eq!(asked(unknown, "Wed, 21 Oct 2026 09:00:07 GMT"), Some(7));
        }
    }
}
