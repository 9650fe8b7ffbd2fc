//! IAM: temporary keys, through agencies and with tokens.

use jiff::{SignedDuration, Timestamp};
use maas_sandbox::{Agency, Api, Project, Sandbox, seed};
use serde_json::{Value, json};

use crate::client::{Answer, Request, Signer, get, post, workspaces_in};

fn assume(role: &Value) -> Request {
    let identity = json!({"methods": ["assume_role"], "assume_role": role});
    post("/v3.0/OS-CREDENTIAL/securitytokens", &json!({"auth": {"identity": identity}}))
}

fn exchange(token: &Value) -> Request {
    let identity = json!({"methods": ["token"], "token": token});
    post("/v3.0/OS-CREDENTIAL/securitytokens", &json!({"auth": {"identity": identity}}))
}

fn seeded_agency() -> Value {
    json!({"agency_name": seed::AGENCY_NAME, "domain_name": seed::DOMAIN_NAME})
}

/// A sandbox with two agencies of other accounts.
fn with_others() -> Sandbox {
    let one = Agency::named("one").of("first", "1").project(Project::named(seed::HOST_REGION).id("p1"));
    let two = Agency::named("two").of("second", "2").project(Project::named(seed::HOST_REGION).id("p2"));
    Sandbox::builder().agency(one).agency(two).start()
}

fn signer_of(answer: &Answer) -> Signer {
    assert_eq!(answer.status, 201, "{answer:?}");
    Signer::handed_out_by(answer)
}

fn workspaces_with(signer: &Signer, project: &str, sandbox: &Sandbox) -> u16 {
    workspaces_in(project, "r").json().signed(signer).send(sandbox).status
}

#[test]
fn seeded_agency_assumed_with_a_signature_then_a_key_for_its_account() {
    let sandbox = Sandbox::builder().start();
    let signer = signer_of(&assume(&seeded_agency()).signed(&Signer::seeded()).send(&sandbox));
    assert_eq!(workspaces_with(&signer, seed::PROJECT_ID, &sandbox), 200);
    assert_eq!(workspaces_with(&signer, seed::OTHER_PROJECT_ID, &sandbox), 200);
    assert_eq!(sandbox.requests_to(Api::SecurityTokens).len(), 1);
}

#[test]
fn agency_assumed_with_a_token_and_an_account_id_then_a_key_as_well() {
    let sandbox = with_others();
    let role = json!({"agency_name": "one", "domain_id": "1"});
    let signer = signer_of(&assume(&role).token(seed::TOKEN).send(&sandbox));
    assert_eq!(workspaces_with(&signer, "p1", &sandbox), 200);
}

#[test]
fn agency_of_another_account_then_only_that_accounts_projects() {
    let sandbox = with_others();
    let role = json!({"agency_name": "one", "domain_name": "first"});
    let signer = signer_of(&assume(&role).signed(&Signer::seeded()).send(&sandbox));
    assert_eq!(workspaces_with(&signer, "p1", &sandbox), 200);
    assert_eq!(workspaces_with(&signer, "p2", &sandbox), 403);
    assert_eq!(workspaces_with(&signer, seed::PROJECT_ID, &sandbox), 403);

    let projects = get("/v3/projects?name=ap-southeast-1").signed(&signer).send(&sandbox).json()["projects"].take();
    assert_eq!(projects.as_array().map(Vec::len), Some(1), "{projects}");
    assert_eq!((&projects[0]["id"], &projects[0]["domain_id"]), (&json!("p1"), &json!("1")));
    let own = get("/v3/projects?name=ap-southeast-1").signed(&Signer::seeded()).send(&sandbox).json();
    assert_eq!(own["projects"].as_array().map(Vec::len), Some(1), "{own}");
}

#[test]
fn project_or_account_of_someone_else_named_in_a_header_then_refused() {
    let sandbox = with_others();
    let role = json!({"agency_name": "one", "domain_name": "first"});
    let signer = signer_of(&assume(&role).signed(&Signer::seeded()).send(&sandbox));
    let named = |header, value: &str| get("/v3/projects").header(header, value).signed(&signer).send(&sandbox);
    assert_eq!(named("X-Domain-Id", "1").status, 200);
    named("X-Domain-Id", seed::DOMAIN_ID).assert_gateway_error(401, "APIGW.0301");
    assert_eq!(named("X-Project-Id", "p1").status, 200);
    named("X-Project-Id", seed::PROJECT_ID).assert_gateway_error(401, "APIGW.0301");
}

#[test]
fn temporary_key_assumes_a_further_agency_then_the_chain_holds() {
    let sandbox = with_others();
    let first = assume(&json!({"agency_name": "one", "domain_name": "first"})).signed(&Signer::seeded());
    let first = signer_of(&first.send(&sandbox));
    let second = assume(&json!({"agency_name": "two", "domain_name": "second"})).signed(&first);
    let second = signer_of(&second.send(&sandbox));
    assert_eq!(workspaces_with(&second, "p2", &sandbox), 200);
    assert_eq!(workspaces_with(&second, "p1", &sandbox), 403);
}

