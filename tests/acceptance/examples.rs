//! The examples that the documentation shows.

use std::path::Path;
use std::process::Command;

use maas_sandbox::Sandbox;

use crate::terraform::{Workdir, with_each_host};

#[test]
fn each_example_then_formatted_valid_and_planned() {
    with_each_host(|host| {
        let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
        let formatted = Command::new(host)
            .args(["fmt", "-check", "-recursive"])
            .arg(&examples)
            .env_remove("TF_CLI_CONFIG_FILE")
            .output();
        let formatted = formatted.expect("runs");
        assert!(formatted.status.success(), "not formatted: {}", String::from_utf8_lossy(&formatted.stdout));
        for file in [
            "provider/provider.tf",
            "data-sources/maas_workspaces/data-source.tf",
            "data-sources/maas_workspace/data-source.tf",
        ] {
            let configuration = std::fs::read_to_string(examples.join(file)).expect("an example");
            let sandbox = Sandbox::builder().start();
            let workdir = Workdir::new(host, &sandbox, &configuration);
            workdir.run(&["validate"]).succeeded();
            workdir.run(&["plan"]).succeeded();
        }
    });
}
