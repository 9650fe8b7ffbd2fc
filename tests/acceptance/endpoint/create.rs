//! New endpoints.

use maas_sandbox::{Api, Fault, Sandbox, Service, seed};
use serde_json::json;

use super::{AGREEMENT, Scene, assert_warns, chat, endpoint};
use crate::errors::assert_says;
use crate::terraform::hosts::{TERRAFORM_DATA, with_each_host_that_has};
use crate::terraform::with_each_host;

#[test]
fn endpoint_of_a_model_then_created_as_configured_and_planned_without_changes() {
    with_each_host(|host| {
        let scene = Scene::new(host, &chat("rpm = 60\ntpm = 100000\nremark = \"Chat of the help desk\""));
        scene.apply();
        assert_eq!(scene.writes(), [Api::CreateEndpoint]);
        assert_eq!(
            scene.body(Api::CreateEndpoint),
            json!({
                "endpoint_name": "chat", "source": "custom_from_maas", "model_name": "m", "rpm": 60, "tpm": 100_000,
                "remark": "Chat of the help desk",
            })
        );
        let made = scene.sandbox.endpoint("chat").expect("it is there");
        assert_eq!(
            scene.attributes("maas_endpoint.chat"),
            json!({
                "id": made["id"], "name": "chat", "model_name": "m", "infer_service_id": null, "region_id": null,
                "source": "custom_from_maas", "rpm": 60, "tpm": 100_000, "remark": "Chat of the help desk",
                "moderation": true, "agreement_id": null, "enabled": true, "status": "active", "cbc_status": "normal",
                "served_model_name": "m", "model_version_id": "", "resident_model_id": made["resident_model_id"],
                "region": seed::HOST_REGION, "project_id": seed::PROJECT_ID, "timeouts": null,
            })
        );
        scene.expect_no_changes();
        assert_eq!(scene.writes(), [Api::CreateEndpoint]);
    });
}

#[test]
fn only_what_is_required_then_nothing_else_is_sent_and_no_changes_follow() {
    with_each_host(|host| {
        let scene = Scene::new(host, &chat(""));
        scene.apply();
        let body = scene.body(Api::CreateEndpoint);
        for member in ["rpm", "tpm", "remark", "moderation", "agreement_id", "infer_service_id", "region"] {
            assert!(body.get(member).is_none(), "{member}: {body}");
        }
        scene.expect_no_changes();
        let attributes = scene.attributes("maas_endpoint.chat");
        assert_eq!((&attributes["rpm"], &attributes["remark"]), (&json!(null), &json!(null)));
    });
}

#[test]
fn endpoint_of_a_service_then_its_source_is_computed() {
    with_each_host(|host| {
        let service = Service::id_of("card-scoring");
        let place = format!("infer_service_id = \"{service}\"\nregion_id = \"{}\"", seed::HOST_REGION);
        let scene = Scene::new(host, &endpoint("scoring", &format!("name = \"scoring\"\n{place}")));
        scene.apply();
        let body = scene.body(Api::CreateEndpoint);
        assert_eq!(body["source"], "custom_from_modelarts_v2");
        assert_eq!((&body["infer_service_id"], &body["region"]), (&json!(service), &json!(seed::HOST_REGION)));
        assert_eq!(scene.attributes("maas_endpoint.scoring")["source"], "custom_from_modelarts_v2");
        scene.expect_no_changes();
    });
}

#[test]
fn guard_off_with_the_agreement_of_the_data_source_then_created_and_without_it_refused_in_the_plan() {
    with_each_host(|host| {
        let signed = "moderation = false\nagreement_id = data.maas_agreement.this.agreement_id";
        let data = "data \"maas_agreement\" \"this\" {}\n";
        let scene = Scene::new(host, &format!("{data}{}", chat(signed)));
        scene.apply();
        let body = scene.body(Api::CreateEndpoint);
        assert_eq!((&body["moderation"], &body["agreement_id"]), (&json!(false), &json!(AGREEMENT)));
        scene.expect_no_changes();

        let scene = Scene::new(host, &chat("moderation = false"));
        assert_says(&scene.plan().error(), &["`agreement_id`", "maas_agreement"]);
        assert_eq!(scene.writes(), []);
    });
}

#[test]
fn disabled_from_the_start_then_created_and_switched_off() {
    with_each_host(|host| {
        let scene = Scene::new(host, &chat("enabled = false"));
        scene.apply();
        assert_eq!(scene.writes(), [Api::CreateEndpoint, Api::ControlEndpoint]);
        assert_eq!(scene.body(Api::ControlEndpoint), json!({"action": "deactivate"}));
        assert_eq!(scene.attributes("maas_endpoint.chat")["status"], "inactive");
        scene.expect_no_changes();
    });
}

#[test]
fn chinese_name_then_created() {
    with_each_host(|host| {
        let scene = Scene::new(host, &endpoint("chat", "name = \"客服-1.a\"\nmodel_name = \"m\""));
        scene.apply();
        assert_eq!(scene.names(), ["客服-1.a"]);
        scene.expect_no_changes();
    });
}

#[test]
fn lists_that_lag_behind_the_create_then_waited_for() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().endpoints([]).endpoint_lists_behind(1).start();
        let scene = Scene::with(host, sandbox, &chat("enabled = false"));
        scene.apply();
        assert_eq!(scene.attributes("maas_endpoint.chat")["id"], scene.id("chat"));
        assert!(!scene.is_tainted("maas_endpoint.chat"));
        scene.expect_no_changes();
    });
}

#[test]
fn list_fails_after_the_create_then_a_warning_and_an_untainted_state() {
    with_each_host(|host| {
        // The lists of the plan, of the plan before the create and of the create itself succeed.
        let sandbox = Sandbox::builder().endpoints([]).start();
        let scene = Scene::with(host, sandbox, &chat("rpm = 60"));
        let before = lists_before_a_create(host);
        scene.sandbox.inject(Fault::status(500).on(Api::Endpoints).skipping(before));
        let run = scene.try_apply();
        assert_warns(&run, &["Warning", "chat"]);
        let attributes = scene.attributes("maas_endpoint.chat");
        assert_eq!((&attributes["id"], &attributes["rpm"]), (&json!(scene.id("chat")), &json!(60)));
        assert!(!scene.is_tainted("maas_endpoint.chat"));
        scene.sandbox.clear_faults();
        scene.sandbox.forget_requests();
        scene.apply();
        assert_eq!(scene.writes(), []);
        scene.expect_no_changes();
    });
}

/// How often the list is read before the request that creates.
pub(super) fn lists_before_a_create(host: &str) -> u32 {
    let scene = Scene::new(host, &chat(""));
    scene.apply();
    let apis: Vec<_> = scene.sandbox.requests().into_iter().filter_map(|request| request.api).collect();
    let lists = apis.iter().take_while(|api| **api != Api::CreateEndpoint).filter(|api| **api == Api::Endpoints);
    u32::try_from(lists.count()).expect("a few")
}

#[test]
fn region_known_only_after_apply_then_created_in_the_project_of_that_region() {
    with_each_host_that_has(&TERRAFORM_DATA, |host| {
        let region = "resource \"terraform_data\" \"region\" { input = \"cn-southwest-2\" }\n";
        let configuration = chat("region = terraform_data.region.output") + region;
        let scene = Scene::in_all_regions(host, &configuration);
        scene.apply();
        let attributes = scene.attributes("maas_endpoint.chat");
        assert_eq!(attributes["region"], seed::OTHER_REGION);
        assert_eq!(attributes["project_id"], seed::OTHER_PROJECT_ID);
        scene.expect_no_changes();
    });
}
