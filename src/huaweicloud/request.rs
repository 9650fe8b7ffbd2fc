use reqwest::Method;
use reqwest::header::HeaderName;
use secrecy::SecretString;
use url::Url;

use super::trial::Candidate;
use super::{LastSent, Purpose};

/// A request, which may be sent any number of times.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) purpose: Purpose,
    pub(super) method: Method,
    pub(super) url: Url,
    /// Headers of its own, beside those that every request has.
    pub(super) headers: Vec<(HeaderName, SecretString)>,
    /// JSON, which may hold secrets; empty if there is none.
    pub(super) body: SecretString,
    pub(super) owner: Owner,
    /// When it was sent.
    pub(super) sent: LastSent,
    /// The credential that it is sent with, until it is proven.
    pub(super) candidate: Option<Candidate>,
    /// Members of the response that hold secrets, at any depth.
    pub(super) secret_members: &'static [&'static str],
    /// How often the service may receive it.
    pub(super) delivery: Delivery,
}

/// How often a service may receive a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    /// Any number of times: its effect is the same.
    Repeatable,
    /// Once: an attempt that may have reached the service is the last one, and lasts until the deadline. A request that
    /// a gateway refused because of its limits did not reach the service.
    Once,
}

/// On whose behalf a request is signed.
#[derive(Clone, Debug)]
pub(super) enum Owner {
    /// A project, for regional services.
    Project(String),
    /// An account, for global services; the key's own if it is not known.
    Domain(Option<String>),
}

impl Request {
    /// A request for a regional service.
    pub(super) fn get(purpose: Purpose, url: Url, project_id: &str) -> Self {
        Self::new(purpose, Method::GET, url, Owner::Project(project_id.to_owned()))
    }

    pub(super) fn new(purpose: Purpose, method: Method, url: Url, owner: Owner) -> Self {
        Self {
            purpose,
            method,
            url,
            headers: Vec::new(),
            body: SecretString::default(),
            owner,
            sent: LastSent::default(),
            candidate: None,
            secret_members: &[],
            delivery: Delivery::Repeatable,
        }
    }

    pub(super) fn proving(self, candidate: Option<Candidate>) -> Self {
        Self { candidate, ..self }
    }

    /// The same request, which the service receives at most once.
    pub(super) fn once(self) -> Self {
        Self { delivery: Delivery::Once, ..self }
    }

    pub(super) fn header(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn json(self, body: &serde_json::Value) -> Self {
        Self { body: body.to_string().into(), ..self }
    }
}
