use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, timeout};

use super::{Clock, Deadline, Error, ErrorKind, Purpose};

/// A value that expires is refreshed this long before, or at half of its life if that is later.
const MARGIN: SignedDuration = SignedDuration::from_mins(5);

/// A refresh of a value that has not expired takes no longer than this.
const LONGEST_REFRESH: Duration = Duration::from_secs(5);

/// Guarantees that a cached value which has not expired is returned at once, and to the one caller that refreshes it after
/// five seconds at most, whether the refresh succeeds, fails or hangs.
#[derive(Debug)]
pub(super) struct Renewable<T> {
    state: Mutex<State<T>>,
    /// Taken by the one caller that obtains a value.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct State<T> {
    cached: Option<Cached<T>>,
    failed: Option<Failed>,
}

#[derive(Debug)]
struct Cached<T> {
    value: Arc<T>,
    obtained_at: Instant,
    refresh_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
}

impl<T> Cached<T> {
    fn has_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

#[derive(Debug)]
struct Failed {
    at: Instant,
    /// How long the caller that failed had for it.
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

/// A value as it was obtained.
pub(super) struct Obtained<T> {
    pub(super) value: T,
    pub(super) expires_at: Option<Timestamp>,
}

impl<T> Default for Renewable<T> {
    fn default() -> Self {
        Self { state: Mutex::new(State { cached: None, failed: None }), turn: tokio::sync::Mutex::default() }
    }
}

impl<T> Renewable<T> {
    /// Returns the cached value, or obtains one with `obtain` if there is none or it is to be refreshed. Concurrent callers
    /// share the value and the failure, unless they have a longer deadline. All later callers share a final failure, so
    /// that a wrong password is sent once.
    pub(super) async fn get(
        &self,
        clock: &Clock,
        purpose: Purpose,
        deadline: Deadline,
        obtain: impl AsyncFnOnce() -> Result<Obtained<T>, Failure>,
    ) -> Result<Arc<T>, Error> {
        let arrived = Instant::now();
        if let Some(value) = self.fresh(clock, arrived) {
            return Ok(value);
        }
        let _turn = match (self.turn.try_lock(), self.unexpired(clock)) {
            (Ok(turn), _) => turn,
            (Err(_), Some(value)) => return Ok(value),
            (Err(_), None) => {
                let late = || Error::before_request(purpose, ErrorKind::TimedOut(deadline.limit()));
                timeout(deadline.remaining(), self.turn.lock()).await.map_err(|_| late())?
            }
        };
        // The caller that had the turn before may have obtained it.
        if let Some(value) = self.fresh(clock, arrived) {
            return Ok(value);
        }
        if let Some(error) = self.failure(arrived, deadline) {
            return Err(error);
        }
        let mut obtaining = pin!(obtain());
        let limit = self.refresh_limit(clock, deadline);
        let outcome = match timeout(limit.unwrap_or(Duration::MAX), &mut obtaining).await {
            Ok(outcome) => outcome,
            Err(_) => match self.postpone_refresh(clock, "it takes too long", false) {
                Some(value) => return Ok(value),
                // The value was refused or has expired meanwhile.
                None => obtaining.await,
            },
        };
        match outcome {
            Ok(obtained) => Ok(self.cache(clock, obtained)),
            Err(failure) => self.fail(clock, deadline, failure),
        }
    }

    /// The value, unless it is to be refreshed. A value that is obtained after a call serves the call, even if it has
    /// expired by the clock of this machine.
    fn fresh(&self, clock: &Clock, arrived: Instant) -> Option<Arc<T>> {
        let now = clock.now();
        let state = self.state();
        let is_fresh =
            |cached: &&Cached<T>| cached.refresh_at.is_none_or(|at| now < at) || cached.obtained_at > arrived;
        state.cached.as_ref().filter(is_fresh).map(|cached| Arc::clone(&cached.value))
    }

    fn unexpired(&self, clock: &Clock) -> Option<Arc<T>> {
        let now = clock.now();
        let state = self.state();
        state.cached.as_ref().filter(|cached| !cached.has_expired(now)).map(|cached| Arc::clone(&cached.value))
    }

