use std::process::Command;

use crate::package::{rust_files, workspace};

/// `cargo fmt` does not see modules that a macro declares.
#[test]
fn every_source_file_then_formatted() {
    let files: Vec<_> = ["src", "sandbox", "xtask", "plugin-host", "tests", "benches"]
        .into_iter()
        .flat_map(|folder| rust_files(&workspace().join(folder)))
        .collect();
    let output = Command::new("rustfmt").args(["--edition", "2024", "--check"]).args(files).output().expect("rustfmt");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
