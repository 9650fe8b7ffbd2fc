//! Faults drawn by lot, the same ones every time.

use std::time::Duration;

use super::Fault;
use crate::answer;

/// The share of each kind of fault, in percent, unless told otherwise.
const SHARE: u32 = 5;

/// A mix of faults that comes again: which fault a request meets depends on the seed and on the request's number, and on
/// nothing else. Whatever no share is taken by is answered regularly.
///
/// At first each of the eight kinds has a share of 5 %.
///
/// ```
/// use maas_sandbox::{Chaos, Sandbox};
///
/// let sandbox = Sandbox::builder().chaos(Chaos::seeded(7).reset(20).html(0)).start();
/// # assert!(sandbox.requests().is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct Chaos {
    seed: u64,
    shares: [(Kind, u32); 8],
}

/// What can be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Reset,
    Throttled,
    ServerError,
    Drip,
    Html,
    Truncated,
    Delay,
    Gzip,
}

impl Chaos {
    /// The mix of that seed, with the same share for every kind of fault.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        use Kind::{Delay, Drip, Gzip, Html, Reset, ServerError, Throttled, Truncated};
        let kinds = [Reset, Throttled, ServerError, Drip, Html, Truncated, Delay, Gzip];
        Self { seed, shares: kinds.map(|kind| (kind, SHARE)) }
    }

    /// Resets the connection for that many percent of the requests: [`Fault::reset`].
    #[must_use]
    pub fn reset(self, percent: u32) -> Self {
        self.share(Kind::Reset, percent)
    }

    /// Answers that many percent of the requests with status 429 and `Retry-After: 0` or `1`.
    #[must_use]
    pub fn throttled(self, percent: u32) -> Self {
        self.share(Kind::Throttled, percent)
    }

    /// Answers that many percent of the requests with status 500, 502, 503 or 504.
    #[must_use]
    pub fn server_error(self, percent: u32) -> Self {
        self.share(Kind::ServerError, percent)
    }

    /// Answers that many percent of the requests in chunks of 256 bytes, a millisecond apart: [`Fault::drip`].
    #[must_use]
    pub fn drip(self, percent: u32) -> Self {
        self.share(Kind::Drip, percent)
    }

    /// Answers that many percent of the requests with status 200 and a page of HTML.
    #[must_use]
    pub fn html(self, percent: u32) -> Self {
        self.share(Kind::Html, percent)
    }

    /// Breaks that many percent of the answers off, within their first KiB: [`Fault::truncated`].
    #[must_use]
    pub fn truncated(self, percent: u32) -> Self {
        self.share(Kind::Truncated, percent)
    }

    /// Delays that many percent of the answers by up to 50 ms: [`Fault::delay`].
    #[must_use]
    pub fn delay(self, percent: u32) -> Self {
        self.share(Kind::Delay, percent)
    }

    /// Compresses that many percent of the answers: [`Fault::gzip`].
    #[must_use]
    pub fn gzip(self, percent: u32) -> Self {
        self.share(Kind::Gzip, percent)
    }

    fn share(mut self, kind: Kind, percent: u32) -> Self {
        for (known, share) in &mut self.shares {
            if *known == kind {
                *share = percent;
            }
        }
        self
    }

    /// The same mix, if there is enough for every share.
    ///
    /// # Panics
    ///
    /// If all shares together are more than 100 %.
    pub(super) fn checked(self) -> Self {
        let sum = self.shares.iter().map(|(_, share)| u64::from(*share)).sum::<u64>();
        assert!(sum <= 100, "the shares of chaos add up to {sum} %");
        self
    }

    /// The fault that the request of that number meets, if any.
    pub(super) fn fault(&self, number: usize) -> Option<Fault> {
        self.draw(number).map(|(kind, detail)| kind.fault(detail))
    }

    /// The kind of fault for that request, and a number to draw its details from.
    fn draw(&self, number: usize) -> Option<(Kind, u8)> {
        let random = random(self.seed, number as u64);
        let [.., detail] = random.to_le_bytes();
        let mut lot = random % 100;
        for (kind, share) in self.shares {
            match lot.checked_sub(u64::from(share)) {
                Some(rest) => lot = rest,
                None => return Some((kind, detail)),
            }
        }
        None
    }
}

