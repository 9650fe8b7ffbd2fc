//! What was asked, in the order it was asked.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{body::Bytes, http::request::Parts};
use serde_json::Value;

use crate::{calls::Call, lock::lock};

mod layer;

pub(crate) use layer::record;

/// The number of a request, which travels along with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number(pub(crate) usize);

/// A request as it came over the wire, recorded once its body was there and before anything answered it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The place in the order of arrival; the first request is number 1, and forgotten ones count.
    pub number: usize,
    /// When it arrived, to measure the pauses between attempts.
    pub received_at: Instant,
    /// The API it was meant for, if the sandbox knows it.
    pub api: Option<Call>,
    /// Whether it came through the sandbox's proxy: in a tunnel, or asked for with a whole URL.
    pub proxied: bool,
    /// The method, such as `GET`.
    pub method: String,
    /// The path as sent, percent-encoding and all.
    pub path: String,
    /// The query as sent, without the question mark.
    pub query: Option<String>,
    /// The headers in the order sent: lower-case names, values as text (bytes that are no UTF-8 replaced).
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl RecordedRequest {
    /// The value of a header, the first one if it was sent more than once; upper and lower case are the same.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    ///
    /// # Panics
    ///
    /// If it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        let Self { method, path, .. } = self;
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("body of {method} {path}: {error}"))
    }
}

/// The requests received so far.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    pages: Mutex<Pages>,
    arrived: Condvar,
}

/// What the journal still holds.
#[derive(Debug, Default)]
struct Pages {
    /// How many requests came before these and are forgotten.
    forgotten: usize,
    requests: Vec<RecordedRequest>,
}

impl Journal {
    /// Writes a request down and tells its number.
    pub(crate) fn record(&self, api: Option<Call>, proxied: bool, head: &Parts, body: &Bytes) -> usize {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers = head.headers.iter().map(|(name, value)| (name.to_string(), text(value.as_bytes())));
        let mut pages = lock(&self.pages);
        let number = pages.forgotten + pages.requests.len() + 1;
        let request = RecordedRequest {
            number,
            received_at: Instant::now(),
            api,
            proxied,
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().map(str::to_owned),
            headers: headers.collect(),
            body: body.to_vec(),
        };
        pages.requests.push(request);
        self.arrived.notify_all();
        number
    }

    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        lock(&self.pages).requests.clone()
    }

    pub(crate) fn forget(&self) {
        let mut pages = lock(&self.pages);
        pages.forgotten += pages.requests.len();
        pages.requests.clear();
    }

    /// Waits until that many requests were received; false when they were not in that time.
    pub(crate) fn wait_for(&self, count: usize, within: Duration) -> bool {
        let pages = lock(&self.pages);
        let outcome = self.arrived.wait_timeout_while(pages, within, |pages| pages.requests.len() < count);
        let (pages, _) = outcome.unwrap_or_else(PoisonError::into_inner);
        pages.requests.len() >= count
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn record(journal: &Journal, uri: &str) {
        let request = Request::builder().uri(uri).header("X-Twice", "1").header("X-Twice", "2").body(());
        let (head, ()) = request.expect("a request").into_parts();
        journal.record(Some(Call::Workspaces), true, &head, &Bytes::from_static(b"hello"));
    }

    #[test]
    fn request_recorded_then_everything_is_as_sent() {
        let journal = Journal::default();
        record(&journal, "/v1/a%2Fb?x=%20");
        let request = journal.requests().remove(0);
        assert_eq!((request.number, request.api, request.proxied), (1, Some(Call::Workspaces), true));
        assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/v1/a%2Fb"));
        assert_eq!(request.query.as_deref(), Some("x=%20"));
        assert_eq!(request.body, b"hello");
    }

    #[test]
    fn header_sent_twice_then_the_first_is_found_whatever_the_case_and_both_are_kept() {
        let journal = Journal::default();
        record(&journal, "/");
        let request = journal.requests().remove(0);
        assert_eq!(request.header("x-TWICE"), Some("1"));
        assert_eq!(request.header("x-never"), None);
        assert_eq!(request.headers.len(), 2);
    }

    #[test]
    fn requests_forgotten_then_gone_and_the_numbers_go_on() {
        let journal = Journal::default();
        record(&journal, "/1");
        journal.forget();
        record(&journal, "/2");
        let requests = journal.requests();
        assert_eq!(requests.iter().map(|one| (one.number, one.path.as_str())).collect::<Vec<_>>(), [(2, "/2")]);
    }

    #[test]
    fn waiting_for_a_request_of_another_thread_then_woken_by_it() {
        let journal = Journal::default();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| journal.wait_for(1, Duration::from_mins(1)));
            record(&journal, "/");
            assert!(waiting.join().expect("no panic"));
        });
    }

    #[test]
    fn nothing_arrives_in_time_then_the_wait_says_so() {
        assert!(!Journal::default().wait_for(1, Duration::ZERO));
        assert!(Journal::default().wait_for(0, Duration::ZERO));
    }
}
