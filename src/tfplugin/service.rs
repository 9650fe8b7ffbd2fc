//! The provider's gRPC service.

use std::pin::Pin;
use std::sync::Arc;

use futures_util::stream::Stream;
use tonic::service::Routes;
use tonic::{Request, Response, Status};

use super::connection::{Configured, ConnectionState};
use super::events::{self, Event, Events};
use super::interrupts::Interrupts;
use super::proto::provider_server::ProviderServer;
use super::reply::Reply;
use super::rpc::{Call, Frame, Outcome};
use crate::terraform::{Diagnostics, Provider};

/// The largest message in either direction, the limit of the Go SDKs.
pub const MAX_MESSAGE_BYTES: usize = 256 << 20;

/// Makes the gRPC service of a provider. `interrupts` ends reads on all connections. Requests have a [`ConnectionState`]
/// among their extensions.
pub fn services<P: Provider>(provider: P, interrupts: Interrupts) -> Routes {
    let server = ProviderServer::new(Service::new(provider, interrupts))
        .max_decoding_message_size(MAX_MESSAGE_BYTES)
        .max_encoding_message_size(MAX_MESSAGE_BYTES);
    Routes::new(server)
}

/// The provider service, as one connection meets it. Each kind of object has its methods in a file of its own; `rpcs` lists
/// them.
pub(super) struct Service<P: Provider> {
    process: Arc<Process<P>>,
    pub(super) connection: ConnectionState<P>,
}

/// What all connections share.
struct Process<P: Provider> {
    provider: P,
    frame: Frame,
    /// The last configuration of any connection, for a host that has lost its connection and continues on another one.
    last: Configured<P::Client>,
}

/// The events of one streaming call.
pub(super) type EventStream<E> = Pin<Box<dyn Stream<Item = Result<E, Status>> + Send>>;

impl<P: Provider> Service<P> {
    pub(super) fn new(provider: P, interrupts: Interrupts) -> Self {
        let frame = Frame::new(provider.address(), interrupts);
        let process = Arc::new(Process { provider, frame, last: Configured::default() });
        Self { process, connection: ConnectionState::default() }
    }

    pub(super) fn provider(&self) -> &P {
        &self.process.provider
    }

    /// Remembers what `ConfigureProvider` made.
    pub(super) fn set_client(&self, client: P::Client) {
        let client = Arc::new(client);
        for configured in [self.connection.configured(), &self.process.last] {
            configured.set(&client);
        }
    }

    /// What the last `ConfigureProvider` of this connection made, or else of any.
    pub(super) fn client(&self) -> Option<Arc<P::Client>> {
        self.connection.configured().get().or_else(|| self.process.last.get())
    }

    /// The service for the connection of a request.
    fn on_connection_of<Q>(&self, request: &Request<Q>) -> Self {
        let connection = request.extensions().get().unwrap_or(&self.connection).clone();
        Self { process: Arc::clone(&self.process), connection }
    }

    /// Runs a call that has one response.
    pub(super) async fn call<Q, R, W>(
        &self,
        call: Call,
        request: Request<Q>,
        method: impl FnOnce(Self, Q) -> W,
    ) -> Result<Response<R>, Status>
    where
        R: Reply,
        W: Future<Output = Outcome<R>>,
    {
        let service = self.on_connection_of(&request);
        let connection = service.connection.clone();
        let work = method(service, request.into_inner());
        let (mut response, diagnostics) = self.process.frame.run(call, connection.stop(), work).await;
        response.report(diagnostics);
        Ok(Response::new(response))
    }

    /// Runs a call whose response is a stream of events. The call lasts for as long as the stream.
    pub(super) fn stream<Q, E, W>(
        &self,
        call: Call,
        request: Request<Q>,
        method: impl FnOnce(Self, Q, Events<E>) -> W + Send + 'static,
    ) -> Response<EventStream<E>>
    where
        Q: Send + 'static,
        E: Event,
        W: Future<Output = Diagnostics> + Send + 'static,
    {
        let service = self.on_connection_of(&request);
        let (process, connection) = (Arc::clone(&service.process), service.connection.clone());
        Response::new(Box::pin(events::stream(async move |events| {
            let work = method(service, request.into_inner(), events);
            let work = async { ((), work.await) };
            let ((), diagnostics) = process.frame.run(call, connection.stop(), work).await;
            diagnostics
        })))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;

    use super::*;
    use crate::terraform::{AnyDataSource, Block, Diagnostic, Host, Schema};
    use crate::tfplugin::proto::list_resource::Event as Listed;

    struct Empty;

    #[derive(serde::Deserialize)]
    struct NoConfig {}

    impl Provider for Empty {
        type Client = u8;
        type Config = NoConfig;

        fn address(&self) -> &'static str {
            "a/b/empty"
        }

        fn schema(&self) -> Schema {
            Schema { version: 0, block: Block::default() }
        }

        fn validate(&self, _: NoConfig, _: &mut Diagnostics) {}

        async fn configure(&self, _: NoConfig, _: &Host) -> Result<u8, Diagnostics> {
            Ok(0)
        }

        fn data_sources(&self) -> &[Box<dyn AnyDataSource<u8>>] {
            &[]
        }
    }

