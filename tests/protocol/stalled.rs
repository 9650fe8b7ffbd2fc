//! Clients that stop in the middle, and one that reads its answer byte by byte.

use std::io::Write;
use std::os::unix::net::UnixStream;

use maas_plugin_host::tfplugin6 as tf;
use maas_plugin_host::tfplugin6::provider_client::ProviderClient;
use maas_plugin_host::value::to_json;
use maas_plugin_host::{Handshake, connect};
use maas_sandbox::Sandbox;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;

use crate::host::{channel, configured, launcher, read_of, shut_down, start_for};

/// With which HTTP/2 begins: its preface, and an empty frame of settings.
const BEGIN: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// The flag of headers that no further frame continues.
const END_OF_HEADERS: u8 = 4;

/// A frame of HTTP/2, at most 255 bytes in it, on the first stream.
fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).expect("a short frame");
    [&[0, 0, length, kind, flags, 0, 0, 0, 1], payload].concat()
}

/// The headers of a call of `ReadDataSource`, each name and value as it is but for those that HPACK numbers.
fn headers() -> Vec<u8> {
    let text = |text: &str| [&[u8::try_from(text.len()).expect("short")], text.as_bytes()].concat();
    let (post, http, path, authority, content_type, new) = (0x83, 0x86, 0x04, 0x01, [0x0f, 0x10], 0x00);
    let block = [
        vec![post, http, path],
        text("/tfplugin6.Provider/ReadDataSource"),
        vec![authority],
        text("localhost"),
        content_type.to_vec(),
        text("application/grpc"),
        vec![new],
        [text("te"), text("trailers")].concat(),
    ];
    frame(1, END_OF_HEADERS, &block.concat())
}

/// What a process has in memory.
fn resident_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line");
    line.trim_end_matches("kB").trim().parse().expect("a number")
}

#[tokio::test]
async fn connections_that_stop_at_any_point_then_the_host_is_served_and_the_end_comes_at_once() {
    let sandbox = Sandbox::builder().start();
    let mut plugin = launcher().envs(sandbox.environment()).plaintext().start().expect("starts");
    let (mut client, schemas) = configured(&plugin).await;
    let before = resident_kib(plugin.pid());
    // A message of 256 MiB is announced, and never comes.
    let announced = frame(0, 0, &[0, 0x10, 0, 0, 0]);
    let whole = [BEGIN, &headers(), &announced].concat();
    let stops = [0, 10, 24, BEGIN.len(), BEGIN.len() + 20, whole.len() - announced.len(), whole.len()];
    let mut stalled = Vec::new();
    for stop in stops {
        for _ in 0..20 {
            let mut connection = UnixStream::connect(&plugin.handshake().address).expect("connects");
            connection.write_all(&whole[..stop]).expect("writes");
            stalled.push(connection);
        }
        let answer = client.read_data_source(read_of(&schemas, &[])).await.expect("answers").into_inner();
        assert_eq!(answer.diagnostics, [], "after {stop} bytes");
        let mut another = ProviderClient::new(channel(&plugin).await);
        another.get_metadata(tf::get_metadata::Request {}).await.expect("another connection is served");
    }
    // 20 times 256 MiB would be 5 GiB.
    let grown = resident_kib(plugin.pid()).saturating_sub(before);
    assert!(grown < 64 << 10, "announcements alone took {grown} KiB");
    shut_down(&plugin).await;
    assert!(plugin.wait().expect("ends").0.success());
    assert!(!std::path::Path::new(&plugin.handshake().address).exists());
    drop(stalled);
}

/// Passes one connection on to a plugin, and what the plugin says back one byte at a time. After `pause` bytes it says so,
/// and reads no more until it is told to.
async fn drip(
    listener: tokio::net::UnixListener,
    address: String,
    pause: usize,
    paused: oneshot::Sender<()>,
    go_on: oneshot::Receiver<()>,
) -> std::io::Result<()> {
    let (mut from_client, mut to_client) = listener.accept().await?.0.into_split();
    let (mut from_plugin, mut to_plugin) = tokio::net::UnixStream::connect(address).await?.into_split();
    let asked = tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_plugin).await });
    for _ in 0..pause {
        to_client.write_u8(from_plugin.read_u8().await?).await?;
    }
    // Nobody waits for it any more if the test has failed.
    let _ = paused.send(());
    let _ = go_on.await;
    while let Ok(byte) = from_plugin.read_u8().await {
        to_client.write_u8(byte).await?;
    }
    asked.await?.map(drop)
}

#[tokio::test]
async fn client_reads_its_answer_byte_by_byte_then_whole_and_the_host_reads_meanwhile() {
    let sandbox = Sandbox::builder().start();
    let plugin = start_for(&sandbox);
    let (mut client, schemas) = configured(&plugin).await;
    let folder = tempfile::tempdir().expect("a folder");
    let address = folder.path().join("slow").to_str().expect("text").to_owned();
    let listener = tokio::net::UnixListener::bind(&address).expect("binds");
    let ((paused, has_paused), (resume, go_on)) = (oneshot::channel(), oneshot::channel());
    // Enough for both handshakes and the beginning of the answer.
    let dripping = tokio::spawn(drip(listener, plugin.handshake().address.clone(), 32 << 10, paused, go_on));
    let handshake = Handshake { address, ..plugin.handshake().clone() };
    let slow = connect(&handshake, plugin.identity()).await.expect("connects");

    // The filter comes back in the state; this is more than a socket takes at a time.
    let name = "x".repeat(300 << 10);
    let request = read_of(&schemas, &[("name", name.as_str().into())]);
    let answer = tokio::spawn(async move { ProviderClient::new(slow).read_data_source(request).await });
    has_paused.await.expect("the answer begins");
    for _ in 0..20 {
        let read = client.read_data_source(read_of(&schemas, &[])).await.expect("answers").into_inner();
        assert_eq!(read.diagnostics, []);
    }
    assert!(!answer.is_finished());
    resume.send(()).expect("it waits");
    let answer = answer.await.expect("no panic").expect("answers").into_inner();
    assert_eq!(answer.diagnostics, []);
    assert!(to_json(&answer.state.expect("a state")).expect("known")["name"] == name);
    dripping.abort();
}
