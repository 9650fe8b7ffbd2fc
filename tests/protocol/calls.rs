//! The calls of a plan, and those that no plan should make.

use std::time::Duration;

use maas_plugin_host::read_data_source;
use maas_plugin_host::tfplugin6::provider_client::ProviderClient;
use maas_plugin_host::tfplugin6::{self as tf, DynamicValue};
use maas_plugin_host::value::{configuration, dynamic, unknown};
use maas_sandbox::{Fault, Sandbox, Workspace, seed};
use prost::Message;
use rmpv::Value;
use tonic::Code;

use crate::host::{channel, configured, only_error, read_of, start, start_for};

/// The largest message that a provider has to take, as of the Go SDKs.
const MAX_MESSAGE_BYTES: usize = 256 << 20;

#[tokio::test]
async fn walk_of_a_plan_then_workspaces_and_nothing_on_stdout() {
    let workspaces = [Workspace::named("beta").id("2"), Workspace::named("alpha").id("1")];
    let sandbox = Sandbox::builder().workspaces(seed::HOST_REGION, workspaces).start();
    let plugin = start_for(&sandbox);
    let reading = read_data_source(channel(&plugin).await, "maas_workspaces", &[], &[]).await.expect("answers");
    assert_eq!(reading.diagnostics, []);
    let state = reading.state.expect("a state");
    assert_eq!((&state["workspaces"][0]["name"], &state["workspaces"][1]["name"]), (&"alpha".into(), &"beta".into()));
    assert_eq!(plugin.stdout_after_handshake(), "");
}

#[tokio::test]
async fn each_data_source_then_state_has_exactly_the_attributes_of_the_schema() {
    let sandbox = Sandbox::builder().start();
    let plugin = start_for(&sandbox);
    let (_, schemas) = configured(&plugin).await;
    let id = |name, id: String| vec![(name, Value::from(id))];
    let (service, endpoint) = (seed::services(seed::HOST_REGION, "0").remove(0), seed::endpoints().remove(0));
    let text = |json: serde_json::Value| json["id"].as_str().expect("an id").to_owned();
    let given = [
        ("maas_workspace", id("workspace_id", "0".to_owned())),
        ("maas_service", id("service_id", text(service.to_json()))),
        ("maas_endpoint", id("endpoint_id", text(endpoint.to_json()))),
    ];
    for name in schemas.data_source_schemas.keys() {
        let given = given.iter().find(|(one, _)| one == name).map(|(_, given)| given.clone()).unwrap_or_default();
        let reading = read_data_source(channel(&plugin).await, name, &[], &given).await.expect("answers");
        let state = reading.state.unwrap_or_else(|| panic!("{:?}", reading.diagnostics));
        let mut found: Vec<_> = state.as_object().expect("an object").keys().map(String::as_str).collect();
        found.sort_unstable();
        let block = schemas.data_source_schemas[name].block.as_ref().expect("a block");
        assert_eq!(found, maas_plugin_host::value::attribute_names(block), "{name}");
    }
}

#[tokio::test]
async fn schema_then_announced_as_optional_and_never_a_missing_block() {
    let plugin = start();
    let (_, schemas) = configured(&plugin).await;
    assert!(schemas.server_capabilities.expect("capabilities").get_provider_schema_optional);
    assert!(schemas.data_source_schemas.values().all(|schema| schema.block.is_some()));
}

#[tokio::test]
async fn concurrent_reads_then_each_gets_its_own_answer() {
    let sandbox = (0..20).fold(Sandbox::builder(), |sandbox, region| {
        sandbox.workspaces(&format!("r{region}"), [Workspace::named(format!("w{region}"))])
    });
    let sandbox = sandbox.fault(Fault::delay(Duration::from_millis(20))).start();
    let plugin = start_for(&sandbox);
    let (client, schemas) = configured(&plugin).await;
    let reads = (0..20).map(|region| {
        let (mut client, request) = (client.clone(), read_of(&schemas, &[("region_id", format!("r{region}").into())]));
        tokio::spawn(async move { client.read_data_source(request).await.expect("answers").into_inner() })
    });
    for (region, read) in reads.collect::<Vec<_>>().into_iter().enumerate() {
        let answer = read.await.expect("no panic");
        assert_eq!(answer.diagnostics, []);
        let state = maas_plugin_host::value::to_json(&answer.state.expect("a state")).expect("known");
        assert_eq!(state["workspaces"][0]["name"], format!("w{region}"));
    }
}

