//! Requests that fail: what exists is never lost from the state.

use maas_sandbox::{Api, Fault, Sandbox};
use serde_json::json;

use super::{chat, sandbox, writes};
use crate::terraform::{Workdir, with_each_host};

#[test]
fn response_to_the_creation_lost_then_the_endpoint_is_adopted_with_a_warning() {
    with_each_host(|host| {
        for lost in [Fault::reset(), Fault::status(504), Fault::body(200, "text/plain", "ok")] {
            let sandbox = sandbox();
            sandbox.inject(lost.clone().on(Api::CreateEndpoint).times(1).after_carrying_out());
            let workdir = Workdir::new(host, &sandbox, &chat("  name = \"chat\""));
            workdir.apply().succeeded();
            assert_eq!(
                workdir.state_of("maas_endpoint.chat")["id"],
                sandbox.endpoint("chat").expect("created")["id"],
                "{lost:?}"
            );
            workdir.assert_no_changes();
            assert_eq!(writes(&sandbox), [1, 0, 0, 0]);
        }
    });
}

#[test]
fn creation_fails_without_a_clear_response_then_sent_once_and_the_next_apply_creates() {
    with_each_host(|host| {
        let sandbox = sandbox();
        sandbox.inject(Fault::status(503).on(Api::CreateEndpoint).times(1));
        let workdir = Workdir::new(host, &sandbox, &chat("  name = \"chat\""));
        let error = workdir.apply().error();
        assert!(error.contains("Unable to create endpoint") && error.contains("was not sent again"), "{error}");
        assert_eq!(writes(&sandbox), [1, 0, 0, 0]);
        assert!(workdir.state_of("maas_endpoint.chat").is_null());
        workdir.apply().succeeded();
        workdir.assert_no_changes();
    });
}

#[test]
fn refused_by_the_service_then_error_with_code_and_remedy_at_the_argument() {
    with_each_host(|host| {
        for (code, part) in [
            ("ModelArts.6271", "never accepts a name twice"),
            ("ModelArts.6274", "does not accept the name"),
            ("ModelArts.6297", "quota"),
            ("ModelArts.6613", "MaaS gateway"),
        ] {
            let sandbox = sandbox();
            sandbox.inject(Fault::error(400, code, "no").on(Api::CreateEndpoint));
            let workdir = Workdir::new(host, &sandbox, &chat("  name = \"chat\""));
            let error = workdir.apply().error();
            assert!(error.contains(code) && error.contains(part), "{error}");
            assert_eq!(writes(&sandbox), [1, 0, 0, 0]);
        }
        let sandbox = sandbox();
        sandbox.inject(Fault::error(401, "ModelArts.8503", "no").on(Api::CreateEndpoint));
        let error = Workdir::new(host, &sandbox, &chat("  name = \"chat\"")).apply().error();
        assert!(error.contains("ModelArts.8503") && error.contains("permission"), "{error}");
    });
}

#[test]
fn read_after_the_creation_fails_then_a_warning_and_the_endpoint_is_not_tainted() {
    with_each_host(|host| {
        let sandbox = sandbox();
        // Refused for good, after the lists of the plan and of the creation.
        sandbox.inject(Fault::error(403, "ModelArts.0010", "no").on(Api::Endpoints).skipping(3).times(1));
        let workdir = Workdir::new(host, &sandbox, &chat("  name = \"chat\"\n  rpm = 60"));
        let run = workdir.apply().succeeded();
        assert!(run.stdout.contains("Unable to read endpoint"), "{}", run.stdout);
        assert_eq!(workdir.state_of("maas_endpoint.chat")["rpm"], 60);
        workdir.apply().succeeded();
        workdir.assert_no_changes();
        assert_eq!(writes(&sandbox), [1, 0, 0, 0]);
    });
}

