//! Single processes of the provider, driven as a plan drives them.

use std::path::Path;
use std::time::{Duration, Instant};

use maas_plugin_host::go_plugin::Empty;
use maas_plugin_host::go_plugin::grpc_controller_client::GrpcControllerClient;
use maas_plugin_host::tfplugin6::provider_client::ProviderClient;
use maas_plugin_host::tfplugin6::{Schema, configure_provider, get_provider_schema, read_data_source as read};
use maas_plugin_host::value::configuration;
use maas_plugin_host::{Launcher, Plugin, connect, read_data_source};
use maas_sandbox::{Builder, Fault, Sandbox, Workspace, seed};
use tokio::runtime::Runtime;
use tonic::transport::Channel;

use super::{Failure, api, process};

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

/// All of many reads at once, each of a region of its own, when the API takes that long to answer.
pub(super) fn read_regions(
    binary: &Path,
    regions: usize,
    api: Duration,
    count: usize,
) -> Result<Vec<Duration>, Failure> {
    let sandbox = Sandbox::builder().fault(Fault::delay(api));
    let sandbox = (0..regions)
        .fold(sandbox, |sandbox, region| sandbox.workspaces(&format!("region-{region}"), [Workspace::named("only")]));
    let bench = Bench::with(sandbox)?;
    let read_all = |_| {
        let (_plugin, channel) = bench.start(binary)?;
        bench.runtime.block_on(async {
            let (client, source) = configure(channel).await?;
            let asked = Instant::now();
            let reads = (0..regions).map(|region| {
                let region = format!("region-{region}");
                let config = Some(configuration(&source, &[("region_id", region.into())]));
                let request = read::Request { type_name: DATA_SOURCE.to_owned(), config, ..Default::default() };
                let mut client = client.clone();
                async move { client.read_data_source(request).await }
            });
            for answer in futures_util::future::try_join_all(reads).await? {
                succeeded(answer.get_ref())?;
            }
            Ok(asked.elapsed())
        })
    };
    (0..count).map(read_all).collect()
}

/// A host's client of a provider that is configured, and the schema of the data source.
async fn configure(channel: Channel) -> Result<(ProviderClient<Channel>, Schema), Failure> {
    let mut client = ProviderClient::new(channel).max_decoding_message_size(i32::MAX as usize);
    let schemas = client.get_provider_schema(get_provider_schema::Request {}).await?.into_inner();
    let config = schemas.provider.map(|schema| configuration(&schema, &[]));
    client.configure_provider(configure_provider::Request { config, ..Default::default() }).await?;
    let source = schemas.data_source_schemas.get(DATA_SOURCE).cloned();
    Ok((client, source.ok_or("no such data source")?))
}

fn succeeded(answer: &read::Response) -> Result<(), Failure> {
    if answer.diagnostics.is_empty() { Ok(()) } else { Err(format!("{:?}", answer.diagnostics).into()) }
}

/// A sandbox, and a runtime for the host's side of the protocol.
struct Bench {
    sandbox: Sandbox,
    runtime: Runtime,
}

impl Bench {
    fn new(workspaces: usize) -> Result<Self, Failure> {
        Self::with(Sandbox::builder().workspaces(seed::HOST_REGION, Workspace::many(workspaces)))
    }

    fn with(sandbox: Builder) -> Result<Self, Failure> {
        let sandbox = sandbox.try_start()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { sandbox, runtime })
    }

    fn start(&self, binary: &Path) -> Result<(Plugin, Channel), Failure> {
        let plugin = Launcher::new(binary).envs(self.sandbox.environment()).start()?;
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
        self.runtime.block_on(async {
            let (mut client, source) = configure(channel).await?;
            let config = Some(configuration(&source, &[]));
            let request = read::Request { type_name: DATA_SOURCE.to_owned(), config, ..Default::default() };
            let asked = Instant::now();
            let answer = client.read_data_source(request).await?.into_inner();
            let took = asked.elapsed();
            succeeded(&answer)?;
            Ok(took)
        })
    }

    /// The same request to the API as the provider's, on a connection of its own.
    fn bare_request(&self) -> Result<Duration, Failure> {
        let asked = Instant::now();
        api::list_workspaces(&self.sandbox)?;
        Ok(asked.elapsed())
    }

    fn shut_down(&self, channel: Channel) {
        // The plugin may be gone before its answer is.
        let _ = self.runtime.block_on(GrpcControllerClient::new(channel).shutdown(Empty {}));
    }
}
