//! A real `terraform` (or `tofu`) in a folder of its own, with the provider that was just built.

#[path = "hosts.rs"]
pub(crate) mod hosts;

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use maas_sandbox::Sandbox;
use tempfile::TempDir;

pub(crate) use hosts::with_each_host;

const HEADER: &str = r#"
terraform {
  required_providers {
    maas = { source = "terraform.local/huaweicloud/maas" }
  }
}
"#;

/// The provider that is tested: the debug build, or the one that `PROVIDER_BINARY` names, such as that of a release.
pub(crate) fn provider() -> OsString {
    let named = std::env::var_os("PROVIDER_BINARY").filter(|path| !path.is_empty());
    named.unwrap_or_else(|| env!("CARGO_BIN_EXE_terraform-provider-maas").into())
}

/// A folder with a configuration, and how to run a host there.
pub(crate) struct Workdir {
    host: String,
    folder: TempDir,
    environment: Vec<(String, String)>,
}

/// What a run of a host gave.
pub(crate) struct Run {
    pub(crate) success: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Workdir {
    /// A configuration against a sandbox, whose environment is what its user would paste.
    pub(crate) fn new(host: &str, sandbox: &Sandbox, configuration: &str) -> Self {
        let workdir = Self::without_sandbox(host, configuration);
        sandbox.environment().into_iter().fold(workdir, |workdir, (name, value)| workdir.env(name, &value))
    }

    /// A configuration with no variable set.
    pub(crate) fn without_sandbox(host: &str, configuration: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let plugins = folder.path().join("plugins");
        std::fs::create_dir(&plugins).expect("creates");
        let binary = plugins.join("terraform-provider-maas");
        std::fs::copy(provider(), &binary).expect("copies");
        let plugins = plugins.to_str().expect("text");
        let mut cli_config = String::new();
        write!(
            cli_config,
            "provider_installation {{\n  dev_overrides {{ \"terraform.local/huaweicloud/maas\" = {plugins:?} }}\n  direct {{}}\n}}\n"
        )
        .expect("writes");
        std::fs::write(folder.path().join("cli.tfrc"), cli_config).expect("writes");
        let workdir = Self { host: host.to_owned(), folder, environment: Vec::new() };
        workdir.configure(configuration);
        workdir
    }

    /// Replaces the configuration. The block that names the provider is put before it unless it is there.
    pub(crate) fn configure(&self, configuration: &str) {
        let header = if configuration.contains("required_providers") { "" } else { HEADER };
        std::fs::write(self.path("main.tf"), format!("{header}{configuration}")).expect("writes");
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_with_input(arguments, "")
    }

    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Run {
        let stdin = self.path("stdin");
        std::fs::write(&stdin, input).expect("writes");
        let output = self.command(arguments).stdin(std::fs::File::open(stdin).expect("opens")).output().expect("runs");
        Run::from(output)
    }

    /// The command, for tests that do something while it runs.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.host);
        command.args(arguments).arg_if("-no-color", arguments.first() != Some(&"console"));
        command.current_dir(self.folder.path()).env_clear().stdout(Stdio::piped()).stderr(Stdio::piped());
        let kept = ["PATH", "TMPDIR"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        command.envs(kept).env("HOME", self.folder.path()).env("CHECKPOINT_DISABLE", "1");
        command.env("TF_CLI_CONFIG_FILE", self.path("cli.tfrc"));
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Starts a command in a process group of its own, as a shell does. The first versions of Terraform are two processes,
    /// of which the outer one only waits.
    #[cfg(unix)]
    pub(crate) fn spawn(&self, arguments: &[&str]) -> Running {
        use std::os::unix::process::CommandExt as _;
        let mut command = self.command(arguments);
        Running(command.stdin(Stdio::null()).process_group(0).spawn().expect("starts"))
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }
}

/// A running host with its plugins.
#[cfg(unix)]
pub(crate) struct Running(std::process::Child);

#[cfg(unix)]
impl Running {
    /// Sends a signal such as `-INT` to all of its processes, as a terminal does.
    pub(crate) fn signal(&self, signal: &str) {
        let group = format!("-{}", self.0.id());
        let status = Command::new("kill").args([signal, "--", &group]).status().expect("signals");
        assert!(status.success());
    }

    pub(crate) fn finish(self) -> Run {
        Run::from(self.0.wait_with_output().expect("ends"))
    }
}

trait ArgIf {
    fn arg_if(&mut self, argument: &str, condition: bool) -> &mut Self;
}

impl ArgIf for Command {
    fn arg_if(&mut self, argument: &str, condition: bool) -> &mut Self {
        if condition { self.arg(argument) } else { self }
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Self { success: output.status.success(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl Run {
    /// The run, if it succeeded.
    pub(crate) fn succeeded(self) -> Self {
        assert!(self.success, "it failed:\n{}\n{}", self.stdout, self.stderr);
        self
    }

    /// What an error says, in one line without the frame around it.
    pub(crate) fn error(self) -> String {
        assert!(!self.success, "it succeeded:\n{}", self.stdout);
        let unframed = self.stderr.replace(['│', '╷', '╵'], " ");
        unframed.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
