use jiff::Timestamp;

use crate::maas::decimal;

/// The first second that RFC 3339 can write, since 1970.
const YEAR_0: i64 = -62_167_219_200;

/// Returns a time of the service as RFC 3339 in UTC, or `None` if the text is neither milliseconds since 1970 nor RFC 3339.
/// All times have three decimals, so that the order of the texts is the order of the times.
pub(super) fn rfc3339(time: &str) -> Option<String> {
    let time = time.trim();
    let instant = match decimal::integer(time) {
        Ok(milliseconds) => Timestamp::from_millisecond(milliseconds).ok()?,
        Err(_) => time.parse::<Timestamp>().ok()?,
    };
    let first = Timestamp::from_second(YEAR_0).ok()?;
    (instant >= first).then(|| format!("{instant:.3}"))
}

#[cfg(test)]
mod tests {
    use super::rfc3339;

    #[test]
    fn milliseconds_then_rfc_3339_with_three_decimals() {
        assert_eq!(rfc3339("1680746333000").as_deref(), Some("2023-04-06T01:58:53.000Z"));
        assert_eq!(rfc3339("1680746333120").as_deref(), Some("2023-04-06T01:58:53.120Z"));
        assert_eq!(rfc3339("0").as_deref(), Some("1970-01-01T00:00:00.000Z"));
        assert_eq!(rfc3339("1680746333000.0").as_deref(), Some("2023-04-06T01:58:53.000Z"));
        assert_eq!(rfc3339("1.68e12").as_deref(), Some("2023-03-28T10:40:00.000Z"));
        assert_eq!(rfc3339("-1").as_deref(), Some("1969-12-31T23:59:59.999Z"));
    }

    #[test]
    fn rfc_3339_with_any_offset_and_any_decimals_then_in_utc_with_three() {
        for (time, utc) in [
            ("2026-02-26T08:00:00+08:00", "2026-02-26T00:00:00.000Z"),
            ("2026-02-26T00:00:00.5Z", "2026-02-26T00:00:00.500Z"),
            ("2026-02-26T00:00:00.123999999Z", "2026-02-26T00:00:00.123Z"),
            ("1969-12-31T23:59:59.9996Z", "1969-12-31T23:59:59.999Z"),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(rfc3339(time).as_deref(), Some(utc), "{time}");
        }
    }

    #[test]
    fn times_in_any_form_then_order_of_texts_is_order_of_times() {
        let times = [
            "-62167219200000",
            "1969-12-31T23:59:59.9Z",
            "0",
            "1680746333000",
            "1680746333001",
            "2023-04-06T09:58:53.1+08:00",
            "1680746334000",
            "253402207200000",
        ];
        let texts = times.map(|time| rfc3339(time).unwrap_or_else(|| panic!("{time} is a time")));
        assert!(texts.is_sorted(), "{texts:?}");
    }

    #[test]
    fn no_time_or_one_beyond_the_calendar_then_none() {
        for time in ["", "soon", "1.5", "9223372036854775807", "-9223372036854775808", "-62167219200001", "2026-02-26"]
            .into_iter()
            .chain(["-000001-12-31T23:59:59.9999Z"])
        {
            assert_eq!(rfc3339(time), None, "{time}");
        }
    }
}
