//! What holds for every answer.

use std::{
    collections::HashSet,
    io::{BufRead, BufReader, Read, Write},
};

use maas_sandbox::{Sandbox, seed};
use serde_json::{Value, json};

use crate::client::{connect, get, post, workspaces_of};

#[test]
fn path_nobody_published_then_404_of_the_gateway() {
    let sandbox = Sandbox::builder().start();
    for path in ["/", "/v1", "/v3/projects/", "/v1//maas/services/workspace/r", "/v1/p/maas/services/workspaces/r"] {
        let answer = get(path).send(&sandbox);
        answer.assert_gateway_error(404, "APIGW.0101");
        let message = "The API does not exist or has not been published in the environment";
        assert_eq!(answer.json()["error_msg"], message);
    }
}

#[test]
fn method_nobody_published_then_404_as_well() {
    let sandbox = Sandbox::builder().start();
    get("/v3/auth/tokens").send(&sandbox).assert_gateway_error(404, "APIGW.0101");
    post("/v3/projects", &json!({})).send(&sandbox).assert_gateway_error(404, "APIGW.0101");
    workspaces_of("r").method("DELETE").send(&sandbox).assert_gateway_error(404, "APIGW.0101");
}

#[test]
fn answers_of_all_kinds_then_each_has_an_id_of_its_own() {
    let sandbox = Sandbox::builder().start();
    let requests = [
        workspaces_of(seed::HOST_REGION),
        workspaces_of(seed::HOST_REGION),
        get("/v3/projects"),
        get("/v3/projects").token(seed::TOKEN),
        get("/nowhere"),
        post("/v3/auth/tokens", &Value::Null),
    ];
    let ids = requests.map(|request| request.send(&sandbox).request_id());
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
}

#[test]
fn answer_of_iam_then_its_trace_id_is_the_request_id_and_others_have_none() {
    let sandbox = Sandbox::builder().start();
    let answer = get("/v3/projects").token(seed::TOKEN).send(&sandbox);
    assert_eq!(answer.header("X-IAM-Trace-Id"), Some(answer.request_id().as_str()));
    assert_eq!(workspaces_of("r").send(&sandbox).header("X-IAM-Trace-Id"), None);
}

#[test]
fn two_requests_on_one_connection_then_two_answers() {
    let sandbox = Sandbox::builder().start();
    let mut reader = BufReader::new(connect(&sandbox));
    for _ in 0..2 {
        workspaces_of("nowhere").write_to(reader.get_mut()).expect("an open connection");
        let head = reader.by_ref().lines().map(|line| line.expect("an open connection"));
        let head = head.take_while(|line| !line.is_empty()).collect::<Vec<_>>();
        assert_eq!(head[0], "HTTP/1.1 200 OK");
        let mut body = [0; br#"{"total_count":0,"count":0,"workspaces":[]}"#.len()];
        reader.read_exact(&mut body).expect("a whole body");
        assert!(body.ends_with(b"}"));
    }
    assert_eq!(sandbox.requests().len(), 2);
}

#[test]
fn body_beyond_12_megabytes_then_413_of_the_gateway() {
    let sandbox = Sandbox::builder().start();
    let mut connection = connect(&sandbox);
    let length = 12 * 1024 * 1024 + 1;
    let head =
        format!("POST /v3/auth/tokens HTTP/1.1\r\nHost: s\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    connection.write_all(head.as_bytes()).expect("an open connection");
    // The sandbox goes by the declared length: the body need not be sent at all.
    let mut status = String::new();
    BufReader::new(connection).read_line(&mut status).expect("an answer");
    assert_eq!(status, "HTTP/1.1 413 Payload Too Large\r\n");
}