#[tokio::test]
async fn stop_during_a_read_then_error_and_the_process_lives_on() {
    let sandbox = Sandbox::builder().fault(Fault::hang()).start();
    let mut plugin = start_for(&sandbox);
    let (mut client, schemas) = configured(&plugin).await;
    let mut other = client.clone();
    let request = read_of(&schemas, &[]);
    let read = tokio::spawn(async move { other.read_data_source(request).await.expect("answers").into_inner() });
    let waited = tokio::task::spawn_blocking(move || {
        assert!(sandbox.wait_for_requests(1, Duration::from_secs(10)));
        sandbox
    });
    let sandbox = waited.await.expect("the read begins");
    client.stop_provider(tf::stop_provider::Request {}).await.expect("answers");
    let answer = read.await.expect("no panic");
    assert!(only_error(&answer.diagnostics).starts_with("Interrupted"), "{:?}", answer.diagnostics);
    sandbox.clear_faults();
    let again = client.read_data_source(read_of(&schemas, &[])).await.expect("answers").into_inner();
    assert_eq!(again.diagnostics, []);
    assert!(plugin.is_running().expect("a process"));
}

#[tokio::test]
async fn garbage_in_every_field_then_error_diagnostics_and_the_next_call_works() {
    let sandbox = Sandbox::builder().start();
    let plugin = start_for(&sandbox);
    let (mut client, schemas) = configured(&plugin).await;
    let json = DynamicValue { msgpack: Vec::new(), json: b"{".to_vec() };
    let garbage =
        [vec![0xc1], vec![0xff; 64], vec![0xdf, 0xff, 0xff, 0xff, 0xff], vec![0x92; 100_000], b"hello".to_vec()];
    let garbage = garbage.into_iter().map(|msgpack| DynamicValue { msgpack, json: Vec::new() }).chain([json]);
    for config in garbage {
        let config = Some(config);
        let request = tf::validate_provider_config::Request { config: config.clone() };
        let answer = client.validate_provider_config(request).await.expect("answers").into_inner();
        only_error(&answer.diagnostics);
        let request = tf::read_data_source::Request { config, ..read_of(&schemas, &[]) };
        let answer = client.read_data_source(request).await.expect("answers").into_inner();
        only_error(&answer.diagnostics);
    }
    let answer = client.read_data_source(read_of(&schemas, &[])).await.expect("answers").into_inner();
    assert_eq!(answer.diagnostics, []);
}

/// One test, so that there is only one such message in memory at a time.
#[tokio::test]
async fn messages_up_to_256_mebibytes_then_taken_and_a_larger_one_refused_and_the_process_goes_on() {
    let sandbox = Sandbox::builder().start();
    let plugin = start_for(&sandbox);
    let (mut client, schemas) = configured(&plugin).await;

    let mut request = tf::validate_provider_config::Request { config: Some(dynamic(&Value::Nil)) };
    let garbage = |request: &mut tf::validate_provider_config::Request, length: usize| {
        request.config.get_or_insert_default().msgpack.resize(length, 0xc1);
    };
    let almost = MAX_MESSAGE_BYTES - 100;
    garbage(&mut request, almost);
    let around = request.encoded_len() - almost;
    garbage(&mut request, MAX_MESSAGE_BYTES - around);
    assert_eq!(request.encoded_len(), MAX_MESSAGE_BYTES);
    let answer = client.validate_provider_config(request.clone()).await.expect("answers").into_inner();
    only_error(&answer.diagnostics);

    garbage(&mut request, MAX_MESSAGE_BYTES);
    let status = client.validate_provider_config(request).await.expect_err("too large");
    assert_eq!(status.code(), Code::OutOfRange, "{status}");

    let name = "x".repeat(100 << 20);
    let request = read_of(&schemas, &[("name", name.as_str().into())]);
    let answer = client.read_data_source(request).await.expect("answers").into_inner();
    assert_eq!(answer.diagnostics, []);
    let state = maas_plugin_host::value::to_json(&answer.state.expect("a state")).expect("known");
    assert!(state["name"] == name);
}

