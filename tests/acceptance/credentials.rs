//! Each way to sign in, through a real host.

mod refused;
mod sources;
mod tls;

use maas_sandbox::{Api, Sandbox};

use crate::terraform::Workdir;

/// Reads all workspaces.
const ALL: &str = "data \"maas_workspaces\" \"all\" {}\n";

/// A folder with the endpoints, region and project of a sandbox in its environment, and no credentials.
fn nobody(host: &str, sandbox: &Sandbox, configuration: &str) -> Workdir {
    let variables = sandbox.environment().into_iter().filter(|(name, _)| *name != "HW_AUTH_TOKEN");
    let workdir = Workdir::without_sandbox(host, configuration).env("HW_ECS_METADATA_ENDPOINT", sandbox.url());
    variables.fold(workdir, |workdir, (name, value)| workdir.env(name, &value))
}

/// A provider block with this in it, and a data source.
fn with_provider(block: &str) -> String {
    format!("provider \"maas\" {{\n{block}\n}}\n{ALL}")
}

/// The APIs that were asked, in order.
fn asked(sandbox: &Sandbox) -> Vec<Api> {
    sandbox.requests().iter().map(|request| request.api.expect("a known API")).collect()
}

/// Writes the configuration of KooCLI where it belongs.
fn write_shared_config(workdir: &Workdir, profiles: &serde_json::Value) {
    let folder = workdir.path(".hcloud");
    std::fs::create_dir_all(&folder).expect("creates");
    let file = serde_json::json!({ "language": "en", "current": "main", "profiles": profiles });
    std::fs::write(folder.join("config.json"), file.to_string()).expect("writes");
}
