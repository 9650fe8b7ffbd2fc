//! Endpoints that were changed or deleted outside of Terraform, and lists that do not show them.

use maas_sandbox::Api::{ControlEndpoint, CreateEndpoint, DeleteEndpoint, UpdateEndpoint};
use maas_sandbox::{Api, Endpoint, Fault};
use serde_json::json;

use super::{Scene, assert_warns, chat, endpoint};
use crate::errors::assert_says;
use crate::terraform::with_each_host;

#[test]
fn changed_outside_then_the_plan_changes_it_back_in_place() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat("rpm = 60\nremark = \"x\""));
        let id = scene.id("chat");
        scene.sandbox.change_endpoint("chat", |one: Endpoint| one.rpm(1).tpm(2).remark("y").status("inactive"));
        assert_eq!(scene.planned()["maas_endpoint.chat"], ["update"]);
        scene.sandbox.forget_requests();
        scene.apply();
        assert_eq!(scene.writes(), [UpdateEndpoint, ControlEndpoint]);
        let now = scene.sandbox.endpoint("chat").expect("it is there");
        assert_eq!((&now["id"], &now["rpm"], &now["tpm"]), (&json!(id), &json!(60), &json!(null)));
        assert_eq!((&now["remark"], &now["status"]), (&json!("x"), &json!("active")));
        scene.expect_no_changes();
    });
}

#[test]
fn renamed_outside_then_the_plan_names_it_back() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat(""));
        scene.sandbox.change_endpoint("chat", |one: Endpoint| one.raw("endpoint_name", "talk"));
        assert_eq!(scene.planned()["maas_endpoint.chat"], ["update"]);
    });
}

#[test]
fn deleted_outside_then_a_warning_that_its_name_is_used_up_and_another_name_works() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat(""));
        let id = scene.id("chat");
        scene.sandbox.delete_endpoint("chat");
        let run = scene.plan();
        assert_warns(&run, &["Endpoint no longer exists", &id, "`chat` is used up"]);
        let error = scene.try_apply().error();
        assert_says(&error, &["error_code: ModelArts.6271", "never accepts a name twice"]);
        scene.configure(&endpoint("chat", "name = \"chat-2\"\nmodel_name = \"m\""));
        scene.apply();
        assert_eq!(scene.names(), ["chat-2"]);
        scene.expect_no_changes();
    });
}

#[test]
fn list_without_the_endpoint_whose_total_counts_it_then_not_taken_as_gone() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat(""));
        scene.sandbox.hide_endpoint("chat");
        let run = scene.plan();
        assert_warns(&run, &["Endpoint was not refreshed"]);
        assert!(!run.stdout.contains("will be created"), "{}", run.stdout);
        scene.apply();
        assert_eq!(scene.writes(), []);
        assert_eq!(scene.attributes("maas_endpoint.chat")["id"], scene.id("chat"));
        scene.sandbox.show_endpoints();
        scene.expect_no_changes();
    });
}

#[test]
fn one_list_without_the_endpoint_then_the_next_one_counts() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat(""));
        let nothing = Fault::body(200, "application/json", r#"{"total":0,"count":0,"items":[]}"#);
        scene.sandbox.inject(nothing.on(Api::Endpoints).times(1));
        scene.expect_no_changes();
    });
}

#[test]
fn list_without_a_total_then_not_taken_as_gone() {
    with_each_host(|host| {
        for body in ["{}", r#"{"items":[]}"#, r#"{"total":null,"items":null}"#] {
            let scene = Scene::applied(host, &chat(""));
            scene.sandbox.inject(Fault::body(200, "application/json", body).on(Api::Endpoints));
            let run = scene.plan();
            assert!(!run.stdout.contains("will be created"), "{body}: {}", run.stdout);
            scene.sandbox.clear_faults();
            scene.expect_no_changes();
        }
    });
}

#[test]
fn list_refused_then_the_plan_fails_and_the_state_stays() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat(""));
        let refusal = Fault::gateway_error(404, "APIGW.0101", "The API does not exist");
        scene.sandbox.inject(refusal.on(Api::Endpoints));
        assert_says(&scene.plan().error(), &["error_code: APIGW.0101"]);
        scene.sandbox.clear_faults();
        scene.expect_no_changes();
    });
}

#[test]
fn destroyed_then_deleted_and_one_that_is_gone_already_too() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat(""));
        scene.workdir.run(&["destroy", "-auto-approve"]).succeeded();
        assert_eq!(scene.writes(), [DeleteEndpoint]);
        assert_eq!(scene.names(), Vec::<String>::new());

        let scene = Scene::applied(host, &chat(""));
        scene.sandbox.delete_endpoint("chat");
        scene.workdir.run(&["destroy", "-auto-approve", "-refresh=false"]).succeeded();
        assert_eq!(scene.writes(), [DeleteEndpoint]);
        assert_eq!(scene.resource("maas_endpoint.chat"), json!(null));
    });
}

#[test]
fn gateway_does_not_know_the_endpoint_to_delete_then_an_error_while_the_list_has_it() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat(""));
        let refusal = Fault::gateway_error(404, "APIGW.0101", "The API does not exist");
        scene.sandbox.inject(refusal.on(DeleteEndpoint));
        let error = scene.workdir.run(&["destroy", "-auto-approve"]).error();
        assert_says(&error, &["Unable to delete endpoint", "error_code: APIGW.0101"]);
        assert_eq!(scene.attributes("maas_endpoint.chat")["id"], scene.id("chat"));
    });
}

#[test]
fn answer_to_the_delete_is_lost_then_deleted_all_the_same() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat(""));
        scene.sandbox.inject(Fault::reset().on(DeleteEndpoint).times(1).after_carrying_out());
        scene.workdir.run(&["destroy", "-auto-approve"]).succeeded();
        assert_eq!(scene.names(), Vec::<String>::new());
        assert!(!scene.writes().contains(&CreateEndpoint));
    });
}
