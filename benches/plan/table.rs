//! The table that is printed at the end.

use std::fmt::Write;
use std::time::Duration;

use super::Failure;

/// One line: what was measured, how much it was, and how much it may be.
pub(super) struct Row {
    what: String,
    value: f64,
    unit: &'static str,
    target: Option<f64>,
}

impl Row {
    /// The median of these times.
    pub(super) fn milliseconds(what: impl Into<String>, times: &[Duration]) -> Self {
        Self::new(what, median(times).as_secs_f64() * 1_000.0, "ms")
    }

    /// This many bytes, in units of 2^20.
    pub(super) fn mebibytes(what: impl Into<String>, bytes: u64) -> Self {
        Self::new(what, as_number(bytes) / f64::from(1 << 20), "MiB")
    }

    /// This many bytes, in millions.
    pub(super) fn megabytes(what: impl Into<String>, bytes: u64) -> Self {
        Self::new(what, as_number(bytes) / 1e6, "MB")
    }

    /// One thing in units of another.
    pub(super) fn ratio(what: impl Into<String>, ratio: f64) -> Self {
        Self::new(what, ratio, "times")
    }

    /// This many requests.
    pub(super) fn count(what: impl Into<String>, count: usize) -> Self {
        Self::new(what, as_number(count as u64), "requests")
    }

    /// Something that was not measured, and why.
    pub(super) fn skipped(what: impl Into<String>) -> Self {
        Self::new(what, f64::NAN, "SKIPPED")
    }

    /// The same with the most that it should be, in its own unit.
    pub(super) fn at_most(self, target: f64) -> Self {
        Self { target: Some(target), ..self }
    }

    fn new(what: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { what: what.into(), value, unit, target: None }
    }
}

/// All lines.
#[derive(Default)]
pub(super) struct Table(Vec<Row>);

impl Table {
    pub(super) fn add(&mut self, row: Row) {
        self.0.push(row);
    }

    /// What one of few takes, and one of many: no more than that. Each is a name, a number of things, and what they take
    /// together.
    pub(super) fn grow(&mut self, what: &str, unit: &'static str, few: (&str, usize, u64), many: (&str, usize, u64)) {
        let each = |(_, count, total): (&str, usize, u64)| as_number(total) / as_number(count as u64);
        self.add(Row::new(format!("{what}, {}", few.0), each(few), unit));
        self.add(Row::new(format!("{what}, {}", many.0), each(many), unit).at_most(each(few)));
    }

    /// The table in Markdown.
    pub(super) fn markdown(&self) -> Result<String, Failure> {
        let mut text = "| what (medians) | measured | at most | |\n|---|---:|---:|---|\n".to_owned();
        for Row { what, value, unit, target } in &self.0 {
            let missed = if target.is_some_and(|target| *value > target) { "missed" } else { "" };
            let target = target.map(|target| format!("{target:.2} {unit}")).unwrap_or_default();
            let value = if value.is_nan() { (*unit).to_owned() } else { format!("{value:.2} {unit}") };
            // Spaces at the start of a cell are lost; a dash is not.
            let what = what.strip_prefix("  ").map_or_else(|| what.clone(), |what| format!("- {what}"));
            writeln!(text, "| {what} | {value} | {target} | {missed} |")?;
        }
        Ok(text)
    }
}

/// The middle one. There has to be one.
pub(super) fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

#[allow(clippy::cast_precision_loss, reason = "sizes here are far below 2^52")]
fn as_number(bytes: u64) -> f64 {
    bytes as f64
}
