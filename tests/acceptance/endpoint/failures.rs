//! Requests that fail, and what is left in the state.

use maas_sandbox::Api::{ControlEndpoint, CreateEndpoint, DeleteEndpoint, UpdateEndpoint};
use maas_sandbox::{Api, Endpoint, Fault, Sandbox, Service, seed};
use serde_json::json;

use super::{Scene, chat, endpoint};
use crate::errors::assert_says;
use crate::terraform::with_each_host;

#[test]
fn each_refusal_of_a_create_then_a_message_of_its_own_and_no_state() {
    with_each_host(|host| {
        for (code, parts) in [
            ("ModelArts.6271", &["never accepts a name twice", "`name`"][..]),
            ("ModelArts.6274", &["does not accept the name"]),
            ("ModelArts.6297", &["quota"]),
            ("ModelArts.6613", &["gateway"]),
            ("ModelArts.8503", &["permission"]),
            ("ModelArts.0104", &["error_msg: no"]),
        ] {
            let scene = Scene::new(host, &chat(""));
            let status = if code == "ModelArts.8503" { 401 } else { 400 };
            scene.sandbox.inject(Fault::error(status, code, "no").on(CreateEndpoint));
            let error = scene.try_apply().error();
            assert_says(
                &error,
                &["Unable to create endpoint", &format!("error_code: {code}"), "POST http://127.0.0.1:"],
            );
            assert_says(&error, parts);
            assert_eq!(scene.writes(), [CreateEndpoint], "{code}");
            assert_eq!(scene.resource("maas_endpoint.chat"), json!(null), "{code}");
        }
    });
}

#[test]
fn refusals_of_the_sandbox_itself_then_their_messages() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().endpoints([Endpoint::named("a")]).endpoint_quota(1).start();
        let error = Scene::with(host, sandbox, &chat("")).try_apply().error();
        assert_says(&error, &["error_code: ModelArts.6297", "quota"]);
        let stopped = Service::named("stopped").status("STOPPED");
        let sandbox = Sandbox::builder().endpoints([]).services(seed::HOST_REGION, "0", [stopped]).start();
        let service = Service::id_of("stopped");
        let place = format!("infer_service_id = \"{service}\"\nregion_id = \"{}\"", seed::HOST_REGION);
        let scene = Scene::with(host, sandbox, &endpoint("chat", &format!("name = \"chat\"\n{place}")));
        assert_says(&scene.try_apply().error(), &["error_code: ModelArts.6613", "gateway"]);
    });
}

#[test]
fn answer_to_the_create_is_lost_then_the_endpoint_is_adopted() {
    with_each_host(|host| {
        let gateway = Fault::body(502, "text/html", "<html>Bad Gateway");
        for fault in [Fault::reset(), gateway, Fault::body(504, "text/plain", "upstream timed out")] {
            let scene = Scene::new(host, &chat("rpm = 60"));
            scene.sandbox.inject(fault.on(CreateEndpoint).times(1).after_carrying_out());
            scene.apply();
            assert_eq!(scene.writes(), [CreateEndpoint], "a create is sent once");
            assert_eq!(scene.attributes("maas_endpoint.chat")["id"], scene.id("chat"));
            assert!(!scene.is_tainted("maas_endpoint.chat"));
            scene.expect_no_changes();
        }
    });
}

#[test]
fn answer_to_the_create_has_no_id_then_found_by_its_name() {
    with_each_host(|host| {
        for (status, body) in [(204, ""), (200, "{}"), (201, "created")] {
            let scene = Scene::new(host, &chat(""));
            let fault = Fault::body(status, "application/json", body);
            scene.sandbox.inject(fault.on(CreateEndpoint).times(1).after_carrying_out());
            scene.apply();
            assert_eq!(scene.attributes("maas_endpoint.chat")["id"], scene.id("chat"));
            scene.expect_no_changes();
        }
    });
}

#[test]
fn create_fails_without_an_answer_and_was_not_carried_out_then_an_error_and_no_state() {
    with_each_host(|host| {
        let scene = Scene::new(host, &chat(""));
        scene.sandbox.inject(Fault::status(503).on(CreateEndpoint).times(1));
        let error = scene.try_apply().error();
        assert_says(&error, &["Unable to create endpoint", "`chat`"]);
        assert_eq!(scene.writes(), [CreateEndpoint], "a create is sent once");
        assert_eq!(scene.resource("maas_endpoint.chat"), json!(null));
        scene.apply();
        scene.expect_no_changes();
    });
}

#[test]
fn answer_to_the_create_is_lost_and_the_endpoint_is_of_another_model_then_an_error_says_what_to_import() {
    with_each_host(|host| {
        let scene = Scene::new(host, &chat(""));
        // Somebody else's endpoint of that name appears between the plan and the create.
        scene.sandbox.inject(Fault::reset().on(CreateEndpoint).times(1).after_carrying_out());
        let other = json!({"total": 1, "count": 1, "items": [{
            "id": "7", "endpoint_name": "chat", "source": "custom_from_maas", "served_model_name": "other",
        }]});
        let lists = super::create::lists_before_a_create(host);
        let list = Fault::body(200, "application/json", other.to_string());
        scene.sandbox.inject(list.on(Api::Endpoints).skipping(lists));
        let error = scene.try_apply().error();
        assert_says(&error, &["Unable to create endpoint", "`chat`", "7", "import"]);
        assert_eq!(scene.resource("maas_endpoint.chat"), json!(null));
    });
}

