use std::path::Path;

use crate::architecture::{code, text};
use crate::package::workspace;

/// Returns the hops of the walk of one read.
fn hops() -> Vec<String> {
    let text = text().replace('\n', " ");
    let (_, walk) = text.split_once("To follow one read, open these modules in order:").expect("the walk of one read");
    let (walk, _) = walk.split_once(". ").expect("the end of the walk");
    walk.split('→').map(|hop| hop.trim().to_owned()).collect()
}

/// Checks that a path such as `maas::Client::list_workspaces` names a file of `src/`, and the items in it.
fn check(path: &str) {
    let names: Vec<_> = path.split("::").collect();
    let file = |length: usize| workspace().join("src").join(names[..length].join("/")).with_extension("rs");
    let length = (1..=names.len()).rev().find(|length| file(*length).is_file());
    let length = length.unwrap_or_else(|| panic!("`{path}` names no file"));
    let items = &names[length..];
    let folder = file(length).with_extension("");
    let has_all = |file: &Path| {
        let text = std::fs::read_to_string(file).expect("a text");
        let words: Vec<_> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        items.iter().all(|item| words.contains(item))
    };
    let mut files = vec![file(length)];
    if folder.is_dir() {
        files.extend(crate::package::rust_files(&folder));
    }
    assert!(files.iter().any(|file| has_all(file)), "`{path}` names no item of {}", file(length).display());
}

#[test]
fn walk_of_one_read_then_at_most_twelve_hops_and_every_named_file_exists() {
    let hops = hops();
    assert!((8..=12).contains(&hops.len()), "{} hops: {hops:?}", hops.len());
    let paths: Vec<_> = hops.iter().flat_map(|hop| code(hop)).collect();
    assert!(paths.len() >= 8, "{paths:?}");
    for path in paths {
        check(path);
    }
}
