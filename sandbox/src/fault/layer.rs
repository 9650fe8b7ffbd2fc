//! The layer in which the fault that is due happens to a request.

use std::sync::{Arc, Mutex, MutexGuard};

use axum::{
    extract::{Extension, Request, State},
    middleware::Next,
    response::Response,
};

use super::{Queue, Scene};
use crate::{answer, calls::Call, journal::Number, lock::lock, wire::Wire};

/// The faults still to come, for all requests.
#[derive(Debug)]
pub(crate) struct Faults(Mutex<Queue>);

impl Faults {
    pub(crate) fn new(queue: Queue) -> Self {
        Self(Mutex::new(queue))
    }

    /// The queue. Hold it for a moment only, never across an `await`.
    pub(crate) fn queue(&self) -> MutexGuard<'_, Queue> {
        lock(&self.0)
    }
}

/// Passes a request on to its handler, unless a fault is due that happens instead or on top.
pub(crate) async fn play(
    State((faults, call)): State<(Arc<Faults>, Call)>,
    Extension(wire): Extension<Wire>,
    Extension(Number(number)): Extension<Number>,
    request: Request,
    next: Next,
) -> Response {
    let regular = async { answer::identified(next.run(request).await, Some(call)) };
    let fault = faults.queue().next(call, number);
    let Some(fault) = fault else {
        return regular.await;
    };
    let mut response = answer::identified(fault.play(Scene { call, wire, regular }).await, Some(call));
    fault.retouch(response.headers_mut());
    response
}
