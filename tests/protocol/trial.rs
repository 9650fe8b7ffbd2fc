//! Credentials that no response has proven yet: how many requests with them are in flight, and how many are refused.

use std::time::{Duration, Instant};

use maas_plugin_host::Plugin;
use maas_plugin_host::tfplugin6::Diagnostic;
use maas_sandbox::Api::{Tokens, Workspaces};
use maas_sandbox::{Fault, Sandbox, seed};
use rmpv::Value;

use crate::host::{configured, launcher, read_of};

/// Longer than any wait inside the provider that is not for a response.
const SLOW: Duration = Duration::from_secs(4);

const WRONG_KEY: [(&str, &str); 2] = [("HW_ACCESS_KEY", seed::ACCESS_KEY), ("HW_SECRET_KEY", "wrong")];
const WRONG_PASSWORD: [(&str, &str); 2] = [("HW_USER_ID", seed::USER_ID), ("HW_USER_PASSWORD", "wrong")];

fn start(sandbox: &Sandbox, credentials: &[(&str, &str)]) -> Plugin {
    let variables = sandbox.environment().into_iter().filter(|(name, _)| *name != "HW_AUTH_TOKEN");
    launcher().envs(variables).envs(credentials.iter().copied()).start().expect("starts")
}

/// Reads so many times at once, each with another value of this argument.
async fn reads(plugin: &Plugin, count: usize, argument: &str) -> Vec<Vec<Diagnostic>> {
    let (client, schemas) = configured(plugin).await;
    let reads = (0..count).map(|read| {
        let request = read_of(&schemas, &[(argument, format!("{argument}{read}").into())]);
        let mut client = client.clone();
        tokio::spawn(async move { client.read_data_source(request).await.expect("answers").into_inner().diagnostics })
    });
    let mut all = Vec::new();
    for read in reads.collect::<Vec<_>>() {
        all.push(read.await.expect("no panic"));
    }
    all
}

/// Checks that one read reports the refusal in full, and that the others refer to it in the same words.
fn assert_reported_once(reads: &[Vec<Diagnostic>]) {
    let errors = reads.iter().map(|diagnostics| {
        assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
        &diagnostics[0]
    });
    let (full, others): (Vec<_>, Vec<_>) = errors.partition(|error| error.detail.contains("Status: 401"));
    assert_eq!(full.len(), 1, "{full:?}");
    assert!(others.iter().all(|other| *other == others[0]), "{others:?}");
    assert!(others[0].detail.starts_with("Another data source was refused with the same credentials"), "{others:?}");
    assert_eq!(others[0].detail.lines().count(), 2);
}

#[tokio::test]
async fn wrong_key_refused_slowly_then_one_attempt_and_one_full_report() {
    let sandbox = Sandbox::builder().fault(Fault::delay(SLOW)).start();
    let plugin = start(&sandbox, &WRONG_KEY);
    assert_reported_once(&reads(&plugin, 10, "region_id").await);
    assert_eq!(sandbox.requests().len(), 1);
}

#[tokio::test]
async fn wrong_key_refused_after_a_failure_that_passes_then_one_refusal() {
    for failure in [Fault::status(503).header("Retry-After", "4"), Fault::status(429), Fault::reset()] {
        let sandbox = Sandbox::builder().fault(failure.times(1)).start();
        let plugin = start(&sandbox, &WRONG_KEY);
        assert_reported_once(&reads(&plugin, 10, "region_id").await);
        assert_eq!(sandbox.requests().len(), 2);
    }
}

#[tokio::test]
async fn wrong_key_refused_in_the_body_of_a_good_status_then_one_attempt() {
    let body = r#"{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information","workspaces":[]}"#;
    let sandbox = Sandbox::builder().fault(Fault::body(200, "application/json", body)).start();
    let plugin = start(&sandbox, &WRONG_KEY);
    let reads = reads(&plugin, 10, "region_id").await;
    let full = reads.iter().filter(|diagnostics| diagnostics[0].detail.contains("error_code: APIGW.0301"));
    assert_eq!(full.count(), 1, "{reads:?}");
    assert_eq!(sandbox.requests().len(), 1);
}

#[tokio::test]
async fn wrong_password_for_ten_projects_refused_slowly_then_one_attempt() {
    let sandbox = Sandbox::builder().fault(Fault::delay(SLOW).on(Tokens)).start();
    let plugin = start(&sandbox, &WRONG_PASSWORD);
    assert_reported_once(&reads(&plugin, 10, "project_id").await);
    assert_eq!(sandbox.requests().len(), 1);
}

#[tokio::test]
async fn wrong_token_then_one_attempt_and_at_most_one_more_for_another_project() {
    for (argument, attempts) in [("region_id", 1), ("project_id", 2)] {
        let sandbox = Sandbox::builder().start();
        let plugin = start(&sandbox, &[("HW_AUTH_TOKEN", "wrong")]);
        assert_eq!(reads(&plugin, 10, argument).await.len(), 10);
        assert_eq!(sandbox.requests().len(), attempts, "{argument}");
    }
}

#[tokio::test]
async fn wrong_key_and_deadlines_before_each_refusal_then_one_attempt_all_the_same() {
    let sandbox = Sandbox::builder().fault(Fault::delay(Duration::from_secs(2))).start();
    let plugin = start(&sandbox, &WRONG_KEY);
    let (mut client, schemas) = configured(&plugin).await;
    let mut read = async |limit: &str| {
        let limit = Value::Map(vec![("read".into(), limit.into())]);
        let response = client.read_data_source(read_of(&schemas, &[("timeouts", limit)])).await.expect("answers");
        response.into_inner().diagnostics.remove(0).detail
    };
    let first = read("100ms").await;
    assert!(first.contains("no answer within 0.1 s") && first.contains("Attempts: 1 in"), "{first}");
    for _ in 0..5 {
        let other = read("100ms").await;
        assert!(other.contains("no request was sent within 0.1 s: another one with the same credentials"), "{other}");
    }
    let last = read("1m").await;
    assert!(last.contains("Status: 401") && last.contains("Attempts: 1 in"), "{last}");
    assert_eq!(sandbox.requests().len(), 1);
}

#[tokio::test]
async fn good_credentials_and_a_slow_service_then_eight_reads_take_two_responses_time() {
    for credentials in [
        &[("HW_ACCESS_KEY", seed::ACCESS_KEY), ("HW_SECRET_KEY", seed::SECRET_KEY)][..],
        &[("HW_USER_ID", seed::USER_ID), ("HW_USER_PASSWORD", seed::PASSWORD)],
        &[("HW_AUTH_TOKEN", seed::TOKEN)],
    ] {
        let delay = Duration::from_secs(2);
        let sandbox = Sandbox::builder().fault(Fault::delay(delay)).start();
        let plugin = start(&sandbox, credentials);
        let started = Instant::now();
        assert_eq!(reads(&plugin, 8, "region_id").await, vec![vec![]; 8]);
        assert!(started.elapsed() < 3 * delay, "{:?}", started.elapsed());
        assert_eq!(sandbox.requests_to(Workspaces).len(), 8);
    }
}
