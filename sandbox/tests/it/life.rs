//! Starting and stopping.

use std::{
    io::{ErrorKind, Read},
    net::{Ipv4Addr, SocketAddr, TcpStream},
};

use maas_sandbox::{Fault, Sandbox, Workspace, seed};

use crate::client::{PATIENCE, connect, workspaces_of};

/// A free port of a loopback address that no other test uses, so that nobody takes the port once it is given up. Only
/// Linux has more than one such address without being asked.
pub(crate) fn address_of_its_own(last: u8) -> SocketAddr {
    let ip = if cfg!(target_os = "linux") { Ipv4Addr::new(127, 0, 77, last) } else { Ipv4Addr::LOCALHOST };
    (ip, 0).into()
}

#[test]
fn started_then_it_listens_where_it_says() {
    let sandbox = Sandbox::builder().start();
    assert_eq!(sandbox.url(), format!("http://{}", sandbox.address()));
    assert!(sandbox.url().starts_with("http://127.0.0.1:"));
    assert!(TcpStream::connect(sandbox.address()).is_ok());
}

#[test]
fn two_started_then_neither_knows_of_the_other() {
    let one = Sandbox::builder().workspaces("r", [Workspace::named("one")]).start();
    let other = Sandbox::builder().workspaces("r", []).start();
    assert_ne!(one.address(), other.address());
    assert_eq!(workspaces_of("r").send(&one).json()["count"], 1);
    assert_eq!(workspaces_of("r").send(&other).json()["count"], 0);
    assert_eq!((one.requests().len(), other.requests().len()), (1, 1));
}

#[tokio::test]
async fn started_inside_a_runtime_then_it_works_and_stops_there_too() {
    let sandbox = Sandbox::builder().listen_on(address_of_its_own(1)).start();
    assert_eq!(workspaces_of(seed::HOST_REGION).send(&sandbox).status, 200);
    let address = sandbox.address();
    drop(sandbox);
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn dropped_then_it_no_longer_listens() {
    let sandbox = Sandbox::builder().listen_on(address_of_its_own(2)).start();
    let address = sandbox.address();
    drop(sandbox);
    assert_eq!(TcpStream::connect(address).expect_err("nobody listens").kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn dropped_while_a_request_hangs_then_the_connection_is_closed() {
    let sandbox = Sandbox::builder().fault(Fault::hang()).start();
    let mut connection = connect(&sandbox);
    workspaces_of("r").write_to(&mut connection).expect("an open connection");
    assert!(sandbox.wait_for_requests(1, PATIENCE));
    drop(sandbox);
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).expect("closed in good order");
    assert!(answer.is_empty());
}

#[test]
fn address_given_then_it_listens_there() {
    let free = Sandbox::builder().listen_on(address_of_its_own(3)).start().address();
    let sandbox = Sandbox::builder().listen_on(free).start();
    assert_eq!(sandbox.address(), free);
}

#[test]
fn address_that_is_not_loopback_then_refused() {
    let error = Sandbox::builder().listen_on(([0, 0, 0, 0], 0).into()).try_start().expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("0.0.0.0:0 is not a loopback address"), "{error}");
}

#[test]
#[should_panic(expected = "the sandbox cannot listen on")]
fn port_taken_then_start_panics() {
    let taken = Sandbox::builder().start();
    let _never = Sandbox::builder().listen_on(taken.address()).start();
}

#[test]
fn sandbox_or_builder_printed_then_no_secret_is() {
    let secrets = [seed::TOKEN, seed::PASSWORD, seed::SECRET_KEY, seed::ID_TOKEN, seed::API_KEY];
    let builder = Sandbox::builder();
    let builder_text = format!("{builder:?}");
    let sandbox_text = format!("{:?}", builder.start());
    for secret in secrets {
        assert!(!builder_text.contains(secret) && !sandbox_text.contains(secret), "{secret}");
    }
    assert!(builder_text.contains(seed::USER_NAME) && sandbox_text.contains(seed::ACCESS_KEY));
}

#[test]
fn exports_pasted_then_they_name_this_sandbox_and_a_token_it_takes() {
    let sandbox = Sandbox::builder().start();
    for (name, value) in sandbox.environment() {
        assert!(sandbox.exports().contains(&format!("export {name}={value}\n")), "{name}");
    }
    let url = sandbox.url();
    let environment = sandbox.environment().map(|(_, value)| value);
    assert_eq!(environment, [url, seed::HOST_REGION, seed::PROJECT_ID, seed::TOKEN, &format!("{url}/v3"), url]);
}
