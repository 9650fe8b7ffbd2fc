//! Ends the process when the host ends or a signal arrives.

use std::io;
use std::time::Duration;

use super::admissions::PeerId;
use super::clients::Clients;

/// Interval at which the plugin checks its parent process and its clients.
const CHECK: Duration = Duration::from_millis(500);

/// Time without a connection, after a first one, until the host counts as gone.
const DESERTED_AFTER: Duration = Duration::from_secs(30);

/// Time after the handshake without any connection until the host counts as gone. Hosts connect within a minute; a host in a
/// debugger may take longer.
const NO_CLIENT_AFTER: Duration = Duration::from_mins(10);

/// The parent process: the host, or a wrapper script that the host started.
pub(super) struct Parent {
    id: PeerId,
}

impl Parent {
    /// Records the parent process. Must run before the handshake, because a host may die right after it.
    #[cfg(unix)]
    pub(super) fn note() -> Self {
        Self { id: Some(std::os::unix::process::parent_id()) }
    }

    /// Records nothing, because Windows does not report the parent process.
    #[cfg(windows)]
    pub(super) fn note() -> Self {
        Self { id: None }
    }

    /// The process ID, if the operating system reports it.
    pub(super) fn id(&self) -> PeerId {
        self.id
    }

    /// Waits for the end of the host: the death of the parent process, or the end of the host's connections. Connections
    /// decide if the parent is a wrapper script, which lives as long as the plugin.
    #[cfg(unix)]
    pub(super) async fn end_of_host(&self, clients: &Clients) {
        tokio::select! { () = self.death() => {}, () = desertion(clients) => {} }
    }

    /// Waits for the end of the host's connections, because Windows does not report the parent's death.
    #[cfg(windows)]
    #[expect(clippy::unused_self, reason = "other systems watch the parent")]
    pub(super) async fn end_of_host(&self, clients: &Clients) {
        desertion(clients).await;
    }

    /// Waits for the death of the parent. The operating system then assigns another parent process.
    #[cfg(unix)]
    async fn death(&self) {
        let mut tick = tokio::time::interval(CHECK);
        while Some(std::os::unix::process::parent_id()) == self.id {
            tick.tick().await;
        }
    }
}

/// Waits until there has been no connection for [`DESERTED_AFTER`] since the last one, or none at all for
/// [`NO_CLIENT_AFTER`]. Never returns if the parent is the host: its death is observed, and a host may reconnect much later.
async fn desertion(clients: &Clients) {
    let mut alone = Duration::ZERO;
    while clients.parent_connected() || alone < if clients.connected() { DESERTED_AFTER } else { NO_CLIENT_AFTER } {
        tokio::time::sleep(CHECK).await;
        alone = if clients.is_empty() { alone + CHECK } else { Duration::ZERO };
    }
}

/// The signals that a plugin handles.
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
    /// Installs the handlers. From then on, these signals no longer end the process.
    #[cfg(unix)]
    pub(super) fn install() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// Installs the handler. From then on, an interrupt no longer ends the process.
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

/// The meaning of a signal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Signal {
    /// Ctrl-C, which reaches the whole process group. Does not end the process: the host ends its plugins itself.
    Interrupt,
    /// A request to end the process.
    End,
}

#[cfg(test)]
mod tests {
    use tokio::time::{Instant, sleep};

    use super::*;

    /// How long after the present `clients` count as deserted.
    async fn deserted_after(clients: &Clients) -> Duration {
        let start = Instant::now();
        desertion(clients).await;
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn client_that_comes_back_in_time_then_deserted_only_after_its_last_connection() {
        let clients = Clients::default();
        let host = async {
            for _ in 0..2 {
                sleep(Duration::from_secs(29)).await;
                let connection = clients.connect(None);
                sleep(Duration::from_mins(1)).await;
                drop(connection);
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

    #[tokio::test(start_paused = true)]
    async fn no_client_ever_then_deserted_after_the_longer_limit() {
        assert_eq!(deserted_after(&Clients::default()).await, NO_CLIENT_AFTER);
    }

    #[tokio::test(start_paused = true)]
    async fn connection_for_a_moment_then_deserted_after_the_shorter_limit() {
        let clients = Clients::default();
        drop(clients.connect(None));
        assert_eq!(deserted_after(&clients).await, DESERTED_AFTER);
    }

    #[tokio::test(start_paused = true)]
    async fn idle_connection_then_not_deserted() {
        let clients = Clients::default();
        let connection = clients.connect(None);
        let deserted = tokio::time::timeout(Duration::from_hours(24), desertion(&clients)).await;
        assert!(deserted.is_err());
        drop(connection);
    }

    #[tokio::test(start_paused = true)]
    async fn parent_was_a_client_then_never_deserted_and_another_process_then_deserted() {
        for (peer, deserted) in [(Some(7), false), (Some(8), true), (None, true)] {
            let clients = Clients::of_parent(Some(7));
            drop(clients.connect(peer));
            let ended = tokio::time::timeout(Duration::from_hours(1), desertion(&clients)).await;
            assert_eq!(ended.is_ok(), deserted, "{peer:?}");
        }
    }
}
