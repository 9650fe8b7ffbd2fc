//! `cargo xtask docs`: the pages of `docs/`, in the layout of the Terraform Registry.
//!
//! Arguments, attributes and environment variables come from the code, configurations from `examples/`, and the text around
//! them from `xtask/templates/`. Guides without a template are written by hand in `docs/guides/`.

mod changes;
mod guides;
mod messages;
mod pages;
mod schema;
mod variables;

use std::path::PathBuf;

use super::{Failure, project, say};

pub(super) const USAGE: &str = "\
cargo xtask docs [--check] [--dir DIR]

Generates the pages in DIR [default: docs]. With --check, writes nothing, and fails with a diff if a page is outdated.
";

pub(super) fn run(arguments: &[&str]) -> Result<(), Failure> {
    let (check, folder) = parse(arguments)?;
    let folder = folder.unwrap_or_else(|| project().join("docs"));
    let changes = changes::between(&folder, &pages::all()?)?;
    if changes.is_empty() {
        return say("The documentation is up to date.\n");
    }
    if check {
        let diff: String = changes.iter().map(changes::Change::diff).collect();
        return Err(format!("{diff}\nThe documentation is outdated. Run: cargo xtask docs").into());
    }
    for change in changes {
        say(&format!("{}\n", change.path().display()))?;
        change.make()?;
    }
    Ok(())
}

/// The folder of the pages' templates.
fn templates() -> PathBuf {
    project().join("xtask/templates")
}

fn parse(arguments: &[&str]) -> Result<(bool, Option<PathBuf>), Failure> {
    use lexopt::prelude::Long;
    let mut parser = lexopt::Parser::from_args(arguments);
    let (mut check, mut folder) = (false, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("check") => check = true,
            Long("dir") => folder = Some(PathBuf::from(parser.value()?)),
            _ => return Err(format!("{}\n\n{USAGE}", argument.unexpected()).into()),
        }
    }
    Ok((check, folder))
}
