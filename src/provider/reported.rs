use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use crate::huaweicloud::Error;

/// The failed requests that were reported. Of several reads that share a failed request, exactly one reports it in full.
#[derive(Debug, Default)]
pub(super) struct ReportedFailures(Mutex<HashSet<u64>>);

impl ReportedFailures {
    /// Records the request of an error, and returns whether it is new. An error without a request is always new.
    pub(super) fn is_first(&self, error: &Error) -> bool {
        let mut reported = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        error.trace.as_ref().is_none_or(|trace| reported.insert(trace.id))
    }
}
