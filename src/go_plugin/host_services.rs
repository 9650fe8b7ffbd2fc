//! The gRPC services that go-plugin defines: controller, standard streams, broker and health.

use std::pin::Pin;

use futures_util::stream::Stream;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tonic::{Request, Response, Status, Streaming};
use tonic_health::ServingStatus;

use super::proto::grpc_broker_server::{GrpcBroker, GrpcBrokerServer};
use super::proto::grpc_controller_server::{GrpcController, GrpcControllerServer};
use super::proto::grpc_stdio_server::{GrpcStdio, GrpcStdioServer};
use super::proto::{ConnInfo, Empty, StdioData};

/// The service name in the host's health checks.
const HEALTH_SERVICE: &str = "plugin";

/// Adds the services with which a host controls the process. `shutdown` is cancelled when the host requests a shutdown.
pub(super) async fn add_to(services: Routes, shutdown: &CancellationToken) -> Routes {
    let (reporter, health) = tonic_health::server::health_reporter();
    reporter.set_service_status(HEALTH_SERVICE, ServingStatus::Serving).await;
    services
        .add_service(GrpcControllerServer::new(Controller { shutdown: shutdown.clone() }))
        .add_service(GrpcStdioServer::new(Stdio { shutdown: shutdown.clone() }))
        .add_service(GrpcBrokerServer::new(Broker { shutdown: shutdown.clone() }))
        .add_service(health)
}

struct Controller {
    shutdown: CancellationToken,
}

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        tracing::debug!("the host requested a shutdown");
        self.shutdown.cancel();
        Ok(Response::new(Empty {}))
    }
}

/// A stream without messages that ends when the process shuts down.
type SilentStream<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

fn silent<T: Send + 'static>(shutdown: CancellationToken) -> SilentStream<T> {
    Box::pin(futures_util::stream::unfold(shutdown, |shutdown| async move {
        shutdown.cancelled().await;
        None
    }))
}

/// Forwards nothing, because the provider writes nothing to the standard streams after the handshake.
struct Stdio {
    shutdown: CancellationToken,
}

#[tonic::async_trait]
impl GrpcStdio for Stdio {
    type StreamStdioStream = SilentStream<StdioData>;

    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<Self::StreamStdioStream>, Status> {
        Ok(Response::new(silent(self.shutdown.clone())))
    }
}

/// Opens no brokered connections, and ignores the host's messages about its own.
struct Broker {
    shutdown: CancellationToken,
}

#[tonic::async_trait]
impl GrpcBroker for Broker {
    type StartStreamStream = SilentStream<ConnInfo>;

    async fn start_stream(
        &self,
        request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<Self::StartStreamStream>, Status> {
        let (mut offers, shutdown) = (request.into_inner(), self.shutdown.clone());
        tokio::spawn(async move {
            let drained = async { while let Ok(Some(_)) = offers.message().await {} };
            tokio::select! { () = drained => {}, () = shutdown.cancelled() => {} }
        });
        Ok(Response::new(silent(self.shutdown.clone())))
    }
}
