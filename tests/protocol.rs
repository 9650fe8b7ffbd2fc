//! The provider as its host meets it: one process, its handshake, its certificate, its calls, its end.
#![allow(missing_docs, reason = "a test has no interface")]

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use maas_plugin_host::go_plugin::grpc_controller_client::GrpcControllerClient;
use maas_plugin_host::go_plugin::grpc_stdio_client::GrpcStdioClient;
use maas_plugin_host::go_plugin::{Empty, stdio_data};
use maas_plugin_host::tfplugin6::provider_client::ProviderClient;
use maas_plugin_host::tfplugin6::{self as tf, DynamicValue, diagnostic::Severity};
use maas_plugin_host::value::{configuration, dynamic, unknown};
use maas_plugin_host::{ClientIdentity, Launcher, Plugin, connect, read_data_source};
use maas_sandbox::{Fault, Sandbox, Workspace, seed};
use rmpv::Value;
use tonic::transport::Channel;

const BINARY: &str = env!("CARGO_BIN_EXE_terraform-provider-maas");

fn launcher() -> Launcher {
    Launcher::new(BINARY)
}

fn start() -> Plugin {
    launcher().start().expect("starts")
}

fn start_for(sandbox: &Sandbox) -> Plugin {
    let launcher =
        sandbox.environment().into_iter().fold(launcher(), |launcher, (name, value)| launcher.env(name, value));
    launcher.start().expect("starts")
}

async fn channel(plugin: &Plugin) -> Channel {
    connect(plugin.handshake(), plugin.identity()).await.expect("connects")
}

/// A configured client, and the schemas of the provider.
async fn configured(plugin: &Plugin) -> (ProviderClient<Channel>, tf::get_provider_schema::Response) {
    let mut client = ProviderClient::new(channel(plugin).await).max_decoding_message_size(i32::MAX as usize);
    let schemas = client.get_provider_schema(tf::get_provider_schema::Request {}).await.expect("answers").into_inner();
    let config = Some(configuration(schemas.provider.as_ref().expect("a schema"), &[]));
    let request = tf::configure_provider::Request { config, ..Default::default() };
    let answer = client.configure_provider(request).await.expect("answers").into_inner();
    assert_eq!(answer.diagnostics, []);
    (client, schemas)
}

fn read_of(schemas: &tf::get_provider_schema::Response, given: &[(&str, Value)]) -> tf::read_data_source::Request {
    let config = Some(configuration(&schemas.data_source_schemas["maas_workspaces"], given));
    tf::read_data_source::Request { type_name: "maas_workspaces".to_owned(), config, ..Default::default() }
}

fn only_error(diagnostics: &[tf::Diagnostic]) -> String {
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
    assert_eq!(diagnostics[0].severity(), Severity::Error);
    format!("{}: {}", diagnostics[0].summary, diagnostics[0].detail)
}

async fn shut_down(plugin: &Plugin) {
    // The plugin may be gone before its answer is.
    let _ = GrpcControllerClient::new(channel(plugin).await).shutdown(Empty {}).await;
}

#[test]
fn run_by_hand_then_three_lines_on_stderr_and_exit_code_1() {
    for cookie in ["", "wrong"] {
        let output = Command::new(BINARY).env_clear().env("TF_PLUGIN_MAGIC_COOKIE", cookie).output().expect("runs");
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(output.stdout, b"");
        let stderr = String::from_utf8(output.stderr).expect("text");
        assert_eq!(stderr.lines().count(), 3, "{stderr}");
    }
}

#[test]
fn flags_then_help_version_or_an_error() {
    let run = |flag: &str| Command::new(BINARY).arg(flag).output().expect("runs");
    let stdout = |flag: &str| String::from_utf8(run(flag).stdout).expect("text");
    assert_eq!(stdout("--version"), format!("terraform-provider-maas {}\n", env!("CARGO_PKG_VERSION")));
    assert!(stdout("--help").contains("--debug"));
    let wrong = run("--wrong");
    assert_eq!((wrong.status.code(), wrong.stdout.len()), (Some(1), 0));
}

