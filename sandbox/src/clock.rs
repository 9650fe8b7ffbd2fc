//! The time of the sandbox, and the ways in which Huawei Cloud writes times.

use axum::http::HeaderValue;
use jiff::{SignedDuration, Timestamp, fmt::rfc2822::DateTimePrinter};

/// A clock that is wrong by the same amount all the time, by default not at all.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    offset: SignedDuration,
}

impl Clock {
    /// A clock that is ahead by that much, or behind if it is negative.
    pub(crate) fn shifted(offset: SignedDuration) -> Self {
        Self { offset }
    }

    /// The time now, or the nearest one that a calendar knows.
    pub(crate) fn now(self) -> Timestamp {
        let now = Timestamp::now();
        now.saturating_add(self.offset).unwrap_or(now)
    }
}

/// As the header `Date` has it: `Fri, 02 Jan 2026 03:04:05 GMT`. Years before 0 cannot be written.
pub(crate) fn http_date(time: Timestamp) -> Option<HeaderValue> {
    let text = DateTimePrinter::new().timestamp_to_rfc9110_string(&time).ok()?;
    HeaderValue::try_from(text).ok()
}

/// As IAM writes it, UTC with microseconds: `2019-02-13T06:52:13.855000Z`.
pub(crate) fn iam_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

/// As STS writes it, UTC with milliseconds: `2022-09-07T03:27:51.158Z`.
pub(crate) fn sts_time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// As the header `X-Sdk-Date` has it, UTC with seconds: `20260102T030405Z`.
pub(crate) fn sdk_date(time: Timestamp) -> String {
    time.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Reads what [`sdk_date`] writes, and nothing else.
pub(crate) fn parse_sdk_date(text: &str) -> Option<Timestamp> {
    text.parse::<Timestamp>().ok().filter(|time| sdk_date(*time) == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn clock_shifted_then_it_differs_from_the_real_one_by_that_much() {
        for offset in [SignedDuration::from_hours(5), SignedDuration::from_hours(-5)] {
            let error = Clock::shifted(offset).now().duration_since(Timestamp::now()) - offset;
            assert!(error.abs() < SignedDuration::from_mins(1), "{error}");
        }
    }

    #[test]
    fn clock_shifted_beyond_the_calendar_then_it_stands_at_its_end() {
        assert_eq!(Clock::shifted(SignedDuration::MAX).now(), Timestamp::MAX);
        assert_eq!(Clock::shifted(SignedDuration::MIN).now(), Timestamp::MIN);
    }

    #[test]
    fn time_of_a_header_then_written_in_gmt() {
        assert_eq!(http_date(time("2026-01-02T03:04:05Z")).expect("a date"), "Fri, 02 Jan 2026 03:04:05 GMT");
        assert_eq!(http_date(Timestamp::MIN), None);
    }

    #[test]
    fn time_of_iam_then_six_digits_behind_the_second_even_if_zero() {
        assert_eq!(iam_time(time("2019-02-13T06:52:13.855Z")), "2019-02-13T06:52:13.855000Z");
        assert_eq!(iam_time(time("2019-02-13T06:52:13Z")), "2019-02-13T06:52:13.000000Z");
    }

    #[test]
    fn time_of_sts_then_three_digits_behind_the_second_even_if_zero() {
        assert_eq!(sts_time(time("2022-09-07T03:27:51.158Z")), "2022-09-07T03:27:51.158Z");
        assert_eq!(sts_time(time("2022-09-07T03:27:51Z")), "2022-09-07T03:27:51.000Z");
    }

    #[test]
    fn sdk_date_written_then_read_as_the_same_second() {
        let date = sdk_date(time("2026-01-02T03:04:05.678Z"));
        assert_eq!(date, "20260102T030405Z");
        assert_eq!(parse_sdk_date(&date), Some(time("2026-01-02T03:04:05Z")));
    }

    #[test]
    fn sdk_date_in_another_form_then_not_read() {
        let others = [
            "",
            "2026-01-02T03:04:05Z",
            "20260102T030405",
            "20260102T030405.5Z",
            "20260102T030405+00",
            "20261302T030405Z",
        ];
        for text in others {
            assert_eq!(parse_sdk_date(text), None, "{text}");
        }
    }
}
