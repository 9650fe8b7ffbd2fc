//! How names are resolved where name servers misbehave: the provider's own process, in a network with nothing else.
//!
//! `PROVIDER_BINARY` names another build of the provider than the one just made, such as one with musl.
#![cfg(target_os = "linux")]
#![allow(missing_docs, reason = "a test has no interface")]

mod name_server;
mod namespace;

use std::io;
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use maas_plugin_host::go_plugin::Empty;
use maas_plugin_host::go_plugin::grpc_controller_client::GrpcControllerClient;
use maas_plugin_host::{Launcher, connect, read_data_source};
use maas_sandbox::{Sandbox, seed};
use name_server::NameServer;
use namespace::{Files, isolated};

/// Longer than the resolution delay, less than a slow response takes, or any time limit.
const AT_ONCE: Duration = Duration::from_secs(2);

/// What a read gave, and after how long.
struct Outcome {
    error: Option<String>,
    took: Duration,
}

/// Reads from the API at this host name, in a process of its own.
fn read(sandbox: &Sandbox, host: &str, environment: &[(&str, &str)]) -> Outcome {
    let launcher = launcher(sandbox, host).envs(environment.iter().copied());
    let plugin = launcher.start().expect("starts");
    runtime().block_on(async {
        let channel = connect(plugin.handshake(), plugin.identity()).await.expect("connects");
        let started = Instant::now();
        let reading = read_data_source(channel, "maas_workspaces", &[], &[]).await.expect("reads");
        let error = reading.diagnostics.first().map(|error| format!("{}: {}", error.summary, error.detail));
        assert_eq!(reading.state.is_none(), error.is_some(), "{host}");
        Outcome { error, took: started.elapsed() }
    })
}

fn launcher(sandbox: &Sandbox, host: &str) -> Launcher {
    let binary = std::env::var_os("PROVIDER_BINARY").filter(|path| !path.is_empty());
    let binary = binary.unwrap_or_else(|| env!("CARGO_BIN_EXE_terraform-provider-maas").into());
    Launcher::new(binary)
        .env("HW_MAAS_ENDPOINT", format!("http://{host}:{}", sandbox.address().port()))
        .env("HW_REGION_NAME", seed::HOST_REGION)
        .env("HW_PROJECT_ID", seed::PROJECT_ID)
        .env("HW_AUTH_TOKEN", seed::TOKEN)
        .env("HW_MAX_RETRIES", "0")
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// A sandbox that listens on loopback of both families.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::builder().start();
    let address = sandbox.address();
    let listener = TcpListener::bind(("::1", address.port())).expect("binds");
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let Ok(server) = TcpStream::connect(address) else { continue };
            for (mut from, mut to) in [(clone(&client), clone(&server)), (server, client)] {
                thread::spawn(move || io::copy(&mut from, &mut to));
            }
        }
    });
    sandbox
}

fn clone(stream: &TcpStream) -> TcpStream {
    stream.try_clone().expect("clones")
}

/// Runs all of these at once.
fn each<T: Sync>(cases: &[T], check: impl Fn(&T) + Sync) {
    thread::scope(|scope| {
        for case in cases {
            scope.spawn(|| check(case));
        }
    });
}

/// What a name server may do with a question, besides bringing an address at once.
const BEHAVIOURS: [&str; 7] = ["servfail", "refused", "notimp", "nxdomain", "nodata", "dropped", "slow"];

#[test]
fn name_server_fails_for_one_family_then_read_by_the_other_at_once() {
    isolated("name_server_fails_for_one_family_then_read_by_the_other_at_once", &Files::default(), || {
        let (_server, sandbox) = (NameServer::start(), sandbox());
        let fails =
            BEHAVIOURS.iter().flat_map(|other| [format!("4-ok.6-{other}.test"), format!("4-{other}.6-ok.test")]);
        let hosts: Vec<_> = fails.chain(["4-ok.6-ok.test".to_owned()]).collect();
        for hosts in hosts.chunks(5) {
            each(hosts, |host| {
                let read = read(&sandbox, host, &[]);
                assert!(read.error.is_none() && read.took < AT_ONCE, "{host}: {:?} {:?}", read.took, read.error);
            });
        }
    });
}

