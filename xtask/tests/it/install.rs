use maas_sandbox::Sandbox;

use crate::hosts::with_each_host;
use crate::package::packaged;
use crate::support::{Home, READS, argument, provider, xtask, xtask_command};

#[test]
fn installed_then_init_locks_our_hash_and_plan_reads_without_any_cli_configuration() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().start();
        let home = Home::new(host, &sandbox);
        let printed = home.install();
        assert!(printed.contains("source  = \"terraform.local/huaweicloud/maas\""), "{printed}");
        home.configure(READS);
        home.succeed(&["init"]);
        assert!(home.lock_file().contains(&packaged().h1()), "{}", home.lock_file());
        let plan = home.succeed(&["plan"]);
        assert!(plan.contains("fraud-detection"), "{plan}");
    });
}

#[test]
fn snippet_that_install_prints_then_init_takes_it() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().start();
        let home = Home::new(host, &sandbox);
        let printed = home.install();
        let snippet = printed.find("terraform {").and_then(|start| Some(&printed[start..=printed.rfind('}')?]));
        home.configure(snippet.expect("a snippet"));
        home.succeed(&["init"]);
        home.succeed(&["validate"]);
    });
}

#[cfg(unix)]
#[test]
fn installed_while_the_old_one_runs_then_replaced() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let folder = tempfile::tempdir().expect("a folder");
    let install = || xtask(&["install", "--binary", argument(provider()), "--dir", argument(folder.path())]);
    let printed = install();
    let installed = printed.lines().next().and_then(|line| line.strip_prefix("Installed ")).expect("a path").to_owned();
    let mut running = Command::new(&installed).arg("--debug").stdout(Stdio::piped()).spawn().expect("starts");
    let mut line = String::new();
    BufReader::new(running.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
    install();
    running.kill().expect("ends");
    running.wait().expect("ends");
    let version = Command::new(installed).arg("--version").output().expect("runs");
    assert!(version.stdout.starts_with(b"terraform-provider-maas "));
}

#[test]
fn nowhere_to_install_then_the_message_names_dir() {
    let mut install = xtask_command(&["install", "--binary", argument(provider())]);
    let output = install.env_remove("HOME").env_remove("APPDATA").output().expect("runs");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("--dir"));
}
