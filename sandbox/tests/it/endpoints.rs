//! What a request to create, update, control or delete an endpoint does, and what a list shows afterwards.

use std::io::ErrorKind;

use maas_sandbox::{Call, Endpoint, Fault, Sandbox, Service, seed};
use serde_json::{Value, json};

use crate::client::{Answer, Request, get, send_json};

fn path(rest: &str) -> String {
    format!("/v1/{}/maas/services/custom-endpoint/{rest}", seed::PROJECT_ID)
}

fn list(sandbox: &Sandbox) -> Value {
    get(path("endpoint")).token(seed::TOKEN).send(sandbox).json()
}

fn creation(body: &Value) -> Request {
    send_json("POST", path("endpoint"), body).token(seed::TOKEN)
}

fn create(sandbox: &Sandbox, body: &Value) -> Answer {
    creation(body).send(sandbox)
}

fn update(sandbox: &Sandbox, id: &str, body: &Value) -> Answer {
    send_json("PUT", path(&format!("endpoint/{id}")), body).token(seed::TOKEN).send(sandbox)
}

fn control(sandbox: &Sandbox, id: &str, action: &str) -> Answer {
    send_json("PUT", path(&format!("control/{id}")), &json!({"action": action})).token(seed::TOKEN).send(sandbox)
}

fn delete(sandbox: &Sandbox, id: &str) -> Answer {
    get(path(&format!("endpoint/{id}"))).method("DELETE").token(seed::TOKEN).send(sandbox)
}

fn empty() -> Sandbox {
    Sandbox::builder().endpoints([]).start()
}

/// A sandbox with one endpoint, whose id is `e1`.
fn with_one() -> Sandbox {
    let endpoint = Endpoint::named("chat").id("e1").remark("first").rpm(1).tpm(2);
    Sandbox::builder().endpoints([endpoint]).start()
}

/// The endpoint of that name as it is.
fn chat(sandbox: &Sandbox) -> Value {
    sandbox.endpoint("chat").expect("an endpoint of that name")
}

fn of_model(name: &str) -> Value {
    json!({"endpoint_name": name, "source": "custom_from_maas", "model_name": "DeepSeek-V3"})
}

fn of_service(name: &str, service: &str) -> Value {
    json!({
        "endpoint_name": name, "source": "custom_from_modelarts_v2", "region": seed::OTHER_REGION,
        "infer_service_id": service,
    })
}

#[test]
fn endpoint_created_then_its_id_is_returned_and_the_list_has_it_with_defaults() {
    let sandbox = empty();
    let created = create(&sandbox, &of_model("chat"));
    assert_eq!(created.status, 200);
    let id = created.json()["id"].as_str().expect("an id").to_owned();
    let expected = Endpoint::named("chat").id(id.clone()).for_model("DeepSeek-V3");
    assert_eq!(list(&sandbox), json!({"total": 1, "count": 1, "items": [expected.to_json()], "quantity_limit": 10}));
    assert_eq!(sandbox.endpoints(), [expected.to_json()]);
    assert_eq!(sandbox.endpoint("chat").expect("created")["id"], json!(id));
}

#[test]
fn every_member_given_then_the_endpoint_has_them() {
    let sandbox = empty();
    let mut body = of_model("chat");
    let id = seed::agreement("en").to_json()["agreement_id"].take();
    for (member, value) in [
        ("remark", json!("r")),
        ("rpm", json!(60)),
        ("tpm", json!(0)),
        ("moderation", json!(false)),
        ("agreement_id", id),
    ] {
        body[member] = value;
    }
    assert_eq!(create(&sandbox, &body).status, 200);
    let item = list(&sandbox)["items"][0].take();
    assert_eq!(
        [&item["remark"], &item["rpm"], &item["tpm"], &item["moderation"]],
        [&json!("r"), &json!(60), &json!(0), &json!(false)]
    );
    assert_eq!(sandbox.requests_to(Call::CreateEndpoint)[0].json(), body);
}

#[test]
fn endpoint_of_a_service_created_then_it_does_not_name_the_service() {
    let sandbox = empty();
    assert_eq!(create(&sandbox, &of_service("chat", &Service::id_of("zh-en"))).status, 200);
    let expected = Endpoint::named("chat").for_unnamed_service();
    assert_eq!(sandbox.endpoints(), [expected.to_json()]);
}

