//! Endpoints that exist already.

use maas_sandbox::{Endpoint, Sandbox, Service, seed};
use serde_json::json;

use super::{Scene, chat, endpoint};
use crate::errors::assert_says;
use crate::terraform::hosts::{GENERATED_CONFIGURATION, with_each_host_that_has};
use crate::terraform::with_each_host;

const ID: &str = "c4513589-df2e-4d58-ab0c-000000000001";

fn existing(chat: Endpoint) -> Sandbox {
    Sandbox::builder().endpoints([chat.id(ID), Endpoint::named("other")]).start()
}

fn of_model() -> Endpoint {
    Endpoint::named("chat").served_model_name("m").rpm(60).remark("x")
}

/// Names the provider, which the alpha of Terraform 1.17 does not look up in `required_providers`.
fn block(id: &str) -> String {
    format!("import {{\n provider = maas\n to = maas_endpoint.chat\n id = \"{id}\"\n}}\n")
}

#[test]
fn imported_by_either_id_then_no_changes_when_the_configuration_matches() {
    with_each_host(|host| {
        for id in [ID.to_owned(), format!("{}/{}/{ID}", seed::HOST_REGION, seed::PROJECT_ID)] {
            let scene = Scene::with(host, existing(of_model()), &chat("rpm = 60\nremark = \"x\""));
            scene.workdir.run(&["import", "maas_endpoint.chat", &id]).succeeded();
            scene.expect_no_changes();
            let attributes = scene.attributes("maas_endpoint.chat");
            assert_eq!((&attributes["id"], &attributes["model_name"]), (&json!(ID), &json!("m")));
            assert_eq!((&attributes["project_id"], &attributes["enabled"]), (&json!(seed::PROJECT_ID), &json!(true)));
            assert_eq!(scene.writes(), []);
        }
    });
}

#[test]
fn disabled_endpoint_without_a_remark_imported_then_no_changes() {
    with_each_host(|host| {
        let chat = Endpoint::named("chat").served_model_name("m").status("inactive");
        let scene = Scene::with(host, existing(chat), &super::chat("enabled = false"));
        scene.workdir.run(&["import", "maas_endpoint.chat", ID]).succeeded();
        scene.expect_no_changes();
    });
}

#[test]
fn endpoint_of_a_service_imported_then_one_change_in_place_that_sends_nothing() {
    with_each_host(|host| {
        let service = Service::id_of("card-scoring");
        let of_service = Endpoint::named("chat").for_service(seed::HOST_REGION, "card-scoring");
        let of_service = of_service.without("region").without("infer_service_id");
        let place = format!("infer_service_id = \"{service}\"\nregion_id = \"{}\"", seed::HOST_REGION);
        let configuration = endpoint("chat", &format!("name = \"chat\"\n{place}\ntimeouts = {{ read = \"1m\" }}"));
        let scene = Scene::with(host, existing(of_service), &configuration);
        scene.workdir.run(&["import", "maas_endpoint.chat", ID]).succeeded();
        assert_eq!(scene.planned()["maas_endpoint.chat"], ["update"]);
        scene.apply();
        assert_eq!(scene.writes(), []);
        scene.expect_no_changes();
        assert_eq!(scene.attributes("maas_endpoint.chat")["infer_service_id"], service);
    });
}

#[test]
fn id_of_no_endpoint_or_no_id_then_an_error_says_so() {
    with_each_host(|host| {
        let scene = Scene::with(host, existing(of_model()), &chat(""));
        let error = |id: &str| scene.workdir.run(&["import", "maas_endpoint.chat", id]).error();
        assert_says(&error("no-such-id"), &["Cannot import non-existent remote object"]);
        for id in ["a/b", "r/p/i/x", "r/p/", "//", "..", "r b/p/i"] {
            assert_says(&error(id), &["Invalid import ID", "REGION/PROJECT_ID/ID"]);
        }
    });
}

#[test]
fn import_blocks_with_generated_configurations_then_valid_and_no_changes() {
    with_each_host_that_has(&GENERATED_CONFIGURATION, |host| {
        let unguarded = of_model().moderation(false).status("inactive");
        for chat in [of_model(), unguarded, Endpoint::named("chat").served_model_name("m").rpm(1).tpm(2)] {
            let scene = Scene::with(host, existing(chat), &block(ID));
            let run = scene.workdir.run(&["plan", "-generate-config-out=generated.tf"]).succeeded();
            assert!(run.stdout.contains("0 to add, 0 to change, 0 to destroy"), "{}", run.stdout);
            // Only a block that generates a configuration may name the provider.
            scene.workdir.configure(&block(ID).replace(" provider = maas\n", ""));
            scene.workdir.run(&["apply", "-auto-approve"]).succeeded();
            assert_eq!(scene.writes(), []);
            scene.expect_no_changes();
        }
    });
}

#[test]
fn endpoint_of_a_service_imported_into_a_generated_configuration_then_the_error_names_what_to_add() {
    with_each_host_that_has(&GENERATED_CONFIGURATION, |host| {
        let of_service = Endpoint::named("chat").for_service(seed::HOST_REGION, "card-scoring");
        let of_service = of_service.without("region").without("infer_service_id");
        let scene = Scene::with(host, existing(of_service), &block(ID));
        let error = scene.workdir.run(&["plan", "-generate-config-out=generated.tf"]).error();
        assert_says(&error, &["`infer_service_id`", "`region_id`"]);
    });
}

#[test]
fn endpoint_of_another_source_then_it_can_be_imported_and_keeps_its_source() {
    with_each_host(|host| {
        let scene = Scene::with(host, existing(of_model().source("system")), &chat("rpm = 60\nremark = \"x\""));
        scene.workdir.run(&["import", "maas_endpoint.chat", ID]).succeeded();
        assert_eq!(scene.attributes("maas_endpoint.chat")["source"], "system");
    });
}
