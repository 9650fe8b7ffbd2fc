//! What goes wrong, said in a sentence: `Fault::status(429).header("Retry-After", "2").times(3)`.

use std::time::Duration;

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
};

use crate::{
    answer::{Refusal, X_REQUEST_ID},
    calls::Call,
};

mod chaos;
mod documented;
mod gzip;
mod layer;
mod play;
mod queue;
mod script;

pub use chaos::Chaos;
pub(crate) use layer::{Faults, play};
use play::Scene;
pub(crate) use queue::Queue;

/// Something that goes wrong instead of the regular answer, or on top of it.
///
/// A fault is played on the workspace API unless [`on`](Self::on) names another one, and every time unless
/// [`times`](Self::times) counts. Faults stand in a queue: of those for its API, a request meets the first one that is
/// not used up. So `status(503).times(2)` followed by `status(429).times(1)` answers 503, 503, 429 and then regularly.
#[derive(Clone, Debug)]
pub struct Fault {
    effect: Effect,
    call: Call,
    remaining: Option<u32>,
    /// How many requests it still lets pass.
    skipped: u32,
    /// Whether the request is carried out all the same.
    carried_out: bool,
    added: Vec<(HeaderName, HeaderValue)>,
    hidden: Vec<HeaderName>,
}

/// What happens to the answer.
#[derive(Clone, Debug)]
enum Effect {
    Status(StatusCode),
    Refuse(Refusal),
    Body(StatusCode, HeaderValue, Bytes),
    Redirect(HeaderValue),
    Truncate(usize),
    Stall(usize),
    Drip(usize, Duration),
    Gzip,
    Reset,
    Delay(Duration),
    Hang,
}

impl Fault {
    /// An error of that status, with the body that the API is documented to send with it or, where nothing is
    /// documented, one of the same shape.
    ///
    /// # Panics
    ///
    /// If `status` is no HTTP status, 200 to 999.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::with(Effect::Status(final_status(status)))
    }

    /// An error of `MaaS` itself: `{"error_code": ..., "error_msg": ...}`.
    ///
    /// # Panics
    ///
    /// If `status` is no HTTP status, 200 to 999.
    #[must_use]
    pub fn error(status: u16, error_code: impl Into<String>, error_msg: impl Into<String>) -> Self {
        Self::with(Effect::Refuse(Refusal::service(final_status(status), error_code, error_msg)))
    }

    /// An error of the API gateway before it reached the service: the body tells a `request_id`, and there is no header
    /// `X-Request-Id`.
    ///
    /// # Panics
    ///
    /// If `status` is no HTTP status, 200 to 999.
    #[must_use]
    pub fn gateway_error(status: u16, error_code: impl Into<String>, error_msg: impl Into<String>) -> Self {
        let refusal = Refusal::gateway(final_status(status), error_code, error_msg);
        Self::with(Effect::Refuse(refusal)).without_header(X_REQUEST_ID.as_str())
    }

    /// Any answer at all: a page of HTML, nothing, bytes that are no text, JSON of the wrong types. The status may be a
    /// good one. An empty `content_type` sends no such header.
    ///
    /// # Panics
    ///
    /// If `status` is no HTTP status, 200 to 999, or `content_type` no header value.
    #[must_use]
    pub fn body(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let body = Bytes::from(body.into());
        Self::with(Effect::Body(final_status(status), header_value(content_type), body))
    }

    /// A redirect: 302 to that location.
    ///
    /// # Panics
    ///
    /// If `location` is no header value.
    #[must_use]
    pub fn redirect(location: &str) -> Self {
        Self::with(Effect::Redirect(header_value(location)))
    }

    /// The regular answer, `Content-Length` and all, but the connection closes after that many bytes of its body; at
    /// the latest before the last one.
    #[must_use]
    pub fn truncated(bytes: usize) -> Self {
        Self::with(Effect::Truncate(bytes))
    }

    /// The regular answer, `Content-Length` and all, but silence after that many bytes of its body, at the latest before
    /// the last one: the connection stays open until the client goes away or the sandbox stops.
    #[must_use]
    pub fn stall_after(bytes: usize) -> Self {
        Self::with(Effect::Stall(bytes))
    }

    /// The regular answer, its body in chunks of that many bytes with a pause between them.
    ///
    /// # Panics
    ///
    /// If `chunk_bytes` is zero.
    #[must_use]
    pub fn drip(chunk_bytes: usize, pause: Duration) -> Self {
        assert!(chunk_bytes > 0, "chunks of no bytes never end");
        Self::with(Effect::Drip(chunk_bytes, pause))
    }

    /// The regular answer, compressed with gzip, whether or not the client said that it can read that.
    #[must_use]
    pub fn gzip() -> Self {
        Self::with(Effect::Gzip)
    }

    /// A good status and a small body that gzip inflates to that many MiB, a thousand times its size: spaces, which may
    /// stand before any JSON.
    #[must_use]
    pub fn gzip_bomb(mebibytes: u32) -> Self {
        Self::body(200, "application/json", gzip::bomb(mebibytes)).header("Content-Encoding", "gzip")
    }

    /// A good status and arrays within arrays, that many deep: `[[[[...]]]]`.
    #[must_use]
    pub fn nested(depth: usize) -> Self {
        Self::body(200, "application/json", "[".repeat(depth) + &"]".repeat(depth))
    }

    /// No answer: the connection is reset once the request was read.
    #[must_use]
    pub fn reset() -> Self {
        Self::with(Effect::Reset)
    }

    /// The regular answer, but only after that time.
    #[must_use]
    pub fn delay(delay: Duration) -> Self {
        Self::with(Effect::Delay(delay))
    }

    /// No answer, and the connection stays open until the client goes away or the sandbox stops.
    #[must_use]
    pub fn hang() -> Self {
        Self::with(Effect::Hang)
    }

    /// Happens to that API instead of the workspace API.
    #[must_use]
    pub fn on(mut self, call: Call) -> Self {
        self.call = call;
        self
    }

    /// Happens that many times, then no more.
    #[must_use]
    pub fn times(mut self, count: u32) -> Self {
        self.remaining = Some(count);
        self
    }

    /// Lets that many requests pass before it happens.
    #[must_use]
    pub fn skipping(mut self, count: u32) -> Self {
        self.skipped = count;
        self
    }

    /// Happens after the request was carried out, in place of its regular answer: `Fault::reset().after_carrying_out()` is
    /// an answer that was lost.
    #[must_use]
    pub fn after_carrying_out(mut self) -> Self {
        self.carried_out = true;
        self
    }

    /// Adds a header to the answer, in place of any of that name: `Retry-After`, `Date`, `Content-Encoding`...
    ///
    /// # Panics
    ///
    /// If `name` is no header name or `value` no header value.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.added.push((header_name(name), header_value(value)));
        self
    }

    /// Takes a header away from the answer, such as `X-Request-Id`, which an answer from a proxy would not have.
    ///
    /// # Panics
    ///
    /// If `name` is no header name.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.hidden.push(header_name(name));
        self
    }

    fn with(effect: Effect) -> Self {
        Self {
            effect,
            call: Call::Workspaces,
            remaining: None,
            skipped: 0,
            carried_out: false,
            added: Vec::new(),
            hidden: Vec::new(),
        }
    }

    /// Takes away the headers that are to be missing and adds those that were asked for.
    pub(crate) fn retouch(&self, headers: &mut HeaderMap) {
        for name in &self.hidden {
            headers.remove(name);
        }
        for (name, value) in &self.added {
            headers.insert(name, value.clone());
        }
    }
}

