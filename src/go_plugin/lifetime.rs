//! What ends the process, besides the host's word.

use std::io;
#[cfg(unix)]
use std::time::Duration;

/// How often the plugin looks whether its parent still lives.
#[cfg(unix)]
const PARENT_CHECK: Duration = Duration::from_millis(500);

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
    pub(super) async fn death(&self) {
        let mut tick = tokio::time::interval(PARENT_CHECK);
        while std::os::unix::process::parent_id() == self.id {
            tick.tick().await;
        }
    }

    /// Windows tells nothing of the kind, so that this waits for ever.
    #[cfg(not(unix))]
    pub(super) async fn death(&self) {
        std::future::pending().await
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

    /// Waits for a request to end. Under a host an interrupt is none: Ctrl-C reaches the whole process group, and the
    /// host tells its plugins what to do.
    #[cfg(unix)]
    pub(super) async fn end(&mut self, interrupt_counts: bool) {
        loop {
            tokio::select! {
                _ = self.interrupt.recv() => if interrupt_counts { return },
                _ = self.terminate.recv() => return,
                _ = self.hang_up.recv() => return,
            }
        }
    }

    /// Waits for a request to end. Under a host an interrupt is none.
    #[cfg(windows)]
    pub(super) async fn end(&mut self, interrupt_counts: bool) {
        while self.interrupt.recv().await.is_some() && !interrupt_counts {}
    }
}
