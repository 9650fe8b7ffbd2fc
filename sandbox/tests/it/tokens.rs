//! IAM: logging in, and what a token is then good for.

use std::time::Duration;

use maas_sandbox::{Sandbox, User, seed};
use serde_json::{Value, json};

use crate::client::{Answer, get, post};

fn seeded_user() -> Value {
    json!({"name": seed::USER_NAME, "password": seed::PASSWORD, "domain": {"name": seed::DOMAIN_NAME}})
}

fn host_project() -> Value {
    json!({"project": {"name": seed::HOST_REGION}})
}

fn log_in_at(target: &str, sandbox: &Sandbox, user: &Value, scope: &Value) -> Answer {
    let identity = json!({"methods": ["password"], "password": {"user": user}});
    post(target, &json!({"auth": {"identity": identity, "scope": scope}})).send(sandbox)
}

fn log_in(sandbox: &Sandbox, user: &Value, scope: &Value) -> Answer {
    log_in_at("/v3/auth/tokens", sandbox, user, scope)
}

fn token_of(answer: &Answer) -> String {
    answer.header("X-Subject-Token").expect("a token").to_owned()
}

/// The status of asking for the workspaces with that token, in that project.
fn workspaces_with(token: String, project_id: &str, sandbox: &Sandbox) -> u16 {
    get(format!("/v1/{project_id}/maas/services/workspace/r")).token(token).json().send(sandbox).status
}

#[test]
fn right_password_by_name_then_a_token_for_the_project() {
    let sandbox = Sandbox::builder().start();
    let answer = log_in(&sandbox, &seeded_user(), &host_project());
    assert_eq!(answer.status, 201);
    assert_eq!(workspaces_with(token_of(&answer), seed::PROJECT_ID, &sandbox), 200);
    let token = answer.json()["token"].take();
    assert_eq!(token["project"]["id"], seed::PROJECT_ID);
    assert_eq!(token["project"]["name"], seed::HOST_REGION);
    assert_eq!(token["project"]["domain"]["name"], seed::DOMAIN_NAME);
    assert_eq!(token["user"]["id"], seed::USER_ID);
    assert_eq!(token["methods"], json!(["password"]));
    assert_eq!(token["domain"], Value::Null);
}

#[test]
fn right_password_by_user_id_then_a_token_for_the_project_asked_for_by_id() {
    let sandbox = Sandbox::builder().start();
    let user = json!({"id": seed::USER_ID, "password": seed::PASSWORD});
    let answer = log_in(&sandbox, &user, &json!({"project": {"id": seed::OTHER_PROJECT_ID}}));
    assert_eq!(answer.status, 201);
    assert_eq!(workspaces_with(token_of(&answer), seed::OTHER_PROJECT_ID, &sandbox), 200);
    assert_eq!(workspaces_with(token_of(&answer), seed::PROJECT_ID, &sandbox), 403);
}

#[test]
fn account_asked_for_then_its_token_opens_projects_but_no_workspaces() {
    let sandbox = Sandbox::builder().start();
    let answer = log_in(&sandbox, &seeded_user(), &json!({"domain": {"name": seed::DOMAIN_NAME}}));
    assert_eq!(answer.json()["token"]["domain"]["id"], seed::DOMAIN_ID);
    assert_eq!(answer.json()["token"]["project"], Value::Null);
    assert_eq!(workspaces_with(token_of(&answer), seed::PROJECT_ID, &sandbox), 403);
    assert_eq!(get("/v3/projects").token(token_of(&answer)).send(&sandbox).status, 200);
}

#[test]
fn token_issued_then_its_times_are_utc_with_microseconds_and_a_day_apart() {
    let answer = log_in(&Sandbox::builder().start(), &seeded_user(), &host_project()).json();
    let time = |field: &str| {
        let text = answer["token"][field].as_str().expect("a time");
        assert_eq!((text.len(), text.as_bytes()[19], text.ends_with('Z')), (27, b'.', true), "{text}");
        text.parse::<jiff::Timestamp>().expect("a time")
    };
    assert_eq!(time("expires_at").duration_since(time("issued_at")).as_secs(), 86_400);
}

#[test]
fn catalog_then_there_unless_declined() {
    let sandbox = Sandbox::builder().start();
    let with = log_in(&sandbox, &seeded_user(), &host_project()).json();
    let expected = format!("{}/v1/{}", sandbox.url(), seed::PROJECT_ID);
    assert_eq!(with["token"]["catalog"][1]["endpoints"][0]["url"], expected);
    let without = log_in_at("/v3/auth/tokens?nocatalog=true", &sandbox, &seeded_user(), &host_project()).json();
    assert!(without["token"].is_object());
    assert_eq!(without["token"].get("catalog"), None);
}

#[test]
fn wrong_password_or_unknown_scope_then_401_of_keystone_and_no_token() {
    let sandbox = Sandbox::builder().start();
    let mut wrong = seeded_user();
    wrong["password"] = json!("wrong");
    let refused = [
        log_in(&sandbox, &wrong, &host_project()),
        log_in(&sandbox, &seeded_user(), &json!({"project": {"name": "nowhere"}})),
    ];
    for answer in refused {
        answer.assert_keystone_error(401, "Unauthorized");
        assert_eq!(answer.header("X-Subject-Token"), None);
    }
}

#[test]
fn body_that_is_no_login_then_400_of_keystone() {
    let sandbox = Sandbox::builder().start();
    post("/v3/auth/tokens", &json!([])).send(&sandbox).assert_keystone_error(400, "Bad Request");
}

#[test]
fn user_added_then_they_can_log_in() {
    let sandbox = Sandbox::builder().user(User::named("alice").id("1").password("sandbox-alice")).start();
    let answer = log_in(&sandbox, &json!({"id": "1", "password": "sandbox-alice"}), &host_project());
    assert_eq!(answer.json()["token"]["user"]["name"], "alice");
}

#[test]
fn user_asks_for_a_project_they_may_not_use_then_403_of_keystone() {
    let alice = User::named("alice").id("1").password("sandbox-alice").project(seed::OTHER_PROJECT_ID);
    let sandbox = Sandbox::builder().user(alice).start();
    let alice = json!({"id": "1", "password": "sandbox-alice"});
    let answer = log_in(&sandbox, &alice, &host_project());
    answer.assert_keystone_error(403, "Forbidden");
    assert_eq!(answer.header("X-Subject-Token"), None);
    for scope in [json!({"project": {"name": seed::OTHER_REGION}}), json!({"domain": {"id": seed::DOMAIN_ID}})] {
        assert_eq!(log_in(&sandbox, &alice, &scope).status, 201, "{scope}");
    }
}

#[test]
fn tokens_that_expire_at_once_then_refused_by_the_gateway() {
    let sandbox = Sandbox::builder().token_lifetime(Duration::ZERO).start();
    let token = token_of(&log_in(&sandbox, &seeded_user(), &host_project()));
    assert_eq!(workspaces_with(token, seed::PROJECT_ID, &sandbox), 401);
    assert_eq!(workspaces_with(seed::TOKEN.to_owned(), seed::PROJECT_ID, &sandbox), 200);
}

#[test]
fn tokens_revoked_then_old_ones_are_refused_and_a_new_login_is_not() {
    let sandbox = Sandbox::builder().start();
    sandbox.revoke_tokens();
    assert_eq!(workspaces_with(seed::TOKEN.to_owned(), seed::PROJECT_ID, &sandbox), 401);
    let token = token_of(&log_in(&sandbox, &seeded_user(), &host_project()));
    assert_eq!(workspaces_with(token, seed::PROJECT_ID, &sandbox), 200);
}
