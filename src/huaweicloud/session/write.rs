//! Requests that change something.

use std::sync::Arc;

use reqwest::Method;
use serde_json::Value;
use url::Url;

use super::super::request::{Owner, Request};
use super::super::{Deadline, Error, LastSent, Purpose, Target};
use super::{Session, SignedIn};

/// A request that changes something.
#[derive(Clone, Debug)]
pub struct WriteRequest<'a> {
    /// The method. `PUT` and `DELETE` are retried like reads. A `POST` is sent once: another attempt follows only one that
    /// cannot have reached the service, or was refused for credentials that can be renewed, or by the limits of a
    /// gateway.
    pub method: Method,
    /// Where it is sent.
    pub url: Url,
    /// The JSON of its body.
    pub body: Option<&'a Value>,
    /// Members of the response that hold secrets, at any depth. They are in no error and no log.
    pub secret_members: &'static [&'static str],
    /// When it was sent.
    pub sent: LastSent,
}

impl Session {
    /// Sends a request that changes something to an API of the target, and returns the body of the response.
    ///
    /// # Errors
    /// See [`ErrorKind`](super::super::ErrorKind); [`Error::write_outcome`] says what has become of the change.
    pub async fn write(&self, target: &Target, write: WriteRequest<'_>, deadline: Deadline) -> Result<Vec<u8>, Error> {
        let WriteRequest { method, url, body, secret_members, sent } = write;
        let is_repeatable = method.is_idempotent();
        let request = Request::new(Purpose::Write, method, url, Owner::Project(target.project_id.clone()));
        let request = Request { sent, secret_members, ..request.proving(self.candidate(&target.scope)) };
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        let request = if is_repeatable { request } else { request.once() };
        let send = |signed_in: Arc<SignedIn>| {
            let request = request.clone();
            async move { self.client.send(request, Some(&signed_in.credentials), deadline).await }
        };
        Ok(self.with_access(&target.region, &target.scope, deadline, send).await?.body)
    }
}
