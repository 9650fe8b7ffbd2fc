use std::time::Duration;

use tokio::time::Instant;

/// Until when an answer is worth having. Attempts, waits and reading the answer all count.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    started: Instant,
    limit: Duration,
}

impl Deadline {
    /// A deadline `limit` from now.
    #[must_use]
    pub fn within(limit: Duration) -> Self {
        Self { started: Instant::now(), limit }
    }

    /// How long it was when it began.
    #[must_use]
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// How much of it has passed.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// How much of it is left.
    #[must_use]
    pub fn remaining(&self) -> Duration {
        self.limit.saturating_sub(self.elapsed())
    }
}
