//! STS: assuming agencies.

use jiff::{SignedDuration, Timestamp};
use maas_sandbox::{Agency, Api, Fault, Project, Sandbox, seed};
use serde_json::{Value, json};

use crate::client::{Answer, Request, Signer, post, workspaces_in};

fn seeded_agency() -> Value {
    let urn = format!("iam::{}:agency:{}", seed::DOMAIN_ID, seed::AGENCY_NAME);
    json!({"agency_urn": urn, "agency_session_name": "session"})
}

fn assume(body: &Value) -> Request {
    post("/v5/agencies/assume", body)
}

fn signer_of(answer: &Answer) -> Signer {
    assert_eq!(answer.status, 200, "{answer:?}");
    let credentials = answer.json()["credentials"].take();
    let text = |field: &str| credentials[field].as_str().expect("text").to_owned();
    Signer::new(text("access_key_id"), text("secret_access_key")).security_token(text("security_token"))
}

/// For how long the key in an answer is still valid.
fn left(answer: &Answer) -> SignedDuration {
    let expiration = answer.json()["credentials"]["expiration"].as_str().expect("a time").to_owned();
    assert_eq!((expiration.len(), expiration.ends_with('Z')), (24, true), "{expiration}");
    expiration.parse::<Timestamp>().expect("a time").duration_since(Timestamp::now())
}

fn assert_about(duration: SignedDuration, seconds: i64) {
    let error = duration - SignedDuration::from_secs(seconds);
    assert!(error.abs() < SignedDuration::from_mins(1), "{duration} instead of {seconds} s");
}

#[test]
fn seeded_agency_assumed_then_a_key_for_its_account_and_the_documented_shape() {
    let sandbox = Sandbox::builder().start();
    let answer = assume(&seeded_agency()).signed(&Signer::seeded()).send(&sandbox);
    let signer = signer_of(&answer);
    let workspaces = workspaces_in(seed::PROJECT_ID, "r").json().signed(&signer).send(&sandbox);
    assert_eq!(workspaces.status, 200);

    let body = answer.json();
    let urn = format!("sts::{}::assumed-agency:{}/session", seed::DOMAIN_ID, seed::AGENCY_NAME);
    assert_eq!(body["assumed_agency"]["urn"], urn);
    assert!(body["assumed_agency"]["id"].as_str().is_some_and(|id| id.ends_with(":session")), "{body}");
    assert_eq!(body.get("source_identity"), None);
    assert_eq!(sandbox.requests_to(Api::AssumeAgency).len(), 1);
    assert_eq!(answer.header("X-IAM-Trace-Id"), None);
    answer.request_id();
}

#[test]
fn source_identity_told_then_told_back() {
    let mut body = seeded_agency();
    body["source_identity"] = json!("someone");
    let answer = assume(&body).signed(&Signer::seeded()).send(&Sandbox::builder().start());
    assert_eq!(answer.json()["source_identity"], "someone");
}

#[test]
fn agency_of_another_account_then_only_that_accounts_projects() {
    let agency = Agency::named("one").of("first", "1").project(Project::named(seed::HOST_REGION).id("p1"));
    let sandbox = Sandbox::builder().agency(agency).start();
    let body = json!({"agency_urn": "iam::1:agency:one", "agency_session_name": "session"});
    let signer = signer_of(&assume(&body).signed(&Signer::seeded()).send(&sandbox));
    let status = |project| workspaces_in(project, "r").json().signed(&signer).send(&sandbox).status;
    assert_eq!((status("p1"), status(seed::PROJECT_ID)), (200, 403));
}

#[test]
fn duration_asked_for_then_the_key_expires_after_it_and_by_default_after_an_hour() {
    let sandbox = Sandbox::builder().start();
    for (asked, expected) in [(None, 3_600), (Some(900), 900), (Some(43_200), 43_200)] {
        let mut body = seeded_agency();
        body["duration_seconds"] = json!(asked);
        assert_about(left(&assume(&body).signed(&Signer::seeded()).send(&sandbox)), expected);
    }
}

#[test]
fn temporary_key_assumes_then_for_an_hour_at_most() {
    let sandbox = Sandbox::builder().start();
    let signer = signer_of(&assume(&seeded_agency()).signed(&Signer::seeded()).send(&sandbox));
    let mut body = seeded_agency();
    for (seconds, status) in [(900, 200), (3_600, 200), (3_601, 400)] {
        body["duration_seconds"] = json!(seconds);
        assert_eq!(assume(&body).signed(&signer).send(&sandbox).status, status, "{seconds}");
    }
    assert_about(left(&assume(&seeded_agency()).signed(&signer).send(&sandbox)), 3_600);
}

#[test]
fn request_that_makes_no_sense_then_400_of_sts() {
    let sandbox = Sandbox::builder().start();
    let with = |field: &str, value: Value| {
        let mut body = seeded_agency();
        body[field] = value;
        body
    };
    let bodies = [
        json!({}),
        with("duration_seconds", json!(899)),
        with("duration_seconds", json!(43_201)),
        with("agency_session_name", json!("a")),
        with("agency_session_name", Value::Null),
    ];
    for body in bodies {
        let answer = assume(&body).signed(&Signer::seeded()).send(&sandbox);
        answer.assert_service_error(400, "STS5.1001");
    }
}

#[test]
fn agency_unknown_then_404_and_its_name() {
    let body = json!({"agency_urn": "iam::1:agency:unknown", "agency_session_name": "session"});
    let answer = assume(&body).signed(&Signer::seeded()).send(&Sandbox::builder().start());
    answer.assert_service_error(404, "STS5.1106");
    assert_eq!(answer.json()["error_msg"], "the agency 'iam::1:agency:unknown' cannot be found");
}

#[test]
fn caller_with_a_token_or_nothing_then_401_of_the_gateway() {
    let sandbox = Sandbox::builder().start();
    assume(&seeded_agency()).send(&sandbox).assert_gateway_error(401, "APIGW.0301");
    assume(&seeded_agency()).token(seed::TOKEN).send(&sandbox).assert_gateway_error(401, "APIGW.0301");
}

#[test]
fn fault_on_sts_then_its_codes_or_those_of_the_gateway() {
    for (status, code) in [(400, "STS5.1001"), (403, "STS5.1003")] {
        let sandbox = Sandbox::builder().fault(Fault::status(status).on(Api::AssumeAgency)).start();
        assume(&seeded_agency()).send(&sandbox).assert_service_error(status, code);
    }
    let sandbox = Sandbox::builder().fault(Fault::status(503).on(Api::AssumeAgency)).start();
    assume(&seeded_agency()).send(&sandbox).assert_gateway_error(503, "APIG.0201");
}
