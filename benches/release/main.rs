//! Checks the release binary: `cargo bench --profile dev --bench release` builds it, and fails if a check fails.
//!
//! The binary must be static and not reveal where it was built. It must serve and read in a root folder without any other
//! files, by host name and over HTTPS. Its number of instructions must be within a tenth of `instructions.txt`, which
//! `-- --update` updates. `-- BINARY` checks another binary; `--uncounted` skips the instructions, for another processor.
//! Needs Linux, the requirements of `cargo xtask build`, valgrind and, for users other than root, user namespaces.

#[allow(dead_code, reason = "sizes are for the bench of plans")]
#[path = "../plan/binary.rs"]
mod binary;
mod chroot;
mod instructions;
mod script;

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The error of a failed check.
type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let flag = |name| arguments.iter().any(|argument| argument == name);
    let named = arguments.iter().find(|argument| !argument.as_encoded_bytes().starts_with(b"--"));
    let binary = named.map_or_else(binary::build, |binary| Ok(PathBuf::from(binary)))?;
    // It runs with another root folder and below another program.
    let binary = binary.canonicalize()?;
    is_static(&binary)?;
    tells_no_home(&binary)?;
    chroot::check(&binary)?;
    match (flag("--update"), flag("--uncounted")) {
        (true, _) => instructions::update(&binary),
        (false, true) => Ok(()),
        (false, false) => instructions::check(&binary),
    }
}

/// No other file is needed to start it.
fn is_static(binary: &Path) -> Result<(), Failure> {
    let output = Command::new("ldd").arg(binary).output()?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    // glibc's says the one of a binary that relocates itself, and the other of one that does not; musl's says neither.
    if said.contains("statically linked") || said.contains("not a dynamic executable") {
        kept("it is static")
    } else {
        Err(format!("{} is not static: {said}", binary.display()).into())
    }
}

/// Whoever built it has a name, which is in the paths of what they built from.
fn tells_no_home(binary: &Path) -> Result<(), Failure> {
    let home = std::env::home_dir().ok_or("there is no home folder")?;
    let bytes = std::fs::read(binary)?;
    for path in [home.join(".cargo"), PathBuf::from(env!("CARGO_MANIFEST_DIR"))] {
        let path = path.as_os_str().as_encoded_bytes();
        if let Some(place) = bytes.windows(path.len()).position(|found| found == path) {
            return Err(format!("byte {place} of {} begins a path of its builder", binary.display()).into());
        }
    }
    kept("it does not tell where it was built")
}

/// Tells of a check that passed.
fn kept(promise: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout().lock(), "kept: {promise}")?)
}
