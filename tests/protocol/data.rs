//! What becomes of the service's data on its way to the host.

use std::time::Duration;

use maas_plugin_host::Plugin;
use maas_plugin_host::tfplugin6 as tf;
use maas_sandbox::{Api, Fault, Sandbox, Workspace, seed};
use rmpv::Value;

use crate::host::{arrived, configured, launcher, only_error, read_of};

const JSON: &str = "application/json";

fn start(sandbox: &Sandbox, variables: &[(&str, &str)]) -> Plugin {
    launcher().envs(sandbox.environment()).envs(variables.iter().copied()).start().expect("starts")
}

/// Reads the workspaces once, with these arguments, from a sandbox whose API responds in this way.
async fn read(fault: Fault, given: &[(&str, Value)]) -> tf::read_data_source::Response {
    let sandbox = Sandbox::builder().fault(fault).start();
    let plugin = start(&sandbox, &[]);
    let (mut client, schemas) = configured(&plugin).await;
    client.read_data_source(read_of(&schemas, given)).await.expect("responds").into_inner()
}

#[tokio::test]
async fn error_code_beside_the_list_then_a_refusal_not_an_empty_list() {
    for body in [
        r#"{"error_code":"ModelArts.0104","error_msg":"denied","workspaces":null}"#,
        r#"{"workspaces":[],"total_count":0,"error_code":"ModelArts.0104","error_msg":"denied"}"#,
        r#"{"errorCode":"ModelArts.0104","errorMsg":"denied","workspaces":[]}"#,
    ] {
        let response = read(Fault::body(200, JSON, body), &[]).await;
        let error = only_error(&response.diagnostics);
        assert!(error.contains("error_code: ModelArts.0104") && error.contains("error_msg: denied"), "{error}");
    }
}

#[tokio::test]
async fn error_code_of_iam_with_a_good_status_then_a_refusal_not_another_failure() {
    let body = r#"{"error_code":"IAM.0011","error_msg":"denied","projects":[{"id":"p","name":"ap-southeast-1"}]}"#;
    let sandbox = Sandbox::builder().fault(Fault::body(200, JSON, body).on(Api::Projects)).start();
    let plugin = start(&sandbox, &[("HW_PROJECT_ID", "")]);
    let (mut client, schemas) = configured(&plugin).await;
    let response = client.read_data_source(read_of(&schemas, &[])).await.expect("responds").into_inner();
    let error = only_error(&response.diagnostics);
    assert!(error.contains("error_code: IAM.0011") && error.contains("/v3/projects"), "{error}");
}

#[tokio::test]
async fn numbers_longer_than_any_integer_for_ids_then_every_digit_is_kept() {
    let body = r#"{"workspaces":[{"id":123456789012345678901},{"id":123456789012345678902},{"id":-18446744073709551617},
        {"id":0.1000000000000000055511151231257827},{"id":1.0}],"total_count":5.0,"count":5e0}"#;
    let response = read(Fault::body(200, JSON, body), &[]).await;
    let expected = [
        "-18446744073709551617",
        "0.1000000000000000055511151231257827",
        "1.0",
        "123456789012345678901",
        "123456789012345678902",
    ];
    assert_eq!(texts(&response, "id"), expected);
    let state = state(&response);
    assert_eq!((&state["total_count"], &state["returned_count"]), (&Value::from(5), &Value::from(5)));
}

#[tokio::test]
async fn times_with_a_fraction_or_an_exponent_then_understood() {
    let body = r#"{"workspaces":[{"id":"1","create_time":1680746333000.0,"update_time":1.680746333120e12}]}"#;
    let response = read(Fault::body(200, JSON, body), &[]).await;
    assert_eq!(texts(&response, "create_time"), ["1680746333000.0"]);
    assert_eq!(texts(&response, "created_at"), ["2023-04-06T01:58:53.000Z"]);
    assert_eq!(texts(&response, "updated_at"), ["2023-04-06T01:58:53.120Z"]);
}

#[tokio::test]
async fn numbers_longer_than_any_integer_in_a_refusal_then_every_digit_is_kept() {
    let body = r#"{"error_code":123456789012345678901,"error_msg":"denied","request_id":98765432109876543210.0}"#;
    for status in [200, 403] {
        let error = only_error(&read(Fault::body(status, JSON, body), &[]).await.diagnostics);
        assert!(error.contains("error_code: 123456789012345678901"), "{error}");
    }
}

#[tokio::test]
async fn byte_order_mark_before_a_response_then_read_as_without_it() {
    let list = "\u{feff}{\"workspaces\":[{\"id\":\"1\",\"name\":\"\u{feff}one\"}]}";
    assert_eq!(names(&read(Fault::body(200, JSON, list), &[]).await), ["\u{feff}one"]);
    let refusal = "\u{feff}{\"error_code\":\"ModelArts.0104\",\"error_msg\":\"denied\"}";
    for status in [200, 403] {
        let error = only_error(&read(Fault::body(status, JSON, refusal), &[]).await.diagnostics);
        assert!(error.contains("error_code: ModelArts.0104") && error.contains("error_msg: denied"), "{error}");
    }
    let error = only_error(&read(Fault::body(200, JSON, "\u{feff}"), &[]).await.diagnostics);
    assert!(error.contains("the answer is empty"), "{error}");
    let error = only_error(&read(Fault::body(403, "text/html", "\u{feff}<html>"), &[]).await.diagnostics);
    assert!(error.contains("is a web page"), "{error}");
}

