//! Load test: ten minutes of reads from a cloud in which requests fail. Run with `cargo bench --bench soak`.
//!
//! One provider process serves 200 concurrent reads over the plugin protocol. Its API responds with resets, 429, 5xx, slow
//! bodies, web pages and broken bodies, selected by a seeded random sequence. All reads differ, so that each sends its own
//! requests, and memory that is not freed after a read would accumulate. Every read must have a correct result or a clear
//! error, and the process must not grow. `-- --minutes 1 --reads 50 --seed 7` changes the parameters.

mod process;

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use maas_plugin_host::go_plugin::Empty;
use maas_plugin_host::go_plugin::grpc_controller_client::GrpcControllerClient;
use maas_plugin_host::tfplugin6 as tf;
use maas_plugin_host::tfplugin6::provider_client::ProviderClient;
use maas_plugin_host::value::{configuration, to_json};
use maas_plugin_host::{Launcher, connect};
use maas_sandbox::{Chaos, Sandbox, Workspace};
use process::Sample;
use rmpv::Value;
use tonic::transport::Channel;

/// The error that ends the run.
type Failure = Box<dyn Error>;

/// Number of regions that are read, each with its own workspaces.
const REGIONS: u64 = 60;

/// Number of workspaces per region.
const WORKSPACES: u64 = 20;

/// Permitted growth of memory after the first minute.
const GROWTH: f64 = 1.05;

/// Maximum number of the provider's requests in flight, and of its connections.
const CONNECTIONS: u64 = 8;

/// The parsed command line.
struct Options {
    minutes: u64,
    reads: u64,
    seed: u64,
}

/// What the reads gave.
#[derive(Default)]
struct Tally {
    started: AtomicU64,
    right: AtomicU64,
    /// By the summary of the error.
    refused: Mutex<BTreeMap<String, u64>>,
}

fn main() -> Result<(), Failure> {
    let options = options(std::env::args().skip(1))?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(run(&options))
}

fn options(arguments: impl Iterator<Item = String>) -> Result<Options, Failure> {
    let mut options = Options { minutes: 10, reads: 200, seed: 1 };
    let mut arguments = arguments.filter(|argument| argument != "--bench");
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or("each option takes a number")?.parse()?;
        match name.as_str() {
            "--minutes" => options.minutes = value,
            "--reads" => options.reads = value,
            "--seed" => options.seed = value,
            _ => return Err(format!("unknown option {name}").into()),
        }
    }
    Ok(options)
}

async fn run(options: &Options) -> Result<(), Failure> {
    let cloud = (0..REGIONS).fold(Sandbox::builder().chaos(Chaos::seeded(options.seed)), |cloud, region| {
        let names = (0..WORKSPACES).map(move |number| Workspace::named(format!("w{region}-{number:02}")));
        cloud.workspaces(&format!("r{region}"), names)
    });
    let sandbox = cloud.start();
    let launcher = Launcher::new(env!("CARGO_BIN_EXE_terraform-provider-maas")).env("HW_MAX_RETRIES", "3");
    let mut plugin = launcher.envs(sandbox.environment()).start()?;
    let channel = connect(plugin.handshake(), plugin.identity()).await?;
    let schema = configure(channel.clone()).await?;
    let fresh = Sample::of(plugin.pid(), Duration::ZERO)?;

    let (tally, end) = (Arc::new(Tally::default()), Instant::now() + Duration::from_mins(options.minutes));
    let readers: Vec<_> = (0..options.reads)
        .map(|_| tokio::spawn(read_until(end, channel.clone(), schema.clone(), Arc::clone(&tally))))
        .collect();
    let (samples, received) = watch(plugin.pid(), &sandbox, end).await?;
    for reader in readers {
        reader.await??;
    }
    report(&tally, latest(&sandbox).unwrap_or(received), &samples)?;
    let idle = Sample::of(plugin.pid(), Duration::from_mins(options.minutes))?;
    let returned = idle.descriptors <= fresh.descriptors + CONNECTIONS && idle.threads == fresh.threads;
    check(returned, &format!("{} descriptors before the reads, {} after them", fresh.descriptors, idle.descriptors))?;

    let socket = std::path::PathBuf::from(&plugin.handshake().address);
    // The process may be gone before its answer is.
    let _ = GrpcControllerClient::new(channel).shutdown(Empty {}).await;
    let (status, _) = plugin.wait()?;
    check(status.success() && !socket.exists(), "the process ends cleanly and leaves no socket")?;
    check(!plugin.stderr().contains("panic"), "nothing panicked")
}

async fn configure(channel: Channel) -> Result<tf::Schema, Failure> {
    let mut client = ProviderClient::new(channel);
    let schemas = client.get_provider_schema(tf::get_provider_schema::Request {}).await?.into_inner();
    let config = Some(configuration(&schemas.provider.unwrap_or_default(), &[]));
    client.configure_provider(tf::configure_provider::Request { config, ..Default::default() }).await?;
    Ok(schemas.data_source_schemas["maas_workspaces"].clone())
}