#[test]
fn started_by_a_host_then_six_fields_and_seven_only_when_asked() {
    let handshake = start().handshake().clone();
    assert_eq!((handshake.fields, handshake.protocol_version, &*handshake.network), (6, 6, "unix"));
    assert!(handshake.certificate.len() > 100);
    let asked = launcher().env("PLUGIN_MULTIPLEX_GRPC", "true").start().expect("starts");
    assert_eq!(asked.handshake().fields, 7);
    let plain = launcher().plaintext().start().expect("starts");
    assert_eq!((plain.handshake().fields, plain.handshake().certificate.len()), (6, 0));
}

#[tokio::test]
async fn host_offers_versions_in_any_order_then_6() {
    for versions in ["5,6", "6,5", "6"] {
        let plugin = launcher().env("PLUGIN_PROTOCOL_VERSIONS", versions).start().expect("starts");
        assert_eq!(plugin.handshake().protocol_version, 6, "{versions}");
    }
}

#[tokio::test]
async fn certificate_missing_or_another_then_refused_and_the_right_one_goes_on() {
    let plugin = start();
    for identity in [None, Some(Arc::new(ClientIdentity::generate().expect("a certificate")))] {
        let connection = connect(plugin.handshake(), identity.as_ref()).await;
        let refused = match connection {
            Err(_) => true,
            Ok(channel) => ProviderClient::new(channel).get_metadata(tf::get_metadata::Request {}).await.is_err(),
        };
        assert!(refused, "a client with {} certificate", if identity.is_some() { "another" } else { "no" });
    }
    let mut client = ProviderClient::new(channel(&plugin).await);
    let metadata = client.get_metadata(tf::get_metadata::Request {}).await.expect("answers").into_inner();
    assert_eq!(metadata.data_sources.len(), 2);
}

#[tokio::test]
async fn no_client_certificate_in_the_environment_then_plaintext() {
    let plugin = launcher().plaintext().start().expect("starts");
    let mut client = ProviderClient::new(channel(&plugin).await);
    assert!(client.get_metadata(tf::get_metadata::Request {}).await.is_ok());
}

#[test]
fn client_certificate_is_none_then_error_instead_of_a_handshake() {
    let error =
        launcher().plaintext().env("PLUGIN_CLIENT_CERT", "nonsense").start().err().expect("refused").to_string();
    assert!(error.contains("PLUGIN_CLIENT_CERT holds no PEM certificate"), "{error}");
}

