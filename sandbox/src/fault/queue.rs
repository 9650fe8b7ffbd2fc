//! Faults waiting for their request.

use std::collections::VecDeque;

use super::{Chaos, Fault};
use crate::calls::Call;

/// The faults still to come, first come, first served, and those drawn by lot for whoever meets none of them.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: VecDeque<Fault>,
    chaos: Option<Chaos>,
}

impl Queue {
    /// Lines a fault up behind the others.
    pub(crate) fn push(&mut self, fault: Fault) {
        self.waiting.push_back(fault);
    }

    /// Draws by lot from now on.
    ///
    /// # Panics
    ///
    /// If the shares are more than 100 % together.
    pub(crate) fn set_chaos(&mut self, chaos: Chaos) {
        self.chaos = Some(chaos.checked());
    }

    /// Forgets them all.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The fault that is due for the request of that number, to that API, counted down.
    pub(crate) fn next(&mut self, call: Call, number: usize) -> Option<Fault> {
        self.next_waiting(call).or_else(|| self.chaos.as_ref()?.fault(number))
    }

    fn next_waiting(&mut self, call: Call) -> Option<Fault> {
        self.waiting.retain(|fault| fault.remaining != Some(0));
        let fault = self.waiting.iter_mut().filter(|fault| fault.call == call).find_map(|fault| {
            let is_due = fault.skipped == 0;
            fault.skipped = fault.skipped.saturating_sub(1);
            is_due.then_some(fault)
        })?;
        if let Some(remaining) = &mut fault.remaining {
            *remaining -= 1;
        }
        Some(fault.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue<const N: usize>(faults: [Fault; N]) -> Queue {
        Queue { waiting: faults.into(), chaos: None }
    }

    /// What the next requests to the workspace API meet.
    fn next(queue: &mut Queue, count: usize) -> Vec<String> {
        let effect = |fault: Option<Fault>| fault.map_or_else(String::new, |fault| format!("{:?}", fault.effect));
        (0..count).map(|_| effect(queue.next(Call::Workspaces, 1))).collect()
    }

    #[test]
    fn two_counted_faults_then_one_after_the_other_and_then_none() {
        let mut queue = queue([Fault::status(503).times(2), Fault::status(429).times(1)]);
        assert_eq!(next(&mut queue, 4), ["Status(503)", "Status(503)", "Status(429)", ""]);
        assert!(queue.waiting.is_empty());
    }

    #[test]
    fn fault_without_a_count_then_always() {
        assert_eq!(next(&mut queue([Fault::hang()]), 3), ["Hang", "Hang", "Hang"]);
    }

    #[test]
    fn fault_of_another_api_then_passed_over_and_still_there() {
        let mut queue = queue([Fault::reset().on(Call::Tokens).times(1), Fault::hang().times(1)]);
        assert_eq!(next(&mut queue, 2), ["Hang", ""]);
        assert!(queue.next(Call::Tokens, 1).is_some());
        assert!(queue.next(Call::Tokens, 1).is_none());
    }

    #[test]
    fn some_skipped_then_they_pass_and_the_next_one_meets_it() {
        let mut queue = queue([Fault::hang().skipping(2).times(1), Fault::reset().skipping(1).times(1)]);
        assert_eq!(next(&mut queue, 4), ["", "Reset", "Hang", ""]);
    }

    #[test]
    fn zero_times_then_never() {
        assert_eq!(next(&mut queue([Fault::hang().times(0), Fault::reset()]), 1), ["Reset"]);
    }

    #[test]
    fn fault_waiting_then_it_comes_before_chaos() {
        let mut queue = queue([Fault::hang().times(1)]);
        queue.set_chaos(Chaos::seeded(1).reset(65));
        assert_eq!(next(&mut queue, 1), ["Hang"]);
        assert!((1..=100).all(|number| queue.next(Call::Tokens, number).is_some()));
        queue.clear();
        assert!((1..=100).all(|number| queue.next(Call::Tokens, number).is_none()));
    }

    #[test]
    fn cleared_then_none_and_later_ones_count() {
        let mut queue = queue([Fault::hang()]);
        queue.clear();
        assert_eq!(next(&mut queue, 1), [""]);
        queue.push(Fault::reset());
        assert_eq!(next(&mut queue, 1), ["Reset"]);
    }
}
