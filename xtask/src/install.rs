//! `cargo xtask install`: installs the provider into a folder that Terraform and OpenTofu search by default.

use std::path::{Path, PathBuf};

use terraform_provider_maas::provider::{ADDRESS, VERSION};

use super::artifact::{self, Platform, mirror_folder};
use super::{Failure, say};

pub(super) const USAGE: &str = "\
cargo xtask install [--binary PATH] [--dir DIR]

Builds the release binary, or uses PATH, and copies it into the mirror in DIR [default: the folder that Terraform and
OpenTofu search without any CLI configuration]. On Linux, links it with musl, as releases are, if possible.
";

pub(super) fn run(arguments: &[&str]) -> Result<(), Failure> {
    let (binary, folder) = parse(arguments)?;
    let folder = folder.map_or_else(implied_mirror, Ok)?;
    let binary = binary.map_or_else(artifact::build_or_fall_back, Ok)?;
    let installed = install(&binary, &folder)?;
    say(&format!(
        "Installed {}

terraform {{
  required_providers {{
    maas = {{
      source  = \"{ADDRESS}\"
      version = \"{VERSION}\"
    }}
  }}
}}

Add this block to a configuration and run `terraform init` or `tofu init` there. If .terraform.lock.hcl locks another build
of this version, remove its entry first.
",
        installed.display()
    ))
}

fn parse(arguments: &[&str]) -> Result<(Option<PathBuf>, Option<PathBuf>), Failure> {
    use lexopt::prelude::Long;
    let mut parser = lexopt::Parser::from_args(arguments);
    let (mut binary, mut folder) = (None, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("binary") => binary = Some(PathBuf::from(parser.value()?)),
            Long("dir") => folder = Some(PathBuf::from(parser.value()?)),
            _ => return Err(format!("{}\n\n{USAGE}", argument.unexpected()).into()),
        }
    }
    Ok((binary, folder))
}

/// Returns the folder `plugins` of the user's CLI configuration: in `%APPDATA%\terraform.d` or `$HOME/.terraform.d`.
fn implied_mirror() -> Result<PathBuf, Failure> {
    let (variable, folder) = if cfg!(windows) { ("APPDATA", "terraform.d") } else { ("HOME", ".terraform.d") };
    let base = std::env::var_os(variable).filter(|base| !base.is_empty());
    let base = base.ok_or_else(|| format!("{variable} is not set: name the folder with --dir"))?;
    Ok(Path::new(&base).join(folder).join("plugins"))
}

/// Copies the binary to its path in an unpacked mirror. Replaces an old binary atomically, because a host may be running it.
fn install(binary: &Path, mirror: &Path) -> Result<PathBuf, Failure> {
    let platform = Platform::here();
    let folder = mirror_folder(mirror).join(VERSION).join(platform.to_string());
    std::fs::create_dir_all(&folder)?;
    let installed = folder.join(platform.executable());
    let copy = tempfile::Builder::new().prefix(".installing-").tempfile_in(&folder)?.into_temp_path();
    std::fs::copy(binary, &copy).map_err(|error| format!("{}: {error}", binary.display()))?;
    copy.persist(&installed)?;
    Ok(installed)
}
