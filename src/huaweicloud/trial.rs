use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::text::without_byte_order_mark;
use super::{Deadline, Error, ErrorKind, TokenScope};

/// A key or a user is locked after five failures in a row; two leave the user room for mistakes elsewhere.
const MAX_FAILURES: usize = 2;

/// Guarantees that until one response proves a credential, at most one request with it is in flight, and at most two are
/// ever refused or lost.
///
/// A turn lasts for one attempt, not for its retries: the others need not wait while one read waits to retry. The proof
/// wakes all waiting requests together.
#[derive(Debug)]
pub(super) struct Trial {
    judge: fn(Result<&[u8], &Error>) -> Verdict,
    /// One permit. Closed once no request has to wait.
    turn: Arc<Semaphore>,
    proven: AtomicBool,
    failures: Mutex<Failures>,
}

#[derive(Debug, Default)]
struct Failures {
    /// The refusals, each with the only scope that it is about, if there is one.
    refused: Vec<(Option<TokenScope>, Error)>,
    /// How many attempts had no response, and may have been refused.
    lost: usize,
}

/// What the outcome of an attempt says about the credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Proven,
    Refused,
    /// The request was sent and no response came.
    Lost,
    Nothing,
}

/// A credential in the trial of its session, as one request uses it.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    trial: Arc<Trial>,
    /// What the credential is used for, where a refusal may be about that alone.
    scope: Option<TokenScope>,
}

/// The turn to send one unproven attempt.
#[derive(Debug)]
pub(super) struct Turn {
    candidate: Candidate,
    _permit: OwnedSemaphorePermit,
}

/// Why a request is not sent.
#[derive(Debug)]
pub(super) enum Blocked {
    /// An earlier request with the same credential was refused.
    Refused(Error),
    /// Too many requests with the same credential had no response.
    Lost,
    /// The deadline passed while another request had the turn.
    Late,
}

impl Trial {
    /// A trial of a key or a token, which responses from behind the gateway prove too.
    pub(super) fn of_signature() -> Arc<Self> {
        Self::new(|outcome| match outcome {
            Err(error) if error.is_refused_credentials() => Verdict::Refused,
            Err(error) if error.is_past_authentication() => Verdict::Proven,
            outcome => success_or_lost(outcome),
        })
    }

    /// A trial of a password. Only a success proves it: IAM may refuse a request before it looks at the password.
    pub(super) fn of_password() -> Arc<Self> {
        Self::new(|outcome| match outcome {
            Err(error) if error.is_refused_credentials() => Verdict::Refused,
            outcome => success_or_lost(outcome),
        })
    }

    /// A trial of the user and password of a proxy, which any response from behind the proxy proves.
    pub(super) fn of_proxy() -> Arc<Self> {
        Self::new(|outcome| match outcome {
            Ok(_) => Verdict::Proven,
            Err(error) if error.is_refused_by_proxy() => Verdict::Refused,
            Err(error) if error.status().is_some() => Verdict::Proven,
            outcome => success_or_lost(outcome),
        })
    }

    fn new(judge: fn(Result<&[u8], &Error>) -> Verdict) -> Arc<Self> {
        let (turn, proven) = (Arc::new(Semaphore::new(1)), AtomicBool::new(false));
        Arc::new(Self { judge, turn, proven, failures: Mutex::default() })
    }

