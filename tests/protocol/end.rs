//! What ends the process, and what does not.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use maas_plugin_host::Plugin;
use maas_plugin_host::go_plugin::grpc_stdio_client::GrpcStdioClient;
use maas_plugin_host::go_plugin::stdio_data;
use maas_plugin_host::tfplugin6 as tf;
use maas_plugin_host::tfplugin6::provider_client::ProviderClient;
use maas_sandbox::{Fault, Sandbox};
use tonic::transport::Channel;

use crate::host::{binary, channel, configured, only_error, read_of, shut_down, start, start_for};

#[tokio::test]
async fn shutdown_with_streams_and_a_read_open_then_ends_at_once_and_leaves_no_socket() {
    let sandbox = Sandbox::builder().fault(Fault::hang()).start();
    let mut plugin = start_for(&sandbox);
    let (mut client, schemas) = configured(&plugin).await;
    let mut stdio = GrpcStdioClient::new(channel(&plugin).await);
    let mut stream = stdio.stream_stdio(()).await.expect("opens").into_inner();
    let request = read_of(&schemas, &[]);
    let read = tokio::spawn(async move { client.read_data_source(request).await });
    let socket = std::path::PathBuf::from(&plugin.handshake().address);
    assert!(socket.exists());
    let asked = Instant::now();
    shut_down(&plugin).await;
    let (status, _) = plugin.wait().expect("ends");
    // The budget is 100 ms; this bound only tells a plugin that ends from one that hangs.
    assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
    assert!(status.success());
    assert!(!socket.exists());
    assert!(!matches!(stream.message().await, Ok(Some(data)) if data.channel() != stdio_data::Channel::Invalid));
    drop(read.await);
}

fn signal(name: &str, plugin: &Plugin) {
    let status = Command::new("kill").args([name, &plugin.pid().to_string()]).status().expect("signals");
    assert!(status.success());
}

/// Interrupts the plugin as soon as `count` reads are in flight.
async fn interrupt_during_reads(plugin: Plugin, sandbox: Sandbox, count: usize) -> (Plugin, Sandbox) {
    let interrupted = tokio::task::spawn_blocking(move || {
        assert!(sandbox.wait_for_requests(count, Duration::from_secs(10)), "the reads begin");
        signal("-INT", &plugin);
        (plugin, sandbox)
    });
    interrupted.await.expect("no panic")
}

#[tokio::test]
async fn ctrl_c_during_reads_on_two_connections_then_each_ends_and_the_process_serves_on() {
    let sandbox = Sandbox::builder().fault(Fault::hang()).start();
    let plugin = start_for(&sandbox);
    let clients = [configured(&plugin).await, configured(&plugin).await];
    let reads = [0, 1].map(|index| {
        let (mut client, schemas) = clients[index].clone();
        let request = read_of(&schemas, &[("region_id", format!("r{index}").into())]);
        tokio::spawn(async move { client.read_data_source(request).await.expect("responds").into_inner() })
    });
    let (mut plugin, sandbox) = interrupt_during_reads(plugin, sandbox, 2).await;
    for read in reads {
        let response = tokio::time::timeout(Duration::from_secs(2), read).await.expect("ends in time");
        let error = only_error(&response.expect("no panic").diagnostics);
        assert!(error.starts_with("Interrupted"), "{error}");
    }
    signal("-INT", &plugin);
    signal("-INT", &plugin);
    let [(mut client, schemas), _] = clients;
    client.get_metadata(tf::get_metadata::Request {}).await.expect("the process serves on");
    assert!(plugin.is_running().expect("a process"));
    sandbox.clear_faults();
    read_until_served(&mut client, &read_of(&schemas, &[])).await;
}

/// A host whose run was interrupted starts the reads that it has queued; some milliseconds later a read is a new one.
async fn read_until_served(client: &mut ProviderClient<Channel>, request: &tf::read_data_source::Request) {
    let started = Instant::now();
    loop {
        let response = client.read_data_source(request.clone()).await.expect("responds").into_inner();
        if response.diagnostics.is_empty() {
            return;
        }
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", response.diagnostics);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn ctrl_c_while_nothing_is_in_flight_then_the_next_read_is_served() {
    let sandbox = Sandbox::builder().start();
    let plugin = start_for(&sandbox);
    let (mut client, schemas) = configured(&plugin).await;
    for _ in 0..3 {
        signal("-INT", &plugin);
        client.get_metadata(tf::get_metadata::Request {}).await.expect("responds");
        let response = client.read_data_source(read_of(&schemas, &[])).await.expect("responds").into_inner();
        assert_eq!(response.diagnostics, []);
    }
}

#[tokio::test]
async fn interrupted_then_goes_on_and_terminated_or_hung_up_then_ends_cleanly() {
    for end in ["-TERM", "-HUP"] {
        let mut plugin = start();
        signal("-INT", &plugin);
        let mut client = ProviderClient::new(channel(&plugin).await);
        assert!(client.get_metadata(tf::get_metadata::Request {}).await.is_ok());
        let socket = std::path::PathBuf::from(&plugin.handshake().address);
        signal(end, &plugin);
        assert!(plugin.wait().expect("ends").0.success());
        assert!(!socket.exists());
    }
}

/// The end of a pipe, or the time limit: a plugin that lives on keeps the pipe open.
fn closed(mut pipe: std::process::ChildStdout) -> bool {
    let (sender, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        // The receiver is gone after the time limit.
        let _ = sender.send(pipe.read_to_end(&mut Vec::new()));
    });
    ended.recv_timeout(Duration::from_secs(20)).is_ok()
}

#[test]
fn parent_dies_then_the_plugin_ends_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let pid_file = folder.path().join("pid");
    // The shell is the parent: it starts the plugin, notes its id, and is killed.
    let script = format!("{:?} & echo $! > {pid_file:?}; wait", binary());
    let mut parent = Command::new("sh")
        .args(["-c", &script])
        .env("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
        .env("TMPDIR", folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut stdout = parent.stdout.take().expect("piped");
    let mut first = [0];
    stdout.read_exact(&mut first).expect("the plugin speaks");
    let plugin = std::fs::read_to_string(&pid_file).expect("an id");
    parent.kill().expect("dies");
    parent.wait().expect("dies");
    let ended = closed(stdout);
    if !ended {
        let status = Command::new("kill").args(["-KILL", plugin.trim()]).status().expect("signals");
        assert!(status.success());
    }
    assert!(ended, "the plugin lives on");
    let plugins = std::fs::read_dir(folder.path())
        .expect("reads")
        .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with("tf-maas-")));
    assert_eq!(plugins.count(), 0, "the socket is gone");
}
