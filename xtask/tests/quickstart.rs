//! The quickstart where no Terraform is installed.
#![allow(missing_docs, reason = "a test has no interface")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const XTASK: &str = env!("CARGO_BIN_EXE_xtask");

/// The provider that a `cargo test` of the workspace has built beside this package. Nothing else is built here: alone,
/// the provider needs other features of its dependencies, which would all be built anew.
fn provider() -> PathBuf {
    let provider = Path::new(XTASK).with_file_name(format!("terraform-provider-maas{}", std::env::consts::EXE_SUFFIX));
    assert!(provider.exists(), "run cargo test for the whole workspace, or cargo build first");
    provider
}

/// Runs the quickstart with nothing on PATH.
fn quickstart(binary: &Path) -> Output {
    let nothing = tempfile::tempdir().expect("a folder");
    Command::new(XTASK).arg("quickstart").arg(binary).env("PATH", nothing.path()).output().expect("runs")
}

#[test]
fn neither_terraform_nor_tofu_on_path_then_says_so_and_shows_the_workspaces_all_the_same() {
    let output = quickstart(&provider());
    let stdout = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{stdout}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(stdout.contains("Neither terraform nor tofu is on PATH"), "{stdout}");
    let (_, state) = stdout.split_once("data.maas_workspaces.all = ").expect("a state");
    let state: serde_json::Value = serde_json::from_str(state).expect("JSON");
    let names: Vec<_> = state["workspaces"].as_array().expect("a list").iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["default", "fraud-detection", "scratch", "search-ranking"]);
}

#[test]
fn provider_that_is_none_then_fails_and_says_why() {
    let output = quickstart(Path::new(XTASK));
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).expect("text");
    assert!(stderr.contains("the plugin ended without a handshake; it wrote: cargo xtask quickstart"), "{stderr}");
}
