//! What a person runs while working on the project: `cargo xtask quickstart`, `cargo xtask sandbox`.

mod quickstart;

use std::error::Error;
use std::io::{Write, stderr, stdout};
use std::process::{Command, ExitCode};

/// Anything that ends a task.
type Failure = Box<dyn Error>;

const HELP: &str = "\
cargo xtask quickstart   start a local Huawei Cloud, build the provider and plan an example against it
cargo xtask sandbox      only start the local Huawei Cloud, and print what to paste
";

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["quickstart"] => quickstart::run(),
        ["sandbox", rest @ ..] => sandbox(rest),
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
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo).args(arguments).status()?;
    if status.success() { Ok(()) } else { Err(format!("cargo {} failed", arguments.join(" ")).into()) }
}

fn sandbox(arguments: &[&str]) -> Result<(), Failure> {
    cargo(&[&["run", "--quiet", "--package", "maas-sandbox", "--"], arguments].concat())
}
