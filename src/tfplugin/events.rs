//! Responses that are streams of events.

use std::future::ready;

use futures_util::stream::{self, Stream, StreamExt};
use tokio::sync::mpsc;
use tonic::Status;

use super::{convert, proto};
use crate::terraform::Diagnostics;

/// Where a call sends its events. A send waits until the host has taken the event before, and fails once the host has
/// cancelled the call.
pub(super) type Events<E> = mpsc::Sender<E>;

/// An event of a streaming call.
pub(super) trait Event: Send + 'static {
    /// The event that ends the stream, if these diagnostics of the call need one.
    fn last(diagnostics: Diagnostics) -> Option<Self>
    where
        Self: Sized;
}

impl Event for proto::list_resource::Event {
    fn last(diagnostics: Diagnostics) -> Option<Self> {
        let diagnostic = convert::diagnostics(diagnostics);
        (!diagnostic.is_empty()).then(|| Self { diagnostic, ..Self::default() })
    }
}

impl Event for proto::read_state_bytes::Response {
    fn last(diagnostics: Diagnostics) -> Option<Self> {
        let diagnostics = convert::diagnostics(diagnostics);
        (!diagnostics.is_empty()).then(|| Self { diagnostics, ..Self::default() })
    }
}

impl Event for proto::invoke_action::Event {
    /// Hosts wait for an event that says that the action has ended.
    fn last(diagnostics: Diagnostics) -> Option<Self> {
        use proto::invoke_action::event::{Completed, Type};
        let completed = Completed { diagnostics: convert::diagnostics(diagnostics) };
        Some(Self { r#type: Some(Type::Completed(completed)) })
    }
}

/// The events that `call` sends while the stream is read, and the one that its diagnostics need.
pub(super) fn stream<E: Event, W>(call: impl FnOnce(Events<E>) -> W) -> impl Stream<Item = Result<E, Status>>
where
    W: Future<Output = Diagnostics>,
{
    let (events, mut sent) = mpsc::channel(1);
    let running = call(events.clone());
    let ended = stream::once(async move {
        if let Some(event) = E::last(running.await) {
            // A host that has cancelled the call needs no end.
            drop(events.send(event).await);
        }
    });
    let sent = stream::poll_fn(move |cx| sent.poll_recv(cx));
    stream::select(sent.map(Some), ended.map(|()| None)).filter_map(|event| ready(event.map(Ok)))
}
