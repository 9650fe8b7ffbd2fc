//! The guides, which are written by hand or generated from a template.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::templates;
use crate::{Failure, project};

/// An entry in the list of guides.
pub(super) struct Guide {
    /// The title in its front matter.
    pub(super) title: String,
    /// Its path in `docs/`.
    pub(super) page: String,
}

/// Returns all guides, sorted by name.
pub(super) fn all() -> Result<Vec<Guide>, Failure> {
    // A page with a template is generated from it, so that the template's title applies.
    let mut sources = BTreeMap::new();
    for folder in [project().join("docs"), templates()] {
        for page in pages(&folder)? {
            sources.insert(page.clone(), folder.join(page));
        }
    }
    let guide = |(page, source): (PathBuf, PathBuf)| {
        let text = std::fs::read_to_string(&source)?;
        let title = text.lines().find_map(|line| line.strip_prefix("page_title: \"")?.strip_suffix('"'));
        let title = title.ok_or_else(|| format!("{} has no page_title", source.display()))?.to_owned();
        Ok(Guide { title, page: page.display().to_string().replace('\\', "/") })
    };
    sources.into_iter().map(guide).collect()
}

/// Returns the pages of the guides that have a template.
pub(super) fn with_template() -> Result<Vec<PathBuf>, Failure> {
    pages(&templates())
}

fn pages(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut pages = Vec::new();
    for entry in std::fs::read_dir(folder.join("guides"))? {
        pages.push(Path::new("guides").join(entry?.file_name()));
    }
    Ok(pages)
}
