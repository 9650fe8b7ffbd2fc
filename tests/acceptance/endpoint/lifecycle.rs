//! Creating, changing, disabling and deleting.

use maas_sandbox::{Api, Sandbox, Service, seed};
use serde_json::{Value, json};

use super::{chat, sandbox, writes};
use crate::terraform::{Workdir, with_each_host};

#[test]
fn created_then_in_the_state_and_no_further_changes_and_destroyed() {
    with_each_host(|host| {
        let sandbox = sandbox();
        let arguments = "  name = \"chat-1\"\n  rpm = 60\n  remark = \"for tests\"\n  timeouts = { create = \"2m\" }";
        let workdir = Workdir::new(host, &sandbox, &chat(arguments));
        workdir.apply().succeeded();
        let body: Value = serde_json::from_slice(&sandbox.requests_to(Api::CreateEndpoint)[0].body).expect("JSON");
        assert_eq!(
            body,
            json!({
                "endpoint_name": "chat-1", "source": "custom_from_maas", "model_name": "DeepSeek-V3", "rpm": 60,
                "remark": "for tests",
            })
        );
        let state = workdir.state_of("maas_endpoint.chat");
        let endpoint = sandbox.endpoint("chat-1").expect("created");
        assert_eq!(
            state,
            json!({
                "id": endpoint["id"], "name": "chat-1", "source": "custom_from_maas", "model_name": "DeepSeek-V3",
                "infer_service_id": null, "region_id": null, "rpm": 60, "tpm": null, "remark": "for tests",
                "moderation": true, "agreement_id": null, "enabled": true, "status": "active", "cbc_status": "normal",
                "served_model_name": "DeepSeek-V3", "model_version_id": "", "resident_model_id": endpoint["resident_model_id"],
                "region": seed::HOST_REGION, "project_id": seed::PROJECT_ID,
                "timeouts": {"create": "2m", "read": null, "update": null, "delete": null},
            })
        );
        workdir.assert_no_changes();
        workdir.run(&["destroy", "-auto-approve"]).succeeded();
        assert!(sandbox.endpoint("chat-1").is_none());
        assert_eq!(writes(&sandbox), [1, 0, 0, 1]);
    });
}

#[test]
fn endpoint_of_an_inference_service_then_created_and_no_further_changes() {
    with_each_host(|host| {
        let sandbox = sandbox();
        let service = Service::id_of("card-scoring");
        let configuration = format!(
            "resource \"maas_endpoint\" \"scoring\" {{\n name = \"scoring\"\n infer_service_id = \"{service}\"\n region_id = \
             \"{}\"\n}}\n",
            seed::HOST_REGION
        );
        let workdir = Workdir::new(host, &sandbox, &configuration);
        workdir.apply().succeeded();
        let state = workdir.state_of("maas_endpoint.scoring");
        assert_eq!(
            (&state["source"], &state["infer_service_id"]),
            (&json!("custom_from_modelarts_v2"), &json!(service))
        );
        workdir.assert_no_changes();
    });
}

#[test]
fn each_argument_changed_in_place_then_one_put_with_all_members_and_the_same_id() {
    with_each_host(|host| {
        let sandbox = sandbox();
        let workdir = Workdir::new(host, &sandbox, &chat("  name = \"chat\"\n  rpm = 60\n  remark = \"a\""));
        workdir.apply().succeeded();
        let id = workdir.state_of("maas_endpoint.chat")["id"].clone();
        // What the model does not know has to survive.
        sandbox.change_endpoint("chat", |endpoint| endpoint.raw("tags", json!(["t"])));
        let steps = [
            ("  name = \"chat\"\n  rpm = 61\n  remark = \"a\"", "rpm", json!(61)),
            ("  name = \"chat\"\n  rpm = 61\n  remark = \"b\"", "remark", json!("b")),
            ("  name = \"chat\"\n  rpm = 61\n  tpm = 1000\n  remark = \"b\"", "tpm", json!(1000)),
            ("  name = \"chat\"\n  tpm = 1000\n  remark = \"b\"", "rpm", Value::Null),
            ("  name = \"chat-b\"\n  tpm = 1000", "remark", json!("")),
        ];
        for (step, (arguments, member, value)) in steps.iter().enumerate() {
            workdir.configure(&chat(arguments));
            workdir.apply().succeeded();
            let endpoints = sandbox.endpoints();
            assert_eq!((endpoints.len(), &endpoints[0][*member]), (1, value), "{arguments}");
            assert_eq!((&endpoints[0]["tags"], &endpoints[0]["moderation"]), (&json!(["t"]), &json!(true)));
            assert_eq!(workdir.state_of("maas_endpoint.chat")["id"], id);
            assert_eq!(writes(&sandbox), [1, step + 1, 0, 0], "{arguments}");
            workdir.assert_no_changes();
        }
        assert!(sandbox.endpoint("chat-b").is_some());
    });
}

