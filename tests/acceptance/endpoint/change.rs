//! Changes in place.

use maas_sandbox::Api::{ControlEndpoint, UpdateEndpoint};
use maas_sandbox::{Api, Endpoint, Sandbox};
use serde_json::{Value, json};

use super::{AGREEMENT, Scene, chat, endpoint};
use crate::errors::assert_says;
use crate::terraform::with_each_host;

#[test]
fn each_argument_changed_then_in_place_with_the_calls_that_it_needs() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat("rpm = 60"));
        let id = scene.id("chat");
        let renamed = |arguments: &str| endpoint("chat", &format!("name = \"talk\"\nmodel_name = \"m\"\n{arguments}"));
        let signed = format!("agreement_id = \"{AGREEMENT}\"");
        let cases: [(String, &[Api], &str, Value); 12] = [
            (chat("rpm = 61"), &[UpdateEndpoint], "rpm", json!(61)),
            (chat("rpm = 61\ntpm = 9"), &[UpdateEndpoint], "tpm", json!(9)),
            (chat("tpm = 9"), &[UpdateEndpoint], "rpm", Value::Null),
            (chat("remark = \"x\""), &[UpdateEndpoint], "remark", json!("x")),
            (chat(""), &[UpdateEndpoint], "remark", json!("")),
            (chat(&signed), &[], "moderation", json!(true)),
            (chat(&format!("{signed}\nmoderation = false")), &[UpdateEndpoint], "moderation", json!(false)),
            (chat("moderation = false"), &[], "moderation", json!(false)),
            (chat("moderation = false\nenabled = false"), &[ControlEndpoint], "status", json!("inactive")),
            (chat("moderation = false\nrpm = 1"), &[UpdateEndpoint, ControlEndpoint], "status", json!("active")),
            (renamed("moderation = false\nrpm = 1"), &[UpdateEndpoint], "endpoint_name", json!("talk")),
            (renamed("moderation = false\nrpm = 1\ntimeouts = { read = \"1m\" }"), &[], "rpm", json!(1)),
        ];
        for (configuration, calls, member, value) in cases {
            scene.configure(&configuration);
            let planned = scene.planned();
            assert_eq!(planned.get("maas_endpoint.chat"), Some(&vec!["update".to_owned()]), "{configuration}");
            scene.apply();
            assert_eq!(scene.writes(), calls, "{configuration}");
            let endpoints = scene.sandbox.endpoints();
            assert_eq!((endpoints.len(), &endpoints[0]["id"]), (1, &json!(id)), "{configuration}");
            assert_eq!(endpoints[0][member], value, "{configuration}");
            scene.expect_no_changes();
        }
    });
}

#[test]
fn one_argument_changed_then_all_members_are_sent_and_none_is_lost() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat("rpm = 60\nremark = \"x\""));
        scene.sandbox.change_endpoint("chat", |endpoint| endpoint.raw("tags", json!(["t"])));
        scene.configure(&chat("rpm = 61\nremark = \"x\""));
        scene.apply();
        assert_eq!(
            scene.body(UpdateEndpoint),
            json!({
                "endpoint_name": "chat", "remark": "x", "rpm": 61, "tpm": null, "moderation": true, "tags": ["t"],
            })
        );
        let now = scene.sandbox.endpoint("chat").expect("it is there");
        assert_eq!((&now["tags"], &now["remark"], &now["status"]), (&json!(["t"]), &json!("x"), &json!("active")));
    });
}

#[test]
fn guard_off_and_another_argument_changed_then_it_stays_off() {
    with_each_host(|host| {
        let off = format!("moderation = false\nagreement_id = \"{AGREEMENT}\"");
        let scene = Scene::applied(host, &chat(&off));
        scene.configure(&chat(&format!("{off}\nrpm = 5")));
        scene.apply();
        assert_eq!(scene.sandbox.endpoint("chat").expect("it is there")["moderation"], false);
        scene.expect_no_changes();
    });
}

#[test]
fn moderation_switched_without_the_agreement_then_refused_in_the_plan() {
    with_each_host(|host| {
        let scene = Scene::applied(host, &chat(""));
        scene.configure(&chat("moderation = false"));
        assert_says(&scene.plan().error(), &["`agreement_id`", "maas_agreement"]);
        assert_eq!(scene.writes(), []);
        scene.configure(&chat(&format!("moderation = false\nagreement_id = \"{AGREEMENT}\"")));
        scene.apply();
        scene.configure(&chat(""));
        assert_says(&scene.plan().error(), &["`agreement_id`", "maas_agreement"]);
    });
}

#[test]
fn changed_value_does_not_stick_then_an_error_names_it_and_the_state_is_what_holds() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().endpoints([]).endpoint_updates_ignore("rpm").start();
        let scene = Scene::with(host, sandbox, &chat("rpm = 60\nremark = \"x\""));
        scene.apply();
        scene.configure(&chat("rpm = 70\nremark = \"y\""));
        let error = scene.try_apply().error();
        assert_says(&error, &["`rpm`"]);
        assert!(!error.contains("`remark`"), "{error}");
        let attributes = scene.attributes("maas_endpoint.chat");
        assert_eq!((&attributes["rpm"], &attributes["remark"]), (&json!(60), &json!("y")));
        assert!(!scene.is_tainted("maas_endpoint.chat"));
    });
}

#[test]
fn lists_that_lag_behind_the_update_then_waited_for() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().endpoints([]).endpoint_lists_behind(1).start();
        let scene = Scene::with(host, sandbox, &chat("rpm = 60"));
        scene.apply();
        scene.configure(&chat("rpm = 61\nenabled = false"));
        scene.apply();
        scene.expect_no_changes();
        let attributes = scene.attributes("maas_endpoint.chat");
        assert_eq!((&attributes["rpm"], &attributes["status"]), (&json!(61), &json!("inactive")));
    });
}

#[test]
fn status_of_an_unknown_word_then_no_change_of_enabled_is_planned() {
    with_each_host(|host| {
        for (enabled, status) in [("", "throttled"), ("enabled = false", "paused"), ("", "ACTIVE")] {
            let scene = Scene::applied(host, &chat(enabled));
            scene.sandbox.change_endpoint("chat", |endpoint: Endpoint| endpoint.status(status));
            scene.expect_no_changes();
        }
    });
}
