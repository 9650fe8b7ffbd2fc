//! What all requests share.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{fault::Queue, journal::Journal, proxy::Proxy, world::World};

/// The one state of a running sandbox.
#[derive(Debug)]
pub(crate) struct Cloud {
    /// Where the sandbox listens, as `http://ADDRESS:PORT`.
    pub(crate) url: String,
    /// Every request received so far.
    pub(crate) journal: Journal,
    /// The proxy that leads here.
    pub(crate) proxy: Proxy,
    world: Mutex<World>,
    faults: Mutex<Queue>,
}

impl Cloud {
    pub(crate) fn new(url: String, proxy: Proxy, world: World, faults: Queue) -> Self {
        Self { url, journal: Journal::default(), proxy, world: Mutex::new(world), faults: Mutex::new(faults) }
    }

    /// The data. Hold it for a moment only, never across an `await`.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }

    /// The faults still to come. Hold it for a moment only, never across an `await`.
    pub(crate) fn faults(&self) -> MutexGuard<'_, Queue> {
        lock(&self.faults)
    }
}

/// Locks, whatever became of the thread that held the lock before: one failed test must not fail the next.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holder_panicked_then_the_lock_still_opens() {
        let mutex = Mutex::new(1);
        let outcome = std::thread::scope(|scope| {
            let holder = scope.spawn(|| {
                let _guard = lock(&mutex);
                panic!("on purpose");
            });
            holder.join()
        });
        assert!(outcome.is_err());
        assert_eq!(*lock(&mutex), 1);
    }
}
