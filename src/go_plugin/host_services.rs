//! The gRPC services beside the provider's: controller, standard streams, broker and health.

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

/// The name under which hosts request the plugin's health.
const HEALTH_SERVICE: &str = "plugin";

/// Adds the services through which a host runs the process. `shutdown` is cancelled when the host requests its end.
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
        tracing::debug!("the host asked the provider to end");
        self.shutdown.cancel();
        Ok(Response::new(Empty {}))
    }
}

/// A stream that says nothing and ends with the process.
type SilentStream<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

fn silent<T: Send + 'static>(shutdown: CancellationToken) -> SilentStream<T> {
    Box::pin(futures_util::stream::unfold(shutdown, |shutdown| async move {
        shutdown.cancelled().await;
        None
    }))
}

/// Nothing is ever written to the standard streams, so that nothing has to be carried.
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

/// Providers never open further connections; what the host says about its own is read and dropped.
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
