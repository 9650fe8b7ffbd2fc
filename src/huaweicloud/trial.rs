use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::timeout;

use super::Error;

/// How long a request waits for the outcome of the trial. A service that hangs must not hold up the others.
const PATIENCE: Duration = Duration::from_secs(3);

/// Lets one request try a key or a password before others follow. Five wrong ones in a row lock a key or a user, and a plan
/// reads ten data sources at once: if the trial is refused, the others are not sent at all.
#[derive(Debug)]
pub(super) struct Trial {
    is_refusal: fn(&Error) -> bool,
    passed: AtomicBool,
    refused: Mutex<Option<Error>>,
}

impl Trial {
    /// A trial that has not begun, and what counts as a refusal in it.
    pub(super) fn new(is_refusal: fn(&Error) -> bool) -> Self {
        Self { is_refusal, passed: AtomicBool::new(false), refused: Mutex::new(None) }
    }

    /// Runs a request, or gives the refusal that another one met.
    pub(super) async fn run<T>(&self, request: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        if !self.passed.load(Ordering::Relaxed)
            && let Ok(mut refused) = timeout(PATIENCE, self.refused.lock()).await
        {
            if let Some(error) = &*refused {
                return Err(error.clone());
            }
            if !self.passed.load(Ordering::Relaxed) {
                let outcome = request.await;
                match &outcome {
                    Err(error) if (self.is_refusal)(error) => *refused = Some(error.clone()),
                    Err(error) if error.status().is_none() => {}
                    _ => self.passed.store(true, Ordering::Relaxed),
                }
                return outcome;
            }
        }
        request.await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use reqwest::{Method, StatusCode};

    use super::super::{ErrorKind, Purpose, ServiceError, Trace};
    use super::*;

    fn refusal(status: u16) -> Error {
        let mut trace = Trace::of(Method::GET, &"https://h/".parse().expect("a URL"));
        trace.status = StatusCode::from_u16(status).ok();
        let kind = ErrorKind::Service(ServiceError::default());
        Error { purpose: Purpose::Read, trace: Some(Box::new(trace)), kind }
    }

    /// Sends ten requests at once, each of which takes a second, and counts those that were sent, and how long it took.
    async fn ten(trial: &Trial, outcome: Result<(), Error>) -> (u32, u64) {
        let (sent, started) = (AtomicU32::new(0), tokio::time::Instant::now());
        let request = || {
            trial.run(async {
                sent.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_secs(1)).await;
                outcome.clone()
            })
        };
        let outcomes = futures_util::future::join_all((0..10).map(|_| request())).await;
        assert!(outcomes.iter().all(|one| one.is_ok() == outcome.is_ok()));
        (sent.into_inner(), started.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn key_accepted_then_the_others_follow_all_at_once() {
        let trial = Trial::new(Error::is_refused_credentials);
        assert_eq!(ten(&trial, Ok(())).await, (10, 2));
        assert_eq!(ten(&trial, Err(refusal(401))).await, (10, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn key_refused_then_sent_once_and_all_know() {
        let trial = Trial::new(Error::is_refused_credentials);
        assert_eq!(ten(&trial, Err(refusal(401))).await, (1, 1));
        assert_eq!(ten(&trial, Err(refusal(401))).await, (0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn any_other_refusal_then_the_key_has_passed() {
        assert_eq!(ten(&Trial::new(Error::is_refused_credentials), Err(refusal(403))).await, (10, 2));
    }

    #[tokio::test(start_paused = true)]
    async fn service_hangs_then_the_others_are_sent_after_a_while() {
        let trial = Trial::new(Error::is_refused_credentials);
        let hanging = trial.run(std::future::pending::<Result<(), Error>>());
        let others = async {
            let started = tokio::time::Instant::now();
            trial.run(async { Ok(()) }).await.map(|()| started.elapsed())
        };
        let waited = tokio::select! { biased; _ = hanging => None, waited = others => waited.ok() };
        assert_eq!(waited, Some(PATIENCE));
    }
}
