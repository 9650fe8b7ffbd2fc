//! What a request to create, update or delete an API key does, and what a list shows afterwards.

use maas_sandbox::{ApiKey, Call, Fault, Sandbox, seed};
use serde_json::{Value, json};

use crate::client::{Answer, Request, get, send_json};

fn path(version: &str, rest: &str) -> String {
    format!("/{version}/{}/maas/api-auth/api-keys{rest}", seed::PROJECT_ID)
}

fn list(sandbox: &Sandbox, query: &str) -> Value {
    get(path("v2", query)).token(seed::TOKEN).send(sandbox).json()
}

fn labels(list: &Value) -> Vec<&str> {
    let items = list["api_key_list"]["items"].as_array().expect("an array");
    items.iter().map(|item| item["label"].as_str().expect("text")).collect()
}

fn creation(body: &Value) -> Request {
    send_json("POST", path("v2", ""), body).token(seed::TOKEN)
}

fn create(sandbox: &Sandbox, body: &Value) -> Answer {
    creation(body).send(sandbox)
}

fn update(sandbox: &Sandbox, id: &str, body: &Value) -> Answer {
    send_json("PUT", path("v2", &format!("/{id}")), body).token(seed::TOKEN).send(sandbox)
}

fn delete(sandbox: &Sandbox, version: &str, id: &str) -> Answer {
    get(path(version, &format!("/{id}"))).method("DELETE").token(seed::TOKEN).send(sandbox)
}

fn open(label: &str) -> Value {
    json!({"label": label, "allow_all": true})
}

#[test]
fn seeded_key_then_listed_masked_within_the_documented_object() {
    let mut list = list(&Sandbox::builder().start(), "");
    let key = list["api_key_list"]["items"][0].take();
    assert_eq!((&key["label"], &key["api_key"]), (&json!(seed::API_KEY_LABEL), &json!("****cret")));
    let expected = json!({
        "api_key_list": {
            "items": [null], "total": 1, "count": 1, "default_sort_by": "create_at", "default_order": "desc",
        },
        "user_api_key_quota": 30,
    });
    assert_eq!(list, expected);
}

#[test]
fn key_created_then_only_its_response_has_the_plain_key() {
    let sandbox = Sandbox::builder().start();
    let created = create(&sandbox, &json!({"label": "ci", "allow_all": false, "ip_whitelist": ["10.0.0.0/24"]}));
    assert_eq!(created.status, 200);
    let created = created.json();
    let plain = created["api_key"].as_str().expect("a key").to_owned();
    assert!(plain.len() > 20 && !plain.contains('*'), "{plain}");
    let listed = list(&sandbox, "");
    assert!(!listed.to_string().contains(&plain));
    let item = &listed["api_key_list"]["items"][0];
    assert_eq!((&item["id"], &item["label"]), (&created["id"], &json!("ci")));
    assert_eq!((&item["allow_all"], &item["ip_whitelist"]), (&json!(false), &json!(["10.0.0.0/24"])));
    assert!(!format!("{sandbox:?}").contains(&plain));
}

#[test]
fn no_label_given_then_the_service_makes_one_of_six_digits() {
    let sandbox = Sandbox::builder().start();
    let label = create(&sandbox, &json!({"allow_all": true})).json()["label"].take();
    let digits = label.as_str().expect("text").strip_prefix("ak-").expect("the documented start");
    assert!(digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()), "{label}");
}

#[test]
fn member_invalid_then_refused_and_no_key_is_made() {
    let sandbox = Sandbox::builder().start();
    let addresses = (0..101).map(|number| format!("10.0.0.{number}")).collect::<Vec<_>>();
    for body in [
        json!({"label": "a"}),
        json!({"label": "a", "allow_all": "yes"}),
        open(seed::API_KEY_LABEL),
        open("a b"),
        open(&"a".repeat(101)),
        json!({"allow_all": true, "description": "d".repeat(101)}),
        json!({"allow_all": true, "ip_whitelist": ["10.0.0.1"]}),
        json!({"allow_all": false, "ip_whitelist": ["10.0.0.1", "10.0.0.1"]}),
        json!({"allow_all": false, "ip_whitelist": ["10.0.0"]}),
        json!({"allow_all": false, "ip_whitelist": addresses}),
    ] {
        create(&sandbox, &body).assert_service_error(400, "ModelArts.0104");
    }
    assert_eq!(sandbox.api_keys().len(), 1);
}

#[test]
fn update_omits_members_then_they_become_empty_and_id_and_label_stay() {
    let key = ApiKey::labelled("ci").id("k1").description("d").ip_whitelist(["10.0.0.1"]);
    let key = key.raw("endpoint_whitelist", json!(["e1"]));
    let sandbox = Sandbox::builder().api_key(seed::PROJECT_ID, key, "plain").start();
    update(&sandbox, "k1", &json!({"description": "d"})).assert_service_error(400, "ModelArts.0104");
    let body = json!({"id": "k2", "label": "other", "allow_all": true});
    assert_eq!(update(&sandbox, "k1", &body).status, 200);
    let now = sandbox.api_key("ci").expect("it is there");
    assert_eq!((&now["id"], &now["description"], &now["allow_all"]), (&json!("k1"), &json!(""), &json!(true)));
    assert_eq!((&now["ip_whitelist"], &now["endpoint_whitelist"]), (&json!([]), &json!([])));
    let body =
        json!({"allow_all": true, "endpoint_whitelist": ["e1"], "resident_model_version_whitelist": [{"id": 1}]});
    assert_eq!(update(&sandbox, "k1", &body).status, 200);
    let now = sandbox.api_key("ci").expect("it is there");
    assert_eq!(now["endpoint_whitelist"], json!(["e1"]));
    assert_eq!(now["resident_model_version_whitelist"], json!([{"id": 1}]));
    update(&sandbox, "k9", &body).assert_service_error(404, "ModelArts.0102");
}

