//! Requests that change something: one at a time in each project.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Method;
use serde_json::Value;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::Client;
use crate::huaweicloud::{Deadline, Error, ErrorKind, Purpose, Target};

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

    /// Waits for the turn of a request, and runs it.
    pub(super) async fn in_turn<T>(
        &self,
        target: &Target,
        patience: &Patience,
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
        request.await
    }
}

impl Client {
    /// Sends a request that changes something below `/{version}/{project_id}/maas`, in its turn. Returns the JSON of the response;
    /// nothing if there is none, or no JSON, since no documented response needs one.
    pub(super) async fn write(
        &self,
        target: &Target,
        method: Method,
        version: &str,
        path: &[&str],
        body: Option<&Value>,
        patience: &Patience,
    ) -> Result<Option<Value>, Error> {
        let url = self.url(target, version, path, &[])?;
        let request = Box::pin(self.session().write(target, method, url, body, patience.deadline));
        let response = self.writes().in_turn(target, patience, request).await?;
        Ok(serde_json::from_slice(&response).ok())
    }
}

#[cfg(test)]
mod tests;
