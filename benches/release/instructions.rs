//! Counts the instructions of the binary with valgrind's callgrind. The count does not depend on how busy the machine is.

use std::fmt::Write;
use std::path::Path;

use maas_plugin_host::go_plugin::Empty;
use maas_plugin_host::go_plugin::grpc_controller_client::GrpcControllerClient;
use maas_plugin_host::{Launcher, connect, read_data_source};
use maas_sandbox::{Sandbox, Workspace, seed};

use super::{Failure, kept, script};

/// The committed counts, one per line: name, colon, count.
const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/release/instructions.txt");

/// Permitted difference from the committed count, in percent.
const TOLERANCE: u64 = 10;

/// Number of workspaces in the read.
const WORKSPACES: usize = 10_000;

/// Compares each count with the committed one. A lower count fails too, so that the committed counts stay up to date.
pub(super) fn check(binary: &Path) -> Result<(), Failure> {
    let committed = std::fs::read_to_string(COMMITTED)?;
    for (what, count) in counts(binary)? {
        let line = committed.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(": "));
        let figure: u64 = line.ok_or(format!("{COMMITTED} has no line for: {what}"))?.parse()?;
        if count.abs_diff(figure) * 100 > figure * TOLERANCE {
            let command = "cargo bench --profile dev --bench release -- --update";
            return Err(format!("{what}: {count} instructions, not {figure}. If that is right: {command}").into());
        }
        kept(&format!("{what}: {count} instructions, within {TOLERANCE} % of {figure}"))?;
    }
    Ok(())
}

/// Updates the committed counts.
pub(super) fn update(binary: &Path) -> Result<(), Failure> {
    let mut text = String::new();
    for (what, count) in counts(binary)? {
        writeln!(text, "{what}: {count}")?;
    }
    std::fs::write(COMMITTED, &text)?;
    kept(&format!("written: {}", text.trim_end().replace('\n', ", ")))
}

fn counts(binary: &Path) -> Result<[(&'static str, u64); 2], Failure> {
    Ok([
        ("start to end, with no read", count(binary, false)?),
        ("with a read of 10000 workspaces", count(binary, true)?),
    ])
}

/// Returns the number of instructions of a process from its start to its end.
fn count(binary: &Path, read: bool) -> Result<u64, Failure> {
    let sandbox = Sandbox::builder().workspaces(seed::HOST_REGION, Workspace::many(WORKSPACES)).try_start()?;
    let folder = tempfile::tempdir()?;
    let (out, log) = (folder.path().join("out"), folder.path().join("log"));
    let options = format!("--callgrind-out-file='{}' --log-file='{}'", out.display(), log.display());
    let command = format!("valgrind --tool=callgrind {options} '{}'", binary.display());
    let launcher = Launcher::new(script::write(folder.path(), &command)?).env("HOME", "/");
    let mut plugin = launcher.envs(sandbox.environment()).start()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let channel = connect(plugin.handshake(), plugin.identity()).await?;
        if read {
            let reading = read_data_source(channel.clone(), "maas_workspaces", &[], &[]).await?;
            let length = reading.state.as_ref().and_then(|state| state["workspaces"].as_array()).map_or(0, Vec::len);
            if length != WORKSPACES {
                return Err(Failure::from(format!("{length} workspaces: {:?}", reading.diagnostics)));
            }
        }
        // The process may be gone before its answer is.
        let _ = GrpcControllerClient::new(channel).shutdown(Empty {}).await;
        Ok(())
    })?;
    plugin.wait()?;
    let counted = std::fs::read_to_string(&out)?;
    let total = counted.lines().find_map(|line| line.strip_prefix("totals: "));
    Ok(total.ok_or("callgrind tells no total")?.trim().parse()?)
}
