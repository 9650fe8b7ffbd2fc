//! Limits the number of connections that are not authenticated yet, and selects the one to close when there are too many.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::AbortHandle;

/// The maximum number of pending connections. A host opens one; a flood must not use up all file descriptors.
const MAX_PENDING: usize = 32;

/// The process ID of a client, if the operating system reports it.
pub(super) type PeerId = Option<u32>;

/// The connections that have not finished authentication, oldest first.
#[derive(Default)]
pub(super) struct Admissions(VecDeque<Pending>);

struct Pending {
    task: AbortHandle,
    peer: PeerId,
    has_sent: HasSent,
}

/// Whether a client has sent anything.
#[derive(Clone, Default)]
pub(super) struct HasSent(Arc<AtomicBool>);

impl HasSent {
    pub(super) fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Admissions {
    /// Starts the task that authenticates a connection. If too many connections are pending, closes one of them.
    pub(super) async fn start<F>(&mut self, peer: PeerId, admission: impl FnOnce(HasSent) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        if self.0.len() >= MAX_PENDING {
            // Let the pending tasks run once, so that they notice what has arrived and closed connections end.
            tokio::task::yield_now().await;
            self.0.retain(|pending| !pending.task.is_finished());
        }
        if self.0.len() >= MAX_PENDING {
            let clients: Vec<_> = self.0.iter().map(|pending| (pending.peer, pending.has_sent.get())).collect();
            if let Some(pending) = victim(&clients).and_then(|index| self.0.remove(index)) {
                pending.task.abort();
            }
        }
        let has_sent = HasSent::default();
        let task = tokio::spawn(admission(has_sent.clone())).abort_handle();
        self.0.push_back(Pending { task, peer, has_sent });
    }
}

/// Returns the index of the connection to close. Each client is given by its process and whether it has sent anything.
///
/// Selects the process with the most connections, and of these the oldest that has sent nothing, or the oldest if all have
/// sent something. A host opens one connection, so that a flood from another process closes only its own.
fn victim(clients: &[(PeerId, bool)]) -> Option<usize> {
    let weight = |(peer, _): &(PeerId, bool)| {
        let own = || clients.iter().filter(|(other, _)| other == peer);
        (own().count(), own().any(|(_, has_sent)| !has_sent))
    };
    // `max_by_key` returns the last of several equal maxima.
    let (peer, _) = clients.iter().rev().max_by_key(|client| weight(client))?;
    let of_peer = |wanted: bool| clients.iter().position(|(other, has_sent)| other == peer && *has_sent == wanted);
    of_peer(false).or_else(|| of_peer(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: PeerId = Some(1);
    const STRANGER: PeerId = Some(2);

    #[test]
    fn flood_of_one_process_then_its_oldest_silent_connection_goes() {
        let clients = [(HOST, false), (STRANGER, true), (STRANGER, false), (STRANGER, false)];
        assert_eq!(victim(&clients), Some(2));
        let clients = [(HOST, false), (STRANGER, true), (STRANGER, true)];
        assert_eq!(victim(&clients), Some(1), "none of the stranger's is silent");
    }

    #[test]
    fn flood_of_unknown_processes_then_the_oldest_silent_connection_goes() {
        assert_eq!(victim(&[(None, true), (None, false), (None, false)]), Some(1));
        assert_eq!(victim(&[(None, true), (None, true)]), Some(0), "none is silent");
    }

    #[test]
    fn one_connection_of_each_process_then_a_silent_one_goes() {
        assert_eq!(victim(&[(HOST, true), (STRANGER, false), (Some(3), false)]), Some(1));
        assert_eq!(victim(&[]), None);
    }
}
