//! A body that breaks off.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderValue, header::CONTENT_LENGTH},
    response::Response,
};
use http_body::Frame;

/// The same answer, which declares its full length but breaks off after that many bytes of the body.
pub(super) async fn truncated(answer: Response, bytes: usize) -> Response {
    let (mut head, body) = answer.into_parts();
    let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let declared = whole.len().max(1);
    head.headers.insert(CONTENT_LENGTH, HeaderValue::from(declared));
    let part = whole.slice(..bytes.min(declared - 1));
    Response::from_parts(head, Body::new(Broken::Part(part)))
}

/// The stages of a body that breaks off.
#[derive(Debug)]
enum Broken {
    /// There is something to send.
    Part(Bytes),
    /// It was handed over; the server gets the time to write it out.
    Flush,
    /// Then it fails, and the server closes the connection.
    Break,
}

impl http_body::Body for Broken {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match std::mem::replace(&mut *self, Self::Break) {
            Self::Part(part) => {
                *self = Self::Flush;
                Poll::Ready(Some(Ok(Frame::data(part))))
            }
            Self::Flush => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Self::Break => Poll::Ready(Some(Err(io::ErrorKind::BrokenPipe.into()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn declared_length(body: &'static str, bytes: usize) -> String {
        let answer = truncated(Response::new(Body::from(body)), bytes).await;
        answer.headers()[CONTENT_LENGTH].to_str().expect("a number").to_owned()
    }

    #[tokio::test]
    async fn body_cut_then_its_full_length_is_declared_and_it_fails() {
        assert_eq!(declared_length("0123456789", 4).await, "10");
        let cut = truncated(Response::new(Body::from("0123456789")), 4).await;
        assert!(to_bytes(cut.into_body(), usize::MAX).await.is_err());
    }

    #[tokio::test]
    async fn cut_behind_the_end_or_nothing_to_cut_then_still_too_short() {
        assert_eq!(declared_length("0123", 99).await, "4");
        assert_eq!(declared_length("", 0).await, "1");
    }
}
