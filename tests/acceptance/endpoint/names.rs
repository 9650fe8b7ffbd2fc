//! Names that an endpoint has already.

use super::{Scene, chat, endpoint};
use crate::errors::assert_says;
use crate::terraform::hosts::{MOVED, MOVED_BETWEEN_TYPES, with_each_host_that_has};
use crate::terraform::with_each_host;

/// Fails unless a plan is refused because `name` is in use, with the id of the endpoint that has it.
fn expect_in_use(scene: &Scene, name: &str) {
    let error = scene.plan().error();
    assert_says(&error, &[&format!("`{name}`"), &scene.id(name), "import", "moved", "terraform untaint"]);
    assert_eq!(scene.writes(), []);
}

fn of_list(names: &str) -> String {
    let body = "count = length(local.names)\nname = local.names[count.index]\nmodel_name = \"m\"";
    format!("locals {{ names = {names} }}\n{}", endpoint("each", body))
}

fn pair(first: &str, second: &str) -> String {
    let named = |label: &str, name: &str| endpoint(label, &format!("name = \"{name}\"\nmodel_name = \"m\""));
    named("first", first) + &named("second", second)
}

#[test]
fn tainted_endpoint_then_refused_in_the_plan_until_it_is_untainted() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat(""));
        scene.workdir.run(&["taint", "maas_endpoint.chat"]).succeeded();
        expect_in_use(&scene, "chat");
        scene.workdir.run(&["untaint", "maas_endpoint.chat"]).succeeded();
        scene.expect_no_changes();
    });
}

#[test]
fn tainted_endpoint_with_a_new_name_then_replaced() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat(""));
        scene.workdir.run(&["taint", "maas_endpoint.chat"]).succeeded();
        scene.configure(&endpoint("chat", "name = \"chat-2\"\nmodel_name = \"m\""));
        scene.apply();
        assert_eq!(scene.names(), ["chat-2"]);
        scene.expect_no_changes();
    });
}

#[test]
fn another_address_then_refused_in_the_plan_and_with_a_moved_block_unchanged() {
    with_each_host_that_has(&MOVED, |host| {
        let scene = Scene::applied(host, &chat(""));
        let talk = endpoint("talk", "name = \"chat\"\nmodel_name = \"m\"");
        scene.configure(&talk);
        expect_in_use(&scene, "chat");
        let moved = "moved {\n from = maas_endpoint.chat\n to = maas_endpoint.talk\n}\n";
        scene.configure(&format!("{talk}{moved}"));
        scene.apply();
        assert_eq!(scene.writes(), []);
        scene.expect_no_changes();
        assert_eq!(scene.attributes("maas_endpoint.talk")["id"], scene.id("chat"));
    });
}

#[test]
fn list_that_loses_its_first_element_then_refused_in_the_plan() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &of_list("[\"a\", \"b\", \"c\"]"));
        scene.configure(&of_list("[\"b\", \"c\"]"));
        expect_in_use(&scene, "b");
        assert_eq!(scene.names(), ["a", "b", "c"]);
        scene.configure(&of_list("[\"a\", \"b\"]"));
        scene.apply();
        assert_eq!(scene.names(), ["a", "b"]);
    });
}

#[test]
fn two_names_swapped_then_refused_in_the_plan() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &pair("a", "b"));
        scene.configure(&pair("b", "a"));
        expect_in_use(&scene, "a");
        expect_in_use(&scene, "b");
        scene.configure(&pair("a", "c"));
        scene.apply();
        assert_eq!(scene.names(), ["a", "c"]);
    });
}

#[test]
fn name_of_an_endpoint_that_terraform_does_not_know_then_refused_in_the_plan() {
    with_each_host(|host| {
        let sandbox = maas_sandbox::Sandbox::builder().start();
        let scene = Scene::with(host, sandbox, &endpoint("desk", "name = \"help-desk\"\nmodel_name = \"m\""));
        expect_in_use(&scene, "help-desk");
    });
}

#[test]
fn list_cannot_be_read_in_the_plan_then_the_plan_goes_on() {
    with_each_host(|host| {
        let scene = Scene::new(host, &chat(""));
        scene.sandbox.inject(maas_sandbox::Fault::status(500).on(maas_sandbox::Api::Endpoints));
        assert_eq!(scene.planned()["maas_endpoint.chat"], ["create"]);
    });
}

#[test]
fn name_taken_between_plan_and_apply_then_nothing_is_created() {
    with_each_host(|host| {
        let scene = Scene::new(host, &chat(""));
        scene.workdir.run(&["plan", "-out=plan.bin"]).succeeded();
        let other = Scene::with(host, scene.sandbox, &chat(""));
        other.apply();
        let scene = Scene { sandbox: other.sandbox, workdir: scene.workdir };
        scene.sandbox.forget_requests();
        let error = scene.workdir.run(&["apply", "plan.bin"]).error();
        assert_says(&error, &["`chat`", &scene.id("chat"), "import"]);
        assert_eq!(scene.writes(), []);
    });
}

#[test]
fn state_of_another_type_moved_here_then_refused_and_nothing_is_sent() {
    with_each_host_that_has(&MOVED_BETWEEN_TYPES, |host| {
        let scene = Scene::applied(host, "resource \"terraform_data\" \"chat\" {}\n");
        let moved = "moved {\n from = terraform_data.chat\n to = maas_endpoint.chat\n}\n";
        scene.configure(&(chat("") + moved));
        let error = scene.plan().error();
        assert!(error.contains("moved") || error.contains("move"), "{error}");
        assert_eq!(scene.writes(), []);
    });
}
