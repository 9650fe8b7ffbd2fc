//! The access keys there are, and the locks on them.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::AccessKey;

/// How many wrong signatures in a row lock a key, and for how long. The documentation says "more than five", see
/// <https://support.huaweicloud.com/intl/en-us/my-kualalumpur-1-usermanual-apig/apig-faq-0003.html>; the sandbox takes
/// that as: five are judged, the next one finds the key locked.
const WRONG_UNTIL_LOCKED: u32 = 5;
const LOCKED_FOR: SignedDuration = SignedDuration::from_mins(5);

/// The access keys, by their access key id.
#[derive(Debug, Default)]
pub(crate) struct Keys(HashMap<String, Known>);

/// An access key, and how its last signatures went.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) key: AccessKey,
    wrong_in_a_row: u32,
    locked_until: Timestamp,
}

impl Keys {
    /// Adds a key, in place of any of the same id.
    pub(crate) fn add(&mut self, key: AccessKey) {
        let access = key.access.clone();
        self.0.insert(access, Known { key, wrong_in_a_row: 0, locked_until: Timestamp::MIN });
    }

    /// Forgets the temporary keys.
    pub(crate) fn revoke_temporary(&mut self) {
        self.0.retain(|_, known| known.key.security_token.is_none());
    }

    /// The key of that access key id.
    pub(crate) fn get_mut(&mut self, access: &str) -> Option<&mut Known> {
        self.0.get_mut(access)
    }
}

impl Known {
    /// Whether its signatures are refused unseen at that time.
    pub(crate) fn is_locked(&self, now: Timestamp) -> bool {
        now < self.locked_until
    }

    /// Takes down that a signature was right.
    pub(crate) fn right(&mut self) {
        self.wrong_in_a_row = 0;
    }

    /// Takes down that a signature was wrong, which may lock the key.
    pub(crate) fn wrong(&mut self, now: Timestamp) {
        self.wrong_in_a_row += 1;
        if self.wrong_in_a_row == WRONG_UNTIL_LOCKED {
            self.wrong_in_a_row = 0;
            self.locked_until = now.saturating_add(LOCKED_FOR).unwrap_or(Timestamp::MAX);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("in range")
    }

    fn keys() -> Keys {
        let mut keys = Keys::default();
        keys.add(AccessKey::new("a", "b"));
        keys
    }

    #[test]
    fn five_wrong_in_a_row_then_locked_for_five_minutes_and_not_a_second_longer() {
        let mut keys = keys();
        let known = keys.get_mut("a").expect("added");
        for second in 0..5 {
            assert!(!known.is_locked(seconds(second)));
            known.wrong(seconds(second));
        }
        assert!(known.is_locked(seconds(4)));
        assert!(known.is_locked(seconds(303)));
        assert!(!known.is_locked(seconds(304)));
    }

    #[test]
    fn unlocked_then_five_more_wrong_ones_lock_it_again() {
        let mut keys = keys();
        let known = keys.get_mut("a").expect("added");
        (0..5).for_each(|_| known.wrong(seconds(0)));
        (0..4).for_each(|_| known.wrong(seconds(1_000)));
        assert!(!known.is_locked(seconds(1_000)));
        known.wrong(seconds(1_000));
        assert!(known.is_locked(seconds(1_000)));
    }

    #[test]
    fn right_in_between_then_the_count_starts_again() {
        let mut keys = keys();
        let known = keys.get_mut("a").expect("added");
        (0..4).for_each(|_| known.wrong(seconds(0)));
        known.right();
        (0..4).for_each(|_| known.wrong(seconds(0)));
        assert!(!known.is_locked(seconds(0)));
    }

    #[test]
    fn temporary_ones_revoked_then_the_permanent_ones_stay() {
        let mut keys = keys();
        keys.add(AccessKey::new("b", "c").security_token("d"));
        keys.revoke_temporary();
        assert!(keys.get_mut("a").is_some() && keys.get_mut("b").is_none());
    }

    #[test]
    fn id_nobody_added_then_no_key() {
        assert!(keys().get_mut("b").is_none());
    }
}
