//! Runs of a host that create and refresh many endpoints.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use maas_sandbox::{Api, Fault, Sandbox};

use super::Failure;
use super::table::{Row, Table};
use super::terraform::Workdir;

const ENDPOINTS: u32 = 50;

/// How long the service takes to create one endpoint.
const API: Duration = Duration::from_millis(20);

/// Ten concurrent reads cost at most two lists: one may be in flight when the others begin.
const MOST_LISTS: u32 = ENDPOINTS / 10 * 2;

const CONFIGURATION: &str = r#"
resource "maas_endpoint" "team" {
  for_each   = toset([for i in range(50) : "team-${i}"])
  name       = each.key
  model_name = "m"
}
"#;

/// What `terraform apply` takes that creates the endpoints, and `terraform plan` that refreshes them.
pub(super) fn measure(table: &mut Table, binary: &Path, count: usize) -> Result<(), Failure> {
    if !Command::new("terraform").arg("version").output().is_ok_and(|output| output.status.success()) {
        table.add(Row::skipped("endpoints (no terraform on PATH)"));
        return Ok(());
    }
    let (mut applies, mut plans, mut lists) = (Vec::new(), Vec::new(), 0);
    for _ in 0..count {
        let delayed = Fault::delay(API).on(Api::CreateEndpoint);
        let sandbox =
            Sandbox::builder().endpoints([]).endpoint_quota(usize::try_from(ENDPOINTS)?).fault(delayed).start();
        let workdir = Workdir::new("terraform", &sandbox, CONFIGURATION);
        std::fs::copy(binary, workdir.path("plugins").join("terraform-provider-maas"))?;
        applies.push(run(&workdir, &["apply", "-auto-approve"])?);
        sandbox.forget_requests();
        plans.push(run(&workdir, &["plan", "-detailed-exitcode"])?);
        lists = lists.max(sandbox.requests_to(Api::Endpoints).len());
    }
    let api = API * ENDPOINTS;
    table.add(Row::milliseconds(
        format!("terraform apply of {ENDPOINTS} endpoints, {} ms of API each", API.as_millis()),
        &applies,
    ));
    table.add(Row::milliseconds("  of it the API, one request after the other", &[api]));
    table.add(Row::milliseconds(format!("terraform plan of {ENDPOINTS} endpoints"), &plans));
    table.add(Row::count("  lists of endpoints in it", lists).at_most(f64::from(MOST_LISTS)));
    Ok(())
}

fn run(workdir: &Workdir, arguments: &[&str]) -> Result<Duration, Failure> {
    let mut command = workdir.command(arguments);
    let started = Instant::now();
    let output = command.output()?;
    let took = started.elapsed();
    if output.status.success() { Ok(took) } else { Err(String::from_utf8_lossy(&output.stderr).into()) }
}
