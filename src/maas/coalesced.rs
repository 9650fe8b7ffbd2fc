use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};

use crate::huaweicloud::{Error, LastSent, Moment};

/// How long a request that follows one in flight waits for further callers. The reads of a plan begin in waves: as one ends,
/// the host begins the next.
const GATHERING: Duration = Duration::from_millis(10);

type Outcome<T> = Result<Arc<T>, Error>;
type Request<T> = Shared<BoxFuture<'static, Outcome<T>>>;

/// Coalesces identical requests: at most one of them is in flight. Its outcome serves the callers that came before it was
/// sent; for all that come later one more request follows it. No response is cached, so that none is older than its call.
#[derive(Debug)]
pub(super) struct Coalesced<K, T: ?Sized>(Mutex<HashMap<K, InFlight<T>>>);

/// A request, held weakly, so that it ends when no caller waits for it any more.
#[derive(Debug)]
struct InFlight<T: ?Sized> {
    request: WeakShared<BoxFuture<'static, Outcome<T>>>,
    sent: LastSent,
}

impl<T: ?Sized> InFlight<T> {
    /// The request, unless it has an outcome or no caller.
    fn unfinished(&self) -> Option<Request<T>> {
        self.request.upgrade().filter(|request| request.peek().is_none())
    }
}

/// A request that a caller waits for.
struct Joined<T: ?Sized> {
    request: Request<T>,
    sent: LastSent,
    /// Whether it was made for this caller.
    own: bool,
}

