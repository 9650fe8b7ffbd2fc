//! The metadata service of a server.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use maas_sandbox::{Api, Fault, Metadata, Sandbox, seed};

use crate::client::{Answer, Request, Signer, get, workspaces_in};

fn with(metadata: Metadata) -> Sandbox {
    Sandbox::builder().metadata(metadata).start()
}

fn ask_for_key() -> Request {
    get("/openstack/latest/securitykey")
}

fn ask_for_token() -> Request {
    get("/meta-data/latest/api/token").method("PUT")
}

fn token_of(sandbox: &Sandbox) -> String {
    let answer = ask_for_token().header("X-Metadata-Token-Ttl-Seconds", "21600").send(sandbox);
    assert_eq!(answer.status, 200, "{answer:?}");
    String::from_utf8(answer.body).expect("text")
}

fn signer_of(answer: &Answer) -> Signer {
    assert_eq!(answer.status, 200, "{answer:?}");
    Signer::handed_out_by(answer)
}

/// Checks that the answer is an error in plain text.
fn assert_text(answer: &Answer, status: u16, text: &str) {
    assert_eq!((answer.status, answer.header("Content-Type")), (status, Some("text/plain; charset=utf-8")));
    let body = String::from_utf8_lossy(&answer.body);
    assert!(body.contains(text), "{body}");
}

#[test]
fn no_service_told_of_then_404_on_both() {
    let sandbox = Sandbox::builder().start();
    ask_for_key().send(&sandbox).assert_gateway_error(404, "APIGW.0101");
    let request = ask_for_token().header("X-Metadata-Token-Ttl-Seconds", "21600");
    request.send(&sandbox).assert_gateway_error(404, "APIGW.0101");
}

#[test]
fn any_version_then_a_key_with_a_token_and_without() {
    let sandbox = with(Metadata::any());
    let with_token = ask_for_key().header("X-Metadata-Token", token_of(&sandbox));
    for request in [ask_for_key(), with_token] {
        let signer = signer_of(&request.send(&sandbox));
        let workspaces = workspaces_in(seed::PROJECT_ID, "r").json().signed(&signer).send(&sandbox);
        assert_eq!(workspaces.status, 200);
    }
    let made_up = ask_for_key().header("X-Metadata-Token", "made-up").send(&sandbox);
    assert_text(&made_up, 401, "X-Metadata-Token");
    assert_eq!((sandbox.requests_to(Api::SecurityKey).len(), sandbox.requests_to(Api::MetadataToken).len()), (3, 1));
}

#[test]
fn second_version_only_then_a_key_with_a_token_and_401_without() {
    let sandbox = with(Metadata::v2_only());
    assert_text(&ask_for_key().send(&sandbox), 401, "X-Metadata-Token");
    assert_eq!(ask_for_key().header("X-Metadata-Token", token_of(&sandbox)).send(&sandbox).status, 200);
}

#[test]
fn first_version_only_then_405_for_a_token_and_a_key_without() {
    let sandbox = with(Metadata::v1_only());
    let token = ask_for_token().header("X-Metadata-Token-Ttl-Seconds", "21600").send(&sandbox);
    assert_text(&token, 405, "405 Method Not Allowed");
    assert_eq!(ask_for_key().send(&sandbox).status, 200);
}

#[test]
fn lifetime_of_the_token_missing_or_not_allowed_then_400() {
    let sandbox = with(Metadata::any());
    assert_text(&ask_for_token().send(&sandbox), 400, "X-Metadata-Token-Ttl-Seconds");
    for seconds in ["0", "21601", "soon", "-1"] {
        let answer = ask_for_token().header("X-Metadata-Token-Ttl-Seconds", seconds).send(&sandbox);
        assert_text(&answer, 400, "X-Metadata-Token-Ttl-Seconds");
    }
}

#[test]
fn server_without_an_agency_then_401_in_the_documented_words() {
    let sandbox = with(Metadata::without_agency());
    assert_text(&ask_for_key().send(&sandbox), 401, "Please configure Cloud Service Agency first");
    let with_token = ask_for_key().header("X-Metadata-Token", token_of(&sandbox));
    assert_text(&with_token.send(&sandbox), 401, "Please configure Cloud Service Agency first");
}

#[test]
fn lifetime_of_keys_told_then_they_expire_after_it_and_by_default_after_a_day() {
    let half_an_hour = Metadata::any().expires_in(Duration::from_mins(30));
    for (metadata, expected) in [(Metadata::any(), 86_400), (half_an_hour, 1_800)] {
        let answer = ask_for_key().send(&with(metadata)).json();
        let expires_at = answer["credential"]["expires_at"].as_str().expect("a time").parse::<Timestamp>();
        let left = expires_at.expect("a time").duration_since(Timestamp::now());
        assert!((left - SignedDuration::from_secs(expected)).abs() < SignedDuration::from_mins(1), "{left}");
    }
}

#[test]
fn keys_that_expire_at_once_then_refused() {
    let sandbox = with(Metadata::any().expires_in(Duration::ZERO));
    let signer = signer_of(&ask_for_key().send(&sandbox));
    let workspaces = workspaces_in(seed::PROJECT_ID, "r").json().signed(&signer).send(&sandbox);
    workspaces.assert_gateway_error(401, "APIGW.0301");
    let message = "Incorrect IAM authentication information: security token expired";
    assert_eq!(workspaces.json()["error_msg"], message);
}

#[test]
fn fault_on_the_service_then_plain_text_as_well() {
    let sandbox = Sandbox::builder().fault(Fault::status(503).on(Api::MetadataToken)).start();
    assert_text(&ask_for_token().send(&sandbox), 503, "503 Service Unavailable");
}
