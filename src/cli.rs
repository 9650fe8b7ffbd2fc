//! The command line of the binary, for users who start it without a host.

use std::io::Write;
use std::process::ExitCode;

use crate::env::Environment;
use crate::go_plugin::{Plugin, ServeError, report_crash, serve, serve_for_debugging};
use crate::provider::{ADDRESS, MaasProvider, VERSION};
use crate::tfplugin::{self, ConnectionState, Interrupts};

const HELP: &str = "\
A provider for Terraform and OpenTofu that reads Huawei Cloud MaaS (ModelArts Studio): workspaces and what is in them.

Terraform and OpenTofu start it by themselves. By hand it takes:
  --debug    keep running, and print how to attach Terraform or OpenTofu
  --version  print the version
  --help     print this

To install it, run `cargo xtask install` in its repository, or put this file into
  ~/.terraform.d/plugins/ADDRESS/VERSION/OS_ARCH/terraform-provider-maas_vVERSION
where ADDRESS is terraform.local/huaweicloud/maas and OS_ARCH is, for example, linux_amd64. Then name it in a configuration:

  terraform {
    required_providers {
      maas = { source = \"terraform.local/huaweicloud/maas\" }
    }
  }

The reference, guides and examples are in the folders docs/ and examples/ of its repository: docs/index.md is the first
page, docs/guides/authentication.md tells how to sign in, docs/guides/troubleshooting.md lists every message.
";

/// Runs the program with these arguments, without the program's name.
#[must_use]
pub fn run(arguments: impl Iterator<Item = String>) -> ExitCode {
    let arguments: Vec<_> = arguments.collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => plugin(false),
        ["--debug" | "-debug"] => plugin(true),
        ["--version" | "-version"] => print(&format!("terraform-provider-maas {VERSION}\n")),
        ["--help" | "-help" | "-h"] => print(HELP),
        _ => fail(&format!("These arguments mean nothing: {}\n\n{HELP}", arguments.join(" "))),
    }
}

fn plugin(debug: bool) -> ExitCode {
    report_crash(|| match run_plugin(debug) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("{}\n", with_causes(&error))),
    })
}

fn run_plugin(debug: bool) -> Result<(), ServeError> {
    let environment = Environment::process();
    // One thread is enough: a plugin waits for the network nearly all the time, and each thread costs start-up time.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(ServeError::runtime)?;
    let outcome = runtime.block_on(async {
        let provider = MaasProvider::new(environment.clone());
        let interrupts = Interrupts::default();
        let services = tfplugin::services(provider, interrupts.clone());
        let connection_state = ConnectionState::<MaasProvider>::default;
        let on_interrupt = Box::new(move || interrupts.interrupt());
        let plugin = Plugin { address: ADDRESS, log_module: "maas", services, connection_state, on_interrupt };
        if debug { serve_for_debugging(plugin, &environment).await } else { serve(plugin, &environment).await }
    });
    // Do not wait for a name lookup that is still in flight on its own thread.
    runtime.shutdown_background();
    outcome
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

fn print(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn fail(text: &str) -> ExitCode {
    // If stderr is closed, the exit code still reports the failure.
    drop(std::io::stderr().write_all(text.as_bytes()));
    ExitCode::FAILURE
}

#[cfg(test)]
mod tests {
    use super::{ADDRESS, HELP};

    #[test]
    fn help_then_the_address_and_the_way_to_the_documentation() {
        assert_eq!(HELP.matches(ADDRESS).count(), 2);
        for page in ["docs/index.md", "docs/guides/authentication.md", "docs/guides/troubleshooting.md"] {
            assert!(
                HELP.contains(page) && std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(page).exists(),
                "{page}"
            );
        }
    }
}
