//! How requests behave when the service does not: retries, waits, deadlines, limits.

use std::time::{Duration, Instant};

use maas_plugin_host::Plugin;
use maas_plugin_host::tfplugin6::provider_client::ProviderClient;
use maas_plugin_host::tfplugin6::{self as tf, Diagnostic};
use maas_sandbox::Api::Projects;
use maas_sandbox::{Fault, Sandbox, Workspace};
use rmpv::Value;
use tonic::transport::Channel;

use crate::host::{arrived, configured, launcher, only_error, read_of};

fn start(sandbox: &Sandbox, variables: &[(&str, &str)]) -> Plugin {
    launcher().envs(sandbox.environment()).envs(variables.iter().copied()).start().expect("starts")
}

fn within(limit: &str) -> Vec<(&'static str, Value)> {
    vec![("timeouts", Value::Map(vec![("read".into(), limit.into())]))]
}

async fn read(plugin: &Plugin, given: &[(&str, Value)]) -> tf::read_data_source::Response {
    let (mut client, schemas) = configured(plugin).await;
    client.read_data_source(read_of(&schemas, given)).await.expect("answers").into_inner()
}

/// Reads once from a sandbox with these faults, and says how that went and how many requests it took.
async fn outcome(faults: Vec<Fault>, max_retries: &str, given: &[(&str, Value)]) -> (Vec<Diagnostic>, usize) {
    let sandbox = faults.into_iter().fold(Sandbox::builder(), maas_sandbox::Builder::fault).start();
    let plugin = start(&sandbox, &[("HW_MAX_RETRIES", max_retries)]);
    let answer = read(&plugin, given).await;
    (answer.diagnostics, sandbox.requests().len())
}

#[tokio::test]
async fn failures_that_pass_then_tried_again_until_it_works() {
    for fault in [Fault::status(503), Fault::status(500), Fault::status(502), Fault::status(504), Fault::reset()] {
        assert_eq!(outcome(vec![fault.clone().times(1)], "5", &[]).await, (vec![], 2), "{fault:?}");
    }
    let faults = vec![Fault::status(429).header("Retry-After", "0").times(2), Fault::truncated(20).times(1)];
    assert_eq!(outcome(faults, "5", &[]).await, (vec![], 4));
}

#[tokio::test]
async fn retries_used_up_or_not_allowed_then_error_counts_the_attempts() {
    let fault = || Fault::status(503).header("Retry-After", "0");
    for (max_retries, requests) in [("0", 1), ("2", 3)] {
        let (diagnostics, sent) = outcome(vec![fault()], max_retries, &[]).await;
        let error = only_error(&diagnostics);
        assert_eq!(sent, requests);
        assert!(error.contains("Status: 503") && error.contains(&format!("Attempts: {requests} in ")), "{error}");
    }
}

#[tokio::test]
async fn other_refusals_then_not_tried_again() {
    for status in [400, 401, 403, 404, 405, 409, 501] {
        assert_eq!(outcome(vec![Fault::status(status)], "5", &[]).await.1, 1, "{status}");
    }
}

/// The time between the first two requests of a read that first meets this fault.
async fn wait_after(sandbox: &Sandbox, fault: Fault) -> Duration {
    let before = sandbox.requests().len();
    sandbox.inject(fault.times(1));
    assert_eq!(read(&start(sandbox, &[]), &[]).await.diagnostics, []);
    let requests = sandbox.requests();
    requests[before + 1].received_at - requests[before].received_at
}

