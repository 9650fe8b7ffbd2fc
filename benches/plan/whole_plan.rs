//! Whole runs of `terraform plan`, with the provider and without any.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use maas_sandbox::{Sandbox, Workspace, seed};

use super::Failure;
use super::table::Row;
use super::terraform::Workdir;

const WITH: &str = r#"data "maas_workspaces" "all" {}"#;

/// The comment keeps the block out that names the provider.
const WITHOUT: &str = "# no required_providers\noutput \"nothing\" { value = 1 }";

/// What a plan of one data source takes, what one takes with no provider at all, and the difference. The runs take
/// turns, so that both meet the same weather.
pub(super) fn rows(binary: &Path, count: usize) -> Result<Vec<Row>, Failure> {
    let names = ["terraform plan of one data source", "  the same with no provider", "  added by the provider"];
    if !Command::new("terraform").arg("version").output().is_ok_and(|output| output.status.success()) {
        return Ok(names.map(|name| Row::skipped(format!("{name} (no terraform on PATH)"))).into());
    }
    let sandbox = Sandbox::builder().workspaces(seed::HOST_REGION, [Workspace::named("alpha")]).start();
    let with = Workdir::new("terraform", &sandbox, WITH);
    std::fs::copy(binary, with.path("plugins").join("terraform-provider-maas"))?;
    let without = Workdir::new("terraform", &sandbox, WITHOUT);
    let (mut times_with, mut times_without, mut added) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..count {
        let (with, without) = (plan(&with)?, plan(&without)?);
        times_with.push(with);
        times_without.push(without);
        added.push(with.saturating_sub(without));
    }
    let [with, without, difference] = names;
    Ok(vec![
        Row::milliseconds(with, &times_with),
        Row::milliseconds(without, &times_without),
        Row::milliseconds(difference, &added).at_most(39.0),
    ])
}

fn plan(workdir: &Workdir) -> Result<Duration, Failure> {
    let mut command = workdir.command(&["plan"]);
    let started = Instant::now();
    let output = command.output()?;
    let took = started.elapsed();
    if output.status.success() { Ok(took) } else { Err(String::from_utf8_lossy(&output.stderr).into()) }
}
