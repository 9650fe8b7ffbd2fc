//! Requests signed with an access key.

use jiff::{SignedDuration, Timestamp};
use maas_sandbox::{AccessKey, Project, Sandbox, Workspace, seed};

use crate::client::{Answer, Request, Signer, get, workspaces_in};

fn workspaces() -> Request {
    workspaces_in(seed::PROJECT_ID, seed::HOST_REGION).json()
}

/// Checks that the gateway turned the request down, and why.
fn assert_incorrect(answer: &Answer, why: &str) {
    answer.assert_gateway_error(401, "APIGW.0301");
    let message = answer.json()["error_msg"].as_str().expect("text").to_owned();
    let reason = message.strip_prefix("Incorrect IAM authentication information: ").expect("the gateway's words");
    assert!(reason.starts_with(why), "{message}");
}

#[test]
fn seeded_key_then_every_project_of_the_account_and_no_other() {
    let sandbox = Sandbox::builder().project(Project::named("p").id("1")).start();
    for project in [seed::PROJECT_ID, seed::OTHER_PROJECT_ID, "1"] {
        let answer = workspaces_in(project, "r").json().signed(&Signer::seeded()).send(&sandbox);
        assert_eq!(answer.status, 200, "{project}");
    }
    let answer = workspaces_in("2", "r").json().signed(&Signer::seeded()).send(&sandbox);
    answer.assert_service_error(403, "ModelArts.0010");
}

#[test]
fn projects_looked_up_with_a_signature_then_found() {
    let request = get("/v3/projects?name=ap-southeast-1").signed(&Signer::seeded());
    let answer = request.send(&Sandbox::builder().start());
    assert_eq!((answer.status, answer.json()["projects"][0]["id"].as_str()), (200, Some(seed::PROJECT_ID)));
}

#[test]
fn path_percent_encoded_then_signed_decoded() {
    let sandbox = Sandbox::builder().workspaces("a/b c", [Workspace::named("odd")]).start();
    let request = workspaces_in(seed::PROJECT_ID, "a%2Fb%20c").json().signed(&Signer::seeded());
    assert_eq!(request.send(&sandbox).json()["workspaces"][0]["name"], "odd");
}

#[test]
fn wrong_secret_then_told_what_should_have_been_signed() {
    let signer = Signer::new(seed::ACCESS_KEY, "wrong");
    let answer = get("/v3/projects").signed(&signer).send(&Sandbox::builder().start());
    assert_incorrect(
        &answer,
        "verify aksk signature fail, canonicalRequest:GET|/v3/projects/||host:sandbox|x-sdk-date:",
    );
}

#[test]
fn header_changed_behind_the_signature_then_refused() {
    let request = get("/v3/projects").signed(&Signer::seeded()).header("X-Sdk-Date", "20260102T030405Z");
    assert_incorrect(&request.send(&Sandbox::builder().start()), "verify aksk signature fail");
}

#[test]
fn access_key_nobody_has_then_told_so() {
    let answer = get("/v3/projects").signed(&Signer::new("NOBODY", "")).send(&Sandbox::builder().start());
    assert_incorrect(&answer, "Get secretKey failed,ak:NOBODY,err:ak not exist");
}

#[test]
fn signature_malformed_then_told_so() {
    let request = get("/v3/projects").header("Authorization", "SDK-HMAC-SHA256 Access=a");
    assert_incorrect(&request.send(&Sandbox::builder().start()), "the Authorization header is malformed");
}

#[test]
fn signed_more_than_15_minutes_ago_or_ahead_then_expired() {
    let sandbox = Sandbox::builder().start();
    for minutes in [-16, 16] {
        let signer = Signer::seeded().clock_offset(SignedDuration::from_mins(minutes));
        let answer = get("/v3/projects").signed(&signer).send(&sandbox);
        assert_incorrect(&answer, "calc aksk signature fail:signature expired, signature time:");
    }
    for minutes in [-14, 14] {
        let signer = Signer::seeded().clock_offset(SignedDuration::from_mins(minutes));
        assert_eq!(get("/v3/projects").signed(&signer).send(&sandbox).status, 200, "{minutes}");
    }
}

#[test]
fn clock_of_the_sandbox_shifted_then_its_date_says_so_and_signatures_go_by_it() {
    let offset = SignedDuration::from_hours(3);
    let sandbox = Sandbox::builder().clock_offset(offset).start();
    let answer = get("/v3/projects").signed(&Signer::seeded()).send(&sandbox);
    assert_incorrect(&answer, "calc aksk signature fail:signature expired");
    let date = answer.header("Date").expect("every answer has a date");
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).expect("a date");
    let error = date.duration_since(Timestamp::now()) - offset;
    assert!(error.abs() < SignedDuration::from_mins(1), "{error}");
    assert_eq!(get("/v3/projects").signed(&Signer::seeded().clock_offset(offset)).send(&sandbox).status, 200);
}

