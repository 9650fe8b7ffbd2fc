//! The table that is printed at the end.

use std::io::Write;
use std::path::Path;
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

    pub(super) fn extend(&mut self, rows: Vec<Row>) {
        self.0.extend(rows);
    }

    pub(super) fn print(&self, binary: &Path) -> Result<(), Failure> {
        let mut stdout = std::io::stdout().lock();
        writeln!(stdout, "\n{}\n\n| what (median) | here | at most | |\n|---|---:|---:|---|", binary.display())?;
        for Row { what, value, unit, target } in &self.0 {
            let missed = target.is_some_and(|target| *value > target);
            let target = target.map(|target| format!("{target} {unit}")).unwrap_or_default();
            writeln!(stdout, "| {what} | {value:.2} {unit} | {target} | {} |", if missed { "MISSED" } else { "" })?;
        }
        Ok(())
    }
}

/// The middle one. There has to be one.
fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

#[allow(clippy::cast_precision_loss, reason = "sizes here are far below 2^52")]
fn as_number(bytes: u64) -> f64 {
    bytes as f64
}