impl Kind {
    fn fault(self, detail: u8) -> Fault {
        match self {
            Self::Reset => Fault::reset(),
            Self::Throttled => Fault::status(429).header("Retry-After", pick(["0", "1"], detail)),
            Self::ServerError => Fault::status(pick([500, 502, 503, 504], detail)),
            Self::Drip => Fault::drip(256, Duration::from_millis(1)),
            Self::Html => Fault::body(200, "text/html", answer::SIGN_IN_PAGE),
            Self::Truncated => Fault::truncated(usize::from(detail) * 4),
            Self::Delay => Fault::delay(Duration::from_millis(u64::from(detail) % 51)),
            Self::Gzip => Fault::gzip(),
        }
    }
}

fn pick<T: Copy, const N: usize>(from: [T; N], detail: u8) -> T {
    from[usize::from(detail) % N]
}

/// The number at that place, counted from 1, of the sequence that the generator `SplitMix64` makes of a seed
/// (<https://doi.org/10.1145/2660193.2660195>); unlike with other generators there is no need to make those before it.
fn random(seed: u64, place: u64) -> u64 {
    let mut mixed = seed.wrapping_add(place.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(chaos: &Chaos, count: usize) -> Vec<Option<Kind>> {
        (1..=count).map(|number| chaos.draw(number).map(|(kind, _)| kind)).collect()
    }

    #[test]
    fn known_seed_then_the_published_numbers() {
        let numbers = [1, 2, 3].map(|place| random(1_234_567, place));
        assert_eq!(numbers, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn same_seed_then_the_same_faults_and_another_seed_then_others() {
        let faults = |seed| {
            let chaos = Chaos::seeded(seed);
            (1..=200).map(|number| format!("{:?}", chaos.fault(number))).collect::<Vec<_>>()
        };
        assert_eq!(faults(1), faults(1));
        assert_ne!(faults(1), faults(2));
    }

    #[test]
    fn nothing_said_then_every_kind_gets_about_its_share() {
        let kinds = kinds(&Chaos::seeded(1), 10_000);
        for (kind, _) in Chaos::seeded(1).shares {
            let count = kinds.iter().filter(|drawn| **drawn == Some(kind)).count();
            assert!((400..=600).contains(&count), "{kind:?}: {count}");
        }
    }

    #[test]
    fn one_share_of_100_then_always_that_and_all_shares_0_then_never_any() {
        let none = Chaos::seeded(1).reset(0).throttled(0).server_error(0).drip(0).html(0).truncated(0).delay(0).gzip(0);
        assert!(kinds(&none, 100).iter().all(Option::is_none));
        assert!(kinds(&none.gzip(100), 100).iter().all(|kind| *kind == Some(Kind::Gzip)));
    }

    #[test]
    fn many_throttled_and_errors_then_every_variety_occurs() {
        let faults = (0..8).map(|detail| format!("{:?}", Kind::Throttled.fault(detail)));
        let told = faults.chain((0..8).map(|detail| format!("{:?}", Kind::ServerError.fault(detail))));
        let told = told.collect::<String>();
        for expected in [r#""retry-after", "0""#, r#""retry-after", "1""#, "500", "502", "503", "504"] {
            assert!(told.contains(expected), "{expected}");
        }
    }

    #[test]
    fn more_than_everything_for_a_moment_then_fine() {
        let chaos = Chaos::seeded(1).reset(70).gzip(0).checked();
        assert!(kinds(&chaos, 1_000).contains(&Some(Kind::Reset)));
    }

    #[test]
    #[should_panic(expected = "the shares of chaos add up to 105 %")]
    fn more_than_everything_then_panics() {
        let _ = Chaos::seeded(1).reset(70).checked();
    }
}