    fn service() -> Service<Empty> {
        Service::new(Empty, Interrupts::default())
    }

    fn named(name: u8) -> Listed {
        Listed { display_name: name.to_string(), ..Listed::default() }
    }

    /// The names and summaries of a stream's events.
    async fn seen(stream: EventStream<Listed>) -> Vec<String> {
        let seen = stream.map(|event| {
            let event = event.expect("no status");
            event.diagnostic.first().map_or(event.display_name, |diagnostic| diagnostic.summary.clone())
        });
        seen.collect().await
    }

    #[tokio::test]
    async fn events_and_a_warning_then_streamed_in_order_and_the_warning_last() {
        let stream =
            service().stream(Call::of("List"), Request::new(3), |_, count, events: Events<Listed>| async move {
                for name in 0..count {
                    events.send(named(name)).await.expect("the stream is read");
                }
                Diagnostic::warning("Truncated", "").into()
            });
        assert_eq!(seen(stream.into_inner()).await, ["0", "1", "2", "Truncated"]);
    }

    #[tokio::test]
    async fn panic_after_an_event_then_the_event_and_an_error() {
        let stream = service().stream(Call::of("List"), Request::new(()), |_, (), events: Events<Listed>| async move {
            events.send(named(0)).await.expect("the stream is read");
            panic!("boom")
        });
        assert_eq!(seen(stream.into_inner()).await, ["0", "The provider made a mistake"]);
    }

    #[tokio::test]
    async fn stop_while_events_are_streamed_then_the_stream_ends_with_an_error_on_that_connection_alone() {
        let service = service();
        let request = |connection: &ConnectionState<Empty>| {
            let mut request = Request::new(());
            request.extensions_mut().insert(connection.clone());
            request
        };
        let endless = |_, (), events: Events<Listed>| async move {
            events.send(named(0)).await.expect("the stream is read");
            std::future::pending().await
        };
        let connections = [ConnectionState::default(), ConnectionState::default()];
        let [mut stopped, mut other] =
            connections.each_ref().map(|one| service.stream(Call::of("List"), request(one), endless).into_inner());
        assert!(stopped.next().await.is_some() && other.next().await.is_some());
        connections[0].stop().stop();
        assert_eq!(seen(stopped).await, ["Interrupted"]);
        assert!(futures_util::poll!(other.next()).is_pending());
    }

    #[tokio::test]
    async fn stream_dropped_then_its_call_ends() {
        let (alive, mut ended) = tokio::sync::oneshot::channel::<()>();
        let mut stream =
            service().stream(Call::of("List"), Request::new(alive), |_, alive, events: Events<Listed>| async move {
                events.send(named(0)).await.expect("the stream is read");
                std::future::pending::<()>().await;
                drop(alive);
                Diagnostics::default()
            });
        assert!(stream.get_mut().next().await.is_some());
        assert!(ended.try_recv().is_err_and(|error| error == tokio::sync::oneshot::error::TryRecvError::Empty));
        drop(stream);
        assert!(ended.await.is_err());
    }

    #[tokio::test]
    async fn connection_not_configured_then_the_last_configuration_of_any_and_else_its_own() {
        let service = service();
        let on = |connection: &ConnectionState<Empty>| {
            let mut request = Request::new(());
            request.extensions_mut().insert(connection.clone());
            service.on_connection_of(&request)
        };
        let connections = [ConnectionState::default(), ConnectionState::default(), ConnectionState::default()];
        assert_eq!(on(&connections[0]).client(), None);
        on(&connections[0]).set_client(1);
        on(&connections[1]).set_client(2);
        let clients = connections.each_ref().map(|connection| on(connection).client().map(|client| *client));
        assert_eq!(clients, [Some(1), Some(2), Some(2)]);
    }
}
