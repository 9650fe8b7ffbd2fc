//! The connections that have been admitted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::admissions::PeerId;

/// The admitted connections. Each one that is open counts, idle or not.
#[derive(Clone, Default)]
pub(super) struct Clients {
    connections: TaskTracker,
    parent: PeerId,
    connected: Arc<AtomicBool>,
    parent_connected: Arc<AtomicBool>,
}

impl Clients {
    /// No connection yet. `parent` is the process that started this one.
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

    /// Whether there has been a client, be it for a moment.
    pub(super) fn connected(&self) -> bool {
        self.connected.load(Ordering::Relaxed)
    }

    /// Whether the parent has been a client, and so is the host.
    pub(super) fn parent_connected(&self) -> bool {
        self.parent_connected.load(Ordering::Relaxed)
    }
}
