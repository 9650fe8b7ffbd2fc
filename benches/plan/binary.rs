//! The binary that is measured.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Failure;

/// Builds the provider as users get it: for Linux with musl, which has to be there.
pub(super) fn build() -> Result<PathBuf, Failure> {
    let output = cargo().args(["xtask", "build"]).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err("cargo xtask build failed".into());
    }
    // Its last line, after what cargo itself may print.
    let printed = String::from_utf8(output.stdout)?;
    Ok(printed.lines().last().ok_or("cargo xtask build printed no path")?.into())
}

/// Builds the peer, a provider on the crate tf-provider, if there is a `protoc`, which that crate needs.
pub(super) fn build_peer() -> Result<Option<PathBuf>, Failure> {
    if !Command::new("protoc").arg("--version").output().is_ok_and(|output| output.status.success()) {
        return Ok(None);
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peer");
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peer/Cargo.toml");
    let build = ["build", "--release", "--locked", "--manifest-path", manifest, "--target-dir"];
    run_cargo(build.map(AsRef::as_ref).into_iter().chain([target.as_os_str()]))?;
    Ok(Some(target.join("release/terraform-provider-peer")))
}

/// The size of the file, in bytes.
pub(super) fn size(binary: &Path) -> Result<u64, Failure> {
    Ok(binary.metadata()?.len())
}

/// The size of the archive that users download, in bytes.
pub(super) fn zipped_size(binary: &Path) -> Result<u64, Failure> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packaged");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let package = ["xtask", "package", "--binary"].map(AsRef::as_ref);
    run_cargo(package.into_iter().chain([binary.as_os_str(), "--out".as_ref(), folder.as_os_str()]))?;
    let files = std::fs::read_dir(&folder)?.collect::<Result<Vec<_>, _>>()?;
    let mut paths = files.into_iter().map(|file| file.path());
    let archive = paths.find(|path| path.extension().is_some_and(|extension| extension == "zip"));
    size(&archive.ok_or("nothing was packaged")?)
}

fn run_cargo<'a>(arguments: impl IntoIterator<Item = &'a OsStr>) -> Result<(), Failure> {
    let mut command = cargo();
    let status = command.args(arguments).status()?;
    if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}").into()) }
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
