//! A body that is sent step by step.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderValue, header::CONTENT_LENGTH},
    response::Response,
};
use http_body::Frame;
use tokio::time::Sleep;

/// The same answer, which declares its full length but breaks off after that many bytes of the body.
pub(super) async fn truncated(answer: Response, bytes: usize) -> Response {
    perform(answer, |whole| [Step::Send(start_of(&whole, bytes)), Step::Flush, Step::Break].into_iter()).await
}

/// The same answer, which declares its full length but says no more after that many bytes of the body.
pub(super) async fn stalled(answer: Response, bytes: usize) -> Response {
    perform(answer, |whole| [Step::Send(start_of(&whole, bytes)), Step::Pause(Duration::MAX)].into_iter()).await
}

/// The same answer, with a pause before every chunk of the body but the first.
pub(super) async fn dripping(answer: Response, chunk: usize, pause: Duration) -> Response {
    perform(answer, |whole| {
        let chunks = (0..whole.len()).step_by(chunk);
        let chunks = chunks.map(move |start| whole.slice(start..whole.len().min(start.saturating_add(chunk))));
        chunks.flat_map(move |chunk| [Step::Pause(pause), Step::Send(chunk)]).skip(1)
    })
    .await
}

/// What there is to send before the last byte, at most that many bytes.
fn start_of(whole: &Bytes, bytes: usize) -> Bytes {
    whole.slice(..bytes.min(whole.len().saturating_sub(1)))
}

/// Replaces the body by the steps that are made of it. The length declared is that of the body, and never zero: even a
/// body of nothing is to be waited for.
async fn perform<S>(answer: Response, script: impl FnOnce(Bytes) -> S) -> Response
where
    S: Iterator<Item = Step> + Send + Unpin + 'static,
{
    let (mut head, body) = answer.into_parts();
    let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
    head.headers.insert(CONTENT_LENGTH, HeaderValue::from(whole.len().max(1)));
    Response::from_parts(head, Body::new(Scripted { steps: script(whole), pause: None }))
}

/// One thing that a body does.
#[derive(Debug)]
enum Step {
    /// Hands these bytes to the server.
    Send(Bytes),
    /// Gives the server the time to write them out.
    Flush,
    /// Lets that time pass; it outlives any client if it is the longest there is.
    Pause(Duration),
    /// Fails, so that the server closes the connection.
    Break,
}

/// A body with the steps that are still to come.
struct Scripted<S> {
    steps: S,
    pause: Option<Pin<Box<Sleep>>>,
}

impl<S: Iterator<Item = Step> + Unpin> http_body::Body for Scripted<S> {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        loop {
            if let Some(pause) = &mut self.pause {
                ready!(pause.as_mut().poll(cx));
                self.pause = None;
            }
            match self.steps.next() {
                Some(Step::Send(bytes)) => return Poll::Ready(Some(Ok(Frame::data(bytes)))),
                Some(Step::Flush) => {
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Some(Step::Pause(pause)) => self.pause = Some(Box::pin(tokio::time::sleep(pause))),
                Some(Step::Break) => return Poll::Ready(Some(Err(io::ErrorKind::BrokenPipe.into()))),
                None => return Poll::Ready(None),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    fn answer(body: &'static str) -> Response {
        Response::new(Body::from(body))
    }

    fn declared_length(answer: &Response) -> &str {
        answer.headers()[CONTENT_LENGTH].to_str().expect("a number")
    }

    #[tokio::test]
    async fn body_cut_then_its_full_length_is_declared_and_it_fails() {
        let cut = truncated(answer("0123456789"), 4).await;
        assert_eq!(declared_length(&cut), "10");
        assert!(to_bytes(cut.into_body(), usize::MAX).await.is_err());
    }

    #[tokio::test]
    async fn cut_behind_the_end_or_nothing_to_cut_then_still_too_short() {
        assert_eq!(declared_length(&truncated(answer("0123"), 99).await), "4");
        assert_eq!(declared_length(&truncated(answer(""), 0).await), "1");
        assert_eq!(start_of(&Bytes::from_static(b"0123"), 99), "012");
        assert_eq!(start_of(&Bytes::new(), 99), "");
    }

    #[tokio::test(start_paused = true)]
    async fn body_dripping_then_all_of_it_comes_with_a_pause_between_chunks() {
        let start = Instant::now();
        let dripping = dripping(answer("0123456789"), 4, Duration::from_secs(100)).await;
        assert_eq!(declared_length(&dripping), "10");
        assert_eq!(to_bytes(dripping.into_body(), usize::MAX).await.expect("whole"), "0123456789");
        assert_eq!(start.elapsed().as_secs(), 200);
    }

    #[tokio::test(start_paused = true)]
    async fn body_stalled_then_nothing_more_comes_within_a_year() {
        let stalled = stalled(answer("0123456789"), 4).await;
        assert_eq!(declared_length(&stalled), "10");
        let whole = to_bytes(stalled.into_body(), usize::MAX);
        assert!(tokio::time::timeout(Duration::from_hours(365 * 24), whole).await.is_err());
    }
}
