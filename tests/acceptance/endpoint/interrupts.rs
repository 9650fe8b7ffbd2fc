//! Ctrl-C while an endpoint is created.

use std::time::Duration;

use maas_sandbox::Api::CreateEndpoint;
use maas_sandbox::{Fault, Sandbox};
use serde_json::json;

use super::{Scene, chat, endpoint};
use crate::errors::assert_says;
use crate::terraform::with_each_host;

/// Waits until a create has arrived.
fn wait_for_create(sandbox: &Sandbox) {
    for count in 1.. {
        assert!(sandbox.wait_for_requests(count, Duration::from_secs(30)), "a create arrives");
        if !sandbox.requests_to(CreateEndpoint).is_empty() {
            return;
        }
    }
}

#[test]
fn ctrl_c_once_in_a_create_then_it_finishes_and_later_ones_are_not_sent() {
    with_each_host(|host| {
        let second = "name = \"talk\"\nmodel_name = \"m\"\ndepends_on = [maas_endpoint.chat]";
        let third = endpoint("third", "name = \"third\"\nmodel_name = \"m\"");
        let scene = Scene::new(host, &(chat("") + &endpoint("talk", second) + &third));
        scene.sandbox.inject(Fault::delay(Duration::from_secs(2)).on(CreateEndpoint));
        let running = scene.workdir.spawn(&["apply", "-auto-approve"]);
        wait_for_create(&scene.sandbox);
        running.signal("-INT");
        let run = running.finish();
        assert!(!run.success, "{}", run.stdout);
        assert_eq!(scene.writes(), [CreateEndpoint], "writes that wait for their turn are dropped");
        let made = if scene.names() == ["chat"] { "chat" } else { "third" };
        let address = format!("maas_endpoint.{made}");
        assert_eq!(scene.attributes(&address)["id"], scene.id(made));
        assert!(!scene.is_tainted(&address));
        scene.sandbox.clear_faults();
        scene.apply();
        assert_eq!(scene.names(), ["chat", "talk", "third"]);
        scene.expect_no_changes();
    });
}

#[test]
fn ctrl_c_twice_in_a_create_then_the_next_plan_names_the_id_to_import() {
    with_each_host(|host| {
        let scene = Scene::new(host, &chat(""));
        scene.sandbox.inject(Fault::hang().on(CreateEndpoint).times(1).after_carrying_out());
        let running = scene.workdir.spawn(&["apply", "-auto-approve"]);
        wait_for_create(&scene.sandbox);
        running.signal("-INT");
        running.signal("-INT");
        let run = running.finish();
        assert!(!run.success, "{}", run.stdout);
        assert_eq!(scene.resource("maas_endpoint.chat"), json!(null));
        let id = scene.id("chat");
        assert_says(&scene.plan().error(), &["`chat`", &id, "import"]);
        scene.workdir.run(&["import", "maas_endpoint.chat", &id]).succeeded();
        scene.expect_no_changes();
    });
}
