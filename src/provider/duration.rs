use std::time::Duration;

use jiff::SignedDuration;

/// Parses a duration in Go's format, such as `90s`, `1h30m` or `1.5h`. Returns `None` for other texts and for zero.
pub(super) fn parse(text: &str) -> Option<Duration> {
    // jiff parses more formats than Go; reject the others.
    if !text.chars().all(|c| c.is_ascii_digit() || ".hmnsuµ".contains(c)) {
        return None;
    }
    let duration: SignedDuration = text.parse().ok()?;
    Duration::try_from(duration).ok().filter(|duration| !duration.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_of_go_then_read() {
        for (text, milliseconds) in
            [("90s", 90_000), ("5m", 300_000), ("1h30m", 5_400_000), ("1.5h", 5_400_000), ("250ms", 250), ("0.5s", 500)]
        {
            assert_eq!(parse(text), Some(Duration::from_millis(milliseconds)), "{text}");
        }
    }

    #[test]
    fn anything_else_then_none() {
        for text in
            ["", "90", "-1s", "0s", "PT90S", "1 h", "90 seconds", "soon", "1d", "s", "1e3s", "99999999999999999999h"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
