use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::{Method, StatusCode};
use url::Url;

use super::error::printed;

/// A request and what is known of its answer.
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
    /// How long all of that took.
    pub elapsed: Duration,
    /// How far the clock here is ahead of the service's, in seconds, as far as the last answer tells.
    pub clock_ahead: Option<i64>,
    /// How long the service wants to be left alone, if it says so.
    pub retry_after: Option<Duration>,
}

impl Trace {
    pub(super) fn of(method: Method, url: &Url) -> Self {
        Self {
            id: Self::new_id(),
            method,
            url: printed(url),
            proxy: None,
            status: None,
            request_id: None,
            attempts: 0,
            elapsed: Duration::ZERO,
            clock_ahead: None,
            retry_after: None,
        }
    }

    fn new_id() -> u64 {
        static REQUESTS: AtomicU64 = AtomicU64::new(0);
        REQUESTS.fetch_add(1, Ordering::Relaxed)
    }

    /// Counts an attempt that goes on without this caller: its outcome is another failure than the caller's.
    pub(super) fn abandon_attempt(&mut self) {
        self.next_attempt();
        self.id = Self::new_id();
    }

    /// Counts an attempt, and forgets what was known of the answer to the one before.
    pub(super) fn next_attempt(&mut self) {
        self.attempts += 1;
        (self.status, self.request_id, self.clock_ahead, self.retry_after) = (None, None, None, None);
    }

    /// The status for log lines; 0 if there was no answer.
    pub(super) fn status_code(&self) -> u16 {
        self.status.map_or(0, |status| status.as_u16())
    }
}
