//! Faults waiting for their request.

use std::collections::VecDeque;

use super::Fault;
use crate::api::Api;

/// The faults still to come, first come, first served.
#[derive(Debug, Default)]
pub(crate) struct Queue(VecDeque<Fault>);

impl Queue {
    /// Lines a fault up behind the others.
    pub(crate) fn push(&mut self, fault: Fault) {
        self.0.push_back(fault);
    }

    /// Forgets them all.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault that is due for a request to that API, counted down.
    pub(crate) fn next(&mut self, api: Api) -> Option<Fault> {
        self.0.retain(|fault| fault.remaining != Some(0));
        let fault = self.0.iter_mut().find(|fault| fault.api == api)?;
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
        Queue(faults.into())
    }

    /// What the next requests to the workspace API meet.
    fn next(queue: &mut Queue, count: usize) -> Vec<String> {
        let effect = |fault: Option<Fault>| fault.map_or_else(String::new, |fault| format!("{:?}", fault.effect));
        (0..count).map(|_| effect(queue.next(Api::Workspaces))).collect()
    }

    #[test]
    fn two_counted_faults_then_one_after_the_other_and_then_none() {
        let mut queue = queue([Fault::status(503).times(2), Fault::status(429).times(1)]);
        assert_eq!(next(&mut queue, 4), ["Status(503)", "Status(503)", "Status(429)", ""]);
        assert!(queue.0.is_empty());
    }

    #[test]
    fn fault_without_a_count_then_always() {
        assert_eq!(next(&mut queue([Fault::hang()]), 3), ["Hang", "Hang", "Hang"]);
    }

    #[test]
    fn fault_of_another_api_then_passed_over_and_still_there() {
        let mut queue = queue([Fault::reset().on(Api::Tokens).times(1), Fault::hang().times(1)]);
        assert_eq!(next(&mut queue, 2), ["Hang", ""]);
        assert!(queue.next(Api::Tokens).is_some());
        assert!(queue.next(Api::Tokens).is_none());
    }

    #[test]
    fn zero_times_then_never() {
        assert_eq!(next(&mut queue([Fault::hang().times(0), Fault::reset()]), 1), ["Reset"]);
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
