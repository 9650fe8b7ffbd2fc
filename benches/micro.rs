//! Measures the parts of a read separately: JSON to model and model to MessagePack for a list of 10,000 workspaces, the signature
//! of a request, schemas, and a configuration. `cargo bench --bench micro` compares them with the previous run.

#[path = "support/api.rs"]
mod api;

use std::error::Error;
use std::hint::black_box;

use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use jiff::Timestamp;
use maas_sandbox::{Sandbox, Workspace, seed};
use terraform_provider_maas::env::Environment;
use terraform_provider_maas::huaweicloud::{SigningInput, decode_body, sign};
use terraform_provider_maas::maas::WorkspaceList;
use terraform_provider_maas::provider::{Client, Config, MaasProvider};
use terraform_provider_maas::terraform::{AnyDataSource, Block, Diagnostics, Host, Provider, State, Value};
use terraform_provider_maas::tfplugin::{Encoding, decode, encode};

/// The error of a failed measurement.
type Failure = Box<dyn Error>;

/// Number of workspaces in the list.
const WORKSPACES: u32 = 10_000;

fn main() -> Result<(), Failure> {
    let workspaces = Workspace::many(WORKSPACES.try_into()?);
    let sandbox = Sandbox::builder().workspaces(seed::HOST_REGION, workspaces).try_start()?;
    let mut criterion = Criterion::default().without_plots().configure_from_args();
    let mut list = criterion.benchmark_group("10,000 workspaces");
    list.throughput(Throughput::Elements(WORKSPACES.into())).sample_size(30);
    measure_answer(&mut list, &api::list_workspaces(&sandbox)?)?;
    measure_state(&mut list, &read(&sandbox)?)?;
    list.finish();
    measure_signature(&mut criterion);
    measure_schemas(&mut criterion);
    measure_configuration(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}

/// Decoding the API's response into a model.
fn measure_answer(group: &mut BenchmarkGroup<WallTime>, answer: &[u8]) -> Result<(), Failure> {
    let list: WorkspaceList = decode_body(answer).map_err(|problem| format!("{problem:?}"))?;
    if list.workspaces.len() != usize::try_from(WORKSPACES)? {
        return Err("the answer is not whole".into());
    }
    group.bench_function("answer from JSON", |bencher| {
        bencher.iter(|| decode_body::<WorkspaceList>(black_box(answer)));
    });
    Ok(())
}

/// Encoding the state of a read for the host.
fn measure_state(group: &mut BenchmarkGroup<WallTime>, state: &State) -> Result<(), Failure> {
    // A state that cannot be encoded would be measured all the same.
    encode(&**state)?;
    group.bench_function("state to MessagePack", |bencher| bencher.iter(|| encode(black_box(&**state))));
    Ok(())
}

fn measure_signature(criterion: &mut Criterion) {
    let path = format!("/v1/{}/maas/services/workspace/{}", seed::PROJECT_ID, seed::HOST_REGION);
    let headers = [("Host", "modelarts.ap-southeast-1.myhuaweicloud.com"), ("Content-Type", "application/json")];
    let time = Timestamp::UNIX_EPOCH;
    let input = SigningInput { method: "GET", path: &path, query: "", headers: &headers, body: b"", time };
    criterion.bench_function("signature of a request", |bencher| {
        bencher.iter(|| sign(black_box(&input), seed::ACCESS_KEY, seed::SECRET_KEY));
    });
}

/// Building all schemas, as for a host's request. Each is built once per process.
fn measure_schemas(criterion: &mut Criterion) {
    criterion.bench_function("schemas of provider and data sources", |bencher| {
        bencher.iter(|| {
            let provider = MaasProvider::new(Environment::fixed([]));
            for source in provider.data_sources() {
                black_box(source.schema());
            }
            provider.schema()
        });
    });
}

/// Decoding an empty provider block from the bytes of the host.
fn measure_configuration(criterion: &mut Criterion) -> Result<(), Failure> {
    let block = MaasProvider::new(Environment::fixed([])).schema().block;
    let (ty, bytes) = (block.value_type(), encode(&unset(&block))?);
    decode(&bytes, Encoding::MessagePack, &ty)?;
    criterion.bench_function("configuration from MessagePack", |bencher| {
        bencher.iter(|| decode(black_box(&bytes), Encoding::MessagePack, &ty));
    });
    Ok(())
}

/// The attributes of the data source.
fn read(sandbox: &Sandbox) -> Result<State, Failure> {
    let environment = sandbox.environment();
    let environment = environment.iter().map(|(name, value)| (*name, value.as_str()));
    let provider = MaasProvider::new(Environment::fixed(environment));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let client = runtime.block_on(provider.configure(Config::default(), &Host::default()));
    let client = client.map_err(|error| format!("{error:?}"))?;
    let source = provider.data_sources().iter().find(|source| source.type_name() == "maas_workspaces");
    let source: &dyn AnyDataSource<Client> = &**source.ok_or("no such data source")?;
    let mut warnings = Diagnostics::default();
    let state = runtime.block_on(source.read(&client, unset(&source.schema().block), &mut warnings));
    Ok(state.map_err(|error| format!("{error:?}"))?)
}

/// Returns the value of a block without any arguments.
fn unset(block: &Block) -> Value {
    let attributes = block.attributes.iter().map(|attribute| attribute.name);
    let blocks = block.blocks.iter().map(|block| block.name);
    Value::Mapping(attributes.chain(blocks).map(|name| (name.to_owned(), Value::Null)).collect())
}
