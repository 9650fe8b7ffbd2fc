//! Binaries that are started in another way than by their path.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::Failure;

/// Writes a program that becomes the one in `command`, a line of a shell, and keeps its process.
pub(super) fn write(folder: &Path, command: &str) -> Result<PathBuf, Failure> {
    let path = folder.join("start");
    std::fs::write(&path, format!("#!/bin/sh\nexec {command}\n"))?;
    std::fs::set_permissions(&path, Permissions::from_mode(0o755))?;
    Ok(path)
}