#[tokio::test]
async fn unknown_values_then_validated_and_never_read() {
    let sandbox = Sandbox::builder().start();
    let plugin = start_for(&sandbox);
    let (mut client, schemas) = configured(&plugin).await;
    let refined = Value::Ext(12, vec![0x81, 1, 0xc2]);
    for value in [unknown(), refined] {
        let request = read_of(&schemas, &[("name_regex", value)]);
        let (type_name, config) = (request.type_name.clone(), request.config.clone());
        let validation = tf::validate_data_resource_config::Request { type_name, config };
        let answer = client.validate_data_resource_config(validation).await.expect("answers").into_inner();
        assert_eq!(answer.diagnostics, []);
        let answer = client.read_data_source(request.clone()).await.expect("answers").into_inner();
        assert!(only_error(&answer.diagnostics).contains("not known yet"));
        let client_capabilities = Some(tf::ClientCapabilities { deferral_allowed: true, ..Default::default() });
        let request = tf::read_data_source::Request { client_capabilities, ..request };
        let answer = client.read_data_source(request).await.expect("answers").into_inner();
        assert!(answer.deferred.is_some() && answer.diagnostics.is_empty());
    }
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn kinds_that_this_provider_lacks_then_proper_answers() {
    let plugin = start();
    let mut client = ProviderClient::new(channel(&plugin).await);
    let type_name = "maas_nothing".to_owned();
    let null = Some(dynamic(&Value::Nil));
    let request = tf::plan_resource_change::Request { type_name: type_name.clone(), ..Default::default() };
    let answer = client.plan_resource_change(request).await.expect("answers").into_inner();
    assert!(only_error(&answer.diagnostics).contains("maas_nothing"));
    let request = tf::read_data_source::Request { type_name: type_name.clone(), config: null, ..Default::default() };
    let answer = client.read_data_source(request).await.expect("answers").into_inner();
    assert!(only_error(&answer.diagnostics).starts_with("Unsupported data source"));
    let request = tf::list_resource::Request { type_name: type_name.clone(), ..Default::default() };
    let mut events = client.list_resource(request).await.expect("answers").into_inner();
    let event = events.message().await.expect("an event").expect("an event");
    only_error(&event.diagnostic);
    assert!(events.message().await.expect("an end").is_none());
    let request = tf::call_function::Request { name: type_name, ..Default::default() };
    let answer = client.call_function(request).await.expect("answers").into_inner();
    assert!(answer.error.is_some_and(|error| error.text.contains("maas_nothing")));
    let functions = client.get_functions(tf::get_functions::Request {}).await.expect("answers").into_inner();
    assert!(functions.functions.contains_key("rfc3339") && functions.diagnostics.is_empty());
    let request = tf::get_resource_identity_schemas::Request {};
    let identities = client.get_resource_identity_schemas(request).await.expect("answers").into_inner();
    assert!(identities.identity_schemas.is_empty() && identities.diagnostics.is_empty());
}

/// Makes each call with an empty request, and expects an error that names the kind.
macro_rules! refused {
    ($client:ident, $($kind:literal { $($method:ident($message:ident)),+ })+) => {$($(
        let answer = $client.$method(tf::$message::Request::default()).await.expect("answers").into_inner();
        let error = only_error(&answer.diagnostics);
        assert!(error.starts_with(concat!("Unsupported ", $kind, ": ")), "{error}");
    )+)+};
}

#[tokio::test]
async fn every_call_about_a_kind_that_this_provider_lacks_then_error_of_that_kind() {
    let plugin = start();
    let mut client = ProviderClient::new(channel(&plugin).await);
    refused! {
        client,
        "managed resource" {
            validate_resource_config(validate_resource_config), upgrade_resource_state(upgrade_resource_state),
            upgrade_resource_identity(upgrade_resource_identity), read_resource(read_resource),
            plan_resource_change(plan_resource_change), apply_resource_change(apply_resource_change),
            import_resource_state(import_resource_state), move_resource_state(move_resource_state),
            generate_resource_config(generate_resource_config)
        }
        "ephemeral resource" {
            validate_ephemeral_resource_config(validate_ephemeral_resource_config),
            open_ephemeral_resource(open_ephemeral_resource), renew_ephemeral_resource(renew_ephemeral_resource),
            close_ephemeral_resource(close_ephemeral_resource)
        }
        "list resource" { validate_list_resource_config(validate_list_resource_config) }
        "state store" {
            validate_state_store_config(validate_state_store), configure_state_store(configure_state_store),
            lock_state(lock_state), unlock_state(unlock_state), get_states(get_states), delete_state(delete_state)
        }
        "action" { plan_action(plan_action), validate_action_config(validate_action_config) }
    }
    let mut states = client.read_state_bytes(tf::read_state_bytes::Request::default()).await.expect("answers");
    let state = states.get_mut().message().await.expect("an answer").expect("an answer");
    assert!(only_error(&state.diagnostics).starts_with("Unsupported state store"));
    let no_chunks = futures_util::stream::empty::<tf::write_state_bytes::RequestChunk>();
    let answer = client.write_state_bytes(no_chunks).await.expect("answers").into_inner();
    assert!(only_error(&answer.diagnostics).starts_with("Unsupported state store"));
    let mut events = client.invoke_action(tf::invoke_action::Request::default()).await.expect("answers").into_inner();
    let event = events.message().await.expect("an event").expect("an event").r#type.expect("a type");
    let tf::invoke_action::event::Type::Completed(completed) = event else { panic!("the action has begun") };
    assert!(only_error(&completed.diagnostics).starts_with("Unsupported action"));
}

#[tokio::test]
async fn read_before_configure_then_error_not_a_crash() {
    let plugin = start();
    let mut client = ProviderClient::new(channel(&plugin).await);
    let schemas = client.get_provider_schema(tf::get_provider_schema::Request {}).await.expect("answers").into_inner();
    let answer = client.read_data_source(read_of(&schemas, &[])).await.expect("answers").into_inner();
    assert!(only_error(&answer.diagnostics).starts_with("Provider is not configured"));
}

#[tokio::test]
async fn configured_again_then_the_new_configuration_counts() {
    let sandbox = Sandbox::builder().start();
    let plugin = start_for(&sandbox);
    for (region, id) in [("first", "first"), ("second", "second")] {
        let provider = [("region", Value::from(region))];
        let reading =
            read_data_source(channel(&plugin).await, "maas_workspaces", &provider, &[]).await.expect("answers");
        assert_eq!(reading.state.expect("a state")["id"], format!("{}/{id}", seed::PROJECT_ID));
    }
}

/// Under `--debug`, Terraform opens a connection to the one process for each alias of the provider.
#[tokio::test]
async fn several_connections_configured_at_once_then_each_reads_with_its_own() {
    let sandbox = Sandbox::builder().start();
    let plugin = start_for(&sandbox);
    let mut clients = Vec::new();
    for region in ["first", "second"] {
        let (mut client, schemas) = configured(&plugin).await;
        let config = configuration(schemas.provider.as_ref().expect("a schema"), &[("region", Value::from(region))]);
        let request = tf::configure_provider::Request { config: Some(config), ..Default::default() };
        assert_eq!(client.configure_provider(request).await.expect("answers").into_inner().diagnostics, []);
        clients.push((client, schemas, region));
    }
    let read = async |client: &mut ProviderClient<_>, schemas, region: &str| {
        let answer = client.read_data_source(read_of(schemas, &[])).await.expect("answers").into_inner();
        assert_eq!(answer.diagnostics, []);
        let state = rmpv::decode::read_value(&mut &*answer.state.expect("a state").msgpack).expect("a value");
        let read = state.as_map().expect("an object").iter().find(|(name, _)| name.as_str() == Some("region"));
        assert_eq!(read.and_then(|(_, region)| region.as_str()), Some(region));
    };
    for (client, schemas, region) in &clients {
        read(&mut client.clone(), schemas, region).await;
    }
    // A host that has lost its connection goes on with the last configuration.
    let (_, schemas, region) = &clients[1];
    read(&mut ProviderClient::new(channel(&plugin).await), schemas, region).await;
}

#[tokio::test]
async fn stopped_on_one_connection_then_calls_of_others_go_on() {
    let sandbox = Sandbox::builder().fault(Fault::delay(Duration::from_millis(300))).start();
    let plugin = start_for(&sandbox);
    let (mut client, schemas) = configured(&plugin).await;
    let (mut other, _) = configured(&plugin).await;
    let read = tokio::spawn(async move { client.read_data_source(read_of(&schemas, &[])).await });
    let under_way = async {
        while sandbox.requests().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), under_way).await.expect("the read has begun");
    other.stop_provider(tf::stop_provider::Request {}).await.expect("answers");
    assert_eq!(read.await.expect("no panic").expect("answers").into_inner().diagnostics, []);
}

