//! Responses and requests that are streams.

use maas_plugin_host::tfplugin6::provider_client::ProviderClient;
use maas_plugin_host::tfplugin6::{self as tf};
use tonic::Streaming;

use crate::host::{channel, only_error, start};

/// The events of a stream, until its end.
async fn events<E>(mut stream: Streaming<E>) -> Vec<E> {
    let mut events = Vec::new();
    while let Some(event) = stream.message().await.expect("no status but OK") {
        events.push(event);
    }
    events
}

#[tokio::test]
async fn streaming_call_about_an_unsupported_kind_then_one_event_with_the_error_and_the_end() {
    let plugin = start();
    let mut client = ProviderClient::new(channel(&plugin).await);
    let name = "maas_nothing".to_owned();

    let request = tf::list_resource::Request { type_name: name.clone(), ..Default::default() };
    let listed = events(client.list_resource(request).await.expect("responds").into_inner()).await;
    let [event] = listed.as_slice() else { panic!("one event: {listed:?}") };
    assert!(only_error(&event.diagnostic).starts_with("Unsupported list resource"));

    let request = tf::read_state_bytes::Request { type_name: name.clone(), ..Default::default() };
    let read = events(client.read_state_bytes(request).await.expect("responds").into_inner()).await;
    let [event] = read.as_slice() else { panic!("one event") };
    assert!(only_error(&event.diagnostics).starts_with("Unsupported state store") && event.bytes.is_empty());

    let request = tf::invoke_action::Request { action_type: name, ..Default::default() };
    let invoked = events(client.invoke_action(request).await.expect("responds").into_inner()).await;
    let [tf::invoke_action::Event { r#type: Some(tf::invoke_action::event::Type::Completed(completed)) }] =
        invoked.as_slice()
    else {
        panic!("one event: {invoked:?}")
    };
    assert!(only_error(&completed.diagnostics).contains("maas_nothing"));
}

#[tokio::test]
async fn state_chunks_that_never_end_then_error_after_the_first() {
    use futures_util::StreamExt;
    let plugin = start();
    let mut client = ProviderClient::new(channel(&plugin).await);
    let meta = Some(tf::RequestChunkMeta { type_name: "maas_nothing".to_owned(), ..Default::default() });
    let first = tf::write_state_bytes::RequestChunk { meta, bytes: vec![0; 1_000], ..Default::default() };
    let chunks = futures_util::stream::iter([first]).chain(futures_util::stream::pending());
    let response = client.write_state_bytes(chunks).await.expect("responds").into_inner();
    assert!(only_error(&response.diagnostics).contains("maas_nothing"));
}
