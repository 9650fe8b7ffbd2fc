//! Changes that need a new endpoint, whose name has to be a new one too: a name is used up for ever.

use maas_sandbox::Api::{CreateEndpoint, DeleteEndpoint};
use maas_sandbox::{Service, seed};

use super::{Scene, chat, endpoint};
use crate::errors::assert_says;
use crate::terraform::hosts::{REPLACE_TRIGGERED_BY, TERRAFORM_DATA, with_each_host_that_has};
use crate::terraform::with_each_host;

/// Fails unless a run is refused at `name` because the endpoint would be replaced, and the endpoint is still there.
fn expect_refused(scene: &Scene, arguments: &[&str]) {
    let error = scene.workdir.run(arguments).error();
    assert_says(&error, &["Replacement requires a new name", "`chat`"]);
    assert_eq!(scene.writes(), []);
    assert_eq!(scene.names(), ["chat"]);
}

fn of_model(name: &str, model: &str, more: &str) -> String {
    endpoint("chat", &format!("name = \"{name}\"\nmodel_name = {model}\n{more}"))
}

#[test]
fn another_model_and_another_name_then_replaced() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat(""));
        scene.configure(&of_model("chat-2", "\"other\"", ""));
        assert_eq!(scene.planned()["maas_endpoint.chat"], ["delete", "create"]);
        scene.apply();
        assert_eq!(scene.writes(), [DeleteEndpoint, CreateEndpoint]);
        assert_eq!(scene.sandbox.endpoint("chat-2").expect("it is there")["served_model_name"], "other");
        assert_eq!(scene.names(), ["chat-2"]);
        scene.expect_no_changes();
    });
}

#[test]
fn another_model_or_service_or_project_under_the_same_name_then_refused_in_the_plan() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat(""));
        let service = Service::id_of("card-scoring");
        let place = format!("infer_service_id = \"{service}\"\nregion_id = \"{}\"", seed::HOST_REGION);
        for configuration in [
            of_model("chat", "\"other\"", ""),
            endpoint("chat", &format!("name = \"chat\"\n{place}")),
            of_model("chat", "\"m\"", "project_id = \"another\""),
            of_model("chat", "\"other\"", "lifecycle { create_before_destroy = true }"),
        ] {
            scene.configure(&configuration);
            expect_refused(&scene, &["plan"]);
            expect_refused(&scene, &["apply", "-auto-approve"]);
        }
    });
}

#[test]
fn model_that_is_not_known_yet_under_the_same_name_then_refused_in_the_plan() {
    with_each_host_that_has(&TERRAFORM_DATA, |host| {
        let scene = Scene::applied(host, &chat(""));
        let later = "resource \"terraform_data\" \"model\" { input = \"other\" }\n";
        scene.configure(&format!("{later}{}", of_model("chat", "terraform_data.model.output", "")));
        expect_refused(&scene, &["plan"]);
    });
}

#[test]
fn replacement_by_the_command_line_then_refused_in_the_plan() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat(""));
        expect_refused(&scene, &["plan", "-replace=maas_endpoint.chat"]);
        expect_refused(&scene, &["apply", "-auto-approve", "-replace=maas_endpoint.chat"]);
        scene.configure(&of_model("chat-2", "\"m\"", ""));
        scene.workdir.run(&["apply", "-auto-approve", "-replace=maas_endpoint.chat"]).succeeded();
        assert_eq!(scene.writes(), [DeleteEndpoint, CreateEndpoint]);
        assert_eq!(scene.names(), ["chat-2"]);
        scene.expect_no_changes();
    });
}

#[test]
fn replacement_by_another_resource_then_refused_in_the_plan() {
    with_each_host_that_has(&REPLACE_TRIGGERED_BY, |host| {
        let configuration = |rpm: u32| {
            let other = endpoint("other", &format!("name = \"other\"\nmodel_name = \"m\"\nrpm = {rpm}"));
            other + &chat("lifecycle { replace_triggered_by = [maas_endpoint.other.rpm] }")
        };
        let scene = Scene::applied(host, &configuration(1));
        scene.configure(&configuration(2));
        let error = scene.plan().error();
        assert_says(&error, &["Replacement requires a new name", "`chat`"]);
        assert_eq!(scene.names(), ["chat", "other"]);
    });
}

#[test]
fn new_one_before_the_old_one_then_created_first() {
    with_each_host(|host| {
        let first = "lifecycle { create_before_destroy = true }";
        let scene = Scene::applied(host, &chat(first));
        scene.configure(&of_model("chat-2", "\"other\"", first));
        assert_eq!(scene.planned()["maas_endpoint.chat"], ["create", "delete"]);
        scene.apply();
        assert_eq!(scene.writes(), [CreateEndpoint, DeleteEndpoint]);
        assert_eq!(scene.names(), ["chat-2"]);
        scene.expect_no_changes();
    });
}

#[test]
fn replaced_once_under_a_new_name_then_the_next_change_is_in_place() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat(""));
        scene.configure(&of_model("chat-2", "\"other\"", ""));
        scene.apply();
        scene.configure(&of_model("chat-2", "\"other\"", "rpm = 7"));
        assert_eq!(scene.planned()["maas_endpoint.chat"], ["update"]);
        scene.apply();
        scene.expect_no_changes();
    });
}