    /// The failure that this caller shares, if there is one.
    fn failure(&self, arrived: Instant, deadline: Deadline) -> Option<Error> {
        let state = self.state();
        let Failed { at, limit, failure } = state.failed.as_ref()?;
        let is_shared = failure.is_final || *at >= arrived && *limit >= deadline.limit();
        is_shared.then(|| failure.error.clone())
    }

    /// How long a refresh may take, which leaves the most of the value's life, and of the deadline, to the request that
    /// needs the value. Without a value that serves in its place, the deadline alone limits it.
    fn refresh_limit(&self, clock: &Clock, deadline: Deadline) -> Option<Duration> {
        let now = clock.now();
        let state = self.state();
        let cached = state.cached.as_ref().filter(|cached| !cached.has_expired(now))?;
        let left = Duration::try_from(cached.expires_at?.duration_since(now)).unwrap_or_default();
        Some(LONGEST_REFRESH.min(left.min(deadline.remaining()) / 4))
    }

    /// Returns the value if it has not expired, and lets it be refreshed when half of what is left has passed.
    fn postpone_refresh(&self, clock: &Clock, problem: &str, is_final: bool) -> Option<Arc<T>> {
        let now = clock.now();
        let mut state = self.state();
        let cached = state.cached.as_mut().filter(|cached| !cached.has_expired(now))?;
        cached.refresh_at = cached.expires_at.map(|at| if is_final { at } else { refresh_time(now, at) });
        tracing::warn!(problem, "a refresh failed; the cached value is used until it expires");
        Some(Arc::clone(&cached.value))
    }

    /// Caches a value, unless it has expired and the one before has not.
    fn cache(&self, clock: &Clock, Obtained { value, expires_at }: Obtained<T>) -> Arc<T> {
        let now = clock.now();
        if expires_at.is_some_and(|at| at <= now)
            && let Some(value) = self.postpone_refresh(clock, "the new value has expired", false)
        {
            return value;
        }
        let value = Arc::new(value);
        let refresh_at = expires_at.map(|at| refresh_time(now, at));
        let cached = Cached { value: Arc::clone(&value), obtained_at: Instant::now(), refresh_at, expires_at };
        *self.state() = State { cached: Some(cached), failed: None };
        value
    }

    /// Notes a failure, unless the value there is serves until it expires.
    fn fail(&self, clock: &Clock, deadline: Deadline, failure: Failure) -> Result<Arc<T>, Error> {
        let error = failure.error.clone();
        let value = self.postpone_refresh(clock, &error.kind.to_string(), failure.is_final);
        let mut state = self.state();
        if value.is_none() {
            state.cached = None;
        }
        if value.is_none() || failure.is_final {
            state.failed = Some(Failed { at: Instant::now(), limit: deadline.limit(), failure });
        }
        value.ok_or(error)
    }

