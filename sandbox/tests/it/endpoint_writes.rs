//! Creating, changing, enabling and deleting custom endpoints.

use maas_sandbox::{Api, Endpoint, Fault, Sandbox, Service, seed};
use serde_json::{Value, json};

use crate::client::{Answer, get, post};

const ENDPOINTS: &str = "services/custom-endpoint/endpoint";
const CONTROL: &str = "services/custom-endpoint/control";
const AGREEMENT: &str = "a9a0b0c0ffeea9a0b0c0ffeea9a0b0c0";

fn sandbox() -> Sandbox {
    Sandbox::builder().endpoints([]).start()
}

fn send(sandbox: &Sandbox, method: &'static str, path: &str, body: &Value) -> Answer {
    let target = format!("/v1/{}/maas/{path}", seed::PROJECT_ID);
    post(target, body).method(method).token(seed::TOKEN).send(sandbox)
}

fn built_in(name: &str) -> Value {
    json!({"endpoint_name": name, "source": "custom_from_maas", "model_name": "m"})
}

fn create(sandbox: &Sandbox, body: &Value) -> Answer {
    send(sandbox, "POST", ENDPOINTS, body)
}

/// The id of a new endpoint.
fn created(sandbox: &Sandbox, body: &Value) -> String {
    let answer = create(sandbox, body);
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()["id"].as_str().expect("an id").to_owned()
}

fn listed(sandbox: &Sandbox) -> Value {
    get(format!("/v1/{}/maas/{ENDPOINTS}", seed::PROJECT_ID)).token(seed::TOKEN).send(sandbox).json()
}

#[test]
fn endpoint_created_then_listed_with_what_was_given() {
    let sandbox = sandbox();
    let id = created(
        &sandbox,
        &json!({
            "endpoint_name": "a", "source": "custom_from_maas", "model_name": "m", "rpm": 60, "remark": "x",
        }),
    );
    let list = listed(&sandbox);
    let item = &list["items"][0];
    assert_eq!((&list["total"], &item["id"]), (&json!(1), &json!(id)));
    assert_eq!((&item["endpoint_name"], &item["served_model_name"]), (&json!("a"), &json!("m")));
    assert_eq!((&item["rpm"], &item["tpm"], &item["remark"]), (&json!(60), &Value::Null, &json!("x")));
    assert_eq!((&item["status"], &item["moderation"]), (&json!("active"), &json!(true)));
}

#[test]
fn endpoint_of_a_service_created_then_the_list_does_not_tell_the_service() {
    let sandbox = sandbox();
    let of = |id: String| {
        json!({
            "endpoint_name": "a", "source": "custom_from_modelarts_v2", "region": seed::HOST_REGION,
            "infer_service_id": id,
        })
    };
    created(&sandbox, &of(Service::id_of("card-scoring")));
    let item = &listed(&sandbox)["items"][0];
    assert_eq!(item["source"], "custom_from_modelarts_v2");
    assert!(item.get("infer_service_id").is_none() && item.get("region").is_none(), "{item}");
    create(&sandbox, &of("no-such-service".to_owned())).assert_service_error(400, "ModelArts.0104");
    let stopped = Sandbox::builder().services(seed::HOST_REGION, "0", [Service::named("s").status("STOPPED")]).start();
    create(&stopped, &of(Service::id_of("s"))).assert_service_error(400, "ModelArts.6613");
}

#[test]
fn name_used_before_then_refused_even_when_its_endpoint_is_gone_or_renamed() {
    let sandbox = sandbox();
    let id = created(&sandbox, &built_in("a"));
    let path = format!("{ENDPOINTS}/{id}");
    create(&sandbox, &built_in("a")).assert_service_error(400, "ModelArts.6271");
    assert_eq!(send(&sandbox, "PUT", &path, &json!({"endpoint_name": "b"})).status, 204);
    create(&sandbox, &built_in("a")).assert_service_error(400, "ModelArts.6271");
    assert_eq!(send(&sandbox, "DELETE", &path, &Value::Null).status, 204);
    create(&sandbox, &built_in("b")).assert_service_error(400, "ModelArts.6271");
    assert_eq!(listed(&sandbox)["total"], 0);
}

#[test]
fn bad_request_then_the_documented_code() {
    let sandbox = Sandbox::builder().endpoints([]).endpoint_quota(1).start();
    let with = |member: &str, value: Value| {
        let mut body = built_in("a");
        body[member] = value;
        body
    };
    for (body, code) in [
        (json!({}), "ModelArts.0104"),
        (with("source", json!("system")), "ModelArts.0104"),
        (with("model_name", json!("")), "ModelArts.0104"),
        (with("moderation", json!(false)), "ModelArts.0104"),
        (json!([]), "ModelArts.2115"),
        (with("endpoint_name", json!("1a")), "ModelArts.6274"),
        (with("endpoint_name", json!("a b")), "ModelArts.6274"),
        (with("endpoint_name", json!("a".repeat(65))), "ModelArts.6274"),
    ] {
        create(&sandbox, &body).assert_service_error(400, code);
    }
    created(&sandbox, &with("endpoint_name", json!("模型".repeat(32))));
    create(&sandbox, &built_in("b")).assert_service_error(400, "ModelArts.6297");
}

