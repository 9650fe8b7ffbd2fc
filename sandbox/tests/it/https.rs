//! TLS beside the plain listener.

use std::{
    io::{self, ErrorKind},
    net::{SocketAddr, TcpStream},
};

use maas_sandbox::{Fault, Sandbox, seed};

use crate::{
    client::{Answer, workspaces_of},
    life::address_of_its_own,
    tls::TlsClient,
};

fn ask(client: TlsClient, sandbox: &Sandbox, name: &'static str) -> io::Result<Answer> {
    workspaces_of(seed::HOST_REGION).try_send_over(client.connect(sandbox, name)?)
}

fn status(sandbox: &Sandbox, name: &'static str) -> io::Result<u16> {
    ask(TlsClient::trusting(sandbox), sandbox, name).map(|answer| answer.status)
}

#[test]
fn https_asked_for_then_the_same_answers_there_as_without() {
    let sandbox = Sandbox::builder().https().start();
    assert!(sandbox.https_url().starts_with("https://127.0.0.1:"));
    let secured = ask(TlsClient::trusting(&sandbox), &sandbox, "127.0.0.1").expect("an answer");
    let plain = workspaces_of(seed::HOST_REGION).send(&sandbox);
    assert_eq!((secured.status, &secured.body), (200, &plain.body));
    assert_eq!(sandbox.requests().len(), 2);
    assert!(sandbox.requests().iter().all(|request| !request.proxied));
}

#[test]
fn name_of_this_machine_or_of_the_cloud_then_the_certificate_is_good_for_it() {
    let sandbox = Sandbox::builder().https().start();
    let names = [
        "localhost",
        "127.0.0.1",
        "modelarts.ap-southeast-1.myhuaweicloud.com",
        "iam.cn-southwest-2.myhuaweicloud.com",
        "iam.eu-west-101.myhuaweicloud.eu",
    ];
    for name in names {
        assert_eq!(status(&sandbox, name).expect(name), 200);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn other_address_listened_at_then_the_certificate_is_good_for_it() {
    let sandbox = Sandbox::builder().listen_on(address_of_its_own(4)).https().start();
    assert_eq!(status(&sandbox, "127.0.77.4").expect("an answer"), 200);
}

#[test]
fn name_nobody_mentioned_then_the_certificate_is_not_good_for_it_until_it_is_given() {
    let sandbox = Sandbox::builder().https().start();
    let error = status(&sandbox, "maas.example.test").expect_err("another name");
    assert!(error.to_string().contains("certificate not valid for name"), "{error}");
    let sandbox = Sandbox::builder().https_name("*.example.test").start();
    assert_eq!(status(&sandbox, "maas.example.test").expect("an answer"), 200);
}

#[test]
fn client_that_trusts_nobody_then_it_refuses_the_certificate() {
    let sandbox = Sandbox::builder().https().start();
    let error = ask(TlsClient::wary(), &sandbox, "localhost").expect_err("not trusted");
    assert!(error.to_string().contains("UnknownIssuer"), "{error}");
    assert!(sandbox.requests().is_empty());
}

#[test]
fn client_certificate_required_then_only_its_bearer_is_let_in() {
    let sandbox = Sandbox::builder().client_certificate_required().start();
    let error = status(&sandbox, "localhost").expect_err("no certificate shown");
    assert!(error.to_string().contains("CertificateRequired"), "{error}");
    let bearer = TlsClient::trusting(&sandbox).with_identity(&sandbox);
    assert_eq!(ask(bearer, &sandbox, "localhost").expect("an answer").status, 200);
    assert_eq!(sandbox.requests().len(), 1);
}

#[test]
fn certificate_of_another_sandbox_then_not_let_in() {
    let (sandbox, other) =
        (Sandbox::builder().client_certificate_required().start(), Sandbox::builder().https().start());
    let stranger = TlsClient::trusting(&sandbox).with_identity(&other);
    assert!(ask(stranger, &sandbox, "localhost").is_err());
    assert!(sandbox.requests().is_empty());
}

#[test]
fn certificate_shown_unasked_then_no_harm() {
    let sandbox = Sandbox::builder().https().start();
    let bearer = TlsClient::trusting(&sandbox).with_identity(&sandbox);
    assert_eq!(ask(bearer, &sandbox, "localhost").expect("an answer").status, 200);
}

#[test]
fn reset_behind_tls_then_the_connection_below_is_reset() {
    let sandbox = Sandbox::builder().https().fault(Fault::reset()).start();
    let error = status(&sandbox, "localhost").expect_err("no answer");
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[test]
fn client_that_speaks_no_tls_then_it_keeps_nobody_waiting() {
    let sandbox = Sandbox::builder().https().start();
    let address = sandbox.https_url().trim_start_matches("https://").parse::<SocketAddr>().expect("an address");
    let _silent = TcpStream::connect(address).expect("it listens");
    assert_eq!(status(&sandbox, "localhost").expect("an answer"), 200);
}

#[test]
fn dropped_then_it_no_longer_listens_there_either() {
    let sandbox = Sandbox::builder().listen_on(address_of_its_own(5)).https().start();
    let address = sandbox.https_url().trim_start_matches("https://").parse::<SocketAddr>().expect("an address");
    drop(sandbox);
    assert_eq!(TcpStream::connect(address).expect_err("nobody listens").kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn name_that_cannot_stand_in_a_certificate_then_refused() {
    let error = Sandbox::builder().https_name("bücher.test").try_start().expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
#[should_panic(expected = "built with Builder::https")]
fn https_not_asked_for_then_its_url_panics() {
    let _ = Sandbox::builder().start().https_url();
}
