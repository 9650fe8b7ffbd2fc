//! Files that cannot be read: a pipe without a writer stops neither the calls nor the end of the process.
#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use maas_plugin_host::tfplugin6::provider_client::ProviderClient;
use maas_plugin_host::tfplugin6::{self as tf};
use maas_plugin_host::value::configuration;
use maas_plugin_host::{Launcher, Plugin};
use maas_sandbox::Sandbox;
use rmpv::Value;
use tempfile::TempDir;

use crate::host::{channel, configured, launcher, only_error, read_of};

/// A process that hangs takes longer than this.
const SOON: Duration = Duration::from_secs(5);

fn pipe_in(folder: &TempDir) -> PathBuf {
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("runs").success());
    pipe
}

/// A process whose ID token is in a pipe.
fn with_id_token_in(pipe: &Path, sandbox: &Sandbox) -> Launcher {
    launcher()
        .envs(sandbox.environment())
        .env("HW_ASSUME_ROLE_IDP_ID", "idp")
        .env("HW_ASSUME_ROLE_AGENCY_NAME", "agency")
        .env("HW_ASSUME_ROLE_DOMAIN_ID", "domain")
        .env("HW_ASSUME_ROLE_ID_TOKEN_FILE", pipe)
}

fn terminate(plugin: &mut Plugin) {
    let signalled = Instant::now();
    assert!(Command::new("kill").arg(plugin.pid().to_string()).status().expect("signals").success());
    assert!(plugin.wait().expect("ends").0.success());
    assert!(signalled.elapsed() < SOON, "{:?}", signalled.elapsed());
}

#[tokio::test]
async fn id_token_file_is_a_silent_pipe_then_error_at_the_read_timeout_and_the_process_ends_when_terminated() {
    let (sandbox, folder) = (Sandbox::builder().start(), tempfile::tempdir().expect("a folder"));
    let mut plugin = with_id_token_in(&pipe_in(&folder), &sandbox).start().expect("starts");
    let (mut client, schemas) = configured(&plugin).await;
    let timeouts = Value::Map(vec![("read".into(), "1s".into())]);
    let asked = Instant::now();
    let request = read_of(&schemas, &[("timeouts", timeouts)]);
    let response = client.read_data_source(request).await.expect("a response").into_inner();
    assert!(asked.elapsed() < SOON, "{:?}", asked.elapsed());
    let error = only_error(&response.diagnostics);
    assert!(error.contains("could not be read within") && error.contains("/pipe"), "{error}");

    let request = read_of(&schemas, &[]);
    let read = tokio::spawn(async move { client.read_data_source(request).await });
    tokio::task::yield_now().await;
    terminate(&mut plugin);
    drop(read.await);
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn file_of_the_provider_block_is_a_silent_pipe_then_configuring_can_be_stopped_and_the_process_terminated() {
    let (sandbox, folder) = (Sandbox::builder().start(), tempfile::tempdir().expect("a folder"));
    let pipe = pipe_in(&folder);
    for variables in [&["OS_CACERT"][..], &["OS_CERT", "OS_KEY"], &["HW_SHARED_CONFIG_FILE"]] {
        let launcher = launcher().envs(sandbox.environment());
        let launcher = variables.iter().fold(launcher, |launcher, variable| launcher.env(variable, &pipe));
        let mut plugin = launcher.start().expect("starts");
        let mut client = ProviderClient::new(channel(&plugin).await);
        let schemas = client.get_provider_schema(tf::get_provider_schema::Request {}).await.expect("a response");
        let config = Some(configuration(schemas.into_inner().provider.as_ref().expect("a schema"), &[]));
        let request = tf::configure_provider::Request { config, ..Default::default() };
        let mut other = client.clone();
        let configure = tokio::spawn(async move { other.configure_provider(request).await });
        tokio::time::sleep(Duration::from_millis(200)).await;
        client.stop_provider(tf::stop_provider::Request {}).await.expect("a response");
        let stopped = tokio::time::timeout(SOON, configure).await.expect("stops").expect("no panic");
        let error = only_error(&stopped.expect("a response").into_inner().diagnostics);
        assert!(error.starts_with("Interrupted"), "{variables:?}: {error}");
        terminate(&mut plugin);
    }
}
