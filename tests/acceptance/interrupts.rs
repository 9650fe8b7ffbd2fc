//! Ctrl-C: the terminal sends SIGINT to the host and to its plugins.

use std::time::{Duration, Instant};

use maas_sandbox::{Fault, Sandbox};

use crate::terraform::{Run, Workdir, with_each_host};

/// More reads than a host has in flight at once.
const READS: &str = "data \"maas_workspaces\" \"all\" {\n count = 25\n region_id = \"r${count.index}\"\n}\n";

/// The most reads that a host has in flight at once.
const PARALLELISM: usize = 10;

/// Interrupts a run whose reads hang, once the first one is in flight.
fn interrupted(host: &str, arguments: &[&str], configuration: &str) -> Run {
    let sandbox = Sandbox::builder().fault(Fault::hang()).start();
    let workdir = Workdir::new(host, &sandbox, configuration);
    let running = workdir.spawn(arguments);
    assert!(sandbox.wait_for_requests(1, Duration::from_secs(30)), "a read begins");
    let interrupted = Instant::now();
    running.signal("-INT");
    let run = running.finish();
    assert!(interrupted.elapsed() < Duration::from_secs(2), "{:?}: {}", interrupted.elapsed(), run.stderr);
    assert!(sandbox.requests().len() <= PARALLELISM, "queued reads send nothing after the interrupt");
    run
}

#[test]
fn ctrl_c_during_a_hanging_read_of_a_plan_then_out_within_two_seconds() {
    with_each_host(|host| {
        let run = interrupted(host, &["plan"], "data \"maas_workspaces\" \"all\" {}\n");
        assert!(!run.success && run.stderr.contains("Interrupted"), "{}", run.stderr);
    });
}

#[test]
fn ctrl_c_in_the_plan_phase_of_apply_with_more_reads_than_fit_then_out_within_two_seconds() {
    with_each_host(|host| {
        for arguments in [&["apply", "-auto-approve"][..], &["refresh"]] {
            let run = interrupted(host, arguments, READS);
            assert!(!run.success, "{arguments:?}: {}", run.stdout);
        }
    });
}
