//! Attempts with credentials that no response has proven yet.

use std::sync::Arc;

use reqwest::header::HeaderMap;
use tokio::time::{Instant, timeout};
use tracing::Instrument;
use url::Url;

use super::super::request::{Delivery, Request};
use super::super::trace::Progress;
use super::super::trial::{Blocked, Candidate, Turn};
use super::super::{Credentials, Deadline, ErrorKind};
use super::Client;

impl Client {
    /// Waits until an attempt may be sent: at once if its credentials, those for a proxy included, are proven. Always in
    /// the same order, so that no two requests wait for each other.
    pub(super) async fn turns(&self, request: &Request, deadline: Deadline) -> Result<Vec<Turn>, Blocked> {
        let mut turns = Vec::new();
        for candidate in request.candidate.iter().chain(self.proxy_candidate(&request.url)) {
            turns.extend(candidate.turn(deadline).await?);
        }
        Ok(turns)
    }

    /// The credential for the proxy on the way to this URL, if it wants one.
    fn proxy_candidate(&self, url: &Url) -> Option<&Candidate> {
        if self.proxy_trials.is_empty() {
            return None;
        }
        let proxy = self.http.proxy(url).ok()??;
        self.proxy_trials.iter().find_map(|(of, candidate)| (of == proxy).then_some(candidate))
    }

    /// Sends an attempt whose outcome the turns wait for, even when the caller no longer does: a service counts refusals
    /// of requests whose callers are gone, too.
    pub(super) async fn attempt_in_turn(
        self: &Arc<Self>,
        turns: Vec<Turn>,
        request: &Request,
        credentials: Option<&Credentials>,
        deadline: Deadline,
        progress: &mut Progress,
    ) -> Result<(HeaderMap, Vec<u8>), ErrorKind> {
        let permit = self.permit(request, deadline, &progress.trace).await?;
        let (client, request, credentials) = (Arc::clone(self), request.clone(), credentials.cloned());
        let (mut sent, started) = (progress.clone(), Instant::now());
        // A request that is sent once has no further attempt to make room for.
        let limit = (request.delivery == Delivery::Once).then_some(deadline);
        // From here on the request is sent, even if the caller is gone before.
        request.sent.note();
        let attempt = async move {
            let _permit = permit;
            let outcome = match client.http.client(&request.url) {
                Ok(http) => client.exchange_within(http, &request, credentials.as_ref(), limit, &mut sent).await,
                Err(kind) => Err(kind),
            };
            sent.trace.elapsed += started.elapsed();
            let error = |kind: &ErrorKind| client.error(request.purpose, kind.clone(), &sent);
            let outcome_for_turns = outcome.as_ref().map(|(_, body)| body.as_slice()).map_err(error);
            for turn in turns {
                turn.end(outcome_for_turns.as_ref().copied());
            }
            (outcome, sent)
        };
        match timeout(deadline.remaining(), tokio::spawn(attempt.in_current_span())).await {
            Ok(Ok((outcome, sent))) => {
                *progress = sent;
                outcome
            }
            Ok(Err(ended)) => match ended.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(ErrorKind::Unreachable("the process ends".to_owned())),
            },
            Err(_) => {
                progress.abandon_attempt();
                Err(ErrorKind::TimedOut(deadline.limit()))
            }
        }
    }
}