#[test]
fn name_server_fails_for_both_families_then_not_found_only_if_it_denies_both() {
    isolated("name_server_fails_for_both_families_then_not_found_only_if_it_denies_both", &Files::default(), || {
        let (_server, sandbox) = (NameServer::start(), sandbox());
        let not_found = [("nxdomain", "nxdomain"), ("nodata", "nodata"), ("nodata", "nxdomain")];
        each(&not_found, |(v4, v6)| {
            let host = format!("4-{v4}.6-{v6}.test");
            let read = read(&sandbox, &host, &[]);
            let error = read.error.expect("no address");
            assert!(error.contains(&format!("the host {host} cannot be found")), "{host}: {error}");
            assert!(read.took < AT_ONCE, "{host}: {:?}", read.took);
        });
        let failed = [
            ("servfail", "servfail"),
            ("refused", "notimp"),
            ("dropped", "dropped"),
            ("servfail", "nxdomain"),
            ("nodata", "dropped"),
        ];
        each(&failed, |(v4, v6)| {
            let host = format!("4-{v4}.6-{v6}.test");
            let error = read(&sandbox, &host, &[]).error.expect("no address");
            assert!(error.contains(&format!("the host name {host} cannot be resolved now")), "{host}: {error}");
            assert!(error.contains("name servers") && !error.contains("cannot be found"), "{host}: {error}");
        });
    });
}

#[test]
fn name_server_recovers_then_read_succeeds_after_a_retry() {
    isolated("name_server_recovers_then_read_succeeds_after_a_retry", &Files::default(), || {
        let (_server, sandbox) = (NameServer::start(), sandbox());
        let read = read(&sandbox, "4-recovers.6-servfail.test", &[("HW_MAX_RETRIES", "5")]);
        assert_eq!(read.error, None);
    });
}

#[test]
fn short_name_with_search_domains_then_found_in_the_one_that_has_it() {
    let resolv_conf = "nameserver 127.0.0.1\nsearch absent.test 4-ok.6-dropped.test 4-dropped.6-dropped.test\n";
    let files = Files { resolv_conf, ..Files::default() };
    isolated("short_name_with_search_domains_then_found_in_the_one_that_has_it", &files, || {
        let (server, sandbox) = (NameServer::start(), sandbox());
        let read = read(&sandbox, "maas", &[]);
        assert!(read.error.is_none() && read.took < AT_ONCE, "{:?} {:?}", read.took, read.error);
        assert!(server.asked().contains(&"maas.absent.test".to_owned()), "{:?}", server.asked());
    });
}

#[test]
fn fewer_dots_than_ndots_then_search_domains_come_first() {
    let resolv_conf = "nameserver 127.0.0.1\nsearch 4-ok.6-servfail.test\noptions ndots:5\n";
    isolated(
        "fewer_dots_than_ndots_then_search_domains_come_first",
        &Files { resolv_conf, ..Files::default() },
        || {
            let (_server, sandbox) = (NameServer::start(), sandbox());
            let read = read(&sandbox, "api.maas.svc", &[]);
            assert!(read.error.is_none() && read.took < AT_ONCE, "{:?} {:?}", read.took, read.error);
        },
    );
}

#[test]
fn first_name_server_is_silent_then_the_second_one_is_asked() {
    let resolv_conf = "nameserver 127.0.0.2\nnameserver 127.0.0.1\n";
    isolated(
        "first_name_server_is_silent_then_the_second_one_is_asked",
        &Files { resolv_conf, ..Files::default() },
        || {
            let silent = std::net::UdpSocket::bind("127.0.0.2:53").expect("binds");
            let (_server, sandbox) = (NameServer::start(), sandbox());
            assert_eq!(read(&sandbox, "4-ok.6-dropped.test", &[]).error, None);
            drop(silent);
        },
    );
}

