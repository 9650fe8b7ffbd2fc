use jiff::Timestamp;

/// The first instant that RFC 3339 can write, in milliseconds since 1970.
const YEAR_0: i64 = -62_167_219_200_000;

/// A time of the service as RFC 3339 in UTC: milliseconds since 1970, or RFC 3339 already. `None` for anything else.
pub(super) fn rfc3339(time: &str) -> Option<String> {
    let time = time.trim();
    let instant = match time.parse::<i64>() {
        Ok(milliseconds) => Timestamp::from_millisecond(milliseconds).ok()?,
        Err(_) => time.parse::<Timestamp>().ok()?,
    };
    if instant.as_millisecond() < YEAR_0 {
        return None;
    }
    let whole = instant.as_millisecond() % 1_000 == 0;
    Some(if whole { format!("{instant:.0}") } else { format!("{instant:.3}") })
}

#[cfg(test)]
mod tests {
    use super::rfc3339;

    #[test]
    fn milliseconds_then_rfc_3339_with_milliseconds_only_when_not_zero() {
        assert_eq!(rfc3339("1680746333000").as_deref(), Some("2023-04-06T01:58:53Z"));
        assert_eq!(rfc3339("1680746333120").as_deref(), Some("2023-04-06T01:58:53.120Z"));
        assert_eq!(rfc3339("0").as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(rfc3339("-1").as_deref(), Some("1969-12-31T23:59:59.999Z"));
    }

    #[test]
    fn rfc_3339_with_an_offset_then_in_utc() {
        assert_eq!(rfc3339("2026-02-26T08:00:00+08:00").as_deref(), Some("2026-02-26T00:00:00Z"));
    }

    #[test]
    fn no_time_or_one_beyond_the_calendar_then_none() {
        for time in ["", "soon", "1.5", "9223372036854775807", "-9223372036854775808", "-62167219200001", "2026-02-26"]
        {
            assert_eq!(rfc3339(time), None, "{time}");
        }
    }
}
