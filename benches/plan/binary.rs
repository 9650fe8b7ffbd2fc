//! The binary that is measured.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::Failure;

/// Builds the provider as users get it, by the task that installs it.
pub(super) fn build() -> Result<PathBuf, Failure> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("installed");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo).args(["xtask", "install", "--dir"]).arg(&folder).status()?;
    if status.success() { only_file(&folder) } else { Err("the provider cannot be built".into()) }
}

/// Builds the peer, a provider on the crate tf-provider, if there is a `protoc`, which that crate needs.
pub(super) fn build_peer() -> Result<Option<PathBuf>, Failure> {
    if !Command::new("protoc").arg("--version").output().is_ok_and(|output| output.status.success()) {
        return Ok(None);
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peer");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peer/Cargo.toml");
    let arguments = ["build", "--release", "--locked", "--manifest-path", manifest, "--target-dir"];
    let status = Command::new(cargo).args(arguments).arg(&target).status()?;
    let peer = target.join("release/terraform-provider-peer");
    if status.success() { Ok(Some(peer)) } else { Err("the peer cannot be built".into()) }
}

/// The one file somewhere below a folder.
fn only_file(folder: &Path) -> Result<PathBuf, Failure> {
    let entry = std::fs::read_dir(folder)?.next().ok_or("nothing was installed")??.path();
    if entry.is_dir() { only_file(&entry) } else { Ok(entry) }
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