#[test]
fn name_in_the_hosts_file_then_no_name_server_is_asked() {
    let files = Files { hosts: "127.0.0.1 localhost 4-ok.6-dark.test\n::1 six.test\n", ..Files::default() };
    isolated("name_in_the_hosts_file_then_no_name_server_is_asked", &files, || {
        let (server, sandbox) = (NameServer::start(), sandbox());
        for host in ["4-ok.6-dark.test", "six.test", "localhost", "maas.localhost", "127.0.0.1", "[::1]"] {
            let read = read(&sandbox, host, &[]);
            assert!(read.error.is_none() && read.took < AT_ONCE, "{host}: {:?} {:?}", read.took, read.error);
        }
        assert_eq!(server.asked(), [""; 0]);
    });
}

#[test]
fn ipv6_address_without_a_route_or_a_response_then_read_over_ipv4_at_once() {
    isolated("ipv6_address_without_a_route_or_a_response_then_read_over_ipv4_at_once", &Files::default(), || {
        let (_server, sandbox) = (NameServer::start(), sandbox());
        let check = || {
            let read = read(&sandbox, "4-ok.6-dark.test", &[]);
            assert!(read.error.is_none() && read.took < AT_ONCE, "{:?} {:?}", read.took, read.error);
        };
        check();
        // No route yet, and a slow response for the family that has one.
        let read = read(&sandbox, "4-slow.6-dark.test", &[]);
        assert_eq!(read.error, None);
        for command in [
            "link add dark type veth peer name end",
            "link set dark up",
            "link set end up",
            "-6 address add 2001:db8::1/64 dev dark nodad",
            // Nobody has this address: its packets are dropped without a word.
            "-6 neighbour add 2001:db8::2 lladdr 02:00:00:00:00:02 dev dark",
        ] {
            let status = Command::new("ip").args(command.split(' ')).status().expect("runs");
            assert!(status.success(), "ip {command}");
        }
        let dark = TcpStream::connect_timeout(&"[2001:db8::2]:80".parse().expect("an address"), Duration::from_secs(1));
        assert_eq!(dark.expect_err("no response").kind(), io::ErrorKind::TimedOut);
        check();
    });
}

#[test]
fn proxy_by_name_then_its_name_is_resolved_likewise() {
    isolated("proxy_by_name_then_its_name_is_resolved_likewise", &Files::default(), || {
        let (server, sandbox) = (NameServer::start(), sandbox());
        let proxy = format!("http://4-ok.6-dropped.test:{}", sandbox.address().port());
        let read = read(&sandbox, "4-dropped.6-dropped.test", &[("HTTP_PROXY", &proxy)]);
        assert!(read.error.is_none() && read.took < AT_ONCE, "{:?} {:?}", read.took, read.error);
        let asked = server.asked();
        assert!(asked.iter().all(|name| name == "4-ok.6-dropped.test"), "{asked:?}");
    });
}

#[test]
fn shutdown_while_name_servers_are_silent_then_the_process_ends_at_once() {
    isolated("shutdown_while_name_servers_are_silent_then_the_process_ends_at_once", &Files::default(), || {
        let (server, sandbox) = (NameServer::start(), sandbox());
        let mut plugin = launcher(&sandbox, "4-dropped.6-dropped.test").start().expect("starts");
        let runtime = runtime();
        let channel = runtime.block_on(connect(plugin.handshake(), plugin.identity())).expect("connects");
        let read = runtime.spawn({
            let channel = channel.clone();
            async move { read_data_source(channel, "maas_workspaces", &[], &[]).await.map(|_| ()) }
        });
        runtime.block_on(async {
            while server.asked().is_empty() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            // The process may be gone before its response is.
            let _ = GrpcControllerClient::new(channel).shutdown(Empty {}).await;
        });
        let (status, took) = plugin.wait().expect("ends");
        assert!(status.success() && took < AT_ONCE, "{status} {took:?}");
        assert!(runtime.block_on(read).expect("no panic").is_err());
    });
}