    fn failures(&self) -> MutexGuard<'_, Failures> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A web page with a good status, such as the page of a captive portal, proves nothing.
fn success_or_lost(outcome: Result<&[u8], &Error>) -> Verdict {
    match outcome {
        Ok(body) => {
            if looks_like_json(body) {
                Verdict::Proven
            } else {
                Verdict::Nothing
            }
        }
        Err(error) if is_lost(&error.kind) && error.status().is_none() => Verdict::Lost,
        Err(_) => Verdict::Nothing,
    }
}

/// Whether an attempt had no response in its time, which for a write is that of its caller.
fn is_lost(kind: &ErrorKind) -> bool {
    matches!(kind, ErrorKind::AttemptTimedOut(_) | ErrorKind::TimedOut(_))
}

/// Whether a body begins and ends as an object or array does: what stands in front of a service sends pages and texts. The
/// whole of it is read later, once, into its model.
fn looks_like_json(body: &[u8]) -> bool {
    let body = without_byte_order_mark(body).trim_ascii();
    matches!((body.first(), body.last()), (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')))
}

impl Failures {
    fn count(&self) -> usize {
        self.refused.len() + self.lost
    }

    /// Why no request of this scope is sent any more, if it is so.
    fn block(&self, scope: Option<&TokenScope>) -> Option<Blocked> {
        let same = |of: &Option<TokenScope>| of.is_none() || of.as_ref() == scope;
        let refusal = self.refused.iter().find(|(of, _)| same(of));
        if self.count() < MAX_FAILURES {
            return refusal.map(|(_, error)| Blocked::Refused(error.clone()));
        }
        let refusal = refusal.or(self.refused.last());
        Some(refusal.map_or(Blocked::Lost, |(_, error)| Blocked::Refused(error.clone())))
    }
}

impl Candidate {
    /// A credential for everything: if it is refused once, it is wrong.
    pub(super) fn of(trial: &Arc<Trial>) -> Self {
        Self { trial: Arc::clone(trial), scope: None }
    }

    /// A token that may be refused in one scope and good in another.
    pub(super) fn in_scope(trial: &Arc<Trial>, scope: &TokenScope) -> Self {
        Self { trial: Arc::clone(trial), scope: Some(scope.clone()) }
    }

    /// Waits for the turn to send an attempt; returns none once the credential is proven.
    pub(super) async fn turn(&self, deadline: Deadline) -> Result<Option<Turn>, Blocked> {
        self.unless_blocked()?;
        let waiting = timeout(deadline.remaining(), Arc::clone(&self.trial.turn).acquire_owned());
        let permit = waiting.await.map_err(|_| Blocked::Late)?;
        self.unless_blocked()?;
        Ok(permit.ok().map(|permit| Turn { candidate: self.clone(), _permit: permit }))
    }

    fn unless_blocked(&self) -> Result<(), Blocked> {
        if self.trial.proven.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.trial.failures().block(self.scope.as_ref()).map_or(Ok(()), Err)
    }
}

impl Turn {
    /// Ends the turn: records what the outcome says, and lets the next request go, or all of them.
    pub(super) fn end(self, outcome: Result<&[u8], &Error>) {
        let Candidate { trial, scope } = self.candidate;
        let mut failures = trial.failures();
        let is_over = match ((trial.judge)(outcome), outcome) {
            (Verdict::Proven, _) => {
                trial.proven.store(true, Ordering::Relaxed);
                true
            }
            (Verdict::Refused, Err(error)) => {
                let is_general = scope.is_none();
                failures.refused.push((scope, error.clone()));
                is_general || failures.count() >= MAX_FAILURES
            }
            (Verdict::Lost, _) => {
                failures.lost += 1;
                failures.count() >= MAX_FAILURES
            }
            _ => false,
        };
        drop(failures);
        if is_over {
            trial.turn.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;
    use std::time::Duration;

    use futures_util::future::join_all;
    use reqwest::{Method, StatusCode};
    use tokio::time::{Instant, sleep};

    use super::super::{Purpose, ServiceError, Trace};
    use super::*;

    const GOOD: &[u8] = b"{}";

    fn error(status: Option<u16>, kind: ErrorKind) -> Error {
        let mut trace = Trace::new(Method::GET, "https://h/".to_owned());
        trace.status = status.and_then(|status| StatusCode::from_u16(status).ok());
        Error { purpose: Purpose::Read, trace: Some(Box::new(trace)), kind }
    }

    fn refusal(status: u16, code: Option<&str>) -> Error {
        let refusal = ServiceError { code: code.map(str::to_owned), ..ServiceError::default() };
        error(Some(status), ErrorKind::Service(refusal))
    }

    fn lost() -> Error {
        error(None, ErrorKind::AttemptTimedOut(Duration::from_mins(1)))
    }

    fn scope(project: &str) -> TokenScope {
        TokenScope::ProjectId(project.to_owned())
    }

    /// Requests of one session, whose responses take four seconds each, and how many were sent.
    struct Scene {
        trial: Arc<Trial>,
        sent: AtomicU32,
    }

    impl Scene {
        fn new(trial: Arc<Trial>) -> Self {
            Self { trial, sent: AtomicU32::new(0) }
        }

        async fn send(&self, scope: Option<&str>, outcome: Result<&[u8], &Error>) -> Result<(), Blocked> {
            let candidate = match scope {
                Some(project) => Candidate::in_scope(&self.trial, &self::scope(project)),
                None => Candidate::of(&self.trial),
            };
            let turn = candidate.turn(Deadline::within(Duration::from_mins(5))).await?;
            self.sent.fetch_add(1, Ordering::Relaxed);
            sleep(Duration::from_secs(4)).await;
            if let Some(turn) = turn {
                turn.end(outcome);
            }
            Ok(())
        }

        /// Sends ten requests at once; returns how many were sent, and after how many seconds all had ended.
        async fn ten(&self, outcome: Result<&[u8], &Error>) -> (u32, u64) {
            let (before, started) = (self.sent.load(Ordering::Relaxed), Instant::now());
            join_all((0..10).map(|_| self.send(None, outcome))).await;
            (self.sent.load(Ordering::Relaxed) - before, started.elapsed().as_secs())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn slow_success_then_the_others_follow_together() {
        let scene = Scene::new(Trial::of_signature());
        assert_eq!(scene.ten(Ok(GOOD)).await, (10, 8));
        assert_eq!(scene.ten(Err(&refusal(401, None))).await, (10, 4), "proven once and for all");
    }

    #[tokio::test(start_paused = true)]
    async fn slow_refusal_then_nothing_else_is_sent_and_the_refusal_is_returned() {
        for (trial, refusal) in [
            (Trial::of_signature(), refusal(401, None)),
            (Trial::of_password(), refusal(401, None)),
            (Trial::of_proxy(), error(None, ErrorKind::ProxySignIn)),
        ] {
            let scene = Scene::new(trial);
            assert_eq!(scene.ten(Err(&refusal)).await, (1, 4));
            assert_eq!(scene.ten(Err(&refusal)).await, (0, 0));
            assert!(
                matches!(scene.send(None, Ok(GOOD)).await, Err(Blocked::Refused(error)) if error.kind == refusal.kind)
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn failure_that_passes_before_a_refusal_then_one_refusal_all_the_same() {
        let scene = Scene::new(Trial::of_signature());
        assert!(scene.send(None, Err(&refusal(503, None))).await.is_ok());
        assert_eq!(scene.ten(Err(&refusal(401, None))).await, (1, 4));
    }

    #[tokio::test(start_paused = true)]
    async fn request_abandoned_before_it_was_sent_then_the_next_one_has_the_turn() {
        let scene = Scene::new(Trial::of_signature());
        let abandoned = timeout(Duration::from_secs(1), scene.send(None, Ok(GOOD))).await;
        assert!(abandoned.is_err());
        assert_eq!(scene.ten(Err(&refusal(401, None))).await, (1, 4));
    }

    #[tokio::test(start_paused = true)]
    async fn two_attempts_lost_then_no_third_one() {
        for (second, expected) in [(lost(), "Lost"), (refusal(401, None), "Refused")] {
            let scene = Scene::new(Trial::of_password());
            for outcome in [&lost(), &second] {
                assert!(scene.send(None, Err(outcome)).await.is_ok());
            }
            let blocked = scene.send(None, Ok(GOOD)).await.expect_err("nothing is sent");
            assert!(format!("{blocked:?}").starts_with(expected), "{blocked:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn turn_taken_until_the_deadline_then_late_at_the_deadline() {
        let candidate = Candidate::of(&Trial::of_signature());
        let minute = || Deadline::within(Duration::from_mins(1));
        let _first = candidate.turn(minute()).await.expect("free");
        let started = Instant::now();
        assert!(matches!(candidate.turn(minute()).await, Err(Blocked::Late)));
        assert_eq!(started.elapsed().as_secs(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn token_refused_in_one_project_then_tried_in_one_other() {
        let refused = refusal(401, None);
        let scene = Scene::new(Trial::of_signature());
        let first = join_all((0..5).map(|_| scene.send(Some("p"), Err(&refused)))).await;
        assert_eq!(first.iter().filter(|sent| sent.is_ok()).count(), 1);
        let others = join_all(["q", "r", "s"].map(|project| scene.send(Some(project), Err(&refused)))).await;
        assert_eq!(others.iter().filter(|sent| sent.is_ok()).count(), 1, "two refusals at most");

        let scene = Scene::new(Trial::of_signature());
        assert!(scene.send(Some("p"), Err(&refused)).await.is_ok());
        assert!(scene.send(Some("q"), Ok(GOOD)).await.is_ok());
        assert!(scene.send(Some("r"), Ok(GOOD)).await.is_ok());
    }

    #[test]
    fn each_outcome_then_what_it_says_about_a_signature_and_a_password() {
        use Verdict::{Lost, Nothing, Proven, Refused};
        let (signature, password) = (Trial::of_signature().judge, Trial::of_password().judge);
        let service = |status, code| refusal(status, Some(code));
        for (error, expected) in [
            (refusal(401, None), (Refused, Refused)),
            (service(401, "ModelArts.8503"), (Proven, Nothing)),
            (service(403, "ModelArts.0104"), (Proven, Nothing)),
            (service(400, "ModelArts.0104"), (Proven, Nothing)),
            (service(404, "ModelArts.0105"), (Proven, Nothing)),
            (service(404, "APIGW.0101"), (Nothing, Nothing)),
            (refusal(403, None), (Nothing, Nothing)),
            (service(403, "APIGW.0302"), (Nothing, Nothing)),
            (service(403, "APIG.0304"), (Nothing, Nothing)),
            (service(200, "APIGW.0301"), (Refused, Refused)),
            (service(200, "401"), (Refused, Refused)),
            (service(403, "APIG.0301"), (Refused, Refused)),
            (service(200, "ModelArts.0104"), (Proven, Nothing)),
            (service(200, "104"), (Nothing, Nothing)),
            (lost(), (Lost, Lost)),
            (error(Some(200), ErrorKind::AttemptTimedOut(Duration::from_mins(1))), (Nothing, Nothing)),
            (error(None, ErrorKind::Unreachable(String::new())), (Nothing, Nothing)),
        ] {
            assert_eq!((signature(Err(&error)), password(Err(&error))), expected, "{error:?}");
        }
        for status in [302, 404, 407, 429, 500, 502, 503, 504] {
            assert_eq!(signature(Err(&refusal(status, None))), Nothing, "{status}");
        }
        for (body, expected) in
            [("{}", Proven), (" []", Proven), ("\u{feff}{}", Proven), ("", Nothing), ("<html>", Nothing)]
        {
            assert_eq!((signature(Ok(body.as_bytes())), password(Ok(body.as_bytes()))), (expected, expected), "{body}");
        }
    }
}
