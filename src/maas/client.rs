use std::any::{Any, TypeId};
use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use url::Url;

use super::coalesced::Coalesced;
use super::documented::{self, Documented};
use super::writes::{Patience, Writes};
use crate::huaweicloud::{Deadline, Error, LastSent, Purpose, SegmentError, Session, Target};

/// Calls the MaaS API for one session; the calls stand in one file each. Concurrent identical calls share a request, if it
/// is sent after each of them began.
#[derive(Debug)]
pub struct Client {
    session: Arc<Session>,
    requests: Coalesced<Key, Answer>,
    writes: Writes,
}

/// What makes two calls identical: the type of the answer, the URL, and how long the answer is waited for.
type Key = (TypeId, String, Duration);

/// An answer of the type that its key names.
type Answer = dyn Any + Send + Sync;

impl Client {
    /// A client for what this session can reach.
    #[must_use]
    pub fn new(session: Arc<Session>) -> Self {
        Self { session, requests: Coalesced::default(), writes: Writes::default() }
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The URL of a path below `/{version}/{project_id}/maas`.
    pub(super) fn url(
        &self,
        target: &Target,
        version: &str,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Url, Error> {
        let before_request = |kind| Error { purpose: Purpose::Read, trace: None, kind };
        let endpoint = self.session.cloud().modelarts(&target.region).map_err(before_request)?;
        let segments = [&[version, target.project_id.as_str(), "maas"], path].concat();
        let url = endpoint.join_with_query(&segments, query);
        url.map_err(|SegmentError(segment)| before_request(SegmentError(self.session.shown(&segment)).into()))
    }

    /// Gets what is at a path below `/v1/{project_id}/maas`.
    pub(super) async fn get<T: documented::Answer + Send + Sync + 'static>(
        &self,
        target: &Target,
        path: &[&str],
        query: &[(&str, &str)],
        deadline: Deadline,
    ) -> Result<Arc<T>, Error> {
        let url = self.url(target, "v1", path, query)?;
        let key = (TypeId::of::<T>(), url.as_str().to_owned(), deadline.limit());
        let send = |sent: LastSent| {
            let (session, target, url) = (Arc::clone(&self.session), target.clone(), url.clone());
            async move {
                let Documented(answer) = session.get::<Documented<T>>(&target, url, deadline, sent).await?;
                Ok(Arc::new(answer) as Arc<Answer>)
            }
        };
        // The request of an earlier call may be out of time when this one is not.
        let again = |error: &Error| error.is_out_of_time() && !deadline.remaining().is_zero();
        let answer = self.requests.get(key, send, again).await?;
        Ok(answer.downcast().unwrap_or_else(|_| unreachable!("the key names the type")))
    }

    /// Sends a request that changes something below `/{version}/{project_id}/maas`, in its turn. Returns the JSON of the response;
    /// nothing if there is none, or no JSON, since no documented response needs one.
    pub(super) async fn write(
        &self,
        target: &Target,
        method: Method,
        version: &str,
        path: &[&str],
        body: Option<&Value>,
        patience: &Patience,
    ) -> Result<Option<Value>, Error> {
        let url = self.url(target, version, path, &[])?;
        let request = Box::pin(self.session.write(target, method, url, body, patience.deadline));
        let response = self.writes.in_turn(target, patience, request).await?;
        Ok(serde_json::from_slice(&response).ok())
    }
}
