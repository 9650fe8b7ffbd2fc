//! The tables and lists of ARCHITECTURE.md that these tests read.

use crate::package::workspace;

/// Returns the text of ARCHITECTURE.md.
pub(crate) fn text() -> String {
    std::fs::read_to_string(workspace().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md")
}

/// Returns the cells of the rows of the first table whose header has these columns.
pub(crate) fn table(columns: &[&str]) -> Vec<Vec<String>> {
    let text = text();
    let mut lines = text.lines().skip_while(|line| cells(line) != columns);
    assert!(lines.next().is_some(), "ARCHITECTURE.md has no table with the columns {columns:?}");
    lines.skip(1).take_while(|line| line.starts_with('|')).map(cells).collect()
}

fn cells(line: &str) -> Vec<String> {
    line.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
}

/// Returns what stands between backticks.
pub(crate) fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}
