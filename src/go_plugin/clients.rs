//! Counts the authenticated connections.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::admissions::PeerId;

/// A counter of authenticated connections. Every open connection counts, even an idle one.
#[derive(Clone, Default)]
pub(super) struct Clients {
    connections: TaskTracker,
    parent: PeerId,
    connected: Arc<AtomicBool>,
    parent_connected: Arc<AtomicBool>,
}

impl Clients {
    /// Creates a counter without connections. `parent` is the process that started this one.
    pub(super) fn of_parent(parent: PeerId) -> Self {
        Self { parent, ..Self::default() }
    }

    /// Counts a connection of the process `peer` until the returned token is dropped.
    pub(super) fn connect(&self, peer: PeerId) -> TaskTrackerToken {
        self.connected.store(true, Ordering::Relaxed);
        if peer.is_some() && peer == self.parent {
            self.parent_connected.store(true, Ordering::Relaxed);
        }
        self.connections.token()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.connections.is_empty()
    }

    /// Whether any client has ever connected.
    pub(super) fn connected(&self) -> bool {
        self.connected.load(Ordering::Relaxed)
    }

    /// Whether the parent process has ever connected, which shows that the parent is the host.
    pub(super) fn parent_connected(&self) -> bool {
        self.parent_connected.load(Ordering::Relaxed)
    }
}
