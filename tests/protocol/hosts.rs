//! Hosts other than the one at hand, replayed: what each offers, asks and insists on, by its release.

use maas_plugin_host::tfplugin6 as tf;
use maas_plugin_host::tfplugin6::provider_client::ProviderClient;
use maas_plugin_host::value::{configuration, to_json, unknown};
use maas_sandbox::Sandbox;
use rmpv::Value;
use tonic::transport::Channel;

use crate::host::{channel, launcher, shut_down};

/// What matters of a host.
struct Host {
    name: &'static str,
    /// In `PLUGIN_PROTOCOL_VERSIONS`; the order is that of a Go map.
    versions: &'static str,
    /// What it says it can do; hosts before that message existed say nothing.
    capabilities: Option<tf::ClientCapabilities>,
    /// Asks for identity schemas after the schema.
    asks_for_identities: bool,
    /// Asks a configured provider for functions.
    asks_for_functions: bool,
}

const NO_DEFERRAL: Option<tf::ClientCapabilities> = Some(tf::ClientCapabilities {
    deferral_allowed: false,
    write_only_attributes_allowed: true,
    store_planned_private: false,
    computed_blocks_allowed: false,
});

/// All of them split the handshake line at its sixth field at most, and the newer ones insist on ALPN `h2`, which the
/// plugin host checks.
const HOSTS: [Host; 8] = [
    host("Terraform 1.0", "5,6", None, false, false),
    host("Terraform 1.5.7", "6,5", None, false, false),
    host("Terraform 1.9.8", "5,6", None, false, false),
    host("Terraform 1.11.4", "6,5", NO_DEFERRAL, false, false),
    host("Terraform 1.12 and later", "5,6", NO_DEFERRAL, true, false),
    host("OpenTofu 1.6", "5,6", None, false, false),
    host("OpenTofu 1.7 to 1.10", "6,5", None, false, true),
    host("OpenTofu 1.12 and later", "5,6", NO_DEFERRAL, true, true),
];

const fn host(
    name: &'static str,
    versions: &'static str,
    capabilities: Option<tf::ClientCapabilities>,
    asks_for_identities: bool,
    asks_for_functions: bool,
) -> Host {
    Host { name, versions, capabilities, asks_for_identities, asks_for_functions }
}

async fn walk(host: &Host, client: &mut ProviderClient<Channel>) -> serde_json::Value {
    let schemas = client.get_provider_schema(tf::get_provider_schema::Request {}).await.expect("answers").into_inner();
    if host.asks_for_identities {
        let request = tf::get_resource_identity_schemas::Request {};
        let identities = client.get_resource_identity_schemas(request).await.expect("answers").into_inner();
        assert!(identities.identity_schemas.is_empty() && identities.diagnostics.is_empty());
    }
    let config = Some(configuration(schemas.provider.as_ref().expect("a schema"), &[]));
    let request = tf::validate_provider_config::Request { config: config.clone() };
    assert_eq!(client.validate_provider_config(request).await.expect("answers").into_inner().diagnostics, []);
    let request = tf::configure_provider::Request {
        terraform_version: host.name.rsplit(' ').next().unwrap_or_default().to_owned(),
        config,
        client_capabilities: host.capabilities,
    };
    assert_eq!(client.configure_provider(request).await.expect("answers").into_inner().diagnostics, []);
    if host.asks_for_functions {
        let functions = client.get_functions(tf::get_functions::Request {}).await.expect("answers").into_inner();
        assert_eq!(functions.diagnostics, []);
        assert!(functions.functions.values().all(|function| function.r#return.is_some()));
    }
    let type_name = "maas_workspaces".to_owned();
    let config = Some(configuration(&schemas.data_source_schemas[&type_name], &[]));
    let request = tf::validate_data_resource_config::Request { type_name: type_name.clone(), config: config.clone() };
    assert_eq!(client.validate_data_resource_config(request).await.expect("answers").into_inner().diagnostics, []);
    let client_capabilities = host.capabilities;
    let request = tf::read_data_source::Request { type_name, config, client_capabilities, ..Default::default() };
    let answer = client.read_data_source(request).await.expect("answers").into_inner();
    assert_eq!(answer.diagnostics, []);
    assert!(answer.deferred.is_none(), "none of these hosts asked for that");
    to_json(&answer.state.expect("a state")).expect("wholly known")
}

#[tokio::test]
async fn each_host_then_the_same_workspaces_and_a_clean_end() {
    for host in &HOSTS {
        let sandbox = Sandbox::builder().start();
        let launcher = launcher().env("PLUGIN_PROTOCOL_VERSIONS", host.versions);
        let mut plugin = launcher.envs(sandbox.environment()).start().expect("starts");
        assert_eq!((plugin.handshake().fields, plugin.handshake().protocol_version), (6, 6), "{}", host.name);
        let state = walk(host, &mut ProviderClient::new(channel(&plugin).await)).await;
        assert_eq!(state["workspaces"].as_array().map(Vec::len), Some(4), "{}", host.name);
        shut_down(&plugin).await;
        assert!(plugin.wait().expect("ends").0.success(), "{}", host.name);
    }
}

#[tokio::test]
async fn host_that_allows_no_deferral_then_never_deferred_not_even_with_unknown_settings() {
    for host in &HOSTS {
        let plugin = launcher().start().expect("starts");
        let mut client = ProviderClient::new(channel(&plugin).await);
        let schemas =
            client.get_provider_schema(tf::get_provider_schema::Request {}).await.expect("answers").into_inner();
        let given = [("region", Value::from("r")), ("token", unknown())];
        let config = Some(configuration(schemas.provider.as_ref().expect("a schema"), &given));
        let client_capabilities = host.capabilities;
        let request = tf::configure_provider::Request { config, client_capabilities, ..Default::default() };
        assert_eq!(client.configure_provider(request).await.expect("answers").into_inner().diagnostics, []);
        let type_name = "maas_workspaces".to_owned();
        let config = Some(configuration(&schemas.data_source_schemas[&type_name], &[]));
        let request = tf::read_data_source::Request { type_name, config, client_capabilities, ..Default::default() };
        let answer = client.read_data_source(request).await.expect("answers").into_inner();
        assert!(answer.deferred.is_none(), "{}", host.name);
        assert!(crate::host::only_error(&answer.diagnostics).contains("`token`"), "{}", host.name);
    }
}