#[test]
fn update_then_members_left_out_are_reset_and_reported_ones_stay() {
    let endpoint = Endpoint::named("a").remark("x").rpm(1).tpm(2).raw("tags", json!(["t"]));
    let sandbox = Sandbox::builder().endpoints([endpoint]).start();
    let path = format!("{ENDPOINTS}/{}", listed(&sandbox)["items"][0]["id"].as_str().expect("an id"));
    let body = json!({"rpm": 9, "status": "x", "tags": ["t"]});
    assert_eq!(send(&sandbox, "PUT", &path, &body).status, 204);
    let now = sandbox.endpoint("a").expect("it is there");
    assert_eq!((&now["rpm"], &now["tpm"], &now["remark"]), (&json!(9), &Value::Null, &json!("")));
    assert_eq!((&now["status"], &now["tags"]), (&json!("active"), &json!(["t"])));
    send(&sandbox, "PUT", &path, &json!({}));
    assert!(sandbox.endpoint("a").expect("it is there").get("tags").is_none(), "left out, and gone");
    send(&sandbox, "PUT", &path, &json!({"remark": "x".repeat(257)})).assert_service_error(400, "ModelArts.0104");
}

#[test]
fn moderation_switched_then_only_with_the_agreement_and_a_put_without_it_switches_it_on() {
    let sandbox = Sandbox::builder().endpoints([Endpoint::named("a")]).start();
    let path = format!("{ENDPOINTS}/{}", listed(&sandbox)["items"][0]["id"].as_str().expect("an id"));
    let put = |body: Value| send(&sandbox, "PUT", &path, &body);
    put(json!({"moderation": false})).assert_service_error(400, "ModelArts.0104");
    assert_eq!(put(json!({"moderation": false, "agreement_id": AGREEMENT})).status, 204);
    assert_eq!(put(json!({"moderation": false, "rpm": 1})).status, 204);
    assert_eq!(sandbox.endpoint("a").expect("it is there")["moderation"], false);
    put(json!({"rpm": 1})).assert_service_error(400, "ModelArts.0104");
    assert_eq!(put(json!({"agreement_id": AGREEMENT})).status, 204);
    assert_eq!(sandbox.endpoint("a").expect("it is there")["moderation"], true);
}

#[test]
fn endpoint_enabled_and_disabled_then_the_status_says_so() {
    let sandbox = sandbox();
    let id = created(&sandbox, &built_in("a"));
    let control = |action: &str| send(&sandbox, "PUT", &format!("{CONTROL}/{id}"), &json!({"action": action}));
    for (action, status) in [("deactivate", "inactive"), ("deactivate", "inactive"), ("activate", "active")] {
        assert_eq!(control(action).status, 204);
        assert_eq!(sandbox.endpoint("a").expect("it is there")["status"], status);
    }
    control("stop").assert_service_error(400, "ModelArts.0104");
}

#[test]
fn no_such_endpoint_then_not_found_in_each_call() {
    let sandbox = sandbox();
    let action = json!({"action": "activate"});
    send(&sandbox, "PUT", &format!("{ENDPOINTS}/x"), &json!({})).assert_service_error(400, "ModelArts.6291");
    send(&sandbox, "DELETE", &format!("{ENDPOINTS}/x"), &json!({})).assert_service_error(404, "ModelArts.6291");
    send(&sandbox, "PUT", &format!("{CONTROL}/x"), &action).assert_service_error(404, "ModelArts.6291");
}

#[test]
fn answer_lost_after_the_request_was_carried_out_then_the_endpoint_is_there() {
    let lost = Fault::reset().on(Api::CreateEndpoint).times(1).after_carrying_out();
    let sandbox = Sandbox::builder().endpoints([]).fault(lost).start();
    let request = post(format!("/v1/{}/maas/{ENDPOINTS}", seed::PROJECT_ID), &built_in("a")).token(seed::TOKEN);
    request.try_send(&sandbox).expect_err("no answer");
    assert!(sandbox.endpoint("a").is_some());
    let sandbox = Sandbox::builder().endpoints([]).fault(Fault::status(503).on(Api::CreateEndpoint).times(1)).start();
    assert_eq!(create(&sandbox, &built_in("a")).status, 503);
    assert!(sandbox.endpoint("a").is_none(), "not carried out");
}

#[test]
fn list_behind_or_incomplete_or_update_ignored_then_as_said() {
    let sandbox = Sandbox::builder().endpoints([]).endpoint_lists_behind(2).endpoint_updates_ignore("rpm").start();
    let id = created(&sandbox, &built_in("a"));
    assert_eq!([(); 3].map(|()| listed(&sandbox)["total"].clone()), [0, 0, 1]);
    assert_eq!(send(&sandbox, "PUT", &format!("{ENDPOINTS}/{id}"), &json!({"rpm": 5, "tpm": 6})).status, 204);
    let now = sandbox.endpoint("a").expect("it is there");
    assert_eq!((&now["rpm"], &now["tpm"]), (&Value::Null, &json!(6)));
    sandbox.hide_endpoint("a");
    let list = [(); 3].map(|()| listed(&sandbox))[2].clone();
    assert_eq!((&list["total"], &list["items"]), (&json!(1), &json!([])));
    sandbox.show_endpoints();
    assert_eq!(listed(&sandbox)["items"][0]["id"], json!(id));
}

#[test]
fn changed_or_deleted_by_somebody_else_then_the_list_says_so_and_the_name_stays_used() {
    let sandbox = Sandbox::builder().endpoints([Endpoint::named("a")]).start();
    sandbox.change_endpoint("a", |endpoint| endpoint.rpm(7));
    assert_eq!(listed(&sandbox)["items"][0]["rpm"], 7);
    sandbox.delete_endpoint("a");
    assert_eq!((sandbox.endpoints(), listed(&sandbox)["total"].clone()), (vec![], json!(0)));
    create(&sandbox, &built_in("a")).assert_service_error(400, "ModelArts.6271");
}
