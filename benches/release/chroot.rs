//! The binary in a root folder with nothing but itself and what every container gets, as in an image from scratch.

use std::path::Path;
use std::process::Command;

use maas_plugin_host::{Launcher, Reading, connect, read_data_source};
use maas_sandbox::{Sandbox, seed};

use super::{Failure, kept, script};

/// A name that only the folder's own `/etc/hosts` knows.
const NAME: &str = "maas.test";

/// Without an authority of its own, the read fails at the certificate, and not for want of roots; with it, it succeeds.
pub(super) fn check(binary: &Path) -> Result<(), Failure> {
    let sandbox = Sandbox::builder().https_name(NAME).try_start()?;
    let root = tempfile::tempdir()?;
    std::fs::copy(binary, root.path().join("provider"))?;
    std::fs::create_dir(root.path().join("etc"))?;
    std::fs::write(root.path().join("etc/hosts"), format!("127.0.0.1 {NAME}\n"))?;

    let refused = read(root.path(), &sandbox, None)?;
    let untrusted = |detail: &str| detail.contains("is not a trusted authority") && detail.contains("cacert_file");
    if !refused.diagnostics.iter().any(|diagnostic| untrusted(&diagnostic.detail)) {
        return Err(format!("in an empty root folder, an unknown authority gives {:?}", refused.diagnostics).into());
    }
    std::fs::write(root.path().join("ca.pem"), sandbox.ca_pem())?;
    let reading = read(root.path(), &sandbox, Some("/ca.pem"))?;
    match reading.state {
        Some(state) if state["workspaces"].as_array().is_some_and(|list| !list.is_empty()) => {
            kept("it serves and reads in an empty root folder, by name and over HTTPS")
        }
        _ => Err(format!("in an empty root folder: {:?}", reading.diagnostics).into()),
    }
}

/// A read of a process that sees only that folder.
fn read(root: &Path, sandbox: &Sandbox, cert_file: Option<&str>) -> Result<Reading, Failure> {
    let scripts = tempfile::tempdir()?;
    let inside = format!("chroot '{}' /provider", root.display());
    // Only root may change the root folder, or who is root in a namespace of users.
    let command = if is_root()? { inside } else { format!("unshare --user --map-root-user {inside}") };
    let port = sandbox.https_url().rsplit(':').next().unwrap_or_default();
    let launcher = Launcher::new(script::write(scripts.path(), &command)?)
        .env("TMPDIR", "/")
        .env("HW_MAAS_ENDPOINT", format!("https://{NAME}:{port}"))
        .env("HW_REGION_NAME", seed::HOST_REGION)
        .env("HW_PROJECT_ID", seed::PROJECT_ID)
        .env("HW_AUTH_TOKEN", seed::TOKEN)
        .env("HW_MAX_RETRIES", "0");
    let plugin = launcher.envs(cert_file.map(|file| ("SSL_CERT_FILE", file))).start()?;
    let mut handshake = plugin.handshake().clone();
    handshake.address = format!("{}{}", root.display(), handshake.address);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let channel = connect(&handshake, plugin.identity()).await?;
        Ok(read_data_source(channel, "maas_workspaces", &[], &[]).await?)
    })
}

fn is_root() -> Result<bool, Failure> {
    let output = Command::new("id").arg("-u").output()?;
    Ok(output.stdout.trim_ascii() == b"0")
}