#[tokio::test]
async fn health_asked_for_then_serving() {
    use tonic_health::pb::health_client::HealthClient;
    use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus};
    let plugin = start();
    let request = HealthCheckRequest { service: "plugin".to_owned() };
    let answer = HealthClient::new(channel(&plugin).await).check(request).await.expect("answers").into_inner();
    assert_eq!(answer.status(), ServingStatus::Serving);
}

#[tokio::test]
async fn function_called_before_configure_then_result_and_bad_arguments_are_errors() {
    let plugin = start();
    let mut client = ProviderClient::new(channel(&plugin).await);
    let mut call = async |arguments: Vec<Value>| {
        let arguments = arguments.iter().map(dynamic).collect();
        let request = tf::call_function::Request { name: "rfc3339".to_owned(), arguments };
        client.call_function(request).await.expect("answers").into_inner()
    };
    let answer = call(vec!["0".into()]).await;
    assert_eq!(
        answer.result.and_then(|result| maas_plugin_host::value::to_json(&result)),
        Some("1970-01-01T00:00:00.000Z".into())
    );
    for (arguments, place) in [
        (vec![], None),
        (vec!["0".into(), "0".into()], None),
        (vec![Value::Nil], Some(0)),
        (vec![unknown()], Some(0)),
        (vec![Value::from(true)], Some(0)),
        (vec!["soon".into()], Some(0)),
    ] {
        let error = call(arguments.clone()).await.error.unwrap_or_else(|| panic!("{arguments:?} is accepted"));
        assert_eq!(error.function_argument, place, "{arguments:?}: {}", error.text);
    }
}
