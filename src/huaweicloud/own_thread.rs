//! Runs work that may block forever on a thread outside of the runtime.

use std::io;

use tokio::sync::oneshot;

/// Runs work on a new thread, and returns its result.
///
/// The runtime's blocking pool is not suitable: a runtime waits for its pool when it is dropped, and work that hangs cannot be
/// cancelled. If the returned future is dropped, the thread continues, and neither a read nor the end of the process waits
/// for it.
///
/// # Errors
/// If the thread cannot be started, or the work panics.
pub(super) fn on_its_own_thread<T, W>(name: &str, work: W) -> impl Future<Output = io::Result<T>> + Send + use<T, W>
where
    T: Send + 'static,
    W: FnOnce() -> T + Send + 'static,
{
    let (sender, receiver) = oneshot::channel();
    // Fails if the future was dropped.
    let spawned = std::thread::Builder::new().name(name.to_owned()).spawn(move || drop(sender.send(work())));
    async move {
        spawned?;
        receiver.await.map_err(|_| io::Error::other("the thread ended unexpectedly"))
    }
}