impl<K, T: ?Sized> Default for Coalesced<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Clone + Eq + Hash, T: ?Sized + Send + Sync + 'static> Coalesced<K, T> {
    /// Returns the outcome of a request that was sent after this call began. `request` makes the request unless that of
    /// another caller serves. `again` says which failures of another caller's request are that caller's alone.
    pub(super) async fn get<F>(
        &self,
        key: K,
        request: impl Fn(LastSent) -> F,
        again: impl Fn(&Error) -> bool,
    ) -> Outcome<T>
    where
        F: Future<Output = Outcome<T>> + Send + 'static,
    {
        let called = Moment::now();
        let mut gathering = None;
        loop {
            let send = |sent| {
                let request = request(sent);
                async move {
                    // A timer of zero still takes a tick, which the first request need not wait for.
                    if let Some(gathering) = gathering {
                        tokio::time::sleep(gathering).await;
                    }
                    request.await
                }
            };
            let Joined { request: joined, sent, own } = self.join_or_send(&key, send);
            let outcome = joined.await;
            self.forget_finished(&key);
            // A request that was never sent has learned nothing that could be old.
            let serves = own || sent.get().is_none_or(|sent| sent > called);
            match outcome {
                Err(error) if !own && again(&error) => {}
                outcome if serves => return outcome,
                _ => {}
            }
            gathering = Some(GATHERING);
        }
    }

    /// The request in flight, or else a new one.
    fn join_or_send<F>(&self, key: &K, request: impl Fn(LastSent) -> F) -> Joined<T>
    where
        F: Future<Output = Outcome<T>> + Send + 'static,
    {
        let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        requests.retain(|_, in_flight| in_flight.unfinished().is_some());
        if let Some(in_flight) = requests.get(key)
            && let Some(request) = in_flight.unfinished()
        {
            return Joined { request, sent: in_flight.sent.clone(), own: false };
        }
        let sent = LastSent::default();
        let request = request(sent.clone()).boxed().shared();
        if let Some(weak) = request.downgrade() {
            requests.insert(key.clone(), InFlight { request: weak, sent: sent.clone() });
        }
        Joined { request, sent, own: true }
    }

    /// Forgets the request of a key, unless another caller has sent one since.
    fn forget_finished(&self, key: &K) {
        let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if requests.get(key).is_some_and(|in_flight| in_flight.unfinished().is_none()) {
            requests.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures_util::future::join_all;
    use tokio::time::{sleep, timeout};

    use super::*;
    use crate::huaweicloud::{ErrorKind, Purpose};

    /// Requests that are prepared for half a second, and then take a second on the way, counted.
    #[derive(Default)]
    struct Scene {
        coalesced: Coalesced<&'static str, u32>,
        count: Arc<AtomicU32>,
    }

    const PREPARED: Duration = Duration::from_millis(500);
    const ON_THE_WAY: Duration = Duration::from_secs(1);

    impl Scene {
        async fn get(&self, key: &'static str, outcome: Result<(), ErrorKind>) -> Result<u32, ErrorKind> {
            let count = Arc::clone(&self.count);
            let send = |sent: LastSent| {
                let (count, outcome) = (Arc::clone(&count), outcome.clone());
                async move {
                    sleep(PREPARED).await;
                    sent.note();
                    let number = count.fetch_add(1, Ordering::Relaxed) + 1;
                    sleep(ON_THE_WAY).await;
                    outcome.map(|()| Arc::new(number)).map_err(|kind| Error {
                        purpose: Purpose::Read,
                        trace: None,
                        kind,
                    })
                }
            };
            let again = |error: &Error| matches!(error.kind, ErrorKind::TimedOut(_));
            self.coalesced.get(key, send, again).await.map(|value| *value).map_err(|error| error.kind)
        }

        async fn get_after(&self, wait: Duration) -> Result<u32, ErrorKind> {
            sleep(wait).await;
            self.get("a", Ok(())).await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn calls_before_the_request_is_sent_then_its_response_serves_them() {
        let scene = Scene::default();
        let calls = (0..10).map(|number| scene.get_after(PREPARED * number / 10));
        assert_eq!(join_all(calls).await, vec![Ok(1); 10]);
    }

    #[tokio::test(start_paused = true)]
    async fn calls_while_the_request_is_on_its_way_then_one_more_serves_them_all() {
        let scene = Scene::default();
        let calls = (0..10).map(|number| scene.get_after(Duration::from_millis(number * 140)));
        let served = join_all(calls).await;
        assert_eq!(served[..4], vec![Ok(1); 4]);
        assert_eq!(served[4..], vec![Ok(2); 6]);
    }

    #[tokio::test(start_paused = true)]
    async fn calls_in_waves_then_two_requests_serve_each_wave_at_most() {
        let scene = Scene::default();
        // Each caller begins its next call a few milliseconds after its last one, as a host does.
        let caller = |number: u32| {
            let scene = &scene;
            async move {
                for _ in 0..5 {
                    sleep(Duration::from_millis(u64::from(number))).await;
                    scene.get("a", Ok(())).await.expect("served");
                }
            }
        };
        join_all((0..10).map(caller)).await;
        let requests = scene.count.load(Ordering::Relaxed);
        assert!(requests <= 10, "{requests} requests");
    }

    #[tokio::test(start_paused = true)]
    async fn call_after_the_response_then_a_request_of_its_own() {
        let scene = Scene::default();
        for number in 1..=3 {
            assert_eq!(scene.get("a", Ok(())).await, Ok(number));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn another_request_then_sent_by_itself() {
        let scene = Scene::default();
        let both = tokio::join!(scene.get("a", Ok(())), scene.get("b", Ok(())));
        assert!([(Ok(1), Ok(2)), (Ok(2), Ok(1))].contains(&both), "{both:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn failure_then_shared_by_earlier_calls_and_not_by_later_ones() {
        let scene = Scene::default();
        let failed = || scene.get("a", Err(ErrorKind::NoToken));
        let all = tokio::join!(failed(), failed(), scene.get_after(PREPARED * 2));
        assert_eq!(all, (Err(ErrorKind::NoToken), Err(ErrorKind::NoToken), Ok(2)));
    }

    #[tokio::test(start_paused = true)]
    async fn one_caller_is_cancelled_then_the_others_are_not_and_the_last_one_ends_the_request() {
        let scene = Scene::default();
        let (gone, stays) = tokio::join!(timeout(ON_THE_WAY, scene.get("a", Ok(()))), scene.get("a", Ok(())));
        assert!(gone.is_err());
        assert_eq!(stays, Ok(1));
        assert!(timeout(ON_THE_WAY, scene.get("a", Ok(()))).await.is_err());
        assert_eq!(scene.get("a", Ok(())).await, Ok(3), "nothing of the cancelled request is left");
    }

    #[tokio::test(start_paused = true)]
    async fn request_in_flight_runs_out_of_its_own_time_then_sent_again_for_callers_with_more() {
        let scene = Scene::default();
        let first = scene.get("a", Err(ErrorKind::TimedOut(Duration::from_secs(1))));
        let both = tokio::join!(first, scene.get("a", Ok(())), scene.get("a", Ok(())));
        assert_eq!(both, (Err(ErrorKind::TimedOut(Duration::from_secs(1))), Ok(2), Ok(2)));
        let other = ErrorKind::Unreachable("x".to_owned());
        let both = tokio::join!(scene.get("b", Err(other.clone())), scene.get("b", Ok(())));
        assert_eq!(both, (Err(other.clone()), Err(other)));
    }

    #[tokio::test(start_paused = true)]
    async fn cancelled_and_never_asked_for_again_then_not_remembered() {
        let scene = Scene::default();
        assert!(timeout(ON_THE_WAY, scene.get("a", Ok(()))).await.is_err());
        assert_eq!(scene.get("b", Ok(())).await, Ok(2));
        let requests = scene.coalesced.0.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(requests.is_empty());
    }
}
