//! The list of models, which an API key opens.

use maas_sandbox::{ApiKey, Call, Fault, Sandbox, seed};
use serde_json::json;

use crate::client::{Answer, get, send_json};

fn models(sandbox: &Sandbox, key: &str) -> Answer {
    get("/v2/models").header("Authorization", format!("Bearer {key}")).send(sandbox)
}

#[test]
fn seeded_key_then_the_models_in_the_documented_shape() {
    let answer = models(&Sandbox::builder().models(["m-1", "M-2"]).start(), seed::API_KEY);
    let model = |id| json!({"id": id, "object": "model", "created": 0, "owned_by": "", "context_length": 32768});
    assert_eq!((answer.status, answer.json()), (200, json!({"object": "list", "data": [model("m-1"), model("M-2")]})));
    let seeded = models(&Sandbox::builder().start(), seed::API_KEY).json();
    assert_eq!(seeded["data"].as_array().map(Vec::len), Some(seed::MODELS.len()));
}

#[test]
fn key_missing_unknown_or_of_another_region_then_401() {
    let key = ApiKey::labelled("elsewhere");
    let sandbox = Sandbox::builder().api_key(seed::OTHER_PROJECT_ID, key, "other-plain").start();
    get("/v2/models").send(&sandbox).assert_service_error(401, "ModelArts.81003");
    get("/v2/models").token(seed::TOKEN).send(&sandbox).assert_service_error(401, "ModelArts.81003");
    for key in ["", "made-up", "other-plain"] {
        models(&sandbox, key).assert_service_error(401, "ModelArts.81003");
    }
    let elsewhere = get("/v2/models").host("api.modelarts-maas.com").header("Authorization", "Bearer other-plain");
    assert_eq!(elsewhere.send(&sandbox).status, 200);
}

#[test]
fn new_key_then_refused_as_often_as_told_before_it_works() {
    let sandbox = Sandbox::builder().new_api_keys_refused(2).start();
    let path = format!("/v2/{}/maas/api-auth/api-keys", seed::PROJECT_ID);
    let created = send_json("POST", path, &json!({"allow_all": true})).token(seed::TOKEN).send(&sandbox).json();
    let key = created["api_key"].as_str().expect("a key");
    assert_eq!([(); 3].map(|()| models(&sandbox, key).status), [401, 401, 200]);
    assert_eq!(models(&sandbox, seed::API_KEY).status, 200);
}

#[test]
fn key_deleted_then_it_no_longer_works() {
    let sandbox = Sandbox::builder().start();
    sandbox.delete_api_key(seed::API_KEY_LABEL);
    assert_eq!(models(&sandbox, seed::API_KEY).status, 401);
}

#[test]
fn fault_on_models_then_it_happens_there_only() {
    let sandbox = Sandbox::builder().fault(Fault::status(503).on(Call::Models).times(1)).start();
    assert_eq!([(); 2].map(|()| models(&sandbox, seed::API_KEY).status), [503, 200]);
    assert_eq!(sandbox.requests_to(Call::Models).len(), 2);
}
