//! Compares the existing pages with the generated ones.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use similar::TextDiff;

use crate::Failure;

/// The folder in which every page is generated, so that any other page in it is obsolete.
const WHOLLY_GENERATED: [&str; 2] = ["data-sources", "resources"];

/// A page that differs from the generated one.
#[derive(Debug)]
pub(super) struct Change {
    path: PathBuf,
    before: String,
    /// The generated text. `None` for an obsolete page.
    after: Option<String>,
}

impl Change {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the difference in the format of `diff -u`.
    pub(super) fn diff(&self) -> String {
        let after = self.after.as_deref().unwrap_or_default();
        let path = self.path.display().to_string();
        TextDiff::from_lines(self.before.as_str(), after).unified_diff().header(&path, "generated").to_string()
    }

    pub(super) fn make(self) -> Result<(), Failure> {
        let Some(after) = self.after else { return Ok(std::fs::remove_file(self.path)?) };
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        Ok(std::fs::write(self.path, after)?)
    }
}

/// Compares a folder with the generated pages.
pub(super) fn between(folder: &Path, pages: &BTreeMap<PathBuf, String>) -> Result<Vec<Change>, Failure> {
    let mut changes = Vec::new();
    for (page, text) in pages {
        let path = folder.join(page);
        let before = read(&path)?;
        if before != *text {
            changes.push(Change { path, before, after: Some(text.clone()) });
        }
    }
    for generated in WHOLLY_GENERATED {
        for page in pages_in(folder, Path::new(generated))? {
            if !pages.contains_key(&page) {
                let path = folder.join(page);
                changes.push(Change { before: read(&path)?, path, after: None });
            }
        }
    }
    Ok(changes)
}

/// Returns a page's text, or an empty text if the page does not exist.
fn read(path: &Path) -> Result<String, Failure> {
    match std::fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        read => Ok(read.map_err(|error| format!("{}: {error}", path.display()))?),
    }
}

fn pages_in(root: &Path, folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = match std::fs::read_dir(root.join(folder)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut pages = Vec::new();
    for entry in entries {
        pages.push(folder.join(entry?.file_name()));
    }
    pages.sort();
    Ok(pages)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use super::between;

    #[test]
    fn page_missing_stale_or_left_over_then_each_is_a_change_that_can_be_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("creates");
            std::fs::write(path, text).expect("writes");
        };
        write("index.md", "old\nsame\n");
        write("data-sources/gone.md", "gone\n");
        write("guides/by-hand.md", "kept\n");
        let pages = [("index.md", "new\nsame\n"), ("data-sources/made.md", "made\n")];
        let pages: BTreeMap<_, _> = pages.map(|(name, text)| (PathBuf::from(name), text.to_owned())).into();

        let changes = between(folder.path(), &pages).expect("readable");
        let diffs: Vec<_> = changes.iter().map(super::Change::diff).collect();
        assert_eq!(diffs.len(), 3);
        assert!(diffs[0].contains("+made"), "{diffs:?}");
        assert!(diffs[1].contains("-old\n+new\n same"), "{diffs:?}");
        assert!(diffs[2].contains("-gone"), "{diffs:?}");

        for change in changes {
            change.make().expect("writes");
        }
        assert!(between(folder.path(), &pages).expect("readable").is_empty());
        assert!(!folder.path().join("data-sources/gone.md").exists());
        assert!(folder.path().join("guides/by-hand.md").exists());
    }
}