#[test]
fn duration_asked_for_then_the_key_expires_after_it_and_by_default_after_15_minutes() {
    let sandbox = Sandbox::builder().start();
    for (asked, expected) in [(None, 900), (Some(900), 900), (Some(86_400), 86_400)] {
        let mut role = seeded_agency();
        role["duration_seconds"] = json!(asked);
        let answer = assume(&role).signed(&Signer::seeded()).send(&sandbox).json();
        let text = answer["credential"]["expires_at"].as_str().expect("a time");
        assert_eq!((text.len(), text.ends_with('Z')), (27, true), "{text}");
        let left = text.parse::<Timestamp>().expect("a time").duration_since(Timestamp::now());
        assert!((left - SignedDuration::from_secs(expected)).abs() < SignedDuration::from_mins(1), "{left}");
    }
}

#[test]
fn duration_too_short_or_too_long_then_400_of_keystone() {
    for seconds in [json!(899), json!(86_401), json!(-1), json!("900")] {
        let mut role = seeded_agency();
        role["duration_seconds"] = seconds;
        let answer = assume(&role).signed(&Signer::seeded()).send(&Sandbox::builder().start());
        answer.assert_keystone_error(400, "Bad Request");
    }
}

#[test]
fn agency_or_account_unknown_then_404_of_keystone() {
    let roles = [
        json!({"agency_name": "unknown", "domain_name": seed::DOMAIN_NAME}),
        json!({"agency_name": seed::AGENCY_NAME, "domain_name": "unknown"}),
        json!({"agency_name": seed::AGENCY_NAME, "domain_id": "unknown"}),
        json!({"agency_name": seed::AGENCY_NAME}),
    ];
    for role in roles {
        let answer = assume(&role).signed(&Signer::seeded()).send(&Sandbox::builder().start());
        answer.assert_keystone_error(404, "Not Found");
    }
}

#[test]
fn nobody_asks_for_an_agency_then_401_of_the_gateway() {
    let sandbox = Sandbox::builder().start();
    assume(&seeded_agency()).send(&sandbox).assert_gateway_error(401, "APIGW.0301");
    assume(&seeded_agency()).token("made-up").send(&sandbox).assert_gateway_error(401, "APIGW.0301");
}

#[test]
fn token_exchanged_then_a_key_of_its_user() {
    let sandbox = Sandbox::builder().start();
    for request in [exchange(&json!({"id": seed::TOKEN})), exchange(&json!({})).token(seed::TOKEN)] {
        let signer = signer_of(&request.send(&sandbox));
        assert_eq!(workspaces_with(&signer, seed::PROJECT_ID, &sandbox), 200);
        assert_eq!(workspaces_with(&signer, seed::OTHER_PROJECT_ID, &sandbox), 200);
    }
}

#[test]
fn token_unknown_then_401_of_keystone_and_none_then_400() {
    let sandbox = Sandbox::builder().start();
    exchange(&json!({"id": "made-up"})).send(&sandbox).assert_keystone_error(401, "Unauthorized");
    exchange(&json!({"id": seed::TOKEN})).token("made-up").send(&sandbox).assert_keystone_error(401, "Unauthorized");
    exchange(&json!({})).send(&sandbox).assert_keystone_error(400, "Bad Request");
}

#[test]
fn tokens_revoked_then_keys_obtained_with_them_stay_valid() {
    let sandbox = Sandbox::builder().start();
    let signer = signer_of(&exchange(&json!({"id": seed::TOKEN})).send(&sandbox));
    sandbox.revoke_tokens();
    assert_eq!(workspaces_with(&signer, seed::PROJECT_ID, &sandbox), 200);
}

#[test]
fn keys_revoked_then_temporary_ones_are_refused_and_new_ones_are_not() {
    let sandbox = Sandbox::builder().start();
    let assume = || signer_of(&assume(&seeded_agency()).signed(&Signer::seeded()).send(&sandbox));
    let signer = assume();
    sandbox.revoke_keys();
    assert_eq!(workspaces_with(&signer, seed::PROJECT_ID, &sandbox), 401);
    assert_eq!(workspaces_with(&assume(), seed::PROJECT_ID, &sandbox), 200);
}

#[test]
fn method_unknown_or_without_its_object_then_400_of_keystone() {
    let sandbox = Sandbox::builder().start();
    for identity in [json!({"methods": ["password"]}), json!({"methods": ["assume_role"]}), json!({"methods": []})] {
        let body = json!({"auth": {"identity": identity}});
        let request = post("/v3.0/OS-CREDENTIAL/securitytokens", &body).signed(&Signer::seeded());
        request.send(&sandbox).assert_keystone_error(400, "Bad Request");
    }
}

#[test]
fn user_logs_in_for_a_region_that_another_account_has_too_then_their_own_project() {
    let sandbox = with_others();
    let user = json!({"id": seed::USER_ID, "password": seed::PASSWORD});
    let identity = json!({"methods": ["password"], "password": {"user": user}});
    let log_in = |project: Value| {
        let body = json!({"auth": {"identity": identity, "scope": {"project": project}}});
        post("/v3/auth/tokens", &body).send(&sandbox)
    };
    assert_eq!(log_in(json!({"name": seed::HOST_REGION})).json()["token"]["project"]["id"], seed::PROJECT_ID);
    assert_eq!(log_in(json!({"id": "p1"})).status, 401);
}
