//! What a panic looks like from outside: only one that ends the process may look like a crash.
//!
//! This program is host and plugin at once. By itself it is the host, and starts itself as the plugin.
#![allow(missing_docs, reason = "a test has no interface")]

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use maas_plugin_host::go_plugin::Empty;
use maas_plugin_host::go_plugin::grpc_controller_client::GrpcControllerClient;
use maas_plugin_host::{Launcher, connect, read_data_source};
use serde::{Deserialize, Serialize};
use terraform_provider_maas::env::Environment;
use terraform_provider_maas::go_plugin::{Plugin, report_crash, serve};
use terraform_provider_maas::terraform::{
    AnyDataSource, Argument, Attribute, Block, DataSource, Diagnostics, Host, Provider, ReadError, Schema, Type,
    data_source,
};
use terraform_provider_maas::tfplugin::{self, ConnectionState, Interrupts};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;

/// What a started copy of this program does.
const PART: &str = "CRASH_TEST_PART";

fn main() -> ExitCode {
    match std::env::var(PART).as_deref() {
        Ok("die") => report_crash(|| panic!("it cannot go on")),
        Ok(_) => report_crash(serve_fragile_provider),
        Err(_) => {
            process_dies_of_a_panic_then_a_line_that_hosts_recognise_and_exit_code_2();
            call_panics_then_error_of_that_call_and_nothing_that_looks_like_a_crash();
            ExitCode::SUCCESS
        }
    }
}

fn process_dies_of_a_panic_then_a_line_that_hosts_recognise_and_exit_code_2() {
    let output = Command::new(this_program()).env(PART, "die").output().expect("runs");
    assert_eq!((output.status.code(), &*output.stdout), (Some(2), &b""[..]));
    let stderr = String::from_utf8(output.stderr).expect("text");
    let mut lines = stderr.lines();
    assert_eq!(lines.next(), Some("panic: it cannot go on"), "{stderr}");
    assert!(lines.any(|line| line.starts_with("at tests/crash.rs:")), "{stderr}");
}

fn call_panics_then_error_of_that_call_and_nothing_that_looks_like_a_crash() {
    let mut plugin = Launcher::new(this_program()).env(PART, "serve").start().expect("starts");
    runtime().block_on(async {
        let channel = connect(plugin.handshake(), plugin.identity()).await.expect("connects");
        let read = async |what: &str| {
            let given = [("does", what.into())];
            read_data_source(channel.clone(), Fragile::TYPE_NAME, &[], &given).await.expect("answers")
        };
        // One call is under way while another one panics, and ends only after that.
        let others = async { (read("panic").await, read("wake").await) };
        let (waiting, (panicking, waking)) = tokio::join!(read("wait"), others);
        assert!(waiting.state.is_some() && waking.state.is_some(), "{waiting:?} {waking:?}");
        assert!(panicking.state.is_none());
        let summaries: Vec<_> = panicking.diagnostics.iter().map(|diagnostic| diagnostic.summary.as_str()).collect();
        assert_eq!(summaries, ["The provider made a mistake"]);
        // The plugin may be gone before its answer is.
        let _ = GrpcControllerClient::new(channel).shutdown(Empty {}).await;
    });
    assert!(plugin.wait().expect("ends").0.success());
    assert_eq!(plugin.stderr(), "");
}

fn this_program() -> PathBuf {
    std::env::current_exe().expect("it has a path")
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn serve_fragile_provider() -> ExitCode {
    let served = runtime().block_on(async {
        let provider = FragileProvider([data_source(Fragile)]);
        let services = tfplugin::services(provider, Interrupts::default());
        let connection_state = ConnectionState::<FragileProvider>::default;
        let (address, log_module, on_interrupt) = ("a/b/fragile", "fragile", Box::new(|| ()));
        let plugin = Plugin { address, log_module, services, connection_state, on_interrupt };
        serve(plugin, &Environment::process()).await
    });
    served.expect("serves until the host ends it");
    ExitCode::SUCCESS
}

struct FragileProvider([Box<dyn AnyDataSource<()>>; 1]);

#[derive(Deserialize)]
struct NoConfig {}

impl Provider for FragileProvider {
    type Client = ();
    type Config = NoConfig;

    fn address(&self) -> &'static str {
        "a/b/fragile"
    }

    fn schema(&self) -> Schema {
        Schema { version: 0, block: Block::default() }
    }

    fn validate(&self, _: NoConfig, _: &mut Diagnostics) {}

    async fn configure(&self, _: NoConfig, _: &Host) -> Result<(), Diagnostics> {
        Ok(())
    }

    fn data_sources(&self) -> &[Box<dyn AnyDataSource<()>>] {
        &self.0
    }
}

/// Panics if it is told to.
struct Fragile;

#[derive(Deserialize)]
struct Config {
    does: Argument<String>,
}

#[derive(Serialize)]
struct State {
    does: Option<String>,
}

/// Ends the reads that wait.
static WAKE: Notify = Notify::const_new();

impl DataSource for Fragile {
    type Client = ();
    type Config = Config;
    type State = State;

    const TYPE_NAME: &'static str = "fragile";

    fn schema() -> Schema {
        let attributes = vec![Attribute::optional("does", Type::String, "")];
        Schema { version: 0, block: Block { attributes, ..Block::default() } }
    }

    fn validate(_: &Config, _: &mut Diagnostics) {}

    async fn read((): &(), config: Config, _: &mut Diagnostics) -> Result<State, ReadError> {
        match config.does.known().map(String::as_str) {
            Some("panic") => panic!("a call cannot go on"),
            Some("wait") => WAKE.notified().await,
            _ => WAKE.notify_one(),
        }
        Ok(State { does: config.does.into_known() })
    }
}
