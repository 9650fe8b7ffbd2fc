//! The program, run as a user runs it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use maas_sandbox::{HCL, Sandbox, seed};

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_maas-sandbox"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn output(arguments: &[&str]) -> Output {
    program(arguments).output().expect("a program that ends")
}

/// The program while it serves; killed when the test is done with it, however it ends.
struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    announcement: String,
}

impl Running {
    fn start() -> Self {
        let mut child = program(&["--listen", "127.0.0.1:0"]).spawn().expect("a program that starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        let mut announcement = String::new();
        while !announcement.contains("to stop.\n") {
            assert_ne!(stdout.read_line(&mut announcement).expect("text"), 0, "ended early: {announcement}");
        }
        Self { child, stdout, announcement }
    }

    fn exported(&self, name: &str) -> &str {
        let prefix = format!("export {name}=");
        self.announcement.lines().find_map(|line| line.strip_prefix(&prefix)).expect("an export of that name")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn started_then_what_it_prints_leads_to_the_workspaces() {
    let running = Running::start();
    assert!(running.announcement.contains(HCL));
    let address = running.exported("HW_MAAS_ENDPOINT").strip_prefix("http://").expect("a URL");
    let (project, token) = (running.exported("HW_PROJECT_ID"), running.exported("HW_AUTH_TOKEN"));
    let region = running.exported("HW_REGION_NAME");

    let mut connection = TcpStream::connect(address).expect("it listens");
    let request = format!(
        "GET /v1/{project}/maas/services/workspace/{region} HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\
         X-Auth-Token: {token}\r\nContent-Type: application/json\r\n\r\n"
    );
    connection.write_all(request.as_bytes()).expect("an open connection");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains(r#""name":"fraud-detection""#), "{answer}");
}

#[test]
fn started_then_it_prints_where_to_sign_in_and_other_ways_to() {
    let running = Running::start();
    let url = running.exported("HW_MAAS_ENDPOINT");
    assert_eq!(running.exported("HW_AUTH_URL"), format!("{url}/v3"));
    assert_eq!(running.exported("HW_STS_ENDPOINT"), url);
    let commented = [
        ("HW_ACCESS_KEY", seed::ACCESS_KEY),
        ("HW_SECRET_KEY", seed::SECRET_KEY),
        ("HW_USER_NAME", seed::USER_NAME),
        ("HW_USER_PASSWORD", seed::PASSWORD),
        ("HW_DOMAIN_NAME", seed::DOMAIN_NAME),
    ];
    for (name, value) in commented {
        let line = format!("# export {name}={value}");
        assert!(running.announcement.lines().any(|printed| printed == line), "{line}");
    }
}

#[cfg(unix)]
#[test]
fn interrupted_or_terminated_then_it_ends_well_and_says_no_more() {
    for signal in ["-INT", "-TERM"] {
        let mut running = Running::start();
        let sent = Command::new("kill").args([signal, &running.child.id().to_string()]).status();
        assert!(sent.expect("a command kill").success());
        assert!(running.child.wait().expect("it ends").success(), "{signal}");
        let mut rest = String::new();
        running.stdout.read_to_string(&mut rest).expect("text");
        assert_eq!(rest, "");
    }
}

#[test]
fn help_asked_for_then_printed_to_stdout() {
    let output = output(&["--help"]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("Usage: maas-sandbox [--listen ADDRESS:PORT]"));
    assert!(output.stderr.is_empty());
}

#[test]
fn argument_that_makes_no_sense_then_status_2_and_a_hint_on_stderr() {
    let output = output(&["--port", "1"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "maas-sandbox: unknown argument \"--port\"\nTry maas-sandbox --help\n"
    );
}

#[test]
fn address_that_is_not_loopback_then_status_1_and_the_reason() {
    let output = output(&["--listen", "0.0.0.0:0"]);
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("cannot listen on 0.0.0.0:0: 0.0.0.0:0 is not a loopback address"), "{message}");
    assert!(output.stdout.is_empty());
}

#[test]
fn port_taken_then_status_1_and_a_way_out() {
    let taken = Sandbox::builder().start();
    let output = output(&["--listen", &taken.address().to_string()]);
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("Try --listen 127.0.0.1:0 for any free port"), "{message}");
    assert!(!message.contains(seed::TOKEN));
}
