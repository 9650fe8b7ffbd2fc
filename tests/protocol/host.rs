//! A host for one provider process, and what the tests say with it.

use std::ffi::OsString;
use std::time::Duration;

use maas_plugin_host::go_plugin::Empty;
use maas_plugin_host::go_plugin::grpc_controller_client::GrpcControllerClient;
use maas_plugin_host::tfplugin6::provider_client::ProviderClient;
use maas_plugin_host::tfplugin6::{self as tf, diagnostic::Severity};
use maas_plugin_host::value::configuration;
use maas_plugin_host::{Launcher, Plugin, connect};
use maas_sandbox::Sandbox;
use rmpv::Value;
use tonic::transport::Channel;

/// The provider that is tested: the debug build, or the one that `PROVIDER_BINARY` names, such as that of a release.
pub(crate) fn binary() -> OsString {
    let named = std::env::var_os("PROVIDER_BINARY").filter(|path| !path.is_empty());
    named.unwrap_or_else(|| env!("CARGO_BIN_EXE_terraform-provider-maas").into())
}

pub(crate) fn launcher() -> Launcher {
    Launcher::new(binary())
}

pub(crate) fn start() -> Plugin {
    launcher().env("HW_AUTH_TOKEN", "token").start().expect("starts")
}

pub(crate) fn start_for(sandbox: &Sandbox) -> Plugin {
    launcher().envs(sandbox.environment()).start().expect("starts")
}

pub(crate) async fn channel(plugin: &Plugin) -> Channel {
    connect(plugin.handshake(), plugin.identity()).await.expect("connects")
}

/// A configured client, and the schemas of the provider.
pub(crate) async fn configured(plugin: &Plugin) -> (ProviderClient<Channel>, tf::get_provider_schema::Response) {
    let mut client = ProviderClient::new(channel(plugin).await).max_decoding_message_size(i32::MAX as usize);
    let schemas = client.get_provider_schema(tf::get_provider_schema::Request {}).await.expect("answers").into_inner();
    let config = Some(configuration(schemas.provider.as_ref().expect("a schema"), &[]));
    let request = tf::configure_provider::Request { config, ..Default::default() };
    let answer = client.configure_provider(request).await.expect("answers").into_inner();
    assert_eq!(answer.diagnostics, []);
    (client, schemas)
}

pub(crate) fn read_of(
    schemas: &tf::get_provider_schema::Response,
    given: &[(&str, Value)],
) -> tf::read_data_source::Request {
    let config = Some(configuration(&schemas.data_source_schemas["maas_workspaces"], given));
    tf::read_data_source::Request { type_name: "maas_workspaces".to_owned(), config, ..Default::default() }
}

pub(crate) fn only_error(diagnostics: &[tf::Diagnostic]) -> String {
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
    assert_eq!(diagnostics[0].severity(), Severity::Error);
    format!("{}: {}", diagnostics[0].summary, diagnostics[0].detail)
}

pub(crate) async fn shut_down(plugin: &Plugin) {
    // The plugin may be gone before its answer is.
    let _ = GrpcControllerClient::new(channel(plugin).await).shutdown(Empty {}).await;
}

/// Waits for that many requests without holding up the runtime.
pub(crate) async fn arrived(sandbox: Sandbox, count: usize) -> Sandbox {
    let waited = tokio::task::spawn_blocking(move || {
        assert!(sandbox.wait_for_requests(count, Duration::from_secs(20)), "{}", sandbox.requests().len());
        sandbox
    });
    waited.await.expect("no panic")
}
