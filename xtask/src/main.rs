//! Development tasks; `cargo xtask --help` lists them.

mod artifact;
mod docs;
mod install;
mod package;
mod quickstart;

use std::error::Error;
use std::ffi::OsString;
use std::io::{Write, stderr, stdout};
use std::path::Path;
use std::process::{Command, ExitCode};

/// The error of a failed task.
type Failure = Box<dyn Error>;

const HELP: &str = "\
cargo xtask quickstart [BINARY]   start a local Huawei Cloud, build the provider unless BINARY is given, and plan an
                                  example
cargo xtask sandbox               start only the local Huawei Cloud, and print its environment variables
cargo xtask docs                  generate the pages of docs/, or check them with --check
cargo xtask build                 build the release binary, and print its path
cargo xtask install               build the provider and install it for Terraform and OpenTofu
cargo xtask package               create the files of a release, and a mirror
";

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["quickstart"] => quickstart::build().and_then(|binary| quickstart::run(&binary)),
        ["quickstart", binary] => quickstart::run(binary.as_ref()),
        ["sandbox", rest @ ..] => sandbox(rest),
        ["docs", "--help" | "-h"] => say(docs::USAGE),
        ["docs", rest @ ..] => docs::run(rest),
        ["build", "--help" | "-h"] => say(artifact::USAGE),
        ["build", rest @ ..] => artifact::run(rest),
        ["install", "--help" | "-h"] => say(install::USAGE),
        ["install", rest @ ..] => install::run(rest),
        ["package", "--help" | "-h"] => say(package::USAGE),
        ["package", rest @ ..] => package::run(rest),
        ["--help" | "-h"] => say(HELP),
        _ => Err(HELP.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // If stderr is closed, the exit code still reports the failure.
            drop(writeln!(stderr(), "{failure}"));
            ExitCode::FAILURE
        }
    }
}

/// Prints a text to stdout.
fn say(text: &str) -> Result<(), Failure> {
    let mut stdout = stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}

/// Runs the cargo that started this task.
fn cargo(arguments: &[&str]) -> Result<(), Failure> {
    let status = Command::new(cargo_program()).args(arguments).status()?;
    if status.success() { Ok(()) } else { Err(format!("cargo {} failed", arguments.join(" ")).into()) }
}

fn cargo_program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The root folder of the repository.
fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

fn sandbox(arguments: &[&str]) -> Result<(), Failure> {
    // Accept the `--` that `cargo run` needs before arguments.
    let arguments = arguments.strip_prefix(&["--"]).unwrap_or(arguments);
    cargo(&[&["run", "--package", "maas-sandbox", "--"], arguments].concat())
}
