//! Faults, as a client meets them.

use std::{
    io::{self, BufRead, BufReader, ErrorKind, Read},
    net::{Shutdown, TcpStream},
    time::{Duration, Instant},
};

use maas_sandbox::{Api, Fault, Sandbox, Workspace, seed};
use serde_json::{Value, json};

use crate::client::{Answer, PATIENCE, connect, get, post, workspaces_of};

fn with(fault: Fault) -> Sandbox {
    Sandbox::builder().workspaces("r", [Workspace::named("alpha")]).fault(fault).start()
}

fn ask(sandbox: &Sandbox) -> Answer {
    workspaces_of("r").send(sandbox)
}

fn try_ask(sandbox: &Sandbox) -> io::Result<Answer> {
    workspaces_of("r").try_send(sandbox)
}

#[test]
fn status_of_the_service_then_its_error_body() {
    ask(&with(Fault::status(400))).assert_service_error(400, "ModelArts.0104");
    ask(&with(Fault::status(403))).assert_service_error(403, "ModelArts.0010");
}

#[test]
fn status_of_the_gateway_then_its_error_body() {
    let codes = [(401, "APIGW.0301"), (404, "APIGW.0101"), (429, "APIG.0308"), (503, "APIG.0201"), (504, "APIG.0203")];
    for (status, code) in codes {
        ask(&with(Fault::status(status))).assert_gateway_error(status, code);
    }
}

#[test]
fn status_on_tokens_then_the_error_body_of_keystone_and_workspaces_go_on() {
    let sandbox = with(Fault::status(503).on(Api::Tokens));
    post("/v3/auth/tokens", &Value::Null).send(&sandbox).assert_keystone_error(503, "Service Unavailable");
    assert_eq!(ask(&sandbox).status, 200);
}

#[test]
fn fault_on_projects_then_only_projects_meet_it() {
    let sandbox = with(Fault::status(500).on(Api::Projects));
    assert_eq!(get("/v3/projects").token(seed::TOKEN).send(&sandbox).status, 500);
    assert_eq!(ask(&sandbox).status, 200);
    assert_eq!(get("/nowhere").send(&sandbox).status, 404);
}

#[test]
fn two_counted_faults_then_in_turn_and_then_the_regular_answer() {
    let sandbox = with(Fault::status(503).times(2));
    sandbox.inject(Fault::status(429).times(1));
    let statuses = [(); 5].map(|()| ask(&sandbox).status);
    assert_eq!(statuses, [503, 503, 429, 200, 200]);
    assert_eq!(sandbox.requests().len(), 5);
}

#[test]
fn fault_without_a_count_then_until_it_is_cleared() {
    let sandbox = with(Fault::status(503));
    assert_eq!([(); 3].map(|()| ask(&sandbox).status), [503; 3]);
    sandbox.clear_faults();
    assert_eq!(ask(&sandbox).status, 200);
}

#[test]
fn error_of_the_service_then_exactly_that() {
    let answer = ask(&with(Fault::error(401, "ModelArts.8503", "no permission")));
    answer.assert_service_error(401, "ModelArts.8503");
    assert_eq!(answer.json()["error_msg"], "no permission");
}

#[test]
fn error_of_the_gateway_then_the_request_id_is_in_the_body_only() {
    let answer = ask(&with(Fault::gateway_error(429, "APIG.0308", "slow down")));
    let body = answer.json();
    assert_eq!(
        (answer.status, &body["error_code"], &body["error_msg"]),
        (429, &json!("APIG.0308"), &json!("slow down"))
    );
    assert_eq!(body["request_id"].as_str().map(str::len), Some(32));
    assert_eq!(answer.header("X-Request-Id"), None);
}

#[test]
fn body_of_any_kind_then_sent_byte_by_byte() {
    let bodies: [(u16, &str, &[u8]); 5] = [
        (502, "text/html", b"<html><body>Bad Gateway</body></html>"),
        (200, "application/json", b""),
        (200, "application/json", b"{\"workspaces\": 1, \"count\": \"many\"}"),
        (200, "application/json", b"{\"total_count\":1,"),
        (200, "application/octet-stream", b"\xff\xfe\x00"),
    ];
    for (status, content_type, body) in bodies {
        let answer = ask(&with(Fault::body(status, content_type, body)));
        assert_eq!((answer.status, answer.header("Content-Type")), (status, Some(content_type)));
        assert_eq!(answer.body, body);
        answer.request_id();
    }
}

