use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use tokio::time::Instant;

use crate::huaweicloud::Error;

/// An answer is good for this long, which is enough for the reads of one plan and too short to hide a change.
const KEPT: Duration = Duration::from_secs(2);

type Outcome<T> = Result<Arc<T>, Error>;
type Request<T> = BoxFuture<'static, Outcome<T>>;

/// Identical requests joined into one: those that come while it is under way wait for its answer, and those that come
/// soon after get it too. Failures are not kept.
#[derive(Debug)]
pub(super) struct Joined<K, T: ?Sized>(Mutex<HashMap<K, Entry<T>>>);

#[derive(Debug)]
enum Entry<T: ?Sized> {
    /// Held weakly, so that the request ends when nobody waits for it any more.
    UnderWay(WeakShared<Request<T>>),
    Kept(Arc<T>, Instant),
}

impl<T: ?Sized> Entry<T> {
    /// Whether it is a request that has failed.
    fn is_over(&self) -> bool {
        match self {
            Self::UnderWay(request) => request.upgrade().is_none_or(|request| request.peek().is_some()),
            Self::Kept(..) => false,
        }
    }
}

impl<K, T: ?Sized> Default for Joined<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Clone + Eq + Hash, T: ?Sized + Send + Sync + 'static> Joined<K, T> {
    /// The answer to the request of that key, which `send` sends unless another one serves. One that fails in a way that
    /// is only whose it was, as `again` tells, is not the last.
    pub(super) async fn get<F>(&self, key: K, send: impl Fn() -> F, again: impl Fn(&Error) -> bool) -> Outcome<T>
    where
        F: Future<Output = Outcome<T>> + Send + 'static,
    {
        loop {
            let (request, own) = match self.find(&key, &send) {
                Ok(kept) => return Ok(kept),
                Err(found) => found,
            };
            let outcome = request.await;
            let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match outcome {
                Ok(value) => {
                    entries.insert(key, Entry::Kept(Arc::clone(&value), Instant::now() + KEPT));
                    return Ok(value);
                }
                Err(error) => {
                    // The one that failed, and none that somebody else has begun since.
                    if entries.get(&key).is_some_and(Entry::is_over) {
                        entries.remove(&key);
                    }
                    if own || !again(&error) {
                        return Err(error);
                    }
                }
            }
        }
    }

    /// A kept answer, or else the request under way or a new one, and whether it is new.
    fn find<F>(&self, key: &K, send: impl Fn() -> F) -> Result<Arc<T>, (Shared<Request<T>>, bool)>
    where
        F: Future<Output = Outcome<T>> + Send + 'static,
    {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        entries.retain(|_, entry| match entry {
            Entry::Kept(_, until) => *until > now,
            Entry::UnderWay(request) => request.upgrade().is_some(),
        });
        match entries.get(key) {
            Some(Entry::Kept(value, _)) => return Ok(Arc::clone(value)),
            Some(Entry::UnderWay(request)) => {
                if let Some(request) = request.upgrade() {
                    return Err((request, false));
                }
            }
            None => {}
        }
        let request = send().boxed().shared();
        if let Some(weak) = request.downgrade() {
            entries.insert(key.clone(), Entry::UnderWay(weak));
        }
        Err((request, true))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::huaweicloud::{ErrorKind, Purpose};

    /// Requests that take a second each, counted.
    #[derive(Default)]
    struct Scene {
        joined: Joined<&'static str, u32>,
        count: Arc<AtomicU32>,
    }

    impl Scene {
        async fn get(&self, key: &'static str, outcome: Result<(), ErrorKind>) -> Result<u32, ErrorKind> {
            let count = Arc::clone(&self.count);
            let send = || {
                let (count, outcome) = (Arc::clone(&count), outcome.clone());
                async move {
                    let number = count.fetch_add(1, Ordering::Relaxed) + 1;
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    outcome.map(|()| Arc::new(number)).map_err(|kind| Error {
                        purpose: Purpose::Read,
                        trace: None,
                        kind,
                    })
                }
            };
            let again = |error: &Error| matches!(error.kind, ErrorKind::TimedOut(_));
            self.joined.get(key, send, again).await.map(|value| *value).map_err(|error| error.kind)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn same_request_at_once_or_within_two_seconds_then_one_is_sent() {
        let scene = Scene::default();
        let both = tokio::join!(scene.get("a", Ok(())), scene.get("a", Ok(())));
        assert_eq!(both, (Ok(1), Ok(1)));
        tokio::time::sleep(Duration::from_millis(1_999)).await;
        assert_eq!(scene.get("a", Ok(())).await, Ok(1));
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(scene.get("a", Ok(())).await, Ok(2));
    }

    #[tokio::test(start_paused = true)]
    async fn other_request_then_sent_by_itself() {
        let scene = Scene::default();
        assert_eq!(tokio::join!(scene.get("a", Ok(())), scene.get("b", Ok(()))), (Ok(1), Ok(2)));
    }

    #[tokio::test(start_paused = true)]
    async fn failure_then_shared_by_those_who_wait_and_not_kept() {
        let scene = Scene::default();
        let failed = || scene.get("a", Err(ErrorKind::NoToken));
        assert_eq!(tokio::join!(failed(), failed()), (Err(ErrorKind::NoToken), Err(ErrorKind::NoToken)));
        assert_eq!(scene.get("a", Ok(())).await, Ok(2));
    }

    #[tokio::test(start_paused = true)]
    async fn one_who_waits_is_cancelled_then_the_others_are_not_and_the_last_one_ends_it() {
        let scene = Scene::default();
        let half = Duration::from_millis(500);
        let (gone, stays) = tokio::join!(tokio::time::timeout(half, scene.get("a", Ok(()))), scene.get("a", Ok(())));
        assert!(gone.is_err());
        assert_eq!(stays, Ok(1));
        tokio::time::sleep(KEPT).await;
        assert!(tokio::time::timeout(half, scene.get("a", Ok(()))).await.is_err());
        assert_eq!(scene.get("a", Ok(())).await, Ok(3), "nothing of the cancelled request is left");
    }

    #[tokio::test(start_paused = true)]
    async fn joined_one_is_out_of_its_own_time_then_asked_for_again_by_those_who_have_more() {
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
        let half = Duration::from_millis(500);
        assert!(tokio::time::timeout(half, scene.get("a", Ok(()))).await.is_err());
        assert_eq!(scene.get("b", Ok(())).await, Ok(2));
        let entries = scene.joined.0.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(entries.keys().collect::<Vec<_>>(), [&"b"]);
    }
}
