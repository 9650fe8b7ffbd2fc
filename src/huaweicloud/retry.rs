//! When a request is tried again, and after how long.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::StatusCode;

use super::ErrorKind;
use super::error::BodyProblem;

/// The wait before the first retry, before chance shortens it; each later one is twice the one before.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// No wait is longer, unless the service asks for it.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Whether a failure may pass by itself. Names that do not exist, certificates that are not trusted and refusals stay; a
/// password that is sent to a proxy again and again locks an account.
pub(super) fn is_passing(kind: &ErrorKind, status: Option<StatusCode>) -> bool {
    match kind {
        ErrorKind::Service(_) => status.is_some_and(|status| matches!(status.as_u16(), 429 | 500 | 502 | 503 | 504)),
        ErrorKind::Unreachable(_) | ErrorKind::AttemptTimedOut(_) | ErrorKind::Body(BodyProblem::Truncated) => true,
        _ => false,
    }
}

/// The wait before a retry, the first being number 1: exponential backoff with full jitter, which spreads clients that
/// failed together best. `chance` is between 0 and 1. The libraries for this either lack full jitter or own the loop.
pub(super) fn backoff(retry: u32, chance: f64) -> Duration {
    let factor = 2_u32.saturating_pow(retry.saturating_sub(1));
    FIRST_WAIT.saturating_mul(factor).min(LONGEST_WAIT).mul_f64(chance)
}

/// What a header `Retry-After` asks for: seconds, or a date.
pub(super) fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = http_date(value)?;
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}

/// A time in the form of HTTP, such as `Wed, 21 Oct 2026 07:28:00 GMT`.
pub(super) fn http_date(value: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(value.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::super::{ServiceError, TlsFailure, TlsReason};
    use super::*;

    #[test]
    fn retry_after_retry_then_the_wait_doubles_up_to_its_limit_and_chance_shortens_it() {
        let waits = [1, 2, 3, 6, 7, 8, u32::MAX].map(|retry| backoff(retry, 1.0).as_millis());
        assert_eq!(waits, [500, 1_000, 2_000, 16_000, 30_000, 30_000, 30_000]);
        assert_eq!((backoff(3, 0.0), backoff(3, 0.25)), (Duration::ZERO, Duration::from_millis(500)));
    }

    #[test]
    fn retry_after_in_seconds_or_as_a_date_then_the_wait() {
        let now = "2026-10-21T07:27:00Z".parse().expect("a time");
        let seconds = |value| retry_after(value, now).map(|wait| wait.as_secs());
        assert_eq!(seconds(" 7 "), Some(7));
        assert_eq!(seconds("Wed, 21 Oct 2026 07:28:00 GMT"), Some(60));
        assert_eq!(seconds("Wed, 21 Oct 2026 07:26:00 GMT"), Some(0));
        for nonsense in ["", "soon", "-1", "1.5", "2026-10-21"] {
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
            ErrorKind::Body(BodyProblem::Html),
        ] {
            assert!(!is_passing(&kind, None), "{kind}");
        }
    }
}
