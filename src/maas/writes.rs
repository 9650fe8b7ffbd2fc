//! Requests that change something: one at a time in each project.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::huaweicloud::{Deadline, Error, ErrorKind, LastSent, Purpose, Target};

/// How long a request that changes something may take, and what ends its wait.
#[derive(Clone, Debug)]
pub struct Patience {
    /// Until when it is worth sending and its response worth waiting for.
    pub deadline: Deadline,
    /// Cancelled when the user stops the run: a request that waits for its turn is not sent any more. One that was sent goes
    /// on, since its result has to be recorded.
    pub stopping: CancellationToken,
}

/// Serialises writes: at most one request that changes a project is in flight, and requests take turns in the order in which
/// they came. Reads are not affected.
#[derive(Debug, Default)]
pub(super) struct Writes(Mutex<HashMap<(String, String), Turns>>);

/// The turns of the writes to one project, first come, first served.
type Turns = Arc<tokio::sync::Mutex<()>>;

impl Writes {
    fn turns(&self, target: &Target) -> Turns {
        let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(queues.entry((target.region.clone(), target.project_id.clone())).or_default())
    }

    /// Waits for the turn of a request, and runs it. A stop drops a request that was not `sent`, whatever it waits for.
    pub(super) async fn in_turn<T>(
        &self,
        target: &Target,
        patience: &Patience,
        sent: &LastSent,
        request: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let not_sent = |kind| Error { purpose: Purpose::Write, trace: None, kind };
        let turns = self.turns(target);
        let turn = tokio::select! {
            biased;
            () = patience.stopping.cancelled() => return Err(not_sent(ErrorKind::Stopped)),
            turn = timeout(patience.deadline.remaining(), turns.lock()) => turn,
        };
        let _turn = turn.map_err(|_| not_sent(ErrorKind::Queued(patience.deadline.limit())))?;
        let mut request = pin!(request);
        tokio::select! {
            biased;
            outcome = &mut request => return outcome,
            () = patience.stopping.cancelled(), if sent.get().is_none() => {}
        }
        // Between the stop and here the request was not polled: what was not sent then never is.
        if sent.get().is_none() { Err(not_sent(ErrorKind::Stopped)) } else { request.await }
    }
}

#[cfg(test)]
mod tests;