#[test]
fn moderation_switched_then_only_with_the_agreement_and_the_agreement_is_sent_with_the_switch_alone() {
    with_each_host(|host| {
        let sandbox = sandbox();
        let workdir = Workdir::new(host, &sandbox, &chat("  name = \"chat\"\n  moderation = false"));
        let error = workdir.run(&["plan"]).error();
        assert!(error.contains("Missing agreement") && error.contains("maas_agreement"), "{error}");
        assert_eq!(writes(&sandbox), [0; 4]);
        let agreement = "data \"maas_agreement\" \"en\" {}\n";
        let with_agreement = |arguments: &str| {
            chat(&format!("  name = \"chat\"\n  agreement_id = data.maas_agreement.en.agreement_id\n{arguments}"))
                + agreement
        };
        workdir.configure(&with_agreement("  moderation = false"));
        workdir.apply().succeeded();
        assert_eq!(sandbox.endpoint("chat").expect("created")["moderation"], false);
        // No agreement is needed while the moderation stays off.
        workdir.configure(&chat("  name = \"chat\"\n  moderation = false\n  rpm = 5"));
        workdir.apply().succeeded();
        let body: Value = serde_json::from_slice(&sandbox.requests_to(Api::UpdateEndpoint)[0].body).expect("JSON");
        assert_eq!((&body["moderation"], body.get("agreement_id")), (&json!(false), None));
        workdir.assert_no_changes();
        workdir.configure(&chat("  name = \"chat\"\n  rpm = 5"));
        let error = workdir.run(&["plan"]).error();
        assert!(error.contains("Missing agreement"), "{error}");
        workdir.configure(&with_agreement("  rpm = 5"));
        workdir.apply().succeeded();
        assert_eq!(sandbox.endpoint("chat").expect("created")["moderation"], true);
    });
}

#[test]
fn disabled_and_enabled_then_only_control_calls() {
    with_each_host(|host| {
        let sandbox = sandbox();
        let workdir = Workdir::new(host, &sandbox, &chat("  name = \"chat\"\n  enabled = false"));
        workdir.apply().succeeded();
        let state = workdir.state_of("maas_endpoint.chat");
        assert_eq!((&state["enabled"], &state["status"]), (&json!(false), &json!("inactive")));
        workdir.assert_no_changes();
        workdir.configure(&chat("  name = \"chat\""));
        workdir.apply().succeeded();
        assert_eq!(workdir.state_of("maas_endpoint.chat")["status"], "active");
        workdir.assert_no_changes();
        assert_eq!(writes(&sandbox), [1, 0, 2, 0]);
    });
}

#[test]
fn changed_outside_then_planned_back_and_deleted_outside_then_removed_with_a_warning() {
    with_each_host(|host| {
        let sandbox = sandbox();
        let workdir = Workdir::new(host, &sandbox, &chat("  name = \"chat\"\n  rpm = 60"));
        workdir.apply().succeeded();
        sandbox.change_endpoint("chat", |endpoint| endpoint.rpm(7).status("inactive"));
        let plan = workdir.run(&["plan"]).succeeded().stdout;
        assert!(plan.contains("7 -> 60") && plan.contains("1 to change"), "{plan}");
        workdir.apply().succeeded();
        let endpoint = sandbox.endpoint("chat").expect("there");
        assert_eq!((&endpoint["rpm"], &endpoint["status"]), (&json!(60), &json!("active")));
        workdir.assert_no_changes();

        // An incomplete list is no proof that it is gone.
        sandbox.hide_endpoint("chat");
        let run = workdir.run(&["plan", "-detailed-exitcode"]).succeeded();
        assert!(run.stdout.contains("Endpoint was not refreshed"), "{}", run.stdout);
        sandbox.show_endpoints();

        sandbox.delete_endpoint("chat");
        let run = workdir.run(&["plan"]).succeeded();
        assert!(run.stdout.contains("Endpoint no longer exists") && run.stdout.contains("1 to add"), "{}", run.stdout);
        let error = workdir.apply().error();
        assert!(error.contains("ModelArts.6271") && error.contains("never accepts a name twice"), "{error}");
        workdir.configure(&chat("  name = \"chat-2\"\n  rpm = 60"));
        workdir.apply().succeeded();
        workdir.assert_no_changes();
    });
}

#[test]
fn lists_lag_behind_then_the_state_shows_the_change() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().endpoints([]).endpoint_lists_behind(2).start();
        let workdir = Workdir::new(host, &sandbox, &chat("  name = \"chat\"\n  rpm = 60"));
        workdir.apply().succeeded();
        assert_eq!(workdir.state_of("maas_endpoint.chat")["status"], "active");
        workdir.configure(&chat("  name = \"chat\"\n  rpm = 61"));
        workdir.apply().succeeded();
        workdir.assert_no_changes();
    });
}
