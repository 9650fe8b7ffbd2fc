//! The workspace API.

use maas_sandbox::{Project, Sandbox, Workspace, seed};
use serde_json::{Value, json};

use crate::client::{get, workspaces_of};

#[test]
fn default_world_then_the_seeded_workspaces_in_the_documented_shape() {
    let sandbox = Sandbox::builder().start();
    let answer = workspaces_of(seed::HOST_REGION).send(&sandbox);
    assert_eq!((answer.status, answer.header("Content-Type")), (200, Some("application/json")));
    let seeded = seed::workspaces(seed::HOST_REGION);
    assert_eq!(
        answer.json(),
        json!({
            "total_count": seeded.len(),
            "count": seeded.len(),
            "workspaces": seeded.iter().map(Workspace::to_json).collect::<Value>(),
        })
    );
}

#[test]
fn default_workspace_then_its_fields_have_the_documented_types_and_order() {
    let sandbox = Sandbox::builder().workspaces("r", seed::workspaces(seed::HOST_REGION).into_iter().take(1)).start();
    let answer = workspaces_of("r").send(&sandbox);
    assert_eq!(
        String::from_utf8_lossy(&answer.body),
        r#"{"total_count":1,"count":1,"workspaces":[{"id":"0","name":"default","description":"","owner":"sandbox-account","create_time":1680746333000,"update_time":1764128642000,"auth_type":"public"}]}"#
    );
}

#[test]
fn two_regions_then_each_has_its_own() {
    let sandbox = Sandbox::builder().start();
    let names = |region| {
        let answer = workspaces_of(region).send(&sandbox).json();
        answer["workspaces"].as_array().expect("an array").iter().map(|one| one["name"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(seed::HOST_REGION).len(), 4);
    assert_eq!(names(seed::OTHER_REGION), ["default", "translation"]);
}

#[test]
fn region_nobody_knows_then_an_empty_list() {
    let answer = workspaces_of("eu-west-101").send(&Sandbox::builder().start());
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json(), json!({"total_count": 0, "count": 0, "workspaces": []}));
}

#[test]
fn region_percent_encoded_then_decoded_as_one_segment() {
    let sandbox = Sandbox::builder().workspaces("a/b c%ü", [Workspace::named("odd")]).start();
    let answer = workspaces_of("a%2Fb%20c%25%C3%BC").send(&sandbox);
    assert_eq!(answer.json()["workspaces"][0]["name"], "odd");
}

#[test]
fn region_empty_of_two_segments_or_no_text_then_no_such_api() {
    let sandbox = Sandbox::builder().start();
    for region in ["", "a/b", "a/", "%FF"] {
        workspaces_of(region).send(&sandbox).assert_gateway_error(404, "APIGW.0101");
    }
}

#[test]
fn no_token_or_a_wrong_one_then_401_of_the_gateway() {
    let sandbox = Sandbox::builder().start();
    let path = format!("/v1/{}/maas/services/workspace/{}", seed::PROJECT_ID, seed::HOST_REGION);
    for request in [get(&path).json(), get(&path).json().token(""), get(&path).json().token("made-up")] {
        let answer = request.send(&sandbox);
        answer.assert_gateway_error(401, "APIGW.0301");
        let message = answer.json()["error_msg"].to_string();
        assert!(message.contains("Incorrect IAM authentication information: "), "{message}");
    }
}

#[test]
fn token_of_another_project_then_403_of_the_service() {
    let path = format!("/v1/{}/maas/services/workspace/{}", seed::OTHER_PROJECT_ID, seed::HOST_REGION);
    let answer = get(path).token(seed::TOKEN).json().send(&Sandbox::builder().start());
    answer.assert_service_error(403, "ModelArts.0010");
}

#[test]
fn token_and_project_added_then_they_fit_each_other() {
    let sandbox = Sandbox::builder().project(Project::named("p").id("1")).token("extra", "1").start();
    let answer = get("/v1/1/maas/services/workspace/r").token("extra").json().send(&sandbox);
    assert_eq!(answer.status, 200);
    let path = format!("/v1/{}/maas/services/workspace/r", seed::PROJECT_ID);
    assert_eq!(get(path).token("extra").json().send(&sandbox).status, 403);
}

#[test]
fn content_type_missing_or_wrong_then_400_of_the_service() {
    let sandbox = Sandbox::builder().start();
    let path = format!("/v1/{}/maas/services/workspace/{}", seed::PROJECT_ID, seed::HOST_REGION);
    let without = get(&path).token(seed::TOKEN);
    let wrong = get(&path).token(seed::TOKEN).header("Content-Type", "text/plain");
    for request in [without, wrong] {
        request.send(&sandbox).assert_service_error(400, "ModelArts.2115");
    }
}

#[test]
fn content_type_with_a_charset_then_fine() {
    let path = format!("/v1/{}/maas/services/workspace/{}", seed::PROJECT_ID, seed::HOST_REGION);
    let request = get(path).token(seed::TOKEN).header("Content-Type", "application/json;charset=utf8");
    assert_eq!(request.send(&Sandbox::builder().start()).status, 200);
}

#[test]
fn odd_fields_then_sent_as_they_are() {
    let odd = Workspace::named("odd")
        .raw("create_time", json!("1680746333000"))
        .raw("owner", Value::Null)
        .raw("status", json!({"code": [1]}))
        .without("description");
    let sandbox = Sandbox::builder().workspaces("r", [odd]).start();
    let workspace = workspaces_of("r").send(&sandbox).json()["workspaces"][0].take();
    assert_eq!(workspace["create_time"], "1680746333000");
    assert!(
        workspace.as_object().is_some_and(|fields| fields["owner"].is_null() && !fields.contains_key("description"))
    );
    assert_eq!(workspace["status"]["code"][0], 1);
}

#[test]
fn total_claimed_then_more_than_what_is_returned() {
    let sandbox = Sandbox::builder().workspaces("r", Workspace::many(2)).total_count("r", 1_200).start();
    let answer = workspaces_of("r").send(&sandbox).json();
    assert_eq!((&answer["total_count"], &answer["count"]), (&json!(1_200), &json!(2)));
}

#[test]
fn workspaces_replaced_while_running_then_the_next_answer_has_the_new_ones() {
    let sandbox = Sandbox::builder().workspaces("r", [Workspace::named("old")]).start();
    assert_eq!(workspaces_of("r").send(&sandbox).json()["workspaces"][0]["name"], "old");
    sandbox.set_workspaces("r", [Workspace::named("new")]);
    assert_eq!(workspaces_of("r").send(&sandbox).json()["workspaces"][0]["name"], "new");
    sandbox.set_workspaces("r", []);
    assert_eq!(workspaces_of("r").send(&sandbox).json()["count"], 0);
}

#[test]
fn hundred_thousand_workspaces_then_all_of_them_arrive() {
    let sandbox = Sandbox::builder().workspaces("r", Workspace::many(100_000)).start();
    let answer = workspaces_of("r").send(&sandbox);
    assert_eq!(answer.body.len(), answer.declared_length());
    let answer = answer.json();
    assert_eq!(answer["count"], 100_000);
    assert_eq!(answer["workspaces"][99_999]["name"], "workspace-099999");
}
