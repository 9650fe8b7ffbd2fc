//! The retry policy: which failures are retried, and the wait before each retry.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use jiff::Timestamp;
use reqwest::StatusCode;

use super::ErrorKind;
use super::error::BodyProblem;

/// Minimum wait before the first retry. Each later wait is twice the previous one.
const FIRST_WAIT: Duration = Duration::from_millis(250);

/// Maximum of the doubled waits.
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// Returns whether a failure may be transient. Names that do not exist, untrusted certificates and refusals are permanent.
/// Sending a wrong password to a proxy repeatedly would lock an account.
pub(super) fn is_passing(kind: &ErrorKind, status: Option<StatusCode>) -> bool {
    match kind {
        ErrorKind::Service(_) => status.is_some_and(|status| matches!(status.as_u16(), 429 | 500 | 502 | 503 | 504)),
        ErrorKind::Proxy(problem) => problem.is_passing(),
        ErrorKind::Unreachable(_) | ErrorKind::AttemptTimedOut(_) | ErrorKind::Body(BodyProblem::Truncated) => true,
        _ => false,
    }
}

/// Returns the waits before the retries of one request: exponential backoff with jitter. Each wait is lengthened by a random
/// amount to at most double, so that clients that failed at the same time do not retry at the same time.
pub(super) fn backoff() -> ExponentialBackoff {
    let policy = ExponentialBuilder::new().with_min_delay(FIRST_WAIT).with_factor(2.0).with_max_delay(LONGEST_WAIT);
    policy.with_jitter().without_max_times().build()
}

/// Parses a header `Retry-After`: seconds, or a date, which is compared with the time at which the response was sent.
pub(super) fn retry_after(value: &str, sent_at: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    Some(Duration::try_from(http_date(value)?.duration_since(sent_at)).unwrap_or_default())
}

/// Parses a time in any of the three formats of HTTP, such as `Wed, 21 Oct 2026 07:28:00 GMT`.
pub(super) fn http_date(value: &str) -> Option<Timestamp> {
    Timestamp::try_from(httpdate::parse_http_date(value.trim()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::super::{ServiceError, TlsFailure, TlsReason};
    use super::*;

    #[test]
    fn each_further_retry_then_the_wait_doubles_up_to_a_limit_and_chance_at_most_doubles_it() {
        for _ in 0..100 {
            let waits = backoff().take(9).collect::<Vec<_>>();
            for (wait, least) in waits.iter().zip([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]) {
                assert!((least..=2 * least).contains(&wait.as_millis()), "{waits:?}");
            }
        }
    }

    #[test]
    fn retry_after_in_seconds_or_as_a_date_then_the_wait() {
        let sent_at = "2026-10-21T07:27:00Z".parse().expect("a time");
        let seconds = |value| retry_after(value, sent_at).map(|wait| wait.as_secs());
        assert_eq!((seconds(" 7 "), seconds("0")), (Some(7), Some(0)));
        for date in ["Wed, 21 Oct 2026 07:28:00 GMT", "Wednesday, 21-Oct-26 07:28:00 GMT", "Wed Oct 21 07:28:00 2026"] {
            assert_eq!(seconds(date), Some(60), "{date}");
        }
        assert_eq!(seconds("Wed, 21 Oct 2026 07:26:00 GMT"), Some(0));
        assert_eq!(seconds("99999999999999999999"), Some(u64::MAX), "longer than anybody waits");
        for nonsense in ["", "soon", "-1", "+1", "1.5", "5, 10", "2026-10-21"] {
            assert_eq!(seconds(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn failures_that_pass_then_retried_and_no_others() {
        let service =
            |status: u16| is_passing(&ErrorKind::Service(ServiceError::default()), StatusCode::from_u16(status).ok());
        let passing = (400..600).filter(|status| service(*status)).collect::<Vec<_>>();
        assert_eq!(passing, [429, 500, 502, 503, 504]);
        assert!(is_passing(&ErrorKind::Unreachable(String::new()), None));
        assert!(is_passing(&ErrorKind::Body(BodyProblem::Truncated), Some(StatusCode::OK)));
        for kind in [
            ErrorKind::HostNotFound(String::new()),
            ErrorKind::ProxySignIn,
            ErrorKind::Tls(TlsFailure { reason: TlsReason::Other, text: String::new() }),
            ErrorKind::Redirect(String::new()),
            ErrorKind::Body(BodyProblem::Html(Box::default())),
        ] {
            assert!(!is_passing(&kind, None), "{kind}");
        }
    }
}
