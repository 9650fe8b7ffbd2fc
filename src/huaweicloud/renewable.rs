use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::{Clock, Deadline, Error, ErrorKind, Purpose};

/// What expires is renewed this long before, or at half of its life if that is later.
const MARGIN: SignedDuration = SignedDuration::from_mins(5);

/// Something that is obtained when it is first needed, shared by all who need it, and renewed before it expires.
#[derive(Debug)]
pub(super) struct Renewable<T> {
    state: Mutex<State<T>>,
}

#[derive(Debug)]
struct State<T> {
    held: Option<Held<T>>,
    failed: Option<Failed>,
}

#[derive(Debug)]
struct Failed {
    at: Instant,
    /// How long whoever failed had for it.
    limit: Duration,
    failure: Failure,
}

/// Why a value could not be obtained.
#[derive(Debug)]
pub(super) struct Failure {
    error: Error,
    /// Whether to try again would be in vain, or lock a user.
    is_final: bool,
}

impl Failure {
    /// A failure with credentials that are fixed or not: what is fixed and refused stays so.
    pub(super) fn of(error: Error, is_fixed: bool) -> Self {
        Self { is_final: is_fixed && error.is_refused_credentials(), error }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::of(error, false)
    }
}

#[derive(Debug)]
struct Held<T> {
    value: Arc<T>,
    renew_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
}

/// A value as it was obtained.
pub(super) struct Obtained<T> {
    pub(super) value: T,
    pub(super) expires_at: Option<Timestamp>,
}

impl<T> Default for Renewable<T> {
    fn default() -> Self {
        Self { state: Mutex::new(State { held: None, failed: None }) }
    }
}

impl<T> Renewable<T> {
    /// The value, obtained by `obtain` unless there is a good one. Whoever waits while somebody else with as much time fails
    /// to obtain it gets the same failure, and everybody who comes after one that is final, lest a wrong password be tried
    /// once per read. Any other failure to renew a value that has not expired is passed over, and renewal is tried
    /// again when half of what is left has passed.
    pub(super) async fn get(
        &self,
        clock: &Clock,
        purpose: Purpose,
        deadline: Deadline,
        obtain: impl AsyncFnOnce() -> Result<Obtained<T>, Failure>,
    ) -> Result<Arc<T>, Error> {
        let arrived = Instant::now();
        let locked = timeout(deadline.remaining(), self.state.lock()).await;
        let mut state = locked.map_err(|_| Error::before_request(purpose, ErrorKind::TimedOut(deadline.limit())))?;
        let now = clock.now();
        if let Some(held) = state.held.as_ref().filter(|held| held.renew_at.is_none_or(|at| now < at)) {
            return Ok(Arc::clone(&held.value));
        }
        if let Some(Failed { at, limit, failure }) = &state.failed
            && (failure.is_final || *at >= arrived && *limit >= deadline.limit())
        {
            return Err(failure.error.clone());
        }
        match obtain().await {
            Ok(Obtained { value, expires_at }) => {
                let value = Arc::new(value);
                let renew_at = expires_at.map(|expires_at| renewal(now, expires_at));
                *state = State { held: Some(Held { value: Arc::clone(&value), renew_at, expires_at }), failed: None };
                Ok(value)
            }
            Err(failure) => {
                let error = failure.error.clone();
                let now = clock.now();
                if let Some(held) = &mut state.held
                    && let Some(expires_at) = held.expires_at.filter(|at| now < *at)
                    && !error.is_refused_credentials()
                {
                    tracing::warn!(
                        problem = error.kind.to_string(),
                        "a renewal failed; what there is goes on until it expires"
                    );
                    held.renew_at = Some(renewal(now, expires_at));
                    return Ok(Arc::clone(&held.value));
                }
                *state =
                    State { held: None, failed: Some(Failed { at: Instant::now(), limit: deadline.limit(), failure }) };
                Err(error)
            }
        }
    }

