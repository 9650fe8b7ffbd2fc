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

use crate::host::{binary, channel, configured, read_of, shut_down, start, start_for};

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

#[tokio::test]
async fn interrupted_then_goes_on_and_terminated_or_hung_up_then_ends_cleanly() {
    let signal = |name: &str, plugin: &Plugin| {
        let status = Command::new("kill").args([name, &plugin.pid().to_string()]).status().expect("signals");
        assert!(status.success());
    };
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
    parent.kill().expect("dies");
    parent.wait().expect("dies");
    let mut rest = Vec::new();
    // The other end of the pipe closes only when the plugin ends.
    stdout.read_to_end(&mut rest).expect("the plugin ends");
    let plugins = std::fs::read_dir(folder.path())
        .expect("reads")
        .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with("tf-maas-")));
    assert_eq!(plugins.count(), 0, "the socket is gone");
}
