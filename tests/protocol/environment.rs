//! Environment variables whose values are not Unicode.
#![cfg(unix)]

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::Command;

use maas_plugin_host::tfplugin6::provider_client::ProviderClient;
use maas_plugin_host::tfplugin6::{self as tf};
use maas_plugin_host::value::configuration;
use maas_sandbox::Sandbox;

use crate::host::{binary, channel, launcher, only_error};

fn stray() -> &'static OsStr {
    OsStr::from_bytes(b"caf\xe9")
}

#[test]
fn variable_of_the_host_not_unicode_then_the_process_does_not_start() {
    for variable in ["PLUGIN_CLIENT_CERT", "PLUGIN_PROTOCOL_VERSIONS", "PLUGIN_MIN_PORT", "TF_LOG"] {
        let cookie = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
        let mut command = Command::new(binary());
        let command = command.env("TF_PLUGIN_MAGIC_COOKIE", cookie).env("PLUGIN_PROTOCOL_VERSIONS", "6");
        let output = command.env(variable, stray()).output().expect("runs");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && output.stdout.is_empty(), "{variable}: {error}");
        assert!(error.contains(variable) && error.contains("Unicode"), "{variable}: {error}");
    }
}

#[tokio::test]
async fn variable_of_the_provider_not_unicode_then_configuration_names_it_and_nothing_is_sent() {
    let sandbox = Sandbox::builder().start();
    for variable in ["HW_SECRET_KEY", "HW_PROFILE", "OS_PASSWORD", "https_proxy", "NO_PROXY"] {
        let plugin = launcher().envs(sandbox.environment()).env(variable, stray()).start().expect("starts");
        let mut client = ProviderClient::new(channel(&plugin).await);
        let schemas = client.get_provider_schema(tf::get_provider_schema::Request {}).await.expect("a response");
        let config = Some(configuration(schemas.into_inner().provider.as_ref().expect("a schema"), &[]));
        let request = tf::configure_provider::Request { config, ..Default::default() };
        let response = client.configure_provider(request).await.expect("a response").into_inner();
        let error = only_error(&response.diagnostics);
        assert!(error.starts_with("Invalid environment variable") && error.contains(variable), "{error}");
        assert!(!error.contains("caf"), "{error}");
    }
    assert_eq!(sandbox.requests().len(), 0);
}