#[test]
fn body_without_a_content_type_then_no_such_header() {
    let answer = ask(&with(Fault::body(503, "", "")));
    assert_eq!((answer.status, answer.header("Content-Type"), answer.body.len()), (503, None, 0));
}

#[test]
fn redirect_then_302_and_the_location() {
    let answer = ask(&with(Fault::redirect("http://127.0.0.1:1/elsewhere")));
    assert_eq!((answer.status, answer.header("Location")), (302, Some("http://127.0.0.1:1/elsewhere")));
}

#[test]
fn header_added_then_there_once_even_in_place_of_the_servers_own() {
    let date = "Wed, 01 Jan 2020 00:00:00 GMT";
    let answer = ask(&with(Fault::status(429).header("Retry-After", "7").header("Date", date)));
    assert_eq!(answer.header("Retry-After"), Some("7"));
    let dates = answer.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("date"));
    assert_eq!(dates.map(|(_, value)| value.as_str()).collect::<Vec<_>>(), [date]);
}

#[test]
fn request_id_taken_away_then_missing_in_that_answer_only() {
    let sandbox = with(Fault::body(502, "text/html", "<html>").without_header("X-Request-Id").times(1));
    assert_eq!(ask(&sandbox).header("X-Request-Id"), None);
    assert_eq!(ask(&sandbox).request_id().len(), 32);
}

#[test]
fn truncated_then_the_full_length_is_declared_but_only_the_start_arrives() {
    let sandbox = with(Fault::truncated(20).times(1));
    let cut = ask(&sandbox);
    let whole = ask(&sandbox);
    assert_eq!((cut.status, cut.declared_length()), (200, whole.body.len()));
    assert_eq!(cut.body, whole.body[..20]);
}

#[test]
fn truncated_before_the_first_byte_or_behind_the_last_then_still_incomplete() {
    for bytes in [0, usize::MAX] {
        let answer = ask(&with(Fault::truncated(bytes)));
        assert_eq!(answer.body.len(), bytes.min(answer.declared_length() - 1));
    }
}

#[test]
fn truncated_far_into_a_large_body_then_everything_before_the_cut_arrives() {
    let sandbox = with(Fault::truncated(10_000_000));
    sandbox.set_workspaces("r", Workspace::many(100_000));
    let answer = ask(&sandbox);
    assert_eq!(answer.body.len(), 10_000_000);
    assert!(answer.declared_length() > 10_000_000);
}

#[test]
fn dripping_then_the_whole_answer_but_not_before_its_time() {
    let pause = Duration::from_millis(2);
    let sandbox = with(Fault::drip(10, pause).times(1));
    let start = Instant::now();
    let slow = ask(&sandbox);
    let elapsed = start.elapsed();
    let whole = ask(&sandbox);
    assert_eq!((slow.status, slow.declared_length()), (200, whole.body.len()));
    assert_eq!(slow.body, whole.body);
    let pauses = u32::try_from((whole.body.len() - 1) / 10).expect("a small body");
    assert!(elapsed >= pause * pauses, "{elapsed:?}");
}

#[test]
fn dripping_in_chunks_larger_than_the_body_then_all_at_once() {
    let sandbox = with(Fault::drip(usize::MAX, Duration::MAX).times(1));
    assert_eq!(ask(&sandbox).body, ask(&sandbox).body);
}

/// Asks, and reads the first bytes of a body that is to stall then.
fn start_of_stalled(sandbox: &Sandbox) -> (BufReader<TcpStream>, [u8; 20]) {
    let mut connection = BufReader::new(connect(sandbox));
    workspaces_of("r").write_to(connection.get_mut()).expect("an open connection");
    let head = connection.by_ref().lines().map(|line| line.expect("an open connection"));
    let head = head.take_while(|line| !line.is_empty()).collect::<Vec<_>>();
    assert_eq!(head[0], "HTTP/1.1 200 OK");
    let mut start = [0; 20];
    connection.read_exact(&mut start).expect("the start of a body");
    (connection, start)
}

