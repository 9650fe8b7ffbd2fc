//! What ends the process, besides the host's word.

use std::io;
use std::time::Duration;

use tokio_util::task::TaskTracker;

/// How often the plugin looks whether its parent still lives.
const PARENT_CHECK: Duration = Duration::from_millis(500);

/// A host that had a connection and has had none for this long is gone.
#[cfg(any(windows, test))]
const DESERTED_AFTER: Duration = Duration::from_secs(30);

/// The process that started this one.
pub(super) struct Parent {
    #[cfg(unix)]
    id: u32,
}

impl Parent {
    /// Takes note of the parent. This has to happen before the handshake: a host may die right after it.
    pub(super) fn note() -> Self {
        Self {
            #[cfg(unix)]
            id: std::os::unix::process::parent_id(),
        }
    }

    /// Waits for the parent to die: the operating system then hands this process to another one.
    #[cfg(unix)]
    pub(super) async fn death(&self, _: &TaskTracker) {
        let mut tick = tokio::time::interval(PARENT_CHECK);
        while std::os::unix::process::parent_id() == self.id {
            tick.tick().await;
        }
    }

    /// Waits for the parent to die. Windows does not tell of that, but closes its connections.
    #[cfg(windows)]
    pub(super) async fn death(&self, clients: &TaskTracker) {
        desertion(clients).await;
    }
}

/// Waits until there has been a client, and then none for a while. A host keeps one connection for as long as it lives.
#[cfg(any(windows, test))]
async fn desertion(clients: &TaskTracker) {
    let (mut met, mut alone) = (false, Duration::ZERO);
    while !met || alone < DESERTED_AFTER {
        tokio::time::sleep(PARENT_CHECK).await;
        met |= !clients.is_empty();
        alone = if clients.is_empty() { alone + PARENT_CHECK } else { Duration::ZERO };
    }
}

/// The signals that matter to a plugin.
pub(super) struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    hang_up: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

impl Signals {
    /// From here on no signal ends the process by itself.
    #[cfg(unix)]
    pub(super) fn install() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// From here on an interrupt no longer ends the process by itself.
    #[cfg(windows)]
    pub(super) fn install() -> io::Result<Self> {
        Ok(Self { interrupt: tokio::signal::windows::ctrl_c()? })
    }

    /// Waits for the next signal.
    #[cfg(unix)]
    pub(super) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::End,
            _ = self.hang_up.recv() => Signal::End,
        }
    }

    /// Waits for the next signal.
    #[cfg(windows)]
    pub(super) async fn next(&mut self) -> Signal {
        match self.interrupt.recv().await {
            Some(()) => Signal::Interrupt,
            None => Signal::End,
        }
    }
}

/// What a signal asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Signal {
    /// Ctrl-C, which reaches the whole process group. A host has its own way to end its plugins.
    Interrupt,
    /// The end of the process.
    End,
}

#[cfg(test)]
mod tests {
    use tokio::time::{Instant, sleep};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_client_yet_or_one_that_comes_back_in_time_then_not_deserted() {
        let clients = TaskTracker::new();
        let host = async {
            for _ in 0..2 {
                sleep(Duration::from_secs(29)).await;
                clients.spawn(sleep(Duration::from_mins(1)));
                sleep(Duration::from_mins(1)).await;
            }
            Instant::now()
        };
        let ended = async {
            desertion(&clients).await;
            Instant::now()
        };
        let (gone, ended) = tokio::join!(host, ended);
        let waited = ended.duration_since(gone).as_millis();
        assert!((29_000..=31_000).contains(&waited), "{waited}");
    }
}