#[tokio::test]
async fn half_open_and_garbage_connections_then_others_are_served() {
    let plugin = start();
    let address = &plugin.handshake().address;
    let silent: Vec<_> = (0..50).map(|_| UnixStream::connect(address).expect("connects")).collect();
    for _ in 0..50 {
        let mut hostile = UnixStream::connect(address).expect("connects");
        hostile.write_all(b"GET / HTTP/1.1\r\n\r\n").expect("writes");
        let mut answer = Vec::new();
        // Whether it is reset or closed with an alert, it ends.
        let _ = hostile.read_to_end(&mut answer);
    }
    let mut client = ProviderClient::new(channel(&plugin).await);
    assert!(client.get_metadata(tf::get_metadata::Request {}).await.is_ok());
    drop(silent);
}

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
    for (name, given) in [("maas_workspaces", vec![]), ("maas_workspace", vec![("workspace_id", Value::from("0"))])] {
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
async fn shutdown_with_streams_and_a_read_open_then_ends_at_once_and_leaves_no_socket() {
    let sandbox = Sandbox::builder().fault(Fault::hang()).start();
    let mut plugin = start_for(&sandbox);
    let (mut client, schemas) = configured(&plugin).await;
    let mut stdio = GrpcStdioClient::new(channel(&plugin).await);
    let mut stream = stdio.stream_stdio(()).await.expect("opens").into_inner();
    let request = read_of(&schemas, &[]);
    let read = tokio::spawn(async move { client.read_data_source(request).await });
    let socket = std::path::PathBuf::from(&plugin.handshake().address);
    assert!(socket.exists());
    let asked = Instant::now();
    shut_down(&plugin).await;
    let (status, _) = plugin.wait().expect("ends");
    // The budget is 100 ms; this bound only tells a plugin that ends from one that hangs.
    assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
    assert!(status.success());
    assert!(!socket.exists() && !socket.parent().expect("a folder").exists());
    assert!(!matches!(stream.message().await, Ok(Some(data)) if data.channel() != stdio_data::Channel::Invalid));
    drop(read.await);
}

#[tokio::test]
async fn interrupted_then_goes_on_and_terminated_then_ends_cleanly() {
    let mut plugin = start();
    let signal = |name: &str, plugin: &Plugin| {
        let status = Command::new("kill").args([name, &plugin.pid().to_string()]).status().expect("signals");
        assert!(status.success());
    };
    signal("-INT", &plugin);
    let mut client = ProviderClient::new(channel(&plugin).await);
    assert!(client.get_metadata(tf::get_metadata::Request {}).await.is_ok());
    let socket = std::path::PathBuf::from(&plugin.handshake().address);
    signal("-TERM", &plugin);
    assert!(plugin.wait().expect("ends").0.success());
    assert!(!socket.exists());
}

#[test]
fn parent_dies_then_the_plugin_ends_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let pid_file = folder.path().join("pid");
    // The shell is the parent: it starts the plugin, notes its id, and is killed.
    let script = format!("{BINARY:?} & echo $! > {pid_file:?}; wait");
    let mut parent = Command::new("sh")
        .args(["-c", &script])
        .env("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
        .env("TMPDIR", folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut stdout = parent.stdout.take().expect("piped");
    let mut first = [0];
    stdout.read_exact(&mut first).expect("the plugin speaks");
    parent.kill().expect("dies");
    parent.wait().expect("dies");
    let mut rest = Vec::new();
    // The other end of the pipe closes only when the plugin ends.
    stdout.read_to_end(&mut rest).expect("the plugin ends");
    let plugins = std::fs::read_dir(folder.path())
        .expect("reads")
        .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with("tf-maas-")));
    assert_eq!(plugins.count(), 0, "the socket's folder is gone");
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

#[tokio::test]
async fn message_above_four_mebibytes_then_taken() {
    let sandbox = Sandbox::builder().start();
    let plugin = start_for(&sandbox);
    let (mut client, schemas) = configured(&plugin).await;
    let long = "x".repeat(8 << 20);
    let request = read_of(&schemas, &[("name", long.into())]);
    let answer = client.read_data_source(request).await.expect("answers").into_inner();
    assert_eq!(answer.diagnostics, []);
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
    assert!(functions.functions.is_empty() && functions.diagnostics.is_empty());
    let request = tf::get_resource_identity_schemas::Request {};
    let identities = client.get_resource_identity_schemas(request).await.expect("answers").into_inner();
    assert!(identities.identity_schemas.is_empty() && identities.diagnostics.is_empty());
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

#[tokio::test]
async fn log_level_set_then_lines_that_hosts_can_read_and_without_it_none() {
    let quiet = start();
    let _ = configured(&quiet).await;
    assert_eq!(quiet.stderr(), "");
    let mut loud = launcher().env("TF_LOG", "error").env("TF_LOG_PROVIDER_MAAS", "trace").start().expect("starts");
    let _ = configured(&loud).await;
    shut_down(&loud).await;
    loud.wait().expect("ends");
    let lines: Vec<serde_json::Value> =
        loud.stderr().lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    for line in &lines {
        for key in ["@level", "@message", "@timestamp", "@module"] {
            assert!(line[key].is_string(), "{key} in {line}");
        }
    }
    let served =
        lines.iter().find(|line| line["@message"] == "Served request" && line["tf_rpc"] == "ConfigureProvider");
    let served = served.expect("a line at the end of the call");
    assert!(served["tf_req_id"].is_string() && served["tf_req_duration_ms"].is_u64());
    assert_eq!(served["tf_provider_addr"], "terraform.local/huaweicloud/maas");
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