#[test]
fn project_named_in_a_header_then_it_has_to_be_that_of_the_path() {
    let sandbox = Sandbox::builder().start();
    let named = |project: &str| workspaces().header("X-Project-Id", project).signed(&Signer::seeded()).send(&sandbox);
    assert_eq!(named(seed::PROJECT_ID).status, 200);
    named(seed::OTHER_PROJECT_ID).assert_service_error(403, "ModelArts.0010");
    assert_incorrect(&named("nowhere"), "x-project-id is not a project");
}

#[test]
fn project_named_behind_the_signature_then_it_counts_all_the_same() {
    let sandbox = Sandbox::builder().start();
    let request = workspaces().signed(&Signer::seeded()).header("X-Project-Id", seed::OTHER_PROJECT_ID);
    request.send(&sandbox).assert_service_error(403, "ModelArts.0010");
}

#[test]
fn account_named_in_a_header_then_it_has_to_be_that_of_the_key() {
    let sandbox = Sandbox::builder().start();
    let named = |id: &str| get("/v3/projects").header("X-Domain-Id", id).signed(&Signer::seeded()).send(&sandbox);
    assert_eq!(named(seed::DOMAIN_ID).status, 200);
    assert_incorrect(&named("other"), "x-domain-id is not the account");
}

#[test]
fn temporary_key_then_good_with_exactly_its_security_token() {
    let key = AccessKey::new("TEMPORARY", "secret").security_token("token");
    let sandbox = Sandbox::builder().access_key(key).start();
    let signer = Signer::new("TEMPORARY", "secret");
    assert_eq!(workspaces().signed(&signer.clone().security_token("token")).send(&sandbox).status, 200);
    assert_incorrect(&workspaces().signed(&signer).send(&sandbox), "security token not found");
    let wrong = workspaces().signed(&signer.security_token("wrong")).send(&sandbox);
    assert_incorrect(&wrong, "security token is not that of the ak");
    let needless = workspaces().signed(&Signer::seeded().security_token("token")).send(&sandbox);
    assert_incorrect(&needless, "security token is not that of the ak");
}

#[test]
fn key_expired_then_refused() {
    let key = AccessKey::new("TEMPORARY", "secret").security_token("token").expires_at(Timestamp::UNIX_EPOCH);
    let permanent = AccessKey::new("PERMANENT", "secret").expires_at(Timestamp::UNIX_EPOCH);
    let sandbox = Sandbox::builder().access_key(key).access_key(permanent).start();
    let signer = Signer::new("TEMPORARY", "secret").security_token("token");
    assert_incorrect(&workspaces().signed(&signer).send(&sandbox), "security token expired");
    assert_incorrect(&workspaces().signed(&Signer::new("PERMANENT", "secret")).send(&sandbox), "ak expired");
}

#[test]
fn key_of_one_project_then_403_in_the_others() {
    let key = AccessKey::new("NARROW", "secret").project(seed::OTHER_PROJECT_ID);
    let sandbox = Sandbox::builder().access_key(key).start();
    let signer = Signer::new("NARROW", "secret");
    workspaces().signed(&signer).send(&sandbox).assert_service_error(403, "ModelArts.0010");
    assert_eq!(workspaces_in(seed::OTHER_PROJECT_ID, "r").json().signed(&signer).send(&sandbox).status, 200);
}

#[test]
fn five_wrong_signatures_in_a_row_then_locked_even_for_a_right_one() {
    let sandbox = Sandbox::builder().access_key(AccessKey::new("OTHER", "secret")).start();
    let ask = |signer: &Signer| get("/v3/projects").signed(signer).send(&sandbox);
    let wrong = Signer::new(seed::ACCESS_KEY, "wrong");
    (0..4).for_each(|_| assert_incorrect(&ask(&wrong), "verify aksk signature fail"));
    assert_eq!(ask(&Signer::seeded()).status, 200);
    (0..5).for_each(|_| assert_incorrect(&ask(&wrong), "verify aksk signature fail"));
    let locked = "AK access failed to reach the limit,forbidden. The ak is locked for 5 minutes.";
    assert_incorrect(&ask(&Signer::seeded()), locked);
    assert_eq!(ask(&Signer::new("OTHER", "secret")).status, 200);
}
