use std::time::Duration;

use tokio::time::Instant;

/// The deadline of an operation. It includes all attempts, waits and the transfer of the response.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    started: Instant,
    limit: Duration,
}

impl Deadline {
    /// Creates a deadline that is `limit` from now.
    #[must_use]
    pub fn within(limit: Duration) -> Self {
        Self { started: Instant::now(), limit }
    }

    /// Returns the time limit with which the deadline was created.
    #[must_use]
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// Returns the elapsed time.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Returns the remaining time.
    #[must_use]
    pub fn remaining(&self) -> Duration {
        self.limit.saturating_sub(self.elapsed())
    }
}
