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

impl<K, T: ?Sized> Default for Joined<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Clone + Eq + Hash, T: ?Sized + Send + Sync + 'static> Joined<K, T> {
    /// The answer to the request of that key, which `send` sends unless another one serves.
    pub(super) async fn get<F>(&self, key: K, send: impl FnOnce() -> F) -> Outcome<T>
    where
        F: Future<Output = Outcome<T>> + Send + 'static,
    {
        let request = match self.find(&key, send) {
            Ok(kept) => return Ok(kept),
            Err(request) => request,
        };
        let outcome = request.await;
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &outcome {
            Ok(value) => drop(entries.insert(key, Entry::Kept(Arc::clone(value), Instant::now() + KEPT))),
            Err(_) => drop(entries.remove(&key)),
        }
        outcome
    }

    /// A kept answer, or else the request under way or a new one.
    fn find<F>(&self, key: &K, send: impl FnOnce() -> F) -> Result<Arc<T>, Shared<Request<T>>>
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
                    return Err(request);
                }
            }
            None => {}
        }
        let request = send().boxed().shared();
        if let Some(weak) = request.downgrade() {
            entries.insert(key.clone(), Entry::UnderWay(weak));
        }
        Err(request)
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
            let send = || async move {
                let number = count.fetch_add(1, Ordering::Relaxed) + 1;
                tokio::time::sleep(Duration::from_secs(1)).await;
                outcome.map(|()| Arc::new(number)).map_err(|kind| Error { purpose: Purpose::Read, trace: None, kind })
            };
            self.joined.get(key, send).await.map(|value| *value).map_err(|error| error.kind)
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
    async fn cancelled_and_never_asked_for_again_then_not_remembered() {
        let scene = Scene::default();
        let half = Duration::from_millis(500);
        assert!(tokio::time::timeout(half, scene.get("a", Ok(()))).await.is_err());
        assert_eq!(scene.get("b", Ok(())).await, Ok(2));
        let entries = scene.joined.0.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(entries.keys().collect::<Vec<_>>(), [&"b"]);
    }
}
