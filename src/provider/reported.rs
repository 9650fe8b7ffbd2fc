use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use crate::huaweicloud::Error;

/// Guarantees that of several reads that fail with the same request, exactly one reports it in full.
#[derive(Debug, Default)]
pub(super) struct Reported(Mutex<HashSet<u64>>);

impl Reported {
    /// Whether no read has reported the request of this error before. Failures without a request are all different.
    pub(super) fn is_first(&self, error: &Error) -> bool {
        let mut reported = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        error.trace.as_ref().is_none_or(|trace| reported.insert(trace.id))
    }
}