#[test]
fn key_deleted_under_v1_then_the_bare_word_and_its_label_is_free_again() {
    let sandbox = Sandbox::builder().api_key(seed::PROJECT_ID, ApiKey::labelled("ci").id("k1"), "plain").start();
    delete(&sandbox, "v2", "k1").assert_gateway_error(404, "APIGW.0101");
    let answer = delete(&sandbox, "v1", "k1");
    assert_eq!((answer.status, answer.body.as_slice()), (200, b"success".as_slice()));
    delete(&sandbox, "v1", "k1").assert_service_error(404, "ModelArts.0102");
    assert_eq!(create(&sandbox, &open("ci")).status, 200);
}

#[test]
fn more_keys_than_a_page_then_offset_and_limit_lead_through_them() {
    let keys = (0..40).map(|number| ApiKey::labelled(format!("k{number:02}")));
    let start = Sandbox::builder().api_key_quota(41);
    let sandbox = keys.fold(start, |builder, key| builder.api_key(seed::PROJECT_ID, key, "plain")).start();
    let first = list(&sandbox, "");
    assert_eq!((labels(&first).len(), labels(&first)[0]), (30, "k39"));
    assert_eq!((&first["api_key_list"]["total"], &first["user_api_key_quota"]), (&json!(41), &json!(41)));
    let rest = list(&sandbox, "?offset=30");
    assert_eq!((labels(&rest).len(), labels(&rest)[10]), (11, seed::API_KEY_LABEL));
    assert_eq!(labels(&list(&sandbox, "?offset=1&limit=2&order=asc")), ["k00", "k01"]);
    assert_eq!(labels(&list(&sandbox, "?sort_by=label&limit=1")), [seed::API_KEY_LABEL]);
    assert!(labels(&list(&sandbox, "?offset=99")).is_empty());
}

#[test]
fn parameter_invalid_then_refused() {
    let sandbox = Sandbox::builder().start();
    for query in ["?limit=0", "?limit=x", "?offset=-1", "?order=up", "?sort_by=age"] {
        let answer = get(path("v2", query)).token(seed::TOKEN).send(&sandbox);
        answer.assert_service_error(400, "ModelArts.0104");
    }
}

#[test]
fn quota_reached_or_balance_too_low_then_refused_until_that_changes() {
    let sandbox = Sandbox::builder().api_key_quota(1).start();
    create(&sandbox, &open("a")).assert_service_error(400, "ModelArts.0104");
    let id = sandbox.api_keys()[0]["id"].as_str().expect("an id").to_owned();
    sandbox.set_low_balance(true);
    delete(&sandbox, "v1", &id).assert_service_error(400, "ModelArts.0104");
    create(&sandbox, &open("a")).assert_service_error(400, "ModelArts.0104");
    sandbox.set_low_balance(false);
    assert_eq!(delete(&sandbox, "v1", &id).status, 200);
    assert_eq!(create(&sandbox, &open("a")).status, 200);
}

#[test]
fn key_of_another_project_then_not_listed_but_its_label_is_taken() {
    let key = ApiKey::labelled("elsewhere");
    let sandbox = Sandbox::builder().api_key(seed::OTHER_PROJECT_ID, key, "plain").start();
    assert_eq!(labels(&list(&sandbox, "")), [seed::API_KEY_LABEL]);
    create(&sandbox, &open("elsewhere")).assert_service_error(400, "ModelArts.0104");
}

#[test]
fn response_lost_then_the_key_exists_all_the_same() {
    let sandbox = Sandbox::builder().start();
    sandbox.lose_next_response(Call::CreateApiKey);
    assert!(creation(&open("ci")).try_send(&sandbox).is_err());
    assert!(sandbox.api_key("ci").is_some());
    assert_eq!(sandbox.writes().len(), 1);
}

#[test]
fn deletion_answered_with_json_or_an_error_then_as_the_fault_says() {
    let sandbox = Sandbox::builder().start();
    let id = sandbox.api_keys()[0]["id"].as_str().expect("an id").to_owned();
    sandbox.inject(Fault::status(500).on(Call::DeleteApiKey).times(1));
    let json = Fault::body(200, "application/json", r#"{"result":"success"}"#).after_carrying_out();
    sandbox.inject(json.on(Call::DeleteApiKey).times(1));
    assert_eq!(delete(&sandbox, "v1", &id).status, 500);
    assert_eq!(delete(&sandbox, "v1", &id).json(), json!({"result": "success"}));
    assert!(sandbox.api_keys().is_empty());
}

#[test]
fn changed_or_deleted_past_the_api_then_the_list_shows_it() {
    let sandbox = Sandbox::builder().start();
    sandbox.change_api_key(seed::API_KEY_LABEL, |key| key.description("drifted"));
    assert_eq!(list(&sandbox, "")["api_key_list"]["items"][0]["description"], "drifted");
    sandbox.delete_api_key(seed::API_KEY_LABEL);
    assert_eq!(list(&sandbox, "")["api_key_list"]["total"], 0);
}
