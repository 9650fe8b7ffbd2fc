//! A process that opens connections as fast as it can, while a host connects.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use maas_plugin_host::tfplugin6 as tf;
use maas_plugin_host::tfplugin6::provider_client::ProviderClient;
use maas_plugin_host::{Plugin, connect};
use tonic::transport::Channel;

use crate::host::start;

/// Where the started copy of this program connects.
const ADDRESS: &str = "FLOOD_ADDRESS";

/// What it sends on each connection.
const BYTES: &str = "FLOOD_BYTES";

/// The most connections that it holds open.
const HELD: usize = 200;

/// Ends with the test, and at the latest after a minute.
#[test]
#[ignore = "another test starts it as a process of its own"]
fn flood() {
    let (Ok(address), Ok(bytes)) = (std::env::var(ADDRESS), std::env::var(BYTES)) else { return };
    let (started, mut held) = (Instant::now(), VecDeque::new());
    for count in 0_u64.. {
        // The provider closes some of them, and ends before this process does.
        if let Ok(mut connection) = UnixStream::connect(&address) {
            let _ = connection.write_all(bytes.as_bytes());
            held.push_back(connection);
        }
        if held.len() > HELD {
            held.pop_front();
        }
        if count == 1_000 {
            std::io::stdout().write_all(b"\nflooding\n").expect("stdout");
        }
        if started.elapsed() > Duration::from_mins(1) {
            return;
        }
    }
}

struct Flood(Child);

impl Flood {
    /// Starts a flood, and waits for its first thousand connections.
    fn start(address: &str, bytes: &str) -> Self {
        let mut flood = Command::new(std::env::current_exe().expect("a path"))
            .args(["--ignored", "--exact", "--nocapture", "flood::flood"])
            .envs([(ADDRESS, address), (BYTES, bytes)])
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let mut lines = BufReader::new(flood.stdout.take().expect("piped")).lines();
        assert!(lines.any(|line| line.expect("text") == "flooding"));
        Self(flood)
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Connects as soon as the queue of connections that wait to be accepted has room: while it is full, the system refuses.
async fn channel_once_queued(plugin: &Plugin) -> Channel {
    let started = Instant::now();
    loop {
        match connect(plugin.handshake(), plugin.identity()).await {
            Ok(channel) => return channel,
            Err(error) if started.elapsed() < Duration::from_secs(20) && error.to_string().contains("os error 11") => {
                tokio::task::yield_now().await;
            }
            Err(error) => panic!("{error:?} after {:?}", started.elapsed()),
        }
    }
}

#[tokio::test]
async fn flood_of_connections_of_another_process_then_the_host_connects_and_is_served() {
    // Nothing, and the beginning of a TLS record that never ends.
    for bytes in ["", "\u{16}\u{3}\u{1}\u{1}"] {
        let plugin = start();
        let _flood = Flood::start(&plugin.handshake().address, bytes);
        for _ in 0..10 {
            let mut client = ProviderClient::new(channel_once_queued(&plugin).await);
            client.get_metadata(tf::get_metadata::Request {}).await.expect("responds");
        }
    }
}
