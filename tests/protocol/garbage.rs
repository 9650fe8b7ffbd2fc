//! Bytes that are no message, to every method.

use std::time::Duration;

use maas_plugin_host::tfplugin6 as tf;
use maas_plugin_host::tfplugin6::provider_client::ProviderClient;
use maas_sandbox::{Fault, Sandbox};
use prost::bytes::{Buf, BufMut, Bytes};
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};

use crate::host::{channel, configured, read_of, start, start_for};

/// The largest message that a provider has to take, as of the Go SDKs.
const MAX_MESSAGE_BYTES: usize = 256 << 20;

/// Sends bytes as they are, and takes any answer.
#[derive(Default)]
struct Raw;

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = ();
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(message);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = ();
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<()>, Status> {
        buffer.advance(buffer.remaining());
        Ok(Some(()))
    }
}

/// What comes of one message, in a stream of one, to the method at that path. All kinds of calls are the same on the wire.
async fn send(channel: Channel, path: impl AsRef<str>, message: Bytes) -> Result<(), Status> {
    let mut client = Grpc::new(channel);
    client.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
    let request = Request::new(futures_util::stream::iter([message]));
    let path = path.as_ref().parse::<PathAndQuery>().expect("a path");
    let mut answers = client.streaming(request, path, Raw).await?.into_inner();
    while let Some(()) = answers.message().await? {}
    Ok(())
}

/// The path of every method in the protocol's files.
fn methods() -> Vec<String> {
    let protos = [include_str!("../../proto/tfplugin6.proto"), include_str!("../../proto/go_plugin.proto")];
    let mut methods = Vec::new();
    for proto in protos {
        let (mut package, mut service) = ("", "");
        for line in proto.lines() {
            let words: Vec<_> = line.split([' ', ';', '(']).filter(|word| !word.is_empty()).collect();
            match words.as_slice() {
                ["package", name, ..] => package = name,
                ["service", name, ..] => service = name,
                ["rpc", name, ..] => methods.push(format!("/{package}.{service}/{name}")),
                _ => {}
            }
        }
    }
    methods
}

#[tokio::test]
async fn bytes_that_are_no_message_to_each_method_then_refused_and_the_host_is_served() {
    let plugin = start();
    let (mut client, hostile) = (ProviderClient::new(channel(&plugin).await), channel(&plugin).await);
    // A tag without end, a field that is longer than the message, groups within groups.
    let garbage = [vec![0xff; 1 << 20], vec![0x7a, 0xff, 0xff, 0xff, 0xff, 0x0f], vec![0x7b; 100_000]];
    let garbage = garbage.map(Bytes::from);
    // These two are answered whatever comes over their streams.
    let (streams, methods): (Vec<_>, Vec<_>) = methods()
        .into_iter()
        .partition(|method| method.ends_with("/WriteStateBytes") || method.ends_with("/StartStream"));
    assert_eq!((streams.len(), methods.len()), (2, 37));
    for method in &methods {
        for garbage in &garbage {
            let status = send(hostile.clone(), method, garbage.clone()).await.expect_err("no message");
            assert_eq!(status.code(), Code::Internal, "{method}: {status}");
        }
        client.get_metadata(tf::get_metadata::Request {}).await.expect("answers");
    }
    for (method, garbage) in streams.iter().flat_map(|method| garbage.iter().map(move |garbage| (method, garbage))) {
        let sent = tokio::spawn(send(hostile.clone(), method.clone(), garbage.clone()));
        client.get_metadata(tf::get_metadata::Request {}).await.expect("answers");
        sent.abort();
    }
    assert!(!plugin.stderr().contains("panic"), "{}", plugin.stderr());
}

#[tokio::test]
async fn call_without_a_message_then_refused_and_reads_go_on() {
    let sandbox = Sandbox::builder().fault(Fault::delay(Duration::from_millis(300))).start();
    let plugin = start_for(&sandbox);
    let (mut client, schemas) = configured(&plugin).await;
    let read = tokio::spawn(async move { client.read_data_source(read_of(&schemas, &[])).await });
    for method in ["GetMetadata", "StopProvider", "ReadDataSource"] {
        let mut client = Grpc::new(channel(&plugin).await);
        client.ready().await.expect("connected");
        let path = format!("/tfplugin6.Provider/{method}").parse::<PathAndQuery>().expect("a path");
        let answers = client.streaming(Request::new(futures_util::stream::empty()), path, Raw).await;
        assert_eq!(answers.err().map(|status| status.code()), Some(Code::Internal), "{method}");
    }
    let answer = read.await.expect("no panic").expect("answers").into_inner();
    assert_eq!(answer.diagnostics, []);
}

#[tokio::test]
async fn method_that_is_not_there_and_an_open_stream_then_unimplemented_at_once() {
    let plugin = start();
    let mut client = Grpc::new(channel(&plugin).await);
    client.ready().await.expect("connected");
    let path = PathAndQuery::from_static("/tfplugin6.Provider/Nothing");
    let answers = client.streaming(Request::new(futures_util::stream::pending()), path, Raw).await;
    assert_eq!(answers.err().map(|status| status.code()), Some(Code::Unimplemented));
}

#[tokio::test]
async fn message_after_the_first_then_refused_and_the_next_call_works() {
    let plugin = start();
    let mut client = Grpc::new(channel(&plugin).await);
    client.ready().await.expect("connected");
    let path = PathAndQuery::from_static("/tfplugin6.Provider/GetMetadata");
    let messages = futures_util::stream::iter([Bytes::new(), Bytes::from_static(&[0xff; 9])]);
    let refused = client.streaming(Request::new(messages), path.clone(), Raw).await;
    assert_eq!(refused.err().map(|status| status.code()), Some(Code::Internal));
    let messages = futures_util::stream::iter([Bytes::new()]);
    client.ready().await.expect("connected");
    let mut responses = client.streaming(Request::new(messages), path, Raw).await.expect("responds").into_inner();
    assert_eq!(responses.message().await.expect("a response"), Some(()));
}

#[tokio::test]
async fn service_or_method_that_is_not_there_then_unimplemented() {
    let plugin = start();
    let reflection = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    let methods = ["Nothing", "", "GetMetadata/", "more/GetMetadata"].map(|name| format!("/tfplugin6.Provider/{name}"));
    for path in methods.iter().map(String::as_str).chain([reflection, "/tfplugin6.Provider", "/"]) {
        let status = send(channel(&plugin).await, path, Bytes::new()).await.expect_err("nothing is there");
        assert_eq!(status.code(), Code::Unimplemented, "{path}");
    }
}

#[tokio::test]
async fn largest_garbage_on_its_way_then_refused_and_the_host_reads_meanwhile() {
    let sandbox = Sandbox::builder().start();
    let plugin = start_for(&sandbox);
    let (mut client, schemas) = configured(&plugin).await;
    let garbage = Bytes::from(vec![0xff; MAX_MESSAGE_BYTES]);
    let mut sent = tokio::spawn(send(channel(&plugin).await, "/tfplugin6.Provider/ReadDataSource", garbage));
    let mut reads = 0;
    let refused = loop {
        tokio::select! {
            refused = &mut sent => break refused.expect("no panic"),
            answer = client.read_data_source(read_of(&schemas, &[])) => {
                assert_eq!(answer.expect("answers").into_inner().diagnostics, []);
                reads += 1;
            }
        }
    };
    assert_eq!(refused.expect_err("no message").code(), Code::Internal);
    assert!(reads > 0, "nothing was read meanwhile");
}
