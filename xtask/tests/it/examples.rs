//! Everything in `examples/`, run as a person would who copied it.

use std::path::{Path, PathBuf};

use maas_sandbox::Sandbox;

use crate::hosts::{CHECKS, FUNCTIONS, Feature, MOCKS, Version, part_runs, with_each_host, with_each_host_that_has};
use crate::support::Home;

/// Copies the examples into a home in which the provider is installed. Hosts that know the command `test` but no mocks
/// refuse every command beside a test with mocks.
fn home_with_examples(host: &str, sandbox: &Sandbox) -> Home {
    let home = Home::new(host, sandbox);
    home.install();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples"), &home.work());
    for tests in folders(&home.work(), is_test) {
        if !part_runs(tests.to_str().expect("text"), host, &MOCKS) {
            std::fs::remove_dir_all(home.work().join(tests)).expect("removes");
        }
    }
    home
}

fn is_test(file: &Path) -> bool {
    file.to_string_lossy().ends_with(".tftest.hcl")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("creates");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copies");
        }
    }
}

/// The folders under `root` for which a file is found, relative to it.
fn folders(root: &Path, holds: fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(folder) = waiting.pop() {
        let entries = std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
        if files.iter().any(|file| holds(file)) {
            found.push(folder.strip_prefix(root).expect("below the root").to_owned());
        }
        waiting.extend(folders);
    }
    found
}

/// The text of all configuration files of a folder.
fn configuration(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let files = entries.filter(|path| path.extension().is_some_and(|kind| kind == "tf"));
    files.map(|file| std::fs::read_to_string(file).expect("text")).collect()
}

/// The minor version in `required_version = ">= 1.4"`.
fn required_version(configuration: &str) -> Option<Version> {
    let (_, version) = configuration.split_once("required_version = \">= ")?;
    let (major, minor) = version.split_once('"')?.0.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// What a host needs for a configuration.
fn needs(configuration: &str) -> Option<Feature> {
    if configuration.contains("provider::") {
        return Some(FUNCTIONS);
    }
    required_version(configuration).map(Feature::required_version)
}

#[test]
fn each_configuration_then_formatted_valid_and_planned() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().start();
        let home = home_with_examples(host, &sandbox);
        let configurations = folders(&home.work(), |file| file.extension().is_some_and(|kind| kind == "tf"));
        assert!(configurations.len() >= 9, "{configurations:?}");
        for folder in configurations {
            let needed = needs(&configuration(&home.work().join(&folder)));
            let folder = folder.to_str().expect("text");
            if needed.is_some_and(|needed| !part_runs(folder, host, &needed)) {
                continue;
            }
            home.succeed_in(folder, &["fmt", "-check"]);
            home.succeed_in(folder, &["init"]);
            home.succeed_in(folder, &["validate"]);
            home.succeed_in(folder, &["plan"]);
        }
    });
}

#[test]
fn each_test_with_mocks_then_passes_without_a_request() {
    with_each_host_that_has(&MOCKS, |host| {
        let sandbox = Sandbox::builder().start();
        let home = home_with_examples(host, &sandbox);
        let tests = folders(&home.work(), is_test);
        assert!(!tests.is_empty());
        for folder in tests.iter().map(|tests| tests.parent().and_then(Path::to_str).expect("text")) {
            home.succeed_in(folder, &["fmt", "-check", "-recursive"]);
            home.succeed_in(folder, &["init"]);
            let told = home.succeed_in(folder, &["test"]);
            assert!(told.contains("0 failed"), "{told}");
        }
        assert_eq!(sandbox.requests().len(), 0);
    });
}

#[test]
fn check_that_fails_then_a_warning_names_the_workspace_and_the_plan_goes_on() {
    with_each_host_that_has(&CHECKS, |host| {
        let sandbox = Sandbox::builder().start();
        let home = home_with_examples(host, &sandbox);
        home.succeed_in("recipes/check", &["init"]);
        let plan = home.succeed_in("recipes/check", &["plan"]);
        assert!(plan.contains("Check block assertion failed") && plan.contains("scratch"), "{plan}");
    });
}

#[test]
fn workspace_of_another_owner_then_the_module_refuses_it() {
    with_each_host_that_has(&Feature::required_version((1, 3)), |host| {
        let sandbox = Sandbox::builder().start();
        let home = home_with_examples(host, &sandbox);
        home.succeed_in("module/workspace", &["init"]);
        let output = home.run_in("module/workspace", &["plan", "-var=name=search-ranking", "-var=owners=[\"alice\"]"]);
        assert!(!output.status.success());
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.contains("The workspace search-ranking belongs to bob."), "{told}");
    });
}
