//! Orders events, to decide whether a request was sent after a caller began to wait for its response.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The number of the next event of this process.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// The position of an event in the order of events. Later events are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

impl Moment {
    /// Returns the position of an event that happens now.
    #[must_use]
    pub fn now() -> Self {
        Self(NEXT.fetch_add(1, Ordering::SeqCst))
    }
}

/// The moment at which the last attempt of a request was sent. Clones share the value.
#[derive(Clone, Debug, Default)]
pub struct LastSent(Arc<AtomicU64>);

impl LastSent {
    /// Records that an attempt is sent now.
    pub fn note(&self) {
        self.0.store(Moment::now().0, Ordering::SeqCst);
    }

    /// Returns the moment at which the last attempt was sent, if any.
    #[must_use]
    pub fn get(&self) -> Option<Moment> {
        Some(self.0.load(Ordering::SeqCst)).filter(|number| *number > 0).map(Moment)
    }
}
