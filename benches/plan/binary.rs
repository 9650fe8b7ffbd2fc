//! The binary that is measured.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::Failure;

/// What a static binary is built for, where one can be built.
const STATIC_TARGET: Option<&str> =
    if cfg!(all(target_arch = "x86_64", target_os = "linux")) { Some("x86_64-unknown-linux-gnu") } else { None };

/// Builds the provider as it is released. Cargo's benches have a binary of their own, but with the features that the
/// tests' dependencies ask for.
pub(super) fn build() -> Result<PathBuf, Failure> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().ok_or("no target folder")?.join("static");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["build", "--release", "--locked", "--package", "terraform-provider-maas", "--target-dir"])
        .arg(&target);
    let mut folder = target;
    if let Some(triple) = STATIC_TARGET {
        command.args(["--target", triple]).env("RUSTFLAGS", "-C target-feature=+crt-static");
        folder.push(triple);
    }
    if !command.status()?.success() {
        return Err("the provider cannot be built".into());
    }
    Ok(folder.join("release").join(format!("terraform-provider-maas{}", std::env::consts::EXE_SUFFIX)))
}

/// The size of the file, in bytes.
pub(super) fn size(binary: &Path) -> Result<u64, Failure> {
    Ok(binary.metadata()?.len())
}

/// The size that it adds to a zip archive, in bytes.
pub(super) fn deflated_size(binary: &Path) -> Result<u64, Failure> {
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::best());
    deflated.write_all(&std::fs::read(binary)?)?;
    Ok(deflated.finish()?.len().try_into()?)
}