/// Reads the workspaces of a project that IAM finds by its name, with this response.
async fn read_in_project(api: Api, fault: Fault) -> (Sandbox, tf::read_data_source::Response) {
    let sandbox = Sandbox::builder().fault(fault.on(api)).start();
    let user = [("HW_USER_ID", seed::USER_ID), ("HW_USER_PASSWORD", seed::PASSWORD), ("HW_AUTH_TOKEN", "")];
    let variables = if api == Api::Tokens { user.as_slice() } else { &[] };
    let plugin = start(&sandbox, &[variables, &[("HW_PROJECT_ID", "")]].concat());
    let (mut client, schemas) = configured(&plugin).await;
    let response = client.read_data_source(read_of(&schemas, &[])).await.expect("responds").into_inner();
    (sandbox, response)
}

#[tokio::test]
async fn byte_order_mark_before_the_project_list_then_read_as_without_it() {
    let body = format!("\u{feff}{{\"projects\":[{{\"id\":\"{}\"}}]}}", seed::PROJECT_ID);
    let (_, response) = read_in_project(Api::Projects, Fault::body(200, JSON, body)).await;
    assert_eq!(response.diagnostics, []);
}

#[tokio::test]
async fn project_id_of_iam_that_is_no_path_segment_then_refused_before_the_read() {
    for id in ["", " ", ".", "..", "%2e%2E", "a/../b", "a\\\\b", "a%2Fb", "a\\u0000b"] {
        let list = format!(r#"{{"projects":[{{"id":"{id}","name":"ap-southeast-1"}}]}}"#);
        let token = format!(r#"{{"token":{{"project":{{"id":"{id}"}}}}}}"#);
        let token = Fault::body(201, JSON, token).header("x-subject-token", "MIIDkgYJKoZIhvcN");
        for (api, fault) in [(Api::Projects, Fault::body(200, JSON, list)), (Api::Tokens, token)] {
            let (sandbox, response) = read_in_project(api, fault).await;
            let error = only_error(&response.diagnostics);
            assert!(error.contains("cannot be the id of a project"), "{id} {error}");
            assert!(error.contains("http://127.0.0.1") && error.contains("`auth_url`"), "{id} {error}");
            assert_eq!(sandbox.requests_to(Api::Workspaces).len(), 0, "{id}");
        }
    }
}

#[tokio::test]
async fn filter_with_a_value_that_no_workspace_has_then_warning_lists_the_values_seen() {
    let list = r#"{"workspaces":[{"id":"1","auth_type":"public"},{"id":"2","auth_type":"in\u001bternal"},
        {"id":"3","auth_type":"private","owner":"ann"},{"id":"4","auth_type":"public"}]}"#;
    let warned = async |body: &str, given: &[(&str, Value)]| {
        let response = read(Fault::body(200, JSON, body), given).await;
        assert!(response.state.is_some());
        response.diagnostics
    };
    let warnings = warned(list, &[("auth_type", "pubic".into())]).await;
    assert_eq!((warnings.len(), warnings[0].severity()), (1, tf::diagnostic::Severity::Warning));
    assert!(warnings[0].detail.contains(r#"seen: "in ternal", "private", "public"."#), "{}", warnings[0].detail);
    assert!(format!("{:?}", warnings[0].attribute).contains("auth_type"), "{warnings:?}");
    for (body, given) in [
        (r#"{"workspaces":[]}"#, vec![("auth_type", "pubic".into())]),
        (list, vec![("auth_type", "PUBLIC".into())]),
        (list, vec![("auth_type", "public".into()), ("owner", "ann".into())]),
        (list, vec![("name", "none".into()), ("owner", "none".into())]),
    ] {
        assert_eq!(warned(body, &given).await, [], "{given:?}");
    }
}

/// The state of a read that succeeded.
fn state(response: &tf::read_data_source::Response) -> Value {
    assert_eq!(response.diagnostics, []);
    let state = response.state.as_ref().expect("a state");
    rmpv::decode::read_value(&mut state.msgpack.as_slice()).expect("MessagePack")
}

/// One attribute of all workspaces in a response.
fn texts(response: &tf::read_data_source::Response, attribute: &str) -> Vec<String> {
    let state = state(response);
    let workspaces = state["workspaces"].as_array().expect("a list");
    workspaces.iter().map(|workspace| workspace[attribute].as_str().expect("a string").to_owned()).collect()
}

/// The names of the workspaces in a response.
fn names(response: &tf::read_data_source::Response) -> Vec<String> {
    texts(response, "name")
}

#[tokio::test]
async fn change_while_a_read_is_in_flight_then_a_later_read_sees_it() {
    let sandbox = Sandbox::builder().fault(Fault::delay(Duration::from_secs(1)).times(1)).start();
    let plugin = start(&sandbox, &[]);
    let (client, schemas) = configured(&plugin).await;
    let read = || {
        let (mut client, request) = (client.clone(), read_of(&schemas, &[]));
        tokio::spawn(async move { client.read_data_source(request).await.expect("responds").into_inner() })
    };
    let earlier = read();
    let sandbox = arrived(sandbox, 1).await;
    sandbox.set_workspaces("ap-southeast-1", [Workspace::named("new")]);
    let later: Vec<_> = (0..9).map(|_| read()).collect();
    earlier.await.expect("no panic");
    for later in later {
        assert_eq!(names(&later.await.expect("no panic")), ["new"]);
    }
    assert_eq!(sandbox.requests_to(Api::Workspaces).len(), 2);
}

#[tokio::test]
async fn change_right_after_a_read_then_the_next_read_sees_it() {
    let sandbox = Sandbox::builder().start();
    let plugin = start(&sandbox, &[]);
    let (mut client, schemas) = configured(&plugin).await;
    for name in ["one", "two", "three"] {
        sandbox.set_workspaces("ap-southeast-1", [Workspace::named(name)]);
        let response = client.read_data_source(read_of(&schemas, &[])).await.expect("responds").into_inner();
        assert_eq!(names(&response), [name]);
    }
}
