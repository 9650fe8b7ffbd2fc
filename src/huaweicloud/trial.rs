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
    is_proof: fn(&Error) -> bool,
    passed: AtomicBool,
    refused: Mutex<Option<Error>>,
}

impl Trial {
    /// A trial that has not begun, what counts as a refusal in it, and which failures prove as well as a success that the
    /// key or password is good. After any other failure the next request is the trial.
    pub(super) fn new(is_refusal: fn(&Error) -> bool, is_proof: fn(&Error) -> bool) -> Self {
        Self { is_refusal, is_proof, passed: AtomicBool::new(false), refused: Mutex::new(None) }
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
                    Err(error) if !(self.is_proof)(error) => {}
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

    fn key_trial() -> Trial {
        Trial::new(Error::is_refused_credentials, Error::is_past_sign_in)
    }

    fn refusal(status: u16) -> Error {
        refusal_with_code(status, None)
    }

    fn refusal_with_code(status: u16, code: Option<&str>) -> Error {
        let mut trace = Trace::of(Method::GET, &"https://h/".parse().expect("a URL"));
        trace.status = StatusCode::from_u16(status).ok();
        let kind = ErrorKind::Service(ServiceError { code: code.map(str::to_owned), ..ServiceError::default() });
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
        let trial = key_trial();
        assert_eq!(ten(&trial, Ok(())).await, (10, 2));
        assert_eq!(ten(&trial, Err(refusal(401))).await, (10, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn key_refused_then_sent_once_and_all_know() {
        let trial = key_trial();
        assert_eq!(ten(&trial, Err(refusal(401))).await, (1, 1));
        assert_eq!(ten(&trial, Err(refusal(401))).await, (0, 0));
    }

    /// How many wrong tries of a key are sent by ten requests after one that failed like this.
    async fn tries_after(error: Error) -> u32 {
        let trial = key_trial();
        assert!(trial.run(async { Err::<(), _>(error) }).await.is_err());
        ten(&trial, Err(refusal(401))).await.0
    }

    #[tokio::test(start_paused = true)]
    async fn answer_that_only_a_good_key_gets_then_it_has_passed() {
        for error in [refusal(200), refusal(400), refusal(403), refusal_with_code(401, Some("ModelArts.8503"))] {
            assert_eq!(tries_after(error.clone()).await, 10, "{:?}", error.status());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn answer_that_says_nothing_about_the_key_then_its_trial_goes_on() {
        for status in [302, 404, 407, 429, 500, 502, 503, 504] {
            assert_eq!(tries_after(refusal(status)).await, 1, "{status}");
        }
        let kind = ErrorKind::AttemptTimedOut(PATIENCE);
        assert_eq!(tries_after(Error { kind, ..refusal(401) }).await, 1, "a body that does not come");
    }

    #[tokio::test(start_paused = true)]
    async fn service_hangs_then_the_others_are_sent_after_a_while() {
        let trial = key_trial();
        let hanging = trial.run(std::future::pending::<Result<(), Error>>());
        let others = async {
            let started = tokio::time::Instant::now();
            trial.run(async { Ok(()) }).await.map(|()| started.elapsed())
        };
        let waited = tokio::select! { biased; _ = hanging => None, waited = others => waited.ok() };
        assert_eq!(waited, Some(PATIENCE));
    }
}