    /// Forgets the value if it is still this one: it was found to be no good. While somebody renews it there is nothing to do.
    pub(super) fn forget(&self, value: &Arc<T>) {
        let Ok(mut state) = self.state.try_lock() else { return };
        if state.held.as_ref().is_some_and(|held| Arc::ptr_eq(&held.value, value)) {
            state.held = None;
        }
    }
}

fn renewal(now: Timestamp, expires_at: Timestamp) -> Timestamp {
    let life = expires_at.duration_since(now).max(SignedDuration::ZERO);
    expires_at.checked_sub(MARGIN.min(life / 2)).unwrap_or(expires_at)
}

#[cfg(test)]
mod tests {
    use reqwest::{Method, StatusCode};
    use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

    use super::super::{ServiceError, Trace};
    use super::*;

    /// A clock to be set, and a count of how often something was obtained.
    struct Scene {
        seconds: Arc<AtomicI64>,
        obtained: AtomicU32,
        renewable: Renewable<u32>,
    }

    impl Scene {
        fn new() -> Self {
            Self { seconds: Arc::default(), obtained: AtomicU32::new(0), renewable: Renewable::default() }
        }

        async fn get(&self, outcome: Result<i64, ErrorKind>) -> Result<u32, ErrorKind> {
            let seconds = Arc::clone(&self.seconds);
            let clock = Clock::of(move || Timestamp::from_second(seconds.load(Ordering::Relaxed)).expect("in range"));
            let deadline = Deadline::within(Duration::from_secs(10));
            let obtain = async || {
                tokio::time::sleep(Duration::from_secs(1)).await;
                let value = self.obtained.fetch_add(1, Ordering::Relaxed) + 1;
                let expires = outcome.map_err(|kind| Error::before_request(Purpose::SignIn, kind))?;
                Ok(Obtained { value, expires_at: Timestamp::from_second(expires).ok() })
            };
            let got = self.renewable.get(&clock, Purpose::SignIn, deadline, obtain).await;
            got.map(|value| *value).map_err(|error| error.kind)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn needed_by_many_at_once_then_obtained_once() {
        let scene = Scene::new();
        let all = tokio::join!(scene.get(Ok(3_600)), scene.get(Ok(3_600)), scene.get(Ok(3_600)));
        assert_eq!(all, (Ok(1), Ok(1), Ok(1)));
    }

    #[tokio::test(start_paused = true)]
    async fn expiry_near_then_renewed_five_minutes_before_or_at_half_of_a_short_life() {
        let scene = Scene::new();
        for (now, expires, expected) in
            [(0, 3_600, 1), (3_299, 0, 1), (3_300, 3_400, 2), (3_349, 0, 2), (3_350, 9_999, 3)]
        {
            scene.seconds.store(now, Ordering::Relaxed);
            assert_eq!(scene.get(Ok(expires)).await, Ok(expected), "at {now}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn failure_while_others_wait_then_they_get_it_too_and_the_next_one_tries_again() {
        let scene = Scene::new();
        let failed = || scene.get(Err(ErrorKind::NoToken));
        let all = tokio::join!(failed(), failed(), failed());
        assert_eq!(all, (Err(ErrorKind::NoToken), Err(ErrorKind::NoToken), Err(ErrorKind::NoToken)));
        assert_eq!(scene.obtained.load(Ordering::Relaxed), 1);
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(scene.get(Ok(3_600)).await, Ok(2));
    }

    #[tokio::test(start_paused = true)]
    async fn failure_of_one_with_less_time_then_whoever_waits_with_more_tries_again() {
        let renewable = Renewable::<u32>::default();
        let get = |seconds, outcome: Result<u32, ErrorKind>| {
            let renewable = &renewable;
            async move {
                let obtain = async || {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    let value = outcome.map_err(|kind| Error::before_request(Purpose::SignIn, kind))?;
                    Ok(Obtained { value, expires_at: None })
                };
                let deadline = Deadline::within(Duration::from_secs(seconds));
                let got = renewable.get(&Clock::system(), Purpose::SignIn, deadline, obtain).await;
                got.map(|value| *value).map_err(|error| error.kind)
            }
        };
        let both = tokio::join!(get(2, Err(ErrorKind::NoToken)), get(10, Ok(7)));
        assert_eq!(both, (Err(ErrorKind::NoToken), Ok(7)));
    }

    #[tokio::test(start_paused = true)]
    async fn credentials_refused_then_tried_again_unless_they_are_fixed() {
        for (is_fixed, expected) in [(true, 1), (false, 2)] {
            let renewable = Renewable::<u32>::default();
            let mut tried = 0;
            for _ in 0..2 {
                let mut trace = Trace::of(Method::POST, &"https://h/".parse().expect("a URL"));
                trace.status = Some(StatusCode::UNAUTHORIZED);
                let kind = ErrorKind::Service(ServiceError::default());
                let refused = Error { purpose: Purpose::SignIn, trace: Some(Box::new(trace)), kind };
                let obtain = async || {
                    tried += 1;
                    Err(Failure::of(refused, is_fixed))
                };
                let deadline = Deadline::within(Duration::from_secs(10));
                let outcome = renewable.get(&Clock::system(), Purpose::SignIn, deadline, obtain).await;
                assert!(outcome.is_err_and(|error| error.is_refused_credentials()));
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            assert_eq!(tried, expected);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn renewal_fails_then_the_value_is_given_until_it_expires_and_renewal_is_tried_now_and_then() {
        let scene = Scene::new();
        // Obtained at the beginning, for an hour; what is left is halved with each failure.
        for (now, expected, tried) in [(0, 1, 1), (3_300, 1, 2), (3_449, 1, 2), (3_450, 1, 3), (3_599, 1, 4)] {
            scene.seconds.store(now, Ordering::Relaxed);
            let outcome = if now == 0 { Ok(3_600) } else { Err(ErrorKind::NoToken) };
            assert_eq!(scene.get(outcome).await, Ok(expected), "at {now}");
            assert_eq!(scene.obtained.load(Ordering::Relaxed), tried, "at {now}");
        }
        scene.seconds.store(3_600, Ordering::Relaxed);
        assert_eq!(scene.get(Err(ErrorKind::NoToken)).await, Err(ErrorKind::NoToken));
    }

    #[tokio::test(start_paused = true)]
    async fn renewal_hangs_then_whoever_waits_for_it_gets_the_value_too() {
        let scene = Scene::new();
        let failed = || scene.get(Err(ErrorKind::TimedOut(Duration::from_secs(1))));
        assert_eq!(scene.get(Ok(3_600)).await, Ok(1));
        scene.seconds.store(3_300, Ordering::Relaxed);
        assert_eq!(tokio::join!(failed(), failed()), (Ok(1), Ok(1)));
        assert_eq!(scene.obtained.load(Ordering::Relaxed), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn value_found_no_good_while_it_is_renewed_then_no_wait_to_forget_it() {
        let scene = Scene::new();
        assert_eq!(scene.get(Ok(3_600)).await, Ok(1));
        scene.seconds.store(3_300, Ordering::Relaxed);
        let forget = async {
            let (started, value) = (Instant::now(), Arc::new(1));
            scene.renewable.forget(&value);
            started.elapsed()
        };
        assert_eq!(tokio::join!(scene.get(Ok(7_200)), forget), (Ok(2), Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn first_one_is_cancelled_then_the_next_one_obtains_it() {
        let scene = Scene::new();
        let cancelled = timeout(Duration::from_millis(500), scene.get(Ok(3_600))).await;
        assert!(cancelled.is_err());
        assert_eq!(scene.get(Ok(3_600)).await, Ok(1));
    }
}