#[test]
fn service_elsewhere_unknown_or_not_mounted_then_refused() {
    let closed = Service::named("closed").status("STOPPED");
    let sandbox = Sandbox::builder().services(seed::OTHER_REGION, "0", [Service::named("open"), closed]).start();
    for service in [Service::id_of("chat-gateway"), "nobody".to_owned()] {
        create(&sandbox, &of_service("a", &service)).assert_service_error(400, "ModelArts.0104");
    }
    let not_mounted = create(&sandbox, &of_service("b", &Service::id_of("closed")));
    not_mounted.assert_service_error(400, "ModelArts.6613");
    assert_eq!(create(&sandbox, &of_service("b", &Service::id_of("open"))).status, 200);
}

#[test]
fn name_of_another_endpoint_or_a_deleted_or_renamed_one_then_refused() {
    let sandbox = Sandbox::builder().endpoints([]).used_endpoint_name("ancient").start();
    let id = create(&sandbox, &of_model("one")).json()["id"].as_str().expect("an id").to_owned();
    let other = create(&sandbox, &of_model("two")).json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(update(&sandbox, &id, &json!({"endpoint_name": "new"})).status, 204);
    assert_eq!(delete(&sandbox, &other).status, 204);
    for name in ["one", "two", "new", "ancient"] {
        create(&sandbox, &of_model(name)).assert_service_error(400, "ModelArts.6271");
    }
    update(&sandbox, &id, &json!({"endpoint_name": "two"})).assert_service_error(400, "ModelArts.6271");
    assert_eq!(sandbox.endpoints().len(), 1);
}

#[test]
fn members_missing_or_invalid_then_refused_and_the_name_is_not_used_up() {
    let sandbox = Sandbox::builder().endpoints([]).models(["DeepSeek-V3"]).start();
    let changed = |member: &str, value: Value| {
        let mut body = of_model("chat");
        body[member] = value;
        body
    };
    let cases = [
        (changed("endpoint_name", Value::Null), "ModelArts.0104"),
        (changed("endpoint_name", json!("1st")), "ModelArts.6274"),
        (changed("source", Value::Null), "ModelArts.0104"),
        (changed("source", json!("system")), "ModelArts.0104"),
        (changed("model_name", Value::Null), "ModelArts.0104"),
        (changed("model_name", json!("deepseek-v3")), "ModelArts.0104"),
        (changed("rpm", json!("60")), "ModelArts.0104"),
        (changed("tpm", json!(-1)), "ModelArts.0104"),
        (changed("remark", json!("x".repeat(257))), "ModelArts.0104"),
        (changed("moderation", json!(false)), "ModelArts.0104"),
        (json!([]), "ModelArts.2115"),
    ];
    for (body, code) in cases {
        create(&sandbox, &body).assert_service_error(400, code);
    }
    let mut unknown_agreement = changed("moderation", json!(false));
    unknown_agreement["agreement_id"] = json!("nobody's");
    create(&sandbox, &unknown_agreement).assert_service_error(400, "ModelArts.0104");
    assert_eq!(create(&sandbox, &of_model("chat")).status, 200);
}

#[test]
fn quota_reached_then_refused_until_one_is_deleted() {
    let sandbox = Sandbox::builder().endpoints([Endpoint::named("a").id("e1")]).endpoint_quota(1).start();
    create(&sandbox, &of_model("b")).assert_service_error(400, "ModelArts.6297");
    assert_eq!(list(&sandbox)["quantity_limit"], 1);
    assert_eq!(delete(&sandbox, "e1").status, 204);
    assert_eq!(create(&sandbox, &of_model("b")).status, 200);
}

#[test]
fn update_omits_members_then_they_get_their_defaults_and_the_name_stays() {
    let endpoint = Endpoint::named("chat").id("e1").remark("r").rpm(1).tpm(2).moderation(false).raw("priority", 5);
    let sandbox = Sandbox::builder().endpoints([endpoint]).start();
    assert_eq!(update(&sandbox, "e1", &json!({})).status, 204);
    assert_eq!(sandbox.endpoints(), [Endpoint::named("chat").id("e1").to_json()]);
}

