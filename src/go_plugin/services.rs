//! The gRPC services of a plugin: the provider, and beside it controller, standard streams, broker and health.

use std::convert::Infallible;
use std::fmt;
use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::Stream;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tonic::codegen::{Service, http};
use tonic::server::NamedService;
use tonic::{Request, Response, Status, Streaming};
use tonic_health::ServingStatus;

use super::proto::grpc_broker_server::{GrpcBroker, GrpcBrokerServer};
use super::proto::grpc_controller_server::{GrpcController, GrpcControllerServer};
use super::proto::grpc_stdio_server::{GrpcStdio, GrpcStdioServer};
use super::proto::{ConnInfo, Empty, StdioData};

/// The name under which hosts ask for the plugin's health.
const HEALTH_SERVICE: &str = "plugin";

type Answer = http::Response<Body>;
type Serve = dyn Fn(http::Request<Body>) -> BoxFuture<'static, Answer> + Send + Sync;
type Make = dyn Fn() -> Box<Serve> + Send + Sync;

/// gRPC services by their names, each made for one connection after the other.
#[derive(Clone, Default)]
pub struct Services(Vec<(&'static str, Arc<Make>)>);

impl Services {
    /// The same with one more, which is made anew for each connection.
    #[must_use]
    pub fn with_each<S>(mut self, make: impl Fn() -> S + Send + Sync + 'static) -> Self
    where
        S: Service<http::Request<Body>, Response = Answer, Error = Infallible> + NamedService,
        S: Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
    {
        let make = move || {
            let service = make();
            // Services of tonic are always ready.
            let serve = move |request| service.clone().call(request).map(|Ok(answer)| answer).boxed();
            Box::new(serve) as Box<Serve>
        };
        self.0.push((S::NAME, Arc::new(make)));
        self
    }

    /// The same with one more, which all connections share.
    fn with<S>(self, service: S) -> Self
    where
        S: Service<http::Request<Body>, Response = Answer, Error = Infallible> + NamedService,
        S: Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
    {
        self.with_each(move || service.clone())
    }

    /// Adds the services beside the provider's. `shutdown` is cancelled when the host asks for the end.
    pub(super) async fn with_those_of_a_plugin(self, shutdown: &CancellationToken) -> Self {
        let (reporter, health) = tonic_health::server::health_reporter();
        reporter.set_service_status(HEALTH_SERVICE, ServingStatus::Serving).await;
        self.with(GrpcControllerServer::new(Controller { shutdown: shutdown.clone() }))
            .with(GrpcStdioServer::new(Stdio { shutdown: shutdown.clone() }))
            .with(GrpcBrokerServer::new(Broker { shutdown: shutdown.clone() }))
            .with(health)
    }

    /// Those of one connection.
    pub(super) fn of_connection(&self) -> ServicesOfConnection {
        ServicesOfConnection(self.0.iter().map(|(name, make)| (*name, make())).collect())
    }
}

/// The services that one connection meets.
pub(super) struct ServicesOfConnection(Vec<(&'static str, Box<Serve>)>);

impl ServicesOfConnection {
    /// Has a request answered by the service that its path names, `/package.Service/Method`.
    pub(super) fn serve(&self, request: http::Request<Body>) -> BoxFuture<'static, Answer> {
        let name = request.uri().path().trim_start_matches('/').split('/').next().unwrap_or_default();
        match self.0.iter().find(|(known, _)| *known == name) {
            Some((_, serve)) => serve(request),
            None => ready(Status::unimplemented("").into_http()).boxed(),
        }
    }
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
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
