//! IAM: signing in through an identity provider.

use maas_sandbox::{Api, Sandbox, seed};
use serde_json::{Value, json};

use crate::client::{Answer, Request, Signer, get, post, workspaces_in};

fn sign_in_with(id_token: &str, scope: &Value) -> Request {
    let mut auth = json!({"id_token": {"id": id_token}});
    if !scope.is_null() {
        auth["scope"] = scope.clone();
    }
    post("/v3.0/OS-AUTH/id-token/tokens", &json!({"auth": auth}))
}

fn sign_in(scope: &Value) -> Request {
    sign_in_with(seed::ID_TOKEN, scope).header("X-Idp-Id", seed::IDP_ID)
}

fn token_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.header("X-Subject-Token").expect("a token").to_owned()
}

#[test]
fn seeded_id_token_then_a_token_to_exchange_for_a_key() {
    let sandbox = Sandbox::builder().start();
    let answer = sign_in(&Value::Null).send(&sandbox);
    let token = answer.json()["token"].take();
    assert_eq!((token.get("project"), token.get("domain")), (None, None));
    assert_eq!(token["user"]["OS-FEDERATION"]["identity_provider"]["id"], seed::IDP_ID);
    assert!(token["expires_at"].is_string());

    let identity = json!({"methods": ["token"], "token": {"id": token_of(&answer)}});
    let exchange = post("/v3.0/OS-CREDENTIAL/securitytokens", &json!({"auth": {"identity": identity}}));
    let signer = Signer::handed_out_by(&exchange.send(&sandbox));
    let workspaces = workspaces_in(seed::PROJECT_ID, "r").json().signed(&signer).send(&sandbox);
    assert_eq!(workspaces.status, 200);
    assert_eq!(sandbox.requests_to(Api::IdToken).len(), 1);
}

#[test]
fn token_without_a_scope_then_no_api_takes_it() {
    let sandbox = Sandbox::builder().start();
    let token = token_of(&sign_in(&Value::Null).send(&sandbox));
    get("/v3/projects").token(token.as_str()).send(&sandbox).assert_gateway_error(401, "APIGW.0301");
    let workspaces = workspaces_in(seed::PROJECT_ID, "r").json().token(token).send(&sandbox);
    workspaces.assert_gateway_error(401, "APIGW.0301");
}

#[test]
fn project_or_account_asked_for_then_a_token_for_it() {
    let sandbox = Sandbox::builder().start();
    let answer = sign_in(&json!({"project": {"name": seed::HOST_REGION}})).send(&sandbox);
    assert_eq!(answer.json()["token"]["project"]["id"], seed::PROJECT_ID);
    let workspaces = workspaces_in(seed::PROJECT_ID, "r").json().token(token_of(&answer)).send(&sandbox);
    assert_eq!(workspaces.status, 200);
    let answer = sign_in(&json!({"domain": {"id": seed::DOMAIN_ID}})).send(&sandbox);
    assert_eq!(answer.json()["token"]["domain"]["name"], seed::DOMAIN_NAME);
    sign_in(&json!({"project": {"name": "nowhere"}})).send(&sandbox).assert_keystone_error(401, "Unauthorized");
}

#[test]
fn wrong_id_token_or_provider_then_401_of_keystone_and_no_token() {
    let sandbox = Sandbox::builder().identity_provider("other", "other-id-token").start();
    let refused = [
        sign_in_with("wrong", &Value::Null).header("X-Idp-Id", seed::IDP_ID),
        sign_in_with("other-id-token", &Value::Null).header("X-Idp-Id", seed::IDP_ID),
        sign_in_with(seed::ID_TOKEN, &Value::Null).header("X-Idp-Id", "unknown"),
    ];
    for request in refused {
        let answer = request.send(&sandbox);
        answer.assert_keystone_error(401, "Unauthorized");
        assert_eq!(answer.header("X-Subject-Token"), None);
    }
}

#[test]
fn provider_added_then_its_id_token_is_taken() {
    let sandbox = Sandbox::builder().identity_provider("other", "other-id-token").start();
    let request = sign_in_with("other-id-token", &Value::Null).header("X-Idp-Id", "other");
    assert_eq!(request.send(&sandbox).status, 201);
}

#[test]
fn provider_not_named_or_no_id_token_then_400_of_keystone() {
    let sandbox = Sandbox::builder().start();
    sign_in_with(seed::ID_TOKEN, &Value::Null).send(&sandbox).assert_keystone_error(400, "Bad Request");
    let empty = post("/v3.0/OS-AUTH/id-token/tokens", &json!({"auth": {}})).header("X-Idp-Id", seed::IDP_ID);
    empty.send(&sandbox).assert_keystone_error(400, "Bad Request");
}