async fn read_until(end: Instant, channel: Channel, schema: tf::Schema, tally: Arc<Tally>) -> Result<(), String> {
    let mut client = ProviderClient::new(channel).max_decoding_message_size(i32::MAX as usize);
    while Instant::now() < end {
        let turn = tally.started.fetch_add(1, Ordering::Relaxed);
        let region = turn % REGIONS;
        // Reads are identical, and may share a request, only if they may take equally long.
        let timeouts = Value::Map(vec![("read".into(), format!("20s{turn}us").into())]);
        let given = [("region_id", Value::from(format!("r{region}"))), ("timeouts", timeouts)];
        let config = Some(configuration(&schema, &given));
        let request =
            tf::read_data_source::Request { type_name: "maas_workspaces".to_owned(), config, ..Default::default() };
        let answer = client.read_data_source(request).await.map_err(|status| status.to_string())?.into_inner();
        judge(region, &answer)?;
        match answer.diagnostics.into_iter().next() {
            None => drop(tally.right.fetch_add(1, Ordering::Relaxed)),
            Some(error) => {
                *tally.refused.lock().unwrap_or_else(PoisonError::into_inner).entry(error.summary).or_default() += 1;
            }
        }
    }
    Ok(())
}

/// An answer is right, or says what could not be done and with which request.
fn judge(region: u64, answer: &tf::read_data_source::Response) -> Result<(), String> {
    if let [error] = answer.diagnostics.as_slice() {
        let clear =
            error.summary.starts_with("List the workspaces: ") && error.detail.contains("GET http://127.0.0.1:");
        return if clear { Ok(()) } else { Err(format!("unclear: {}: {}", error.summary, error.detail)) };
    }
    let state = answer.state.as_ref().and_then(to_json).ok_or("no state")?;
    let names = state["workspaces"].as_array().ok_or("no workspaces")?.iter().map(|one| one["name"].clone());
    let expected = (0..WORKSPACES).map(|number| serde_json::Value::from(format!("w{region}-{number:02}")));
    if names.eq(expected) { Ok(()) } else { Err(format!("the workspaces of r{region} are others")) }
}

/// Looks at the process every five seconds, and tells how many requests the sandbox received until then.
async fn watch(pid: u32, sandbox: &Sandbox, end: Instant) -> Result<(Vec<Sample>, usize), Failure> {
    let (started, mut samples, mut received) = (Instant::now(), Vec::new(), 0);
    while Instant::now() < end {
        tokio::time::sleep(Duration::from_secs(5)).await;
        samples.push(Sample::of(pid, started.elapsed())?);
        received = latest(sandbox).unwrap_or(received);
        sandbox.forget_requests();
    }
    Ok((samples, received))
}

/// The number of the latest request that the sandbox remembers.
fn latest(sandbox: &Sandbox) -> Option<usize> {
    sandbox.requests().last().map(|request| request.number)
}

fn report(tally: &Tally, received: usize, samples: &[Sample]) -> Result<(), Failure> {
    let settled = samples.iter().find(|sample| sample.after >= Duration::from_mins(1)).or(samples.first());
    let settled = settled.ok_or("no sample was taken")?;
    let later = || samples.iter().filter(|sample| sample.after >= settled.after);
    let most = |what: fn(&Sample) -> u64| later().map(what).max().unwrap_or_default();
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n| what | |\n|---|---:|")?;
    writeln!(out, "| requests | {received} |")?;
    writeln!(out, "| reads answered rightly | {} |", tally.right.load(Ordering::Relaxed))?;
    let refused = tally.refused.lock().unwrap_or_else(PoisonError::into_inner);
    writeln!(out, "| reads answered with a clear error | {} |", refused.values().sum::<u64>())?;
    for (summary, count) in refused.iter() {
        writeln!(out, "| {summary} | {count} |")?;
    }
    writeln!(out, "| resident memory after a minute | {} KiB |", settled.resident_kib)?;
    writeln!(out, "| the most after that | {} KiB |", most(|sample| sample.resident_kib))?;
    writeln!(
        out,
        "| descriptors after a minute, the most after that | {}, {} |",
        settled.descriptors,
        most(|s| s.descriptors)
    )?;
    writeln!(out, "| threads after a minute, the most after that | {}, {} |", settled.threads, most(|s| s.threads))?;
    #[allow(clippy::cast_precision_loss, reason = "memory of one process is far below 2^52 KiB")]
    let growth = most(|sample| sample.resident_kib) as f64 / settled.resident_kib as f64;
    check(growth <= GROWTH, &format!("memory stays within 5 % ({growth:.3})"))?;
    check(most(|sample| sample.descriptors) <= settled.descriptors + 16, "descriptors do not pile up")?;
    check(most(|sample| sample.threads) <= settled.threads + 2, "threads do not pile up")
}

fn check(holds: bool, promise: &str) -> Result<(), Failure> {
    writeln!(std::io::stdout().lock(), "{}: {promise}", if holds { "kept" } else { "BROKEN" })?;
    if holds { Ok(()) } else { Err(format!("broken: {promise}").into()) }
}
