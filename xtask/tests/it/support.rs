//! The provider's binary, the tasks' program, and a real `terraform` (or `tofu`) in a home of its own.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use maas_sandbox::Sandbox;
use serde_json::Value;
use tempfile::TempDir;

/// A configuration that reads, and needs `init` before.
pub(crate) const READS: &str = r#"
terraform {
  required_providers {
    maas = { source = "terraform.local/huaweicloud/maas" }
  }
}

data "maas_workspaces" "all" {}

output "names" {
  value = data.maas_workspaces.all.workspaces[*].name
}
"#;

/// Whether a program is on PATH and can tell its version.
pub(crate) fn present(program: &str, version: &str) -> bool {
    Command::new(program).arg(version).output().is_ok_and(|output| output.status.success())
}

/// Says that a test could not test anything here.
pub(crate) fn skipped(reason: &str) {
    let notice = format!("SKIPPED: {reason}, so that nothing was tested here.\n");
    std::io::stderr().write_all(notice.as_bytes()).expect("stderr");
}

/// The debug build of the provider. Cargo has made it already when all tests are built; with `--workspace`, it takes the
/// same features of every crate as they do.
pub(crate) fn provider() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let output = Command::new(env!("CARGO"))
            .args(["build", "--workspace", "--bin", "terraform-provider-maas"])
            .arg("--message-format=json-render-diagnostics")
            .stderr(Stdio::inherit())
            .output()
            .expect("cargo");
        assert!(output.status.success(), "the provider does not build");
        let messages = text(output.stdout);
        let mut messages = messages.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        messages.find_map(|message| message["executable"].as_str().map(PathBuf::from)).expect("an executable")
    })
}

/// Runs a task that has to succeed, and returns what it prints.
pub(crate) fn xtask(arguments: &[&str]) -> String {
    let output = xtask_command(arguments).output().expect("runs");
    assert!(output.status.success(), "{}", text(output.stderr));
    text(output.stdout)
}

pub(crate) fn xtask_command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// A folder as an argument.
pub(crate) fn argument(path: &Path) -> &str {
    path.to_str().expect("a Unicode path")
}

pub(crate) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("text")
}

/// A user's home with nothing in it but a folder with a configuration.
pub(crate) struct Home {
    host: String,
    folder: TempDir,
    environment: Vec<(String, String)>,
}

impl Home {
    /// An empty home of somebody whose environment leads to the sandbox.
    pub(crate) fn new(host: &str, sandbox: &Sandbox) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("work")).expect("creates");
        let environment = sandbox.environment().map(|(name, value)| (name.to_owned(), value)).into();
        Self { host: host.to_owned(), folder, environment }
    }

    /// One more variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The home itself.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Where the configuration is.
    pub(crate) fn work(&self) -> PathBuf {
        self.path().join("work")
    }

    /// Writes the configuration.
    pub(crate) fn configure(&self, configuration: &str) {
        std::fs::write(self.work().join("main.tf"), configuration).expect("writes");
    }

    /// Writes a CLI configuration that installs providers in this way only.
    pub(crate) fn install_from(self, method: &str) -> Self {
        let file = self.path().join("cli.tfrc");
        std::fs::write(&file, format!("provider_installation {{\n  {method}\n}}\n")).expect("writes");
        self.env("TF_CLI_CONFIG_FILE", argument(&file))
    }

    /// Puts the provider where hosts look for it by themselves.
    pub(crate) fn install(&self) -> String {
        let mut install = xtask_command(&["install", "--binary", argument(provider())]);
        let output = install.env("HOME", self.path()).output().expect("runs");
        assert!(output.status.success(), "{}", text(output.stderr));
        text(output.stdout)
    }

    /// Runs the host in a folder of the work folder.
    pub(crate) fn run_in(&self, folder: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(&self.host);
        command.args(arguments).arg("-no-color").current_dir(self.work().join(folder)).env_clear().stdin(Stdio::null());
        let kept = ["PATH", "TMPDIR"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        command.envs(kept).env("HOME", self.path()).env("CHECKPOINT_DISABLE", "1");
        command.envs(self.environment.iter().map(|(name, value)| (name, value))).output().expect("runs")
    }

    /// Runs the host where the configuration is; it has to succeed. Returns what it prints.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        self.succeed_in("", arguments)
    }

    /// Likewise, in a folder of the work folder.
    pub(crate) fn succeed_in(&self, folder: &str, arguments: &[&str]) -> String {
        let output = self.run_in(folder, arguments);
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        assert!(output.status.success(), "{} {arguments:?} in {folder:?} failed:\n{stdout}\n{stderr}", self.host);
        stdout
    }

    /// The lock file that `init` wrote.
    pub(crate) fn lock_file(&self) -> String {
        std::fs::read_to_string(self.work().join(".terraform.lock.hcl")).expect("a lock file")
    }
}
