//! Locks that open whatever became of the thread that held them: one failed test must not fail the next.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, even if a thread panicked while it held the lock.
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