#[test]
fn update_has_all_members_then_nothing_else_changes() {
    let endpoint = Endpoint::named("chat").id("e1").raw("priority", 5);
    let sandbox = Sandbox::builder().endpoints([endpoint.clone()]).start();
    let body = json!({
        "endpoint_name": "new", "remark": "r", "rpm": 1, "tpm": 2, "moderation": true, "priority": 5,
        "source": "system", "status": "odd", "unheard_of": 1,
    });
    assert_eq!(update(&sandbox, "e1", &body).status, 204);
    assert_eq!(sandbox.endpoints(), [endpoint.raw("endpoint_name", "new").remark("r").rpm(1).tpm(2).to_json()]);
}

#[test]
fn moderation_switched_either_way_then_an_agreement_is_needed_and_otherwise_not() {
    let sandbox = with_one();
    let agreement = seed::agreement("en").to_json()["agreement_id"].take();
    for moderation in [false, true] {
        let body = json!({"moderation": moderation});
        update(&sandbox, "e1", &body).assert_service_error(400, "ModelArts.0104");
        let signed = json!({"moderation": moderation, "agreement_id": agreement});
        assert_eq!(update(&sandbox, "e1", &signed).status, 204);
        assert_eq!(chat(&sandbox)["moderation"], json!(moderation));
        assert_eq!(update(&sandbox, "e1", &body).status, 204);
    }
}

#[test]
fn endpoint_deactivated_and_activated_then_its_status_changes_and_nothing_else() {
    let sandbox = with_one();
    let before = chat(&sandbox);
    let answer = control(&sandbox, "e1", "deactivate");
    assert_eq!((answer.status, answer.body.len(), answer.header("Content-Type")), (204, 0, None));
    let mut expected = before.clone();
    expected["status"] = json!("inactive");
    assert_eq!(chat(&sandbox), expected);
    assert_eq!(control(&sandbox, "e1", "activate").status, 204);
    assert_eq!(chat(&sandbox), before);
    control(&sandbox, "e1", "stop").assert_service_error(400, "ModelArts.0104");
}

#[test]
fn endpoint_deleted_then_204_and_a_second_time_404() {
    let sandbox = with_one();
    let answer = delete(&sandbox, "e1");
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert_eq!(list(&sandbox), json!({"total": 0, "count": 0, "items": [], "quantity_limit": 10}));
    delete(&sandbox, "e1").assert_service_error(404, "ModelArts.6291");
}

#[test]
fn unknown_id_then_the_documented_refusal_and_no_id_then_404_of_the_gateway() {
    let sandbox = with_one();
    update(&sandbox, "e2", &json!({})).assert_service_error(400, "ModelArts.6291");
    control(&sandbox, "e2", "activate").assert_service_error(404, "ModelArts.6291");
    delete(&sandbox, "").assert_gateway_error(404, "APIGW.0101");
    assert_eq!(sandbox.endpoints().len(), 1);
}

#[test]
fn credentials_missing_or_foreign_then_no_write_is_carried_out() {
    let sandbox = with_one();
    let foreign = path("endpoint/e1").replace(seed::PROJECT_ID, seed::OTHER_PROJECT_ID);
    get(path("endpoint/e1")).method("DELETE").send(&sandbox).assert_gateway_error(401, "APIGW.0301");
    get(foreign).method("DELETE").token(seed::TOKEN).send(&sandbox).assert_service_error(403, "ModelArts.0010");
    assert_eq!(sandbox.endpoints().len(), 1);
    assert_eq!(sandbox.writes().len(), 2);
}

#[test]
fn changed_past_the_api_then_the_list_shows_it() {
    let sandbox = with_one();
    sandbox.change_endpoint("chat", |endpoint| endpoint.rpm(9));
    sandbox.create_endpoint(Endpoint::named("other"));
    assert_eq!(list(&sandbox)["items"][0]["rpm"], 9);
    assert_eq!(list(&sandbox)["count"], 2);
    sandbox.delete_endpoint("chat");
    assert_eq!(list(&sandbox)["items"][0]["endpoint_name"], "other");
    assert!(sandbox.writes().is_empty());
}

#[test]
fn response_lost_then_the_endpoint_exists_all_the_same() {
    let sandbox = empty();
    sandbox.lose_next_response(Call::CreateEndpoint);
    let error = creation(&of_model("chat")).try_send(&sandbox).expect_err("no response");
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    assert_eq!(list(&sandbox)["items"][0]["endpoint_name"], "chat");
    assert_eq!(sandbox.writes().len(), 1);
}

