use std::any::{Any, TypeId};
use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use url::Url;

use super::coalesced::Coalesced;
use super::documented::{self, Documented};
use super::writes::{Patience, Writes};
use crate::huaweicloud::{Deadline, Error, LastSent, Purpose, SegmentError, Session, Target, WriteRequest};

/// Calls the MaaS API for one session; the calls stand in one file each. Concurrent identical calls share a request, if it
/// is sent after each of them began.
#[derive(Debug)]
pub struct Client {
    session: Arc<Session>,
    requests: Coalesced<Key, Answer>,
    writes: Writes,
}

/// A request that changes something.
pub(super) struct Call<'a> {
    pub(super) method: Method,
    pub(super) version: &'a str,
    /// Below `/{version}/{project_id}/maas`.
    pub(super) path: &'a [&'a str],
    pub(super) body: Option<&'a Value>,
    /// See [`WriteRequest::secret_members`].
    pub(super) secret_members: &'static [&'static str],
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
        purpose: Purpose,
        target: &Target,
        version: &str,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Url, Error> {
        let before_request = |kind| Error { purpose, trace: None, kind };
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
        self.get_at("v1", target, path, query, deadline).await
    }

    /// Gets what is at a path below `/{version}/{project_id}/maas`.
    pub(super) async fn get_at<T: documented::Answer + Send + Sync + 'static>(
        &self,
        version: &str,
        target: &Target,
        path: &[&str],
        query: &[(&str, &str)],
        deadline: Deadline,
    ) -> Result<Arc<T>, Error> {
        let url = self.url(Purpose::Read, target, version, path, query)?;
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
        let call = Call { method, version, path, body, secret_members: &[] };
        self.call(target, call, patience).await
    }

    /// Sends a request that changes something, like [`write`](Self::write).
    pub(super) async fn call(
        &self,
        target: &Target,
        call: Call<'_>,
        patience: &Patience,
    ) -> Result<Option<Value>, Error> {
        let Call { method, version, path, body, secret_members } = call;
        let url = self.url(Purpose::Write, target, version, path, &[])?;
        let sent = LastSent::default();
        let write = WriteRequest { method, url, body, secret_members, sent: sent.clone() };
        let request = Box::pin(self.session.write(target, write, patience.deadline));
        let response = self.writes.in_turn(target, patience, &sent, request).await?;
        Ok(serde_json::from_slice(&response).ok())
    }
}
