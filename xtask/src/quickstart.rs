//! `cargo xtask quickstart`: plans an example against the sandbox.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use maas_plugin_host::tfplugin6::Diagnostic;
use maas_plugin_host::{Launcher, connect, read_data_source};
use maas_sandbox::Sandbox;

use super::{Failure, cargo, project, say};

const BINARY: &str = "terraform-provider-maas";
const EXAMPLE: &str = "examples/data-sources/maas_workspaces";

/// Builds the provider and returns the path of its binary, in the folder of this program.
pub(super) fn build() -> Result<PathBuf, Failure> {
    // Build the whole workspace, so that cargo reuses the features, and thus the crates, of this program.
    cargo(&["build", "--workspace", "--bin", BINARY])?;
    let own = std::env::current_exe()?;
    let folder = own.parent().ok_or("the path of this program has no parent folder")?;
    Ok(folder.join(format!("{BINARY}{}", std::env::consts::EXE_SUFFIX)))
}

/// Plans the example with `terraform` or `tofu`, whichever is on PATH, or reads it without a host.
pub(super) fn run(binary: &Path) -> Result<(), Failure> {
    let sandbox = Sandbox::builder().try_start()?;
    say(&format!("Started a local Huawei Cloud on {}.\n", sandbox.url()))?;
    let found = ["terraform", "tofu"].into_iter().find(|host| {
        let version = Command::new(host).arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        version.is_ok_and(|status| status.success())
    });
    match found {
        Some(host) => plan(host, binary, &sandbox),
        None => drive(binary, &sandbox),
    }
}

fn plan(host: &str, binary: &Path, sandbox: &Sandbox) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let plugins = folder.path().join("plugins");
    std::fs::create_dir(&plugins)?;
    std::fs::copy(binary, plugins.join(format!("{BINARY}{}", std::env::consts::EXE_SUFFIX)))?;
    let cli_config = folder.path().join("cli.tfrc");
    // Rust's quoted form of a string is valid in HCL too, including the backslashes of Windows paths.
    let plugins = plugins.to_str().ok_or("the path of the temporary folder is not Unicode")?;
    let overrides = format!("\"terraform.local/huaweicloud/maas\" = {plugins:?}");
    std::fs::write(
        &cli_config,
        format!("provider_installation {{\n  dev_overrides {{ {overrides} }}\n  direct {{}}\n}}\n"),
    )?;
    let example = project().join(EXAMPLE);
    say(&format!("Running {host} plan in {EXAMPLE}:\n\n"))?;
    let status = Command::new(host)
        .arg(format!("-chdir={}", example.display()))
        .arg("plan")
        .env("TF_CLI_CONFIG_FILE", cli_config)
        .env("TF_DATA_DIR", folder.path().join("data"))
        .envs(sandbox.environment())
        .status()?;
    if status.success() { Ok(()) } else { Err(format!("{host} plan failed").into()) }
}

/// Reads the data source over the plugin protocol, as `terraform plan` would.
fn drive(binary: &Path, sandbox: &Sandbox) -> Result<(), Failure> {
    say("Neither terraform nor tofu is on PATH. Reading the data source over the plugin protocol instead.\n\n")?;
    let plugin = Launcher::new(binary).envs(sandbox.environment()).start()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let reading = runtime.block_on(async {
        let channel = connect(plugin.handshake(), plugin.identity()).await?;
        Ok::<_, Failure>(read_data_source(channel, "maas_workspaces", &[], &[]).await?)
    })?;
    let mut messages = String::new();
    for Diagnostic { summary, detail, .. } in &reading.diagnostics {
        writeln!(messages, "{summary}\n{detail}")?;
    }
    let state = reading.state.ok_or_else(|| messages.clone())?;
    say(&format!("{messages}data.maas_workspaces.all = {}\n", serde_json::to_string_pretty(&state)?))
}
