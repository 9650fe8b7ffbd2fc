//! Commands and blocks of hosts that concern a managed resource.

use maas_sandbox::Api::{CreateEndpoint, DeleteEndpoint};
use serde_json::json;

use super::{Scene, chat, endpoint};
use crate::terraform::hosts::{MOCKS, REMOVED, with_each_host_that_has};
use crate::terraform::with_each_host;

fn talk(more: &str) -> String {
    endpoint("talk", &format!("name = \"talk\"\nmodel_name = \"m\"\n{more}"))
}

#[test]
fn one_of_two_targeted_then_only_that_one_is_created_and_destroyed() {
    with_each_host(|host| {
        let scene = Scene::new(host, &(chat("") + &talk("")));
        scene.workdir.run(&["apply", "-auto-approve", "-target=maas_endpoint.talk"]).succeeded();
        assert_eq!(scene.names(), ["talk"]);
        scene.apply();
        scene.sandbox.forget_requests();
        scene.workdir.run(&["destroy", "-auto-approve", "-target=maas_endpoint.chat"]).succeeded();
        assert_eq!(scene.writes(), [DeleteEndpoint]);
        assert_eq!(scene.names(), ["talk"]);
    });
}

#[test]
fn saved_plan_applied_then_as_planned_and_not_twice() {
    with_each_host(|host| {
        let scene = Scene::new(host, &chat("rpm = 60"));
        scene.workdir.run(&["plan", "-out=plan.bin"]).succeeded();
        assert_eq!(scene.writes(), []);
        scene.workdir.run(&["apply", "plan.bin"]).succeeded();
        assert_eq!(scene.writes(), [CreateEndpoint]);
        scene.expect_no_changes();
        assert!(!scene.workdir.run(&["apply", "plan.bin"]).success, "the plan is stale");
        assert_eq!(scene.writes(), [CreateEndpoint]);
    });
}

#[test]
fn removed_block_that_keeps_the_object_then_forgotten_and_nothing_is_sent() {
    with_each_host_that_has(&REMOVED, |host| {
        let scene = Scene::applied(host, &chat(""));
        scene.configure("removed {\n from = maas_endpoint.chat\n lifecycle { destroy = false }\n}\n");
        scene.apply();
        assert_eq!(scene.writes(), []);
        assert_eq!(scene.resource("maas_endpoint.chat"), json!(null));
        assert_eq!(scene.names(), ["chat"]);
    });
}

#[test]
fn destroy_prevented_then_neither_destroyed_nor_replaced() {
    with_each_host(|host| {
        let guarded = "lifecycle { prevent_destroy = true }";
        let scene = Scene::applied(host, &chat(guarded));
        assert!(!scene.workdir.run(&["destroy", "-auto-approve"]).success);
        scene.configure(&endpoint("chat", &format!("name = \"chat-2\"\nmodel_name = \"other\"\n{guarded}")));
        assert!(!scene.try_apply().success);
        assert_eq!((scene.writes(), scene.names()), (vec![], vec!["chat".to_owned()]));
    });
}

#[test]
fn test_with_mocks_then_passes_without_a_request() {
    with_each_host_that_has(&MOCKS, |host| {
        let scene = Scene::new(host, &chat("rpm = 60"));
        let test = r#"
            mock_provider "maas" {
              mock_resource "maas_endpoint" {
                defaults = { id = "7", status = "active" }
              }
            }
            run "planned" {
              command = plan
              assert {
                condition     = maas_endpoint.chat.rpm == 60
                error_message = "as configured"
              }
            }
            run "applied" {
              assert {
                condition     = maas_endpoint.chat.id == "7" && maas_endpoint.chat.rpm == 60
                error_message = "as mocked"
              }
            }
        "#;
        std::fs::write(scene.workdir.path("chat.tftest.hcl"), test).expect("writes");
        let run = scene.workdir.run(&["test"]).succeeded();
        assert!(run.stdout.contains("2 passed, 0 failed"), "{}", run.stdout);
        assert_eq!(scene.sandbox.requests().len(), 0);
    });
}

#[test]
fn refresh_only_then_the_state_follows_the_service() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat("rpm = 60"));
        scene.sandbox.change_endpoint("chat", |one| one.rpm(7));
        scene.workdir.run(&["apply", "-refresh-only", "-auto-approve"]).succeeded();
        assert_eq!(scene.attributes("maas_endpoint.chat")["rpm"], 7);
        assert_eq!(scene.writes(), []);
    });
}
