//! What a person runs while working on the project: `cargo xtask --help` lists it.

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

/// Anything that ends a task.
type Failure = Box<dyn Error>;

const HELP: &str = "\
cargo xtask quickstart [BINARY]   start a local Huawei Cloud, build the provider, unless its binary is given, and
                                  plan an example against it
cargo xtask sandbox               only start the local Huawei Cloud, and print what to paste
cargo xtask docs                  write the pages of docs/, or check them with --check
cargo xtask build                 build the binary that users get, and print where it is
cargo xtask install               build the provider and put it where Terraform and OpenTofu look for it
cargo xtask package               make what a release consists of, and a mirror
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
            // Nothing can be done about a closed stderr; the code still tells.
            drop(writeln!(stderr(), "{failure}"));
            ExitCode::FAILURE
        }
    }
}

/// Prints for a person.
fn say(text: &str) -> Result<(), Failure> {
    let mut stdout = stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}

/// Runs cargo in the project, the same one that runs this.
fn cargo(arguments: &[&str]) -> Result<(), Failure> {
    let status = Command::new(cargo_program()).args(arguments).status()?;
    if status.success() { Ok(()) } else { Err(format!("cargo {} failed", arguments.join(" ")).into()) }
}

fn cargo_program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The project's root.
fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

fn sandbox(arguments: &[&str]) -> Result<(), Failure> {
    // Who is used to cargo run writes two dashes here too.
    let arguments = arguments.strip_prefix(&["--"]).unwrap_or(arguments);
    cargo(&[&["run", "--package", "maas-sandbox", "--"], arguments].concat())
}
