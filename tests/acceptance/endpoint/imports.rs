//! Taking existing endpoints over.

use maas_sandbox::{Endpoint, Sandbox, Service, seed};
use serde_json::json;

use super::{chat, writes};
use crate::terraform::hosts::{self, with_each_host_that_has};
use crate::terraform::{Workdir, with_each_host};

fn sandbox() -> Sandbox {
    let chat = Endpoint::named("chat").served_model_name("DeepSeek-V3").rpm(60).remark("by hand").moderation(false);
    let scoring = Endpoint::named("scoring").for_service(seed::HOST_REGION, "card-scoring").without("infer_service_id");
    Sandbox::builder().endpoints([chat, scoring.without("region")]).start()
}

fn id(sandbox: &Sandbox, name: &str) -> String {
    sandbox.endpoint(name).expect("seeded")["id"].as_str().expect("text").to_owned()
}

const CONFIGURED: &str = "  name = \"chat\"\n  rpm = 60\n  remark = \"by hand\"\n  moderation = false";

#[test]
fn imported_by_either_id_then_no_changes() {
    with_each_host(|host| {
        let sandbox = sandbox();
        let id = id(&sandbox, "chat");
        for import_id in [id.clone(), format!("{}/{}/{id}", seed::HOST_REGION, seed::PROJECT_ID)] {
            let workdir = Workdir::new(host, &sandbox, &chat(CONFIGURED));
            workdir.run(&["import", "maas_endpoint.chat", &import_id]).succeeded();
            workdir.assert_no_changes();
        }
        assert_eq!(writes(&sandbox), [0; 4]);
    });
}

#[test]
fn import_id_of_nothing_or_no_id_then_error() {
    with_each_host(|host| {
        let sandbox = sandbox();
        let workdir = Workdir::new(host, &sandbox, &chat(CONFIGURED));
        let error = workdir.run(&["import", "maas_endpoint.chat", "a/b"]).error();
        assert!(error.contains("Invalid import ID"), "{error}");
        let error = workdir.run(&["import", "maas_endpoint.chat", "no-such-id"]).error();
        assert!(error.contains("Cannot import non-existent remote object"), "{error}");
    });
}

#[test]
fn endpoint_of_a_service_imported_then_its_service_shows_once_as_a_change_that_sends_nothing() {
    with_each_host(|host| {
        let sandbox = sandbox();
        let configuration = format!(
            "resource \"maas_endpoint\" \"scoring\" {{\n name = \"scoring\"\n infer_service_id = \"{}\"\n region_id = \"{}\"\n}}\n",
            Service::id_of("card-scoring"),
            seed::HOST_REGION
        );
        let workdir = Workdir::new(host, &sandbox, &configuration);
        workdir.run(&["import", "maas_endpoint.scoring", &id(&sandbox, "scoring")]).succeeded();
        let plan = workdir.run(&["plan"]).succeeded().stdout;
        assert!(plan.contains("1 to change, 0 to destroy"), "{plan}");
        workdir.apply().succeeded();
        workdir.assert_no_changes();
        assert_eq!(writes(&sandbox), [0; 4]);
        assert_eq!(workdir.state_of("maas_endpoint.scoring")["region_id"], json!(seed::HOST_REGION));
    });
}

#[test]
fn configuration_generated_for_an_import_then_valid_and_no_changes() {
    with_each_host_that_has(&hosts::GENERATED_CONFIGURATION, |host| {
        let sandbox = sandbox();
        let import =
            |name: &str| format!("import {{\n  to = maas_endpoint.{name}\n  id = \"{}\"\n}}\n", id(&sandbox, name));
        let workdir = Workdir::new(host, &sandbox, &import("chat"));
        workdir.run(&["plan", "-generate-config-out=generated.tf"]).succeeded();
        workdir.apply().succeeded();
        workdir.assert_no_changes();
        assert_eq!(writes(&sandbox), [0; 4]);
        let workdir = Workdir::new(host, &sandbox, &import("scoring"));
        let error = workdir.run(&["plan", "-generate-config-out=generated.tf"]).error();
        assert!(error.contains("`infer_service_id` and `region_id`"), "{error}");
    });
}

#[test]
fn endpoint_removed_from_the_configuration_by_a_removed_block_then_it_stays() {
    with_each_host_that_has(&hosts::REMOVED, |host| {
        let sandbox = sandbox();
        let workdir = Workdir::new(host, &sandbox, &chat(CONFIGURED));
        workdir.run(&["import", "maas_endpoint.chat", &id(&sandbox, "chat")]).succeeded();
        let removed = "removed {\n  from = maas_endpoint.chat\n  lifecycle { destroy = false }\n}\n";
        workdir.configure(removed);
        workdir.apply().succeeded();
        assert!(workdir.state_of("maas_endpoint.chat").is_null());
        assert_eq!((writes(&sandbox), sandbox.endpoints().len()), ([0; 4], 2));
    });
}
