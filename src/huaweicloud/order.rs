//! Which of two events came first: whether a request was sent after somebody had asked for its response.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The number of the next event of this process.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// A place in the order of events. Later ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

impl Moment {
    /// The place of an event that happens now.
    #[must_use]
    pub fn now() -> Self {
        Self(NEXT.fetch_add(1, Ordering::SeqCst))
    }
}

/// When the last attempt at a request was sent; shared by its clones.
#[derive(Clone, Debug, Default)]
pub struct LastSent(Arc<AtomicU64>);

impl LastSent {
    /// Notes that an attempt is sent now.
    pub fn note(&self) {
        self.0.store(Moment::now().0, Ordering::SeqCst);
    }

    /// When the last attempt was sent, if there was one.
    #[must_use]
    pub fn get(&self) -> Option<Moment> {
        Some(self.0.load(Ordering::SeqCst)).filter(|number| *number > 0).map(Moment)
    }
}
