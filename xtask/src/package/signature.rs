use std::path::Path;
use std::process::Command;

use crate::Failure;

/// Signs a file with a gpg key: writes a detached binary signature next to it. Always removes an older signature, which is no
/// longer valid.
pub(super) fn write(file: &Path, key: Option<&str>) -> Result<(), Failure> {
    let mut signature = file.as_os_str().to_owned();
    signature.push(".sig");
    match std::fs::remove_file(&signature) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let Some(key) = key else { return Ok(()) };
    let mut gpg = Command::new("gpg");
    gpg.args(["--batch", "--local-user", key, "--detach-sign", "--output"]).arg(&signature).arg(file);
    let status = gpg.status().map_err(|error| format!("Unable to start gpg: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("Unable to sign with the gpg key {key}").into()) }
}
