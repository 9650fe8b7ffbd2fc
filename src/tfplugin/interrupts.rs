//! Interrupts from the terminal: Ctrl-C sends SIGINT to the plugin as well as to the host.
//!
//! In the plan phase of `apply`, Terraform 1.0 to 1.15 and OpenTofu 1.6 to 1.12 send no `StopProvider` after Ctrl-C. They wait
//! for the reads in flight, and then start those that they have queued.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A host starts its queued reads within milliseconds after an interrupted read; a read that starts later is a new one.
const QUEUE_WINDOW: Duration = Duration::from_millis(250);

/// However many reads follow each other, one that starts this long after the interrupt is a new one.
const QUEUE_LIMIT: Duration = Duration::from_millis(1_500);

/// Ends the reads in flight of a process when the user interrupts the run. All connections share it.
#[derive(Clone, Debug, Default)]
pub struct Interrupts(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    in_flight: usize,
    /// Cancelled by the next interrupt.
    next: CancellationToken,
    /// The queue of the run that was interrupted last.
    queue: Option<Queue>,
}

/// The reads of an interrupted run that had not started.
#[derive(Clone, Copy, Debug)]
struct Queue {
    interrupted: Instant,
    /// When the last read of the run ended.
    moved: Instant,
}

impl Queue {
    /// Whether a read that starts now belongs to the run.
    fn is_open(self) -> bool {
        self.moved.elapsed() < QUEUE_WINDOW && self.interrupted.elapsed() < QUEUE_LIMIT
    }
}

impl Interrupts {
    /// Ends the reads in flight, and those that the host has queued behind them. Other calls are not affected, nor are
    /// later reads. Without a read in flight nothing happens.
    pub fn interrupt(&self) {
        let mut state = self.lock();
        if state.in_flight > 0 {
            std::mem::take(&mut state.next).cancel();
            let now = Instant::now();
            state.queue = Some(Queue { interrupted: now, moved: now });
        }
    }

    /// Registers a read until the returned value is dropped.
    pub(super) fn start_read(&self) -> Read {
        let mut state = self.lock();
        state.in_flight += 1;
        let interrupted = state.next.child_token();
        if state.queue.is_some_and(Queue::is_open) {
            interrupted.cancel();
        }
        Read { interrupts: self.clone(), interrupted }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A read in flight.
pub(super) struct Read {
    interrupts: Interrupts,
    interrupted: CancellationToken,
}

impl Read {
    /// Waits for an interrupt that ends this read.
    pub(super) async fn interrupted(&self) {
        self.interrupted.cancelled().await;
    }

    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupted.is_cancelled()
    }
}

impl Drop for Read {
    fn drop(&mut self) {
        let mut state = self.interrupts.lock();
        state.in_flight -= 1;
        if self.interrupted.is_cancelled()
            && let Some(queue) = &mut state.queue
        {
            queue.moved = Instant::now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_read_in_flight_then_an_interrupt_affects_nothing() {
        let interrupts = Interrupts::default();
        drop(interrupts.start_read());
        interrupts.interrupt();
        assert!(!interrupts.start_read().is_interrupted());
    }

    #[tokio::test(start_paused = true)]
    async fn reads_in_flight_and_queued_behind_them_then_interrupted_and_a_later_one_not() {
        let interrupts = Interrupts::default();
        let reads = [interrupts.start_read(), interrupts.start_read()];
        for _ in 0..3 {
            interrupts.interrupt();
        }
        assert!(reads.iter().all(Read::is_interrupted));
        drop(reads);
        // Each of them leaves the next one time to start.
        for _ in 0..10 {
            tokio::time::advance(QUEUE_WINDOW / 2).await;
            assert!(interrupts.start_read().is_interrupted());
        }
        tokio::time::advance(QUEUE_WINDOW).await;
        let later = interrupts.start_read();
        assert!(!later.is_interrupted());
        interrupts.interrupt();
        later.interrupted().await;
    }
    #[tokio::test(start_paused = true)]
    async fn reads_without_a_pause_after_an_interrupt_then_served_again_within_two_seconds() {
        let interrupts = Interrupts::default();
        let read = interrupts.start_read();
        interrupts.interrupt();
        drop(read);
        let interrupted = Instant::now();
        while interrupts.start_read().is_interrupted() {
            tokio::time::advance(Duration::from_millis(10)).await;
        }
        assert_eq!(interrupted.elapsed(), QUEUE_LIMIT);
    }
}