#[test]
fn control_call_of_a_creation_fails_then_tainted_and_the_error_says_untaint() {
    with_each_host(|host| {
        let sandbox = sandbox();
        sandbox.inject(Fault::error(403, "ModelArts.0010", "no").on(Api::ControlEndpoint).times(1));
        let workdir = Workdir::new(host, &sandbox, &chat("  name = \"chat\"\n  enabled = false"));
        let error = workdir.apply().error();
        assert!(error.contains("terraform untaint"), "{error}");
        let error = workdir.run(&["plan"]).error();
        assert!(error.contains("terraform untaint"), "{error}");
        workdir.run(&["untaint", "maas_endpoint.chat"]).succeeded();
        workdir.apply().succeeded();
        assert_eq!(sandbox.endpoint("chat").expect("created")["status"], "inactive");
        workdir.assert_no_changes();
        assert_eq!(writes(&sandbox), [1, 0, 2, 0]);
    });
}

#[test]
fn control_call_of_a_creation_fails_for_a_while_then_sent_again() {
    with_each_host(|host| {
        let sandbox = sandbox();
        sandbox.inject(Fault::status(503).on(Api::ControlEndpoint).times(7));
        let workdir =
            Workdir::new(host, &sandbox, &chat("  name = \"chat\"\n  enabled = false")).env("HW_MAX_RETRIES", "1");
        workdir.apply().succeeded();
        assert_eq!(writes(&sandbox), [1, 0, 8, 0]);
        workdir.assert_no_changes();
    });
}

#[test]
fn update_fails_then_the_state_has_what_holds_now() {
    with_each_host(|host| {
        let sandbox = sandbox();
        let workdir = Workdir::new(host, &sandbox, &chat("  name = \"chat\"\n  rpm = 60"));
        workdir.apply().succeeded();
        // The limits are changed, and then enabling fails.
        sandbox.inject(Fault::error(403, "ModelArts.0010", "no").on(Api::ControlEndpoint).times(1));
        workdir.configure(&chat("  name = \"chat\"\n  rpm = 61\n  enabled = false"));
        let error = workdir.apply().error();
        assert!(error.contains("Unable to update endpoint"), "{error}");
        let state = workdir.state_of("maas_endpoint.chat");
        assert_eq!((&state["rpm"], &state["enabled"]), (&json!(61), &json!(true)));
        workdir.apply().succeeded();
        workdir.assert_no_changes();
        assert_eq!(writes(&sandbox), [1, 1, 2, 0]);
    });
}

#[test]
fn update_ignored_by_the_service_then_error_names_the_argument() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().endpoints([]).endpoint_updates_ignore("rpm").start();
        let workdir = Workdir::new(host, &sandbox, &chat("  name = \"chat\"\n  rpm = 60"));
        workdir.apply().succeeded();
        workdir.configure(&chat("  name = \"chat\""));
        let error = workdir.apply().error();
        assert!(error.contains("Endpoint change had no effect") && error.contains("`rpm`"), "{error}");
        assert_eq!(workdir.state_of("maas_endpoint.chat")["rpm"], 60);
    });
}

#[test]
fn deleted_elsewhere_before_the_destroy_then_it_succeeds_and_a_gateways_404_is_no_proof() {
    with_each_host(|host| {
        let sandbox = sandbox();
        let workdir = Workdir::new(host, &sandbox, &chat("  name = \"chat\""));
        workdir.apply().succeeded();
        sandbox.inject(Fault::gateway_error(404, "APIGW.0101", "no such API").on(Api::DeleteEndpoint).times(1));
        let error = workdir.run(&["destroy", "-auto-approve"]).error();
        assert!(error.contains("Unable to delete endpoint"), "{error}");
        assert!(!workdir.state_of("maas_endpoint.chat").is_null());
        // The response is lost, so that the second attempt finds nothing to delete.
        sandbox.inject(Fault::reset().on(Api::DeleteEndpoint).times(1).after_carrying_out());
        workdir.run(&["destroy", "-auto-approve"]).succeeded();
        assert_eq!(writes(&sandbox), [1, 0, 0, 3]);
    });
}
