//! What the sandbox remembers of the requests it received.

use std::time::Duration;

use maas_sandbox::{Api, Fault, Sandbox, seed};
use serde_json::json;

use crate::client::{PATIENCE, connect, get, post, workspaces_of};

#[test]
fn request_received_then_recorded_as_it_was_sent() {
    let sandbox = Sandbox::builder().start();
    workspaces_of("a%2Fb?x=%20&y").header("X-Odd", "1").header("x-odd", "2").send(&sandbox);
    let request = sandbox.requests().remove(0);
    assert_eq!((request.number, request.method.as_str(), request.api), (1, "GET", Some(Api::Workspaces)));
    assert_eq!(request.path, format!("/v1/{}/maas/services/workspace/a%2Fb", seed::PROJECT_ID));
    assert_eq!(request.query.as_deref(), Some("x=%20&y"));
    assert_eq!(request.header("X-Auth-Token"), Some(seed::TOKEN));
    assert_eq!(request.headers.iter().filter(|(name, _)| name == "x-odd").count(), 2);
    assert!(request.body.is_empty());
}

#[test]
fn several_requests_then_recorded_in_order_and_told_apart_by_api() {
    let sandbox = Sandbox::builder().start();
    get("/nowhere").send(&sandbox);
    post("/v3/auth/tokens", &json!({"a": 1})).send(&sandbox);
    get("/v3/projects").send(&sandbox);
    workspaces_of("r").send(&sandbox);
    let requests = sandbox.requests();
    let apis = requests.iter().map(|request| request.api).collect::<Vec<_>>();
    assert_eq!(apis, [None, Some(Api::Tokens), Some(Api::Projects), Some(Api::Workspaces)]);
    assert_eq!(requests.iter().map(|request| request.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert!(requests.windows(2).all(|pair| pair[0].received_at <= pair[1].received_at));
    assert_eq!(sandbox.requests_to(Api::Tokens)[0].body, br#"{"a":1}"#);
    assert_eq!(sandbox.requests_to(Api::Workspaces).len(), 1);
}

#[test]
fn request_that_meets_a_fault_then_recorded_all_the_same() {
    let sandbox = Sandbox::builder().fault(Fault::reset()).start();
    assert!(workspaces_of("r").try_send(&sandbox).is_err());
    assert_eq!(sandbox.requests().len(), 1);
}

#[test]
fn requests_forgotten_then_gone_and_the_next_is_number_two() {
    let sandbox = Sandbox::builder().start();
    workspaces_of("r").send(&sandbox);
    sandbox.forget_requests();
    assert!(sandbox.requests().is_empty());
    workspaces_of("r").send(&sandbox);
    assert_eq!(sandbox.requests().iter().map(|request| request.number).collect::<Vec<_>>(), [2]);
}

#[test]
fn client_that_hangs_then_its_request_can_be_waited_for() {
    let sandbox = Sandbox::builder().fault(Fault::hang()).start();
    assert!(!sandbox.wait_for_requests(1, Duration::ZERO));
    let mut connection = connect(&sandbox);
    workspaces_of("r").write_to(&mut connection).expect("an open connection");
    assert!(sandbox.wait_for_requests(1, PATIENCE));
}
