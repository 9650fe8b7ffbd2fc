use std::path::{Path, PathBuf};

use crate::support::{argument, text, xtask, xtask_command};

#[test]
fn page_changed_then_check_fails_with_the_diff_and_the_command_and_writes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = argument(folder.path());
    xtask(&["docs", "--dir", dir]);
    xtask(&["docs", "--check", "--dir", dir]);
    let page = folder.path().join("data-sources/workspaces.md");
    let fresh = std::fs::read_to_string(&page).expect("a page");
    let stale = fresh.replace("# maas_workspaces (Data Source)", "# Something else");
    std::fs::write(&page, &stale).expect("writes");

    let output = xtask_command(&["docs", "--check", "--dir", dir]).output().expect("runs");
    assert!(!output.status.success());
    let told = text(output.stderr);
    assert!(told.contains("-# Something else\n+# maas_workspaces (Data Source)\n"), "{told}");
    assert!(told.ends_with("Run: cargo xtask docs\n"), "{told}");
    assert_eq!(std::fs::read_to_string(&page).expect("a page"), stale);

    xtask(&["docs", "--dir", dir]);
    assert_eq!(std::fs::read_to_string(&page).expect("a page"), fresh);
}

#[test]
fn each_page_then_it_has_front_matter_and_its_links_lead_somewhere() {
    let pages = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs"));
    assert!(pages.len() > 5, "{pages:?}");
    for page in pages {
        let text = std::fs::read_to_string(&page).expect("a page");
        assert!(text.starts_with("---\npage_title: \""), "{}", page.display());
        for link in links(&text) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = page.parent().expect("a folder").join(file);
            assert!(file.is_empty() || target.is_file(), "{} leads from {} nowhere", link, page.display());
            let is_there = anchor.is_empty() || !file.is_empty() || text.contains(&format!("<a id=\"{anchor}\"></a>"));
            assert!(is_there, "{} has no {anchor}", page.display());
        }
    }
}

/// The targets of links that stay within the documentation.
fn links(page: &str) -> impl Iterator<Item = &str> {
    let targets = page.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0));
    targets.filter(|target| !target.contains("://"))
}

/// All files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn each_promise_of_the_security_page_then_the_test_that_it_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = std::fs::read_to_string(root.join("SECURITY.md")).expect("a page");
    let named: Vec<_> = page.split('`').skip(1).step_by(2).filter(|code| code.contains("_then_")).collect();
    assert!(named.len() > 10, "{named:?}");
    let sources: String = ["src", "tests", "sandbox", "plugin-host", "xtask"]
        .iter()
        .flat_map(|folder| files(&root.join(folder)))
        .filter(|path| path.extension().is_some_and(|kind| kind == "rs"))
        .map(|path| std::fs::read_to_string(path).expect("a source"))
        .collect();
    for test in named {
        assert!(sources.contains(&format!("fn {test}(")), "there is no test {test}");
    }
}