    /// Forgets the value if it is still this one: a service refused it.
    pub(super) fn forget(&self, value: &Arc<T>) {
        let mut state = self.state();
        if state.cached.as_ref().is_some_and(|cached| Arc::ptr_eq(&cached.value, value)) {
            state.cached = None;
        }
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refresh_time(now: Timestamp, expires_at: Timestamp) -> Timestamp {
    let life = expires_at.duration_since(now).max(SignedDuration::ZERO);
    expires_at.checked_sub(MARGIN.min(life / 2)).unwrap_or(expires_at)
}

#[cfg(test)]
mod tests {
    use reqwest::{Method, StatusCode};
    use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

    use super::super::{ServiceError, Trace};
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const HOUR: Duration = Duration::from_hours(1);

    /// A clock to be set, and counts of how often the value was requested and obtained.
    struct Scene {
        seconds: Arc<AtomicI64>,
        tried: AtomicU32,
        obtained: AtomicU32,
        renewable: Renewable<u32>,
    }

    impl Scene {
        fn new() -> Self {
            let count = || AtomicU32::new(0);
            Self { seconds: Arc::default(), tried: count(), obtained: count(), renewable: Renewable::default() }
        }

        /// A scene whose value expires after an hour and was obtained long ago.
        async fn at(now: i64) -> Self {
            let scene = Self::new();
            assert_eq!(scene.get(Ok(3_600)).await, Ok(1));
            scene.seconds.store(now, Ordering::Relaxed);
            tokio::time::sleep(SECOND).await;
            scene
        }

        async fn get(&self, outcome: Result<i64, ErrorKind>) -> Result<u32, ErrorKind> {
            let outcome = outcome.map_err(|kind| Error::before_request(Purpose::SignIn, kind).into());
            self.get_within(10 * SECOND, SECOND, outcome).await.map_err(|error| error.kind)
        }

        /// Gets the value within a limit while obtaining it takes so long, and how long that took.
        async fn get_slowly(&self, limit: Duration, takes: Duration) -> (Option<u32>, Duration) {
            let started = Instant::now();
            let value = self.get_within(limit, takes, Ok(7_200)).await;
            (value.ok(), started.elapsed())
        }

        async fn get_within(
            &self,
            limit: Duration,
            takes: Duration,
            outcome: Result<i64, Failure>,
        ) -> Result<u32, Error> {
            let seconds = Arc::clone(&self.seconds);
            let clock = Clock::of(move || Timestamp::from_second(seconds.load(Ordering::Relaxed)).expect("in range"));
            let obtain = async || {
                self.tried.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(takes).await;
                let value = self.obtained.fetch_add(1, Ordering::Relaxed) + 1;
                Ok(Obtained { value, expires_at: Timestamp::from_second(outcome?).ok() })
            };
            let got = self.renewable.get(&clock, Purpose::SignIn, Deadline::within(limit), obtain).await;
            got.map(|value| *value)
        }

        fn tried(&self) -> u32 {
            self.tried.load(Ordering::Relaxed)
        }
    }

    /// The refusal of credentials that are fixed or not.
    fn refusal(is_fixed: bool) -> Failure {
        let mut trace = Trace::new(Method::POST, "https://h/".to_owned());
        trace.status = Some(StatusCode::UNAUTHORIZED);
        let kind = ErrorKind::Service(ServiceError::default());
        Failure::of(Error { purpose: Purpose::SignIn, trace: Some(Box::new(trace)), kind }, is_fixed)
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
                let obtain = async || {
                    tried += 1;
                    Err(refusal(is_fixed))
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
            assert_eq!(scene.tried(), tried, "at {now}");
        }
        scene.seconds.store(3_600, Ordering::Relaxed);
        assert_eq!(scene.get(Err(ErrorKind::NoToken)).await, Err(ErrorKind::NoToken));
    }

    #[tokio::test(start_paused = true)]
    async fn refresh_hangs_then_cached_value_at_once_and_after_five_seconds_for_the_caller_that_refreshes() {
        let scene = Scene::at(3_300).await;
        let get = || scene.get_slowly(10 * HOUR, HOUR);
        let all = tokio::join!(get(), get(), get());
        assert_eq!(all, ((Some(1), 5 * SECOND), (Some(1), Duration::ZERO), (Some(1), Duration::ZERO)));
        assert_eq!(get().await, (Some(1), Duration::ZERO));
        assert_eq!(scene.tried(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn refresh_hangs_and_little_time_is_left_then_most_of_it_is_for_the_request() {
        for (now, limit, expected) in [(3_590, 10 * HOUR, 2_500), (3_300, 2 * SECOND, 500), (3_590, SECOND, 250)] {
            let scene = Scene::at(now).await;
            let expected = (Some(1), Duration::from_millis(expected));
            assert_eq!(scene.get_slowly(limit, HOUR).await, expected, "at {now} within {limit:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn refresh_hangs_and_the_value_has_expired_then_all_wait_for_the_new_one() {
        let scene = Scene::at(3_600).await;
        let get = || scene.get_slowly(HOUR, 60 * SECOND);
        assert_eq!(tokio::join!(get(), get()), ((Some(2), 60 * SECOND), (Some(2), 60 * SECOND)));
        let scene = Scene::at(3_600).await;
        assert_eq!(scene.get_slowly(60 * SECOND, 30 * SECOND).await, (Some(2), 30 * SECOND));
    }

    #[tokio::test(start_paused = true)]
    async fn value_refused_while_a_refresh_hangs_then_all_wait_for_the_new_one() {
        let scene = Scene::at(3_300).await;
        let get = || scene.get_slowly(HOUR, 60 * SECOND);
        let refused_and_get = async {
            tokio::time::sleep(SECOND).await;
            let cached = scene.renewable.unexpired(&Clock::of(|| Timestamp::UNIX_EPOCH)).expect("a value");
            scene.renewable.forget(&cached);
            get().await
        };
        assert_eq!(tokio::join!(get(), refused_and_get), ((Some(2), 60 * SECOND), (Some(2), 59 * SECOND)));
    }

    #[tokio::test(start_paused = true)]
    async fn refresh_refused_then_cached_value_until_it_expires_and_a_fixed_credential_is_not_sent_again() {
        for (is_fixed, tried) in [(true, 2), (false, 4)] {
            let scene = Scene::at(3_300).await;
            let get = async || scene.get_within(10 * SECOND, SECOND, Err(refusal(is_fixed))).await;
            for now in [3_300, 3_301, 3_599] {
                scene.seconds.store(now, Ordering::Relaxed);
                assert_eq!(get().await.ok(), Some(1), "at {now}");
            }
            scene.seconds.store(3_600, Ordering::Relaxed);
            assert!(get().await.is_err_and(|error| error.is_refused_credentials()));
            assert_eq!(scene.tried(), tried);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn refresh_and_the_value_refused_then_the_refusal_and_a_fixed_credential_is_not_sent_again() {
        let scene = Scene::at(3_300).await;
        let get = async || scene.get_within(10 * SECOND, SECOND, Err(refusal(true))).await;
        assert_eq!(get().await.ok(), Some(1));
        let cached = scene.renewable.unexpired(&Clock::of(|| Timestamp::UNIX_EPOCH)).expect("a value");
        scene.renewable.forget(&cached);
        assert!(get().await.is_err_and(|error| error.is_refused_credentials()));
        assert_eq!(scene.tried(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn refresh_brings_an_expired_value_then_the_cached_one_is_kept() {
        let scene = Scene::at(3_300).await;
        assert_eq!(scene.get(Ok(3_300)).await, Ok(1));
        assert_eq!(scene.get(Ok(7_200)).await, Ok(1), "postponed");
        scene.seconds.store(3_450, Ordering::Relaxed);
        assert_eq!(scene.get(Ok(7_200)).await, Ok(3));
    }

    #[tokio::test(start_paused = true)]
    async fn value_has_expired_when_it_is_obtained_then_it_serves_the_calls_that_waited_for_it() {
        let scene = Scene::new();
        let get = || scene.get(Ok(-1));
        assert_eq!(tokio::join!(get(), get(), get()), (Ok(1), Ok(1), Ok(1)));
        tokio::time::sleep(SECOND).await;
        assert_eq!(get().await, Ok(2));
    }

    #[tokio::test(start_paused = true)]
    async fn caller_that_refreshes_is_cancelled_then_the_next_one_refreshes() {
        let scene = Scene::at(3_300).await;
        let cancelled = timeout(SECOND, scene.get_slowly(HOUR, HOUR));
        let (cancelled, other) = tokio::join!(cancelled, scene.get_slowly(HOUR, HOUR));
        assert!(cancelled.is_err());
        assert_eq!(other, (Some(1), Duration::ZERO));
        assert_eq!(scene.get_slowly(HOUR, SECOND).await, (Some(2), SECOND));
    }

    #[tokio::test(start_paused = true)]
    async fn first_one_is_cancelled_then_the_next_one_obtains_it() {
        let scene = Scene::new();
        let cancelled = timeout(Duration::from_millis(500), scene.get(Ok(3_600))).await;
        assert!(cancelled.is_err());
        assert_eq!(scene.get(Ok(3_600)).await, Ok(1));
    }
}
