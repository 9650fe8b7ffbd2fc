//! Whole runs of `terraform plan`, with a provider and without any.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use maas_sandbox::{Sandbox, Workspace, seed};

use super::Failure;
use super::table::{Row, Table, median};
use super::terraform::Workdir;

const WITH: &str = r#"data "maas_workspaces" "all" {}"#;

/// The comment keeps the block out that names the provider.
const WITHOUT: &str = "# no required_providers\noutput \"nothing\" { value = 1 }";

/// What a plan takes with no provider at all, with one data source of the provider, and with the peer's. The runs take
/// turns, so that all meet the same weather.
pub(super) fn measure(table: &mut Table, binary: &Path, peer: Option<&Path>, count: usize) -> Result<(), Failure> {
    if !Command::new("terraform").arg("version").output().is_ok_and(|output| output.status.success()) {
        table.add(Row::skipped("terraform plan (no terraform on PATH)"));
        return Ok(());
    }
    let sandbox = Sandbox::builder().workspaces(seed::HOST_REGION, [Workspace::named("alpha")]).start();
    let workdir = |binary: &Path| -> Result<Workdir, Failure> {
        let workdir = Workdir::new("terraform", &sandbox, WITH);
        std::fs::copy(binary, workdir.path("plugins").join("terraform-provider-maas"))?;
        Ok(workdir)
    };
    let (without, with) = (Workdir::new("terraform", &sandbox, WITHOUT), workdir(binary)?);
    let peer = peer.map(workdir).transpose()?;
    let (mut bare, mut ours, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..count {
        bare.push(plan(&without)?);
        ours.push(plan(&with)?);
        theirs.extend(peer.as_ref().map(plan).transpose()?);
    }
    let added = |times: &[Duration]| -> Vec<Duration> {
        times.iter().zip(&bare).map(|(time, bare)| time.saturating_sub(*bare)).collect()
    };
    table.add(Row::milliseconds("terraform plan with no provider", &bare));
    table.add(Row::milliseconds("terraform plan of one data source", &ours));
    table.add(Row::milliseconds("  added by the provider", &added(&ours)).at_most(39.0));
    if peer.is_none() {
        table.add(Row::skipped("  the same with the peer on tf-provider (no protoc on PATH)"));
        return Ok(());
    }
    table.add(Row::milliseconds("  the same with the peer on tf-provider", &theirs));
    table.add(Row::milliseconds("  added by the peer", &added(&theirs)));
    let ratio = median(&added(&ours)).as_secs_f64() / median(&added(&theirs)).as_secs_f64();
    table.add(Row::ratio("  what the provider adds, of what the peer adds", ratio));
    Ok(())
}

fn plan(workdir: &Workdir) -> Result<Duration, Failure> {
    let mut command = workdir.command(&["plan"]);
    let started = Instant::now();
    let output = command.output()?;
    let took = started.elapsed();
    if output.status.success() { Ok(took) } else { Err(String::from_utf8_lossy(&output.stderr).into()) }
}
