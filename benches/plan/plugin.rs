//! Single processes of the provider, driven as a plan drives them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use maas_plugin_host::go_plugin::Empty;
use maas_plugin_host::go_plugin::grpc_controller_client::GrpcControllerClient;
use maas_plugin_host::tfplugin6::provider_client::ProviderClient;
use maas_plugin_host::tfplugin6::{configure_provider, get_provider_schema, read_data_source as read};
use maas_plugin_host::value::configuration;
use maas_plugin_host::{Launcher, Plugin, connect, read_data_source};
use maas_sandbox::{Sandbox, Workspace, seed};
use tokio::runtime::Runtime;
use tonic::transport::Channel;

use super::{Failure, process};

const DATA_SOURCE: &str = "maas_workspaces";

/// From the start of a process to its handshake line, with mutual TLS.
pub(super) fn start_times(binary: &Path, count: usize) -> Result<Vec<Duration>, Failure> {
    (0..count).map(|_| Ok(Launcher::new(binary).start()?.start_time())).collect()
}

/// The CPU time of a process from its start to its end, in a plan of one workspace.
pub(super) fn cpu_times(binary: &Path, count: usize) -> Result<Vec<Duration>, Failure> {
    let bench = Bench::new(1)?;
    let cpu_time = |_| {
        let (plugin, channel) = bench.start(binary)?;
        bench.walk(&channel)?;
        bench.shut_down(channel);
        process::cpu_time_at_end(plugin.pid())
    };
    (0..count).map(cpu_time).collect()
}

/// From the call of Shutdown to the end of a process that has read.
pub(super) fn end_times(binary: &Path, count: usize) -> Result<Vec<Duration>, Failure> {
    let bench = Bench::new(1)?;
    let end_time = |_| {
        let (plugin, channel) = bench.start(binary)?;
        bench.walk(&channel)?;
        let asked = Instant::now();
        bench.shut_down(channel);
        process::wait_for_end(plugin.pid())?;
        Ok(asked.elapsed())
    };
    (0..count).map(end_time).collect()
}

/// The most memory that a process has had once it has read this many workspaces, in bytes.
pub(super) fn peak_memory(binary: &Path, workspaces: usize) -> Result<u64, Failure> {
    let bench = Bench::new(workspaces)?;
    let (plugin, channel) = bench.start(binary)?;
    bench.walk(&channel)?;
    process::peak_memory(plugin.pid())
}

/// What first reads take.
pub(super) struct ReadTimes {
    /// From the request to the answer.
    pub(super) whole: Vec<Duration>,
    /// A bare request for the same body, beside each read.
    pub(super) api: Vec<Duration>,
}

impl ReadTimes {
    /// What is left of each read without the API.
    pub(super) fn provider(&self) -> Vec<Duration> {
        self.whole.iter().zip(&self.api).map(|(whole, api)| whole.saturating_sub(*api)).collect()
    }
}

/// The first read of this many workspaces in each of some processes, as in a plan, and a bare request beside it.
pub(super) fn read_times(binary: &Path, workspaces: usize, count: usize) -> Result<ReadTimes, Failure> {
    let bench = Bench::new(workspaces)?;
    let mut times = ReadTimes { whole: Vec::new(), api: Vec::new() };
    for _ in 0..count {
        let (_plugin, channel) = bench.start(binary)?;
        times.whole.push(bench.first_read(channel)?);
        times.api.push(bench.bare_request()?);
    }
    Ok(times)
}

/// A sandbox, and a runtime for the host's side of the protocol.
struct Bench {
    sandbox: Sandbox,
    runtime: Runtime,
}

impl Bench {
    fn new(workspaces: usize) -> Result<Self, Failure> {
        let sandbox = Sandbox::builder().workspaces(seed::HOST_REGION, Workspace::many(workspaces)).try_start()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { sandbox, runtime })
    }

    fn start(&self, binary: &Path) -> Result<(Plugin, Channel), Failure> {
        let environment = self.sandbox.environment();
        let launcher =
            environment.into_iter().fold(Launcher::new(binary), |launcher, (name, value)| launcher.env(name, value));
        let plugin = launcher.start()?;
        let channel = self.runtime.block_on(connect(plugin.handshake(), plugin.identity()))?;
        Ok((plugin, channel))
    }

    /// All calls of a plan, with one read.
    fn walk(&self, channel: &Channel) -> Result<(), Failure> {
        let reading = self.runtime.block_on(read_data_source(channel.clone(), DATA_SOURCE, &[], &[]))?;
        if reading.state.is_none() || !reading.diagnostics.is_empty() {
            return Err(format!("{:?}", reading.diagnostics).into());
        }
        Ok(())
    }

    /// The time of the read alone.
    fn first_read(&self, channel: Channel) -> Result<Duration, Failure> {
        let mut client = ProviderClient::new(channel).max_decoding_message_size(i32::MAX as usize);
        self.runtime.block_on(async {
            let schemas = client.get_provider_schema(get_provider_schema::Request {}).await?.into_inner();
            let config = schemas.provider.map(|schema| configuration(&schema, &[]));
            client.configure_provider(configure_provider::Request { config, ..Default::default() }).await?;
            let config = schemas.data_source_schemas.get(DATA_SOURCE).map(|schema| configuration(schema, &[]));
            let request = read::Request { type_name: DATA_SOURCE.to_owned(), config, ..Default::default() };
            let asked = Instant::now();
            let answer = client.read_data_source(request).await?.into_inner();
            let took = asked.elapsed();
            if answer.diagnostics.is_empty() { Ok(took) } else { Err(format!("{:?}", answer.diagnostics).into()) }
        })
    }

    /// The same request to the API as the provider's, on a connection of its own.
    fn bare_request(&self) -> Result<Duration, Failure> {
        let asked = Instant::now();
        let mut stream = TcpStream::connect(self.sandbox.address())?;
        write!(
            stream,
            "GET /v1/{}/maas/services/workspace/{} HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: {}\r\n\
             Content-Type: application/json\r\nConnection: close\r\n\r\n",
            seed::PROJECT_ID,
            seed::HOST_REGION,
            seed::TOKEN
        )?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let took = asked.elapsed();
        if answer.starts_with(b"HTTP/1.1 200 ") { Ok(took) } else { Err("the API refused the request".into()) }
    }

    fn shut_down(&self, channel: Channel) {
        // The plugin may be gone before its answer is.
        let _ = self.runtime.block_on(GrpcControllerClient::new(channel).shutdown(Empty {}));
    }
}
