use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::{Method, StatusCode};
use url::Url;

use super::error::printed;
use super::secrets::KnownSecrets;
use super::{ErrorKind, WriteOutcome};

/// A request and what is known of its response.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The number of the request in this process. Copies of one error, which several reads wait for, have the same.
    pub id: u64,
    /// The method of the request.
    pub method: Method,
    /// The URL of the request, without what is secret or may be: user and query values.
    pub url: String,
    /// The URL of the proxy that the request was sent through, without its user.
    pub proxy: Option<String>,
    /// The status of the last answer, if there was one.
    pub status: Option<StatusCode>,
    /// The id under which the service knows the last request, if it gave one.
    pub request_id: Option<String>,
    /// How often it was tried.
    pub attempts: u32,
    /// What the attempts that failed may have changed, if the request is a write.
    pub outcome: WriteOutcome,
    /// How long all of that took.
    pub elapsed: Duration,
    /// How far the clock here is ahead of the service's, in seconds, as far as the last response shows.
    pub clock_ahead: Option<i64>,
    /// How long the service wants to be left alone, if it says so.
    pub retry_after: Option<Duration>,
}

/// The trace of a request that is being sent. Its texts come from outside, and are redacted when they are shown: most
/// requests succeed, and theirs never are.
#[derive(Clone)]
pub(super) struct Progress {
    /// All but the texts.
    pub(super) trace: Trace,
    /// A path may hold what a service sent, such as the id of a project.
    url: String,
    request_id: Option<String>,
    /// Whether the attempt may have reached the service: it got further than connecting.
    pub(super) reached: bool,
}

impl Progress {
    pub(super) fn of(method: Method, url: &Url, proxy: Option<String>) -> Self {
        let trace = Trace { proxy, ..Trace::new(method, String::new()) };
        Self { trace, url: printed(url), request_id: None, reached: false }
    }

    /// Counts an attempt, and forgets what was known of the response to the one before.
    pub(super) fn next_attempt(&mut self) {
        self.trace.attempts += 1;
        (self.trace.status, self.trace.clock_ahead, self.trace.retry_after) = (None, None, None);
        self.request_id = None;
    }

    /// Counts an attempt that goes on without this caller: its outcome is another failure than the caller's.
    pub(super) fn abandon_attempt(&mut self) {
        self.next_attempt();
        self.reached = true;
        self.trace.id = Trace::new_id();
    }

    /// Takes note of what a failed attempt may have changed.
    pub(super) fn note_failure(&mut self, kind: &ErrorKind) {
        if self.reached {
            self.trace.outcome = self.trace.outcome.max(WriteOutcome::of(kind, self.trace.status));
        }
    }

    /// Keeps the request id, unless the response had one before.
    pub(super) fn note_request_id(&mut self, id: Option<String>) {
        self.request_id = self.request_id.take().or(id);
    }

    /// The URL, fit for logs and errors.
    pub(super) fn shown_url(&self, secrets: &KnownSecrets) -> String {
        secrets.redact_printed_url(self.url.clone())
    }

    /// The request id, fit for logs and errors.
    pub(super) fn shown_request_id(&self, secrets: &KnownSecrets) -> Option<String> {
        self.request_id.clone().map(|id| secrets.redact(id))
    }

    /// The trace, fit for logs and errors.
    pub(super) fn shown(&self, secrets: &KnownSecrets) -> Trace {
        let (url, request_id) = (self.shown_url(secrets), self.shown_request_id(secrets));
        Trace { url, request_id, ..self.trace.clone() }
    }
}

impl Trace {
    /// A request that was not sent yet.
    pub(super) fn new(method: Method, url: String) -> Self {
        Self {
            id: Self::new_id(),
            method,
            url,
            proxy: None,
            status: None,
            request_id: None,
            attempts: 0,
            outcome: WriteOutcome::NotDone,
            elapsed: Duration::ZERO,
            clock_ahead: None,
            retry_after: None,
        }
    }

    fn new_id() -> u64 {
        static REQUESTS: AtomicU64 = AtomicU64::new(0);
        REQUESTS.fetch_add(1, Ordering::Relaxed)
    }

    /// The status for log lines; 0 if there was no answer.
    pub(super) fn status_code(&self) -> u16 {
        self.status.map_or(0, |status| status.as_u16())
    }
}
