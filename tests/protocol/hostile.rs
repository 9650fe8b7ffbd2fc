//! Clients that mean no good, or know no better, while the host goes on.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;

use maas_plugin_host::tfplugin6 as tf;
use maas_plugin_host::tfplugin6::provider_client::ProviderClient;
use maas_plugin_host::{connect, read_data_source};
use maas_sandbox::Sandbox;
use tokio::sync::Semaphore;

use crate::host::{channel, launcher, shut_down, start};

#[tokio::test]
async fn thousand_connections_without_a_certificate_then_each_is_refused_and_the_host_is_served() {
    let plugin = start();
    let mut client = ProviderClient::new(channel(&plugin).await);
    let (handshake, limit) = (plugin.handshake().clone(), Arc::new(Semaphore::new(20)));
    let strangers = (0..1_000).map(|_| {
        let (handshake, limit) = (handshake.clone(), Arc::clone(&limit));
        tokio::spawn(async move {
            let _permit = limit.acquire().await;
            match connect(&handshake, None).await {
                Ok(channel) => ProviderClient::new(channel).get_metadata(tf::get_metadata::Request {}).await.is_err(),
                Err(_) => true,
            }
        })
    });
    let strangers: Vec<_> = strangers.collect();
    for _ in 0..20 {
        client.get_metadata(tf::get_metadata::Request {}).await.expect("answers meanwhile");
    }
    for stranger in strangers {
        assert!(stranger.await.expect("no panic"), "a client without a certificate got an answer");
    }
    client.get_metadata(tf::get_metadata::Request {}).await.expect("answers afterwards");
}

#[tokio::test]
async fn client_that_writes_byte_by_byte_and_never_reads_then_the_host_is_served() {
    let plugin = launcher().plaintext().start().expect("starts");
    let address = plugin.handshake().address.clone();
    // The preface of HTTP/2 and a frame of settings, then a ping whose answer is never read, over and over.
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let ping = [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
    let slow = std::thread::spawn(move || {
        let mut slow = UnixStream::connect(address).expect("connects");
        slow.set_nonblocking(true).expect("a socket");
        for byte in preface.iter().chain(ping.iter().cycle().take(100_000)) {
            // Once the provider has enough of it, it reads no more or hangs up; both are right.
            if slow.write_all(&[*byte]).is_err() {
                break;
            }
        }
        slow
    });
    let mut client = ProviderClient::new(channel(&plugin).await);
    for _ in 0..50 {
        client.get_metadata(tf::get_metadata::Request {}).await.expect("answers");
    }
    drop(slow.join().expect("no panic"));
    client.get_metadata(tf::get_metadata::Request {}).await.expect("answers");
}

/// The names of everything below a folder.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        found.push(path.strip_prefix(folder).expect("below it").display().to_string());
        if path.is_dir() {
            found.extend(files(&path));
        }
    }
    found
}

#[tokio::test]
async fn whole_life_of_a_process_then_nothing_on_disk_but_a_private_socket_which_goes() {
    let (home, temporary) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let sandbox = Sandbox::builder().start();
    let launcher = launcher().envs(sandbox.environment());
    let mut plugin = launcher.env("HOME", home.path()).env("TMPDIR", temporary.path()).start().expect("starts");
    let reading = read_data_source(channel(&plugin).await, "maas_workspaces", &[], &[]).await.expect("answers");
    assert_eq!(reading.diagnostics, []);
    let found = files(temporary.path());
    assert_eq!(found.len(), 1, "a socket: {found:?}");
    let socket = Path::new(&plugin.handshake().address).metadata().expect("exists");
    assert_eq!(socket.permissions().mode() & 0o777, 0o600);
    shut_down(&plugin).await;
    plugin.wait().expect("ends");
    assert_eq!((files(temporary.path()).len(), files(home.path()).len()), (0, 0));
}
