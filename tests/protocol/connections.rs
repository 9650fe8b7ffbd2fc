//! Who may connect, and what comes of those who may not.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

use maas_plugin_host::tfplugin6 as tf;
use maas_plugin_host::tfplugin6::provider_client::ProviderClient;
use maas_plugin_host::{ClientIdentity, Launcher, connect};

use crate::host::{binary, channel, launcher, start};

#[tokio::test]
async fn certificate_missing_or_another_then_refused_and_the_right_one_goes_on() {
    let plugin = start();
    for identity in [None, Some(Arc::new(ClientIdentity::generate().expect("a certificate")))] {
        let connection = connect(plugin.handshake(), identity.as_ref()).await;
        let refused = match connection {
            Err(_) => true,
            Ok(channel) => ProviderClient::new(channel).get_metadata(tf::get_metadata::Request {}).await.is_err(),
        };
        assert!(refused, "a client with {} certificate", if identity.is_some() { "another" } else { "no" });
    }
    let mut client = ProviderClient::new(channel(&plugin).await);
    let metadata = client.get_metadata(tf::get_metadata::Request {}).await.expect("answers").into_inner();
    assert_eq!(metadata.data_sources.len(), 8);
}

#[tokio::test]
async fn no_client_certificate_in_the_environment_then_plaintext() {
    let plugin = launcher().plaintext().start().expect("starts");
    let mut client = ProviderClient::new(channel(&plugin).await);
    assert!(client.get_metadata(tf::get_metadata::Request {}).await.is_ok());
}

#[tokio::test]
async fn more_half_open_connections_than_descriptors_then_the_host_is_served_at_once() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/protocol/few_descriptors.sh");
    let plugin = Launcher::new(script).env("PROVIDER", binary()).start().expect("starts");
    let address = &plugin.handshake().address;
    let silent: Vec<_> = (0..1_000).map(|_| UnixStream::connect(address).expect("connects")).collect();
    // A handshake may take ten seconds; the host must not wait until the silent ones have used theirs up.
    let metadata = tokio::time::timeout(Duration::from_secs(8), async {
        ProviderClient::new(channel(&plugin).await).get_metadata(tf::get_metadata::Request {}).await
    });
    metadata.await.expect("in time").expect("answers");
    drop(silent);
}

#[tokio::test]
async fn half_open_and_garbage_connections_then_others_are_served() {
    let plugin = start();
    let address = &plugin.handshake().address;
    let silent: Vec<_> = (0..50).map(|_| UnixStream::connect(address).expect("connects")).collect();
    for _ in 0..50 {
        let mut hostile = UnixStream::connect(address).expect("connects");
        hostile.write_all(b"GET / HTTP/1.1\r\n\r\n").expect("writes");
        let mut answer = Vec::new();
        // Whether it is reset or closed with an alert, it ends.
        let _ = hostile.read_to_end(&mut answer);
    }
    let mut client = ProviderClient::new(channel(&plugin).await);
    assert!(client.get_metadata(tf::get_metadata::Request {}).await.is_ok());
    drop(silent);
}