#[test]
fn stalled_then_the_start_of_the_answer_and_no_more() {
    let sandbox = with(Fault::stall_after(20).times(1));
    let (mut connection, start) = start_of_stalled(&sandbox);
    assert_eq!(start, ask(&sandbox).body[..20]);
    connection.get_mut().set_read_timeout(Some(Duration::from_millis(50))).expect("not zero");
    let error = connection.read(&mut [0]).expect_err("no more yet");
    assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{error}");
}

#[test]
fn client_gives_up_on_a_stalled_answer_then_the_sandbox_lets_go_as_well() {
    let sandbox = with(Fault::stall_after(20));
    let (mut connection, _) = start_of_stalled(&sandbox);
    connection.get_mut().shutdown(Shutdown::Write).expect("an open connection");
    assert_eq!(connection.read(&mut [0]).expect("closed in good order"), 0);
}

#[test]
fn compressed_then_it_says_so_and_inflates_to_the_regular_answer() {
    let sandbox = with(Fault::gzip().times(1));
    let small = ask(&sandbox);
    assert_eq!((small.status, small.header("Content-Encoding")), (200, Some("gzip")));
    assert_eq!((small.declared_length(), small.header("Content-Type")), (small.body.len(), Some("application/json")));
    assert_eq!(small.inflated(), ask(&sandbox).body);
}

#[test]
fn gzip_bomb_then_a_small_answer_that_inflates_to_that_much() {
    let answer = ask(&with(Fault::gzip_bomb(16)));
    assert_eq!((answer.status, answer.header("Content-Encoding")), (200, Some("gzip")));
    assert!(answer.body.len() < 32 * 1024, "{}", answer.body.len());
    assert_eq!(answer.inflated().len(), 16 * 1024 * 1024);
}

#[test]
fn nested_then_arrays_that_deep() {
    let answer = ask(&with(Fault::nested(3)));
    assert_eq!((answer.status, answer.header("Content-Type")), (200, Some("application/json")));
    assert_eq!(answer.json(), json!([[[]]]));
    assert_eq!(ask(&with(Fault::nested(100_000))).body.len(), 200_000);
}

#[test]
fn reset_then_no_answer_but_a_reset_and_the_sandbox_lives_on() {
    let sandbox = with(Fault::reset().times(1));
    assert_eq!(try_ask(&sandbox).expect_err("no answer").kind(), ErrorKind::ConnectionReset);
    assert_eq!(ask(&sandbox).status, 200);
}

#[test]
fn delayed_then_the_regular_answer_not_before_its_time() {
    let delay = Duration::from_millis(200);
    let sandbox = with(Fault::delay(delay).header("X-Late", "yes"));
    let start = Instant::now();
    let answer = ask(&sandbox);
    assert!(start.elapsed() >= delay);
    assert_eq!((answer.status, answer.header("X-Late")), (200, Some("yes")));
    assert_eq!(answer.json()["workspaces"][0]["name"], "alpha");
}

#[test]
fn one_request_hangs_then_others_are_answered_meanwhile() {
    let sandbox = with(Fault::hang().times(1));
    let mut hanging = connect(&sandbox);
    workspaces_of("r").write_to(&mut hanging).expect("an open connection");
    assert!(sandbox.wait_for_requests(1, PATIENCE));
    assert_eq!(ask(&sandbox).status, 200);
    hanging.set_read_timeout(Some(Duration::from_millis(50))).expect("not zero");
    let error = hanging.read(&mut [0]).expect_err("no answer yet");
    assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{error}");
}

#[test]
fn client_gives_up_on_a_hanging_request_then_the_sandbox_lets_go_as_well() {
    let sandbox = with(Fault::hang().times(1));
    let mut hanging = connect(&sandbox);
    workspaces_of("r").write_to(&mut hanging).expect("an open connection");
    assert!(sandbox.wait_for_requests(1, PATIENCE));
    hanging.shutdown(Shutdown::Write).expect("an open connection");
    assert_eq!(hanging.read(&mut [0]).expect("closed in good order"), 0);
}