#[test]
fn reset_before_the_request_is_carried_out_then_nothing_changed() {
    let sandbox = Sandbox::builder().fault(Fault::reset().on(Call::DeleteEndpoint).times(1)).start();
    let id = sandbox.endpoints()[0]["id"].as_str().expect("an id").to_owned();
    let deletion = get(path(&format!("endpoint/{id}"))).method("DELETE").token(seed::TOKEN);
    assert_eq!(deletion.try_send(&sandbox).expect_err("no response").kind(), ErrorKind::ConnectionReset);
    assert_eq!(sandbox.endpoints().len(), seed::endpoints().len());
    assert_eq!(delete(&sandbox, &id).status, 204);
}

#[test]
fn fault_on_one_method_of_a_path_then_the_others_go_on() {
    let sandbox = with_one();
    sandbox.inject(Fault::status(500).on(Call::UpdateEndpoint));
    sandbox.inject(Fault::status(500).on(Call::CreateEndpoint));
    assert_eq!(update(&sandbox, "e1", &json!({})).status, 500);
    assert_eq!(create(&sandbox, &of_model("other")).status, 500);
    assert_eq!(list(&sandbox)["items"][0]["remark"], "first");
    assert_eq!(control(&sandbox, "e1", "deactivate").status, 204);
    assert_eq!(delete(&sandbox, "e1").status, 204);
}

#[test]
fn control_fails_after_a_create_then_the_endpoint_stays_active() {
    let sandbox = empty();
    sandbox.inject(Fault::error(400, "ModelArts.0104", "no").on(Call::ControlEndpoint).times(1));
    let id = create(&sandbox, &of_model("chat")).json()["id"].as_str().expect("an id").to_owned();
    control(&sandbox, &id, "deactivate").assert_service_error(400, "ModelArts.0104");
    assert_eq!(chat(&sandbox)["status"], "active");
}

#[test]
fn response_without_an_id_or_no_json_at_all_then_the_endpoint_exists_all_the_same() {
    let sandbox = empty();
    for body in ["{}", "success"] {
        let fault = Fault::body(200, "application/json", body).after_carrying_out();
        sandbox.inject(fault.on(Call::CreateEndpoint).times(1));
    }
    assert_eq!(create(&sandbox, &of_model("one")).json(), json!({}));
    assert_eq!(create(&sandbox, &of_model("two")).body, b"success");
    assert_eq!(list(&sandbox)["count"], 2);
}

#[test]
fn endpoint_hidden_then_the_list_lacks_it_and_the_total_says_so() {
    let sandbox = Sandbox::builder().start();
    sandbox.hide_endpoint("card-scoring");
    let incomplete = list(&sandbox);
    assert_eq!((&incomplete["total"], &incomplete["count"]), (&json!(4), &json!(3)));
    let items = incomplete["items"].as_array().expect("an array");
    assert!(items.iter().all(|item| item["endpoint_name"] != "card-scoring"));
    sandbox.show_endpoints();
    assert_eq!(list(&sandbox)["count"], 4);
}

#[test]
fn lists_behind_then_so_many_of_them_show_what_was_there_before_each_write() {
    let sandbox = Sandbox::builder().endpoints([]).endpoint_lists_behind(2).start();
    let listed = || list(&sandbox)["total"].clone();
    let id = create(&sandbox, &of_model("new")).json()["id"].as_str().expect("an id").to_owned();
    assert_eq!([(); 3].map(|()| listed()), [0, 0, 1]);
    assert_eq!(delete(&sandbox, &id).status, 204);
    assert_eq!([(); 3].map(|()| listed()), [1, 1, 0]);
}

#[test]
fn updates_ignore_a_member_then_they_succeed_and_the_member_stays() {
    let endpoint = Endpoint::named("chat").id("e1").rpm(1);
    let sandbox = Sandbox::builder().endpoints([endpoint]).endpoint_updates_ignore("rpm").start();
    assert_eq!(update(&sandbox, "e1", &json!({"rpm": 9, "tpm": 9})).status, 204);
    assert_eq!(sandbox.endpoints(), [Endpoint::named("chat").id("e1").rpm(1).tpm(9).to_json()]);
}