#[test]
fn control_fails_after_the_create_then_tainted_and_untaint_saves_it() {
    with_each_host(|host| {
        let scene = Scene::new(host, &chat("enabled = false\ntimeouts = { create = \"5s\" }"));
        scene.sandbox.inject(Fault::error(400, "ModelArts.0104", "no").on(ControlEndpoint));
        let error = scene.try_apply().error();
        assert_says(&error, &["terraform untaint", "error_code: ModelArts.0104"]);
        assert!(scene.is_tainted("maas_endpoint.chat"));
        let id = scene.id("chat");
        assert_eq!(scene.attributes("maas_endpoint.chat")["id"], id);
        scene.sandbox.clear_faults();
        assert_says(&scene.plan().error(), &["`chat`", &id, "terraform untaint"]);
        scene.workdir.run(&["untaint", "maas_endpoint.chat"]).succeeded();
        scene.apply();
        assert_eq!(
            (scene.id("chat"), scene.sandbox.endpoint("chat").expect("there")["status"].take()),
            (id, json!("inactive"))
        );
        scene.expect_no_changes();
    });
}

#[test]
fn control_fails_some_times_after_the_create_then_retried() {
    with_each_host(|host| {
        let scene = Scene::new(host, &chat("enabled = false"));
        scene.sandbox.inject(Fault::status(503).on(ControlEndpoint).times(3));
        scene.apply();
        assert_eq!(scene.sandbox.endpoint("chat").expect("it is there")["status"], "inactive");
        scene.expect_no_changes();
    });
}

#[test]
fn update_refused_then_the_state_stays_and_the_next_apply_succeeds() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat("rpm = 60"));
        scene.configure(&chat("rpm = 61\nenabled = false"));
        scene.sandbox.inject(Fault::error(400, "ModelArts.0104", "no").on(UpdateEndpoint));
        assert_says(&scene.try_apply().error(), &["Unable to update endpoint", "error_code: ModelArts.0104"]);
        let attributes = scene.attributes("maas_endpoint.chat");
        assert_eq!((&attributes["rpm"], &attributes["enabled"]), (&json!(60), &json!(true)));
        assert!(!scene.is_tainted("maas_endpoint.chat"));
        scene.sandbox.clear_faults();
        scene.apply();
        scene.expect_no_changes();
    });
}

#[test]
fn second_half_of_an_update_refused_then_the_state_has_the_first_half() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat("rpm = 60"));
        scene.configure(&chat("rpm = 61\nenabled = false"));
        scene.sandbox.inject(Fault::error(400, "ModelArts.0104", "no").on(ControlEndpoint));
        assert_says(&scene.try_apply().error(), &["Unable to update endpoint"]);
        let attributes = scene.attributes("maas_endpoint.chat");
        assert_eq!((&attributes["rpm"], &attributes["enabled"]), (&json!(61), &json!(true)));
        scene.sandbox.clear_faults();
        scene.sandbox.forget_requests();
        scene.apply();
        assert_eq!(scene.writes(), [ControlEndpoint]);
    });
}

#[test]
fn answer_to_an_update_is_lost_then_sent_again() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat("rpm = 60"));
        scene.configure(&chat("rpm = 61"));
        scene.sandbox.inject(Fault::reset().on(UpdateEndpoint).times(1).after_carrying_out());
        scene.apply();
        assert_eq!(scene.writes(), [UpdateEndpoint, UpdateEndpoint]);
        scene.expect_no_changes();
    });
}

#[test]
fn endpoint_gone_when_it_is_updated_then_an_error_says_so() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat("rpm = 60"));
        scene.configure(&chat("rpm = 61"));
        scene.sandbox.delete_endpoint("chat");
        let error = scene.workdir.run(&["apply", "-auto-approve", "-refresh=false"]).error();
        assert_says(&error, &["Unable to update endpoint", "does not list", "terraform plan"]);
    });
}

#[test]
fn every_answer_to_an_update_is_lost_then_the_state_has_what_holds_now() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat("rpm = 60"));
        scene.sandbox.inject(Fault::reset().on(UpdateEndpoint).times(2).after_carrying_out());
        scene.configure(&chat("rpm = 61"));
        let error = scene.try_apply().error();
        assert_says(&error, &["Unable to update endpoint"]);
        assert_eq!(scene.attributes("maas_endpoint.chat")["rpm"], 61);
        scene.expect_no_changes();
    });
}

#[test]
fn delete_fails_and_the_endpoint_is_still_there_then_an_error_and_the_state_stays() {
    with_each_host(|host| {
        for fault in [Fault::status(504), Fault::reset(), Fault::error(404, "ModelArts.6291", "no")] {
            let scene = Scene::applied(host, &chat(""));
            scene.sandbox.inject(fault.on(DeleteEndpoint));
            let error = scene.workdir.run(&["destroy", "-auto-approve"]).error();
            assert_says(&error, &["Unable to delete endpoint"]);
            assert_eq!(scene.attributes("maas_endpoint.chat")["id"], scene.id("chat"));
        }
    });
}