fn http_date(sandbox_ahead: jiff::SignedDuration) -> String {
    let date = jiff::Timestamp::now().checked_add(sandbox_ahead).expect("in range");
    date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[tokio::test]
async fn service_asks_for_a_wait_longer_than_the_backoff_then_the_retry_waits_that_long() {
    for hours in [-1, 0, 1] {
        // The clock of the service is off by hours, and so is the date that it gives.
        let offset = jiff::SignedDuration::from_hours(hours);
        let sandbox = Sandbox::builder().clock_offset(offset).start();
        let date = http_date(offset + jiff::SignedDuration::from_secs(3));
        let waited = wait_after(&sandbox, Fault::status(503).header("Retry-After", &date)).await;
        assert!(waited >= Duration::from_millis(1_500) && waited < Duration::from_secs(10), "{hours} h: {waited:?}");
    }
    let sandbox = Sandbox::builder().start();
    let waited = wait_after(&sandbox, Fault::status(429).header("Retry-After", "2")).await;
    assert!(waited >= Duration::from_secs(2), "{waited:?}");
}

#[tokio::test]
async fn service_asks_for_no_wait_or_one_in_the_past_then_the_backoff_counts() {
    let sandbox = Sandbox::builder().start();
    for past in ["0", &http_date(jiff::SignedDuration::from_hours(-1)), "never"] {
        let waited = wait_after(&sandbox, Fault::status(503).header("Retry-After", past)).await;
        assert!(waited >= Duration::from_millis(250) && waited < Duration::from_secs(10), "{past}: {waited:?}");
    }
}

#[tokio::test]
async fn each_step_shorter_than_the_deadline_and_all_together_longer_then_error_at_the_deadline() {
    let step = || Fault::delay(Duration::from_secs(1));
    for faults in [
        vec![step().on(Projects), step()],
        vec![step().on(Projects), Fault::status(503).header("Retry-After", "1")],
        vec![Fault::status(503).header("Retry-After", "1").times(1).on(Projects), step()],
    ] {
        let sandbox = faults.iter().cloned().fold(Sandbox::builder(), maas_sandbox::Builder::fault).start();
        let plugin = start(&sandbox, &[("HW_PROJECT_ID", "")]);
        let started = Instant::now();
        let answer = read(&plugin, &within("1800ms")).await;
        let elapsed = started.elapsed();
        let error = only_error(&answer.diagnostics);
        assert!(error.contains("no answer within 1.8 s") || error.contains("Status: 503"), "{error}");
        assert!(elapsed < Duration::from_secs(4), "{faults:?} took {elapsed:?}");
        assert!(sandbox.requests().len() >= 2, "{faults:?}");
    }
}

#[tokio::test]
async fn service_asks_for_more_time_than_there_is_then_given_up_at_once_with_that_wait() {
    let fault = Fault::status(429).header("Retry-After", "600");
    let (diagnostics, sent) = outcome(vec![fault], "5", &[]).await;
    let error = only_error(&diagnostics);
    assert!(error.contains("left alone for 600 s"), "{error}");
    assert_eq!(sent, 1);
}

#[tokio::test]
async fn answer_that_never_comes_or_never_ends_then_error_at_the_deadline() {
    for fault in [Fault::hang(), Fault::stall_after(10), Fault::drip(1, Duration::from_millis(100))] {
        let started = Instant::now();
        let (diagnostics, sent) = outcome(vec![fault.clone()], "5", &within("900ms")).await;
        let error = only_error(&diagnostics);
        for part in ["no answer within 0.9 s", "GET http://127.0.0.1:", "Attempts: 1 in ", "`timeouts"] {
            assert!(error.contains(part), "{part} is not in: {error}");
        }
        assert_eq!(sent, 1);
        assert!(started.elapsed() < Duration::from_secs(10), "{fault:?} took {:?}", started.elapsed());
    }
}

#[tokio::test]
async fn stopped_while_it_waits_for_a_retry_then_ends_at_once() {
    let sandbox = Sandbox::builder().fault(Fault::status(503).header("Retry-After", "200")).start();
    let plugin = start(&sandbox, &[]);
    let (mut client, schemas) = configured(&plugin).await;
    let (mut other, request) = (client.clone(), read_of(&schemas, &[]));
    let read = tokio::spawn(async move { other.read_data_source(request).await.expect("answers").into_inner() });
    let sandbox = arrived(sandbox, 1).await;
    let stopped = Instant::now();
    client.stop_provider(tf::stop_provider::Request {}).await.expect("answers");
    let answer = read.await.expect("no panic");
    assert!(only_error(&answer.diagnostics).starts_with("Interrupted"));
    assert!(stopped.elapsed() < Duration::from_secs(2), "{:?}", stopped.elapsed());
    assert_eq!(sandbox.requests().len(), 1);
}

fn spawn_reads(client: &ProviderClient<Channel>, schemas: &tf::get_provider_schema::Response, count: usize) {
    for region in 0..count {
        let (mut client, request) = (client.clone(), read_of(schemas, &[("region_id", format!("r{region}").into())]));
        tokio::spawn(async move { client.read_data_source(request).await });
    }
}

#[tokio::test]
async fn thirty_reads_then_eight_requests_at_once_and_no_more() {
    let sandbox = Sandbox::builder().start();
    let plugin = start(&sandbox, &[]);
    let (mut client, schemas) = configured(&plugin).await;
    let first = client.read_data_source(read_of(&schemas, &[])).await.expect("answers").into_inner();
    assert_eq!(first.diagnostics, [], "the token is proven");
    sandbox.inject(Fault::hang());
    spawn_reads(&client, &schemas, 30);
    let sandbox = arrived(sandbox, 9).await;
    let more = tokio::task::spawn_blocking(move || sandbox.wait_for_requests(10, Duration::from_millis(500)));
    assert!(!more.await.expect("no panic"), "a ninth request was sent");
}

#[tokio::test]
async fn packed_answer_then_unpacked_within_bounds() {
    assert_eq!(outcome(vec![Fault::gzip()], "0", &[]).await, (vec![], 1));
    let (diagnostics, _) = outcome(vec![Fault::gzip_bomb(512)], "0", &[]).await;
    let error = only_error(&diagnostics);
    assert!(error.contains("longer than 64 MiB"), "{error}");
}

#[tokio::test]
async fn answer_nested_without_end_then_error_and_the_next_read_works() {
    let sandbox = Sandbox::builder().fault(Fault::nested(1_000_000).times(1)).start();
    let plugin = start(&sandbox, &[("HW_MAX_RETRIES", "0")]);
    only_error(&read(&plugin, &[]).await.diagnostics);
    assert_eq!(read(&plugin, &[]).await.diagnostics, []);
}

#[tokio::test]
async fn one_region_fails_then_reads_of_others_are_not_disturbed() {
    let sandbox = (0..10)
        .fold(Sandbox::builder(), |sandbox, region| sandbox.workspaces(&format!("r{region}"), [Workspace::named("w")]));
    let sandbox = sandbox.fault(Fault::body(200, "text/html", "<html>").times(3)).start();
    let plugin = start(&sandbox, &[]);
    let (client, schemas) = configured(&plugin).await;
    let reads = (0..10).map(|region| {
        let (mut client, request) = (client.clone(), read_of(&schemas, &[("region_id", format!("r{region}").into())]));
        tokio::spawn(async move { client.read_data_source(request).await.expect("answers").into_inner() })
    });
    let mut failed = 0;
    for read in reads.collect::<Vec<_>>() {
        let answer = read.await.expect("no panic");
        match answer.diagnostics.as_slice() {
            [] => assert!(answer.state.is_some()),
            [error] => {
                assert!(error.detail.contains("is a web page"), "{}", error.detail);
                failed += 1;
            }
            more => panic!("{more:?}"),
        }
    }
    assert_eq!(failed, 3);
}

#[tokio::test]
async fn request_tried_again_then_a_line_at_info_tells_status_wait_and_attempt() {
    let sandbox = Sandbox::builder().fault(Fault::status(503).times(1)).start();
    let plugin = start(&sandbox, &[("TF_LOG_PROVIDER_MAAS", "info"), ("HW_MAX_RETRIES", "3")]);
    assert_eq!(read(&plugin, &[]).await.diagnostics, []);
    let log = plugin.stderr();
    let lines = log.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    let retries: Vec<_> = lines.filter(|line| line["@message"] == "a request failed and is tried again").collect();
    assert_eq!(retries.len(), 1, "{log}");
    let retry = &retries[0];
    assert_eq!((&retry["@level"], &retry["http_status"]), (&"info".into(), &503.into()));
    assert_eq!((&retry["attempt"], &retry["max_attempts"]), (&1.into(), &4.into()));
    assert!(retry["wait_ms"].as_u64().is_some_and(|wait| wait <= 500), "{retry}");
}
