//! The proxy that leads every host to the sandbox.

use std::{
    io::{self, BufRead, BufReader, ErrorKind, Read, Write},
    net::TcpStream,
};

use maas_sandbox::{Api, Fault, Sandbox, Workspace, seed};

use crate::{
    client::{Answer, connect, get, workspaces_of},
    tls::TlsClient,
};

const HOST: &str = "modelarts.ap-southeast-1.myhuaweicloud.com";

/// Asks the proxy for a tunnel.
fn tunnel_to(sandbox: &Sandbox, target: &str) -> io::Result<TcpStream> {
    let mut connection = connect(sandbox);
    write!(connection, "CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n")?;
    let mut lines = BufReader::new(&mut connection).lines();
    assert_eq!(lines.next().transpose()?.as_deref(), Some("HTTP/1.1 200 OK"));
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    drop(lines);
    Ok(connection)
}

/// What a client does that is to call `https://{HOST}/...` through the proxy.
fn ask_through_tunnel(sandbox: &Sandbox) -> io::Result<Answer> {
    let tunnel = tunnel_to(sandbox, &format!("{HOST}:443"))?;
    let secured = TlsClient::trusting(sandbox).greet(tunnel, HOST)?;
    workspaces_of(seed::HOST_REGION).host(HOST).try_send_over(secured)
}

/// What a client does that is to call `http://{HOST}/...` through the proxy.
fn whole_url() -> String {
    format!("http://{HOST}/v1/{}/maas/services/workspace/r", seed::PROJECT_ID)
}

fn assert_is_a_page(answer: &Answer, status: u16) {
    assert_eq!((answer.status, answer.header("Content-Type")), (status, Some("text/html; charset=utf-8")));
    assert!(String::from_utf8_lossy(&answer.body).contains("<h1>Sign in"));
    assert_eq!(answer.header("X-Request-Id"), None);
}

#[test]
fn tunnel_to_the_cloud_then_the_sandbox_answers_in_its_name() {
    let sandbox = Sandbox::builder().https().start();
    assert!(sandbox.proxy_url().starts_with("http://127.0.0.1:"));
    let answer = ask_through_tunnel(&sandbox).expect("an answer");
    assert_eq!((answer.status, answer.json()["count"].as_u64()), (200, Some(4)));
    let request = sandbox.requests().remove(0);
    assert_eq!((request.api, request.proxied, request.header("Host")), (Some(Api::Workspaces), true, Some(HOST)));
    assert_eq!(sandbox.proxied_hosts(), [format!("{HOST}:443")]);
}

#[test]
fn tunnel_to_the_sandbox_itself_then_it_answers_as_well() {
    let sandbox = Sandbox::builder().https().start();
    let target = sandbox.https_url().trim_start_matches("https://");
    let tunnel = tunnel_to(&sandbox, target).expect("a tunnel");
    let secured = TlsClient::trusting(&sandbox).greet(tunnel, "127.0.0.1").expect("trusted");
    assert_eq!(workspaces_of("r").try_send_over(secured).expect("an answer").status, 200);
    assert_eq!(sandbox.proxied_hosts(), [target]);
}

#[test]
fn tunnel_to_a_host_the_certificate_does_not_name_then_the_client_refuses_it() {
    let sandbox = Sandbox::builder().https().start();
    let tunnel = tunnel_to(&sandbox, "example.test:443").expect("a tunnel");
    assert!(TlsClient::trusting(&sandbox).greet(tunnel, "example.test").is_err());
    assert!(sandbox.requests().is_empty());
    assert_eq!(sandbox.proxied_hosts(), ["example.test:443"]);
}

#[test]
fn large_answer_then_all_of_it_comes_through_the_tunnel() {
    let sandbox = Sandbox::builder().https().workspaces(seed::HOST_REGION, Workspace::many(10_000)).start();
    let answer = ask_through_tunnel(&sandbox).expect("an answer");
    assert_eq!(answer.body.len(), answer.declared_length());
    assert_eq!(answer.json()["count"], 10_000);
}

#[test]
fn reset_in_a_tunnel_then_the_connection_below_is_reset() {
    let sandbox = Sandbox::builder().https().fault(Fault::reset()).start();
    assert_eq!(ask_through_tunnel(&sandbox).expect_err("no answer").kind(), ErrorKind::ConnectionReset);
}

#[test]
fn whole_url_asked_for_then_the_sandbox_answers_and_no_tunnel_is_listed() {
    let sandbox = Sandbox::builder().start();
    let answer = get(whole_url()).host(HOST).token(seed::TOKEN).json().send(&sandbox);
    assert_eq!(answer.status, 200);
    let request = sandbox.requests().remove(0);
    assert_eq!((request.proxied, request.header("Host")), (true, Some(HOST)));
    assert_eq!(request.path, format!("/v1/{}/maas/services/workspace/r", seed::PROJECT_ID));
    assert!(sandbox.proxied_hosts().is_empty());
}

#[test]
fn asked_without_the_proxy_then_recorded_so() {
    let sandbox = Sandbox::builder().start();
    workspaces_of("r").send(&sandbox);
    assert!(!sandbox.requests()[0].proxied);
}

#[test]
fn requests_forgotten_then_the_tunnels_as_well() {
    let sandbox = Sandbox::builder().https().start();
    ask_through_tunnel(&sandbox).expect("an answer");
    sandbox.forget_requests();
    assert!(sandbox.proxied_hosts().is_empty());
}

#[test]
fn tunnel_without_https_then_502_that_says_so() {
    let sandbox = Sandbox::builder().start();
    let answer = get("example.test:443").method("CONNECT").send(&sandbox);
    assert_eq!(answer.status, 502);
    assert!(String::from_utf8_lossy(&answer.body).contains("Builder::https"));
}

#[test]
fn sign_in_wanted_then_a_page_for_a_whole_url_and_407_with_one_for_a_tunnel() {
    let sandbox = Sandbox::builder().https().proxy_sign_in_page().start();
    assert_is_a_page(&get(whole_url()).token(seed::TOKEN).json().send(&sandbox), 200);
    let refused = get(format!("{HOST}:443")).method("CONNECT").send(&sandbox);
    assert_is_a_page(&refused, 407);
    assert!(refused.header("Proxy-Authenticate").is_some());
    assert_eq!(sandbox.requests().iter().map(|request| request.proxied).collect::<Vec<_>>(), [true]);
    assert_eq!(sandbox.proxied_hosts(), [format!("{HOST}:443")]);
}

#[test]
fn sign_in_wanted_then_whoever_asks_without_the_proxy_is_answered() {
    let sandbox = Sandbox::builder().proxy_sign_in_page().start();
    assert_eq!(workspaces_of(seed::HOST_REGION).send(&sandbox).json()["count"], 4);
}

#[test]
fn tunnel_left_alone_then_closed_with_the_sandbox() {
    let sandbox = Sandbox::builder().https().start();
    let mut tunnel = tunnel_to(&sandbox, &format!("{HOST}:443")).expect("a tunnel");
    drop(sandbox);
    assert_eq!(tunnel.read(&mut [0]).expect("closed in good order"), 0);
}