fn final_status(status: u16) -> StatusCode {
    let known = StatusCode::from_u16(status).ok().filter(|status| !status.is_informational());
    known.unwrap_or_else(|| panic!("{status} is no status to answer with"))
}

fn header_name(name: &str) -> HeaderName {
    name.parse().unwrap_or_else(|_| panic!("{name:?} is no header name"))
}

fn header_value(value: &str) -> HeaderValue {
    value.parse().unwrap_or_else(|_| panic!("{value:?} is no header value"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_else_said_then_on_workspaces_and_for_ever() {
        let fault = Fault::status(503);
        assert_eq!((fault.call, fault.remaining), (Call::Workspaces, None));
    }

    #[test]
    fn api_and_times_said_then_they_count() {
        let fault = Fault::hang().on(Call::Tokens).times(3);
        assert_eq!((fault.call, fault.remaining), (Call::Tokens, Some(3)));
    }

    #[test]
    fn headers_added_and_hidden_then_added_replace_and_hidden_are_gone() {
        let fault = Fault::status(429).header("Retry-After", "2").header("Server", "b").without_header("X-Request-Id");
        let mut headers = HeaderMap::new();
        headers.insert("server", HeaderValue::from_static("a"));
        headers.insert("x-request-id", HeaderValue::from_static("1"));
        fault.retouch(&mut headers);
        assert_eq!(headers.len(), 2);
        assert_eq!(headers["retry-after"], "2");
        assert_eq!(headers["server"], "b");
    }

    #[test]
    fn gateway_error_then_the_request_id_is_in_the_body_only() {
        assert_eq!(Fault::gateway_error(401, "APIGW.0301", "no").hidden, [X_REQUEST_ID]);
    }

    #[test]
    #[should_panic(expected = "100 is no status to answer with")]
    fn status_that_is_not_final_then_panics() {
        let _ = Fault::status(100);
    }

    #[test]
    #[should_panic(expected = "chunks of no bytes never end")]
    fn chunks_of_nothing_then_panics() {
        let _ = Fault::drip(0, Duration::ZERO);
    }

    #[test]
    #[should_panic(expected = "is no header name")]
    fn header_name_with_a_space_then_panics() {
        let _ = Fault::status(503).header("Retry After", "1");
    }

    #[test]
    #[should_panic(expected = "is no header value")]
    fn location_with_a_line_break_then_panics() {
        let _ = Fault::redirect("http://127.0.0.1/\r\nX: y");
    }
}
