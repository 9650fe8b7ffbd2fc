//! What has become of a write that failed.

use reqwest::StatusCode;

use super::{BodyProblem, Error, ErrorKind, Purpose, ServiceError};

/// Whether the service carried a failed write out. What is greater is worse to repeat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum WriteOutcome {
    /// The service did not receive the write, or refused it.
    #[default]
    NotDone,
    /// The service may have carried the write out: there was no response, or one that does not say.
    Unknown,
    /// The service has carried the write out: only its response is of no use.
    Done,
}

impl WriteOutcome {
    /// The outcome of one attempt that failed in this way after it may have reached the service.
    pub(super) fn of(kind: &ErrorKind, status: Option<StatusCode>) -> Self {
        let is_good = status.is_some_and(|status| status.is_success());
        let status = status.map(|status| status.as_u16());
        match kind {
            // A timeout that a gateway reports, and errors behind it, say nothing of the request itself.
            ErrorKind::Service(_) if !matches!(status, Some(408 | 500..)) => Self::NotDone,
            // These want the same request elsewhere. Others, such as 303, may follow a request that was carried out.
            ErrorKind::Redirect(_) if matches!(status, Some(301 | 307 | 308)) => Self::NotDone,
            // A web page need not come from the service.
            ErrorKind::Body(BodyProblem::Html(_)) => Self::Unknown,
            // The body did not come, or is of no use.
            _ if is_good => Self::Done,
            _ => Self::Unknown,
        }
    }
}

/// Whether a gateway refused a request because of its limits, before any service saw it: `APIG.0308`, see
/// <https://support.huaweicloud.com/intl/en-us/usermanual-apig/apig_03_0048.html>. A service's own 429 does not say
/// how far it came.
pub(super) fn is_throttled_by_gateway(kind: &ErrorKind, status: Option<StatusCode>) -> bool {
    let ErrorKind::Service(ServiceError { code: Some(code), .. }) = kind else { return false };
    status == Some(StatusCode::TOO_MANY_REQUESTS) && matches!(code.as_str(), "APIG.0308" | "APIGW.0308")
}

impl Error {
    /// What has become of the write that failed, all its attempts taken together. A failure to obtain credentials for it
    /// is [`WriteOutcome::NotDone`].
    #[must_use]
    pub fn write_outcome(&self) -> WriteOutcome {
        match (self.purpose, &self.trace) {
            (Purpose::Write, Some(trace)) => trace.outcome,
            _ => WriteOutcome::NotDone,
        }
    }

    /// Whether the service may have carried a write out although it failed.
    #[must_use]
    pub fn may_have_taken_effect(&self) -> bool {
        self.write_outcome() != WriteOutcome::NotDone
    }

    /// The same failure of a write that was sent before, with this outcome.
    pub(super) fn after(mut self, earlier: WriteOutcome) -> Self {
        if let Some(trace) = &mut self.trace {
            trace.outcome = trace.outcome.max(earlier);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_of_a_refusal_then_unknown_only_where_the_service_may_have_gone_on() {
        let kind = ErrorKind::Service(ServiceError::default());
        for status in 100..600 {
            let outcome = WriteOutcome::of(&kind, StatusCode::from_u16(status).ok());
            let expected = if status == 408 || status >= 500 { WriteOutcome::Unknown } else { WriteOutcome::NotDone };
            assert_eq!(outcome, expected, "{status}");
        }
    }

    #[test]
    fn throttled_by_anything_but_the_gateway_then_not_certain() {
        let throttled = |code: &str, status| {
            let refusal = ServiceError { code: Some(code.to_owned()), ..ServiceError::default() };
            is_throttled_by_gateway(&ErrorKind::Service(refusal), Some(status))
        };
        assert!(throttled("APIG.0308", StatusCode::TOO_MANY_REQUESTS));
        assert!(throttled("APIGW.0308", StatusCode::TOO_MANY_REQUESTS));
        assert!(!throttled("ModelArts.81101", StatusCode::TOO_MANY_REQUESTS));
        assert!(!throttled("APIG.0308", StatusCode::SERVICE_UNAVAILABLE));
    }
}
