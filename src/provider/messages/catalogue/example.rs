//! Failed requests in the making, with a request that is usual unless an example says otherwise.

use std::time::Duration;

use reqwest::{Method, StatusCode};

use super::{reported_elsewhere, request_failed};
use crate::huaweicloud::{Error, ErrorKind, Purpose, ServiceError, Trace};
use crate::terraform::Diagnostic;

/// A failed request in the making.
pub(super) struct Example(Error, Box<Trace>);

pub(super) fn of(kind: ErrorKind) -> Example {
    let url = "https://modelarts.ap-southeast-1.myhuaweicloud.com/v1/PROJECT/maas/services/workspace/ap-southeast-1";
    let trace = Trace {
        id: 0,
        method: Method::GET,
        url: url.to_owned(),
        proxy: None,
        status: None,
        request_id: None,
        attempts: 1,
        outcome: crate::huaweicloud::WriteOutcome::Unknown,
        elapsed: Duration::from_millis(200),
        clock_ahead: None,
        retry_after: None,
    };
    Example(Error { purpose: Purpose::Read, trace: None, kind }, Box::new(trace))
}

pub(super) fn refused(status: u16, code: &str, message: &str) -> Example {
    let (code, message) = (Some(code.to_owned()), Some(message.to_owned()));
    let kind = ErrorKind::Service(ServiceError { code, message, web_page: None });
    let mut example = of(kind).status(status);
    example.1.request_id = Some("2f6c1e0a9d7b4c3e8f5a6b7c8d9e0f1a".to_owned());
    example
}

impl Example {
    pub(super) fn url(mut self, url: &str) -> Self {
        url.clone_into(&mut self.1.url);
        self
    }

    /// The proxy on the way.
    pub(super) fn proxy(mut self, proxy: &str) -> Self {
        self.1.proxy = Some(proxy.to_owned());
        self
    }

    /// How long it took, in seconds.
    pub(super) fn elapsed(mut self, seconds: u64) -> Self {
        self.1.elapsed = Duration::from_secs(seconds);
        self
    }

    /// A step on the way, which has a request of its own.
    pub(super) fn purpose(mut self, purpose: Purpose) -> Self {
        let (method, path) = match purpose {
            Purpose::FindProject => (Method::GET, "/v3/projects?name=..."),
            Purpose::AssumeAgency => (Method::POST, "/v3.0/OS-CREDENTIAL/securitytokens"),
            _ => (Method::POST, "/v3/auth/tokens?nocatalog=..."),
        };
        (self.1.method, self.1.url) = (method, format!("https://iam.ap-southeast-1.myhuaweicloud.com{path}"));
        self.0.purpose = purpose;
        self
    }

    pub(super) fn status(mut self, status: u16) -> Self {
        self.1.status = StatusCode::from_u16(status).ok();
        self
    }

    pub(super) fn attempts(mut self, attempts: u32) -> Self {
        self.1.attempts = attempts;
        self
    }

    pub(super) fn clock_ahead(mut self, seconds: i64) -> Self {
        self.1.clock_ahead = Some(seconds);
        self
    }

    pub(super) fn retry_after(mut self, seconds: u64) -> Self {
        self.1.retry_after = Some(Duration::from_secs(seconds));
        self
    }

    /// The message about a request that was sent.
    pub(super) fn diagnostic(self) -> Diagnostic {
        request_failed("List the workspaces", &Error { trace: Some(self.1), ..self.0 })
    }

    /// The message about one that another read reports.
    pub(super) fn elsewhere(self) -> Diagnostic {
        reported_elsewhere("List the workspaces", &Error { trace: Some(self.1), ..self.0 })
    }

    /// The message about one that was not.
    pub(super) fn unsent(self) -> Diagnostic {
        request_failed("List the workspaces", &self.0)
    }
}
