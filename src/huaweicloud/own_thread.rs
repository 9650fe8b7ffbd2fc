//! Work that may block without end, off the runtime's threads.

use std::io;

use tokio::sync::oneshot;

/// Starts work at once on a thread of its own, and returns what the work returns. The runtime's blocking pool would not do:
/// a runtime waits for its pool when it is dropped, and work that hangs cannot be cancelled. The thread stays behind when
/// the returned future is dropped, and neither a read nor the end of the process waits for it.
///
/// # Errors
/// When no thread can be started, or the work panics.
pub(super) fn on_its_own_thread<T, W>(name: &str, work: W) -> impl Future<Output = io::Result<T>> + Send + use<T, W>
where
    T: Send + 'static,
    W: FnOnce() -> T + Send + 'static,
{
    let (sender, receiver) = oneshot::channel();
    // The receiver is gone when the future is.
    let spawned = std::thread::Builder::new().name(name.to_owned()).spawn(move || drop(sender.send(work())));
    async move {
        spawned?;
        receiver.await.map_err(|_| io::Error::other("the thread ended unexpectedly"))
    }
}
