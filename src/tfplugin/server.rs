//! The provider's service on the wire: a call is found by the name of its method, and messages pass by without their type.

use std::convert::Infallible;
use std::future::ready;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use prost::Message;
use prost::bytes::{Buf, Bytes};
use tonic::body::Body;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http;
use tonic::server::{ClientStreamingService, Grpc, NamedService};
use tonic::{Request, Response, Status, Streaming};

use super::proto;

/// The largest message in either direction, the limit of the Go SDKs.
pub const MAX_MESSAGE_BYTES: usize = 256 << 20;

/// The gRPC service of a provider.
pub struct Server<S>(Arc<S>);

impl<S> Server<S> {
    pub(super) fn new(service: S) -> Self {
        Self(Arc::new(service))
    }
}

impl<S> Clone for Server<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S> NamedService for Server<S> {
    const NAME: &'static str = proto::SERVICE;
}

impl<S: proto::Provider> tonic::codegen::Service<http::Request<Body>> for Server<S> {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<http::Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        // The path is `/package.Service/Method`.
        let name = request.uri().path().splitn(3, '/').nth(2).unwrap_or_default();
        let Some(name) = proto::METHODS.iter().find(|known| **known == name) else {
            return Box::pin(ready(Ok(Status::unimplemented("").into_http())));
        };
        let method = Method { service: Arc::clone(&self.0), name };
        let mut grpc = Grpc::new(Untyped)
            .max_decoding_message_size(MAX_MESSAGE_BYTES)
            .max_encoding_message_size(MAX_MESSAGE_BYTES);
        Box::pin(async move { Ok(grpc.client_streaming(method, request).await) })
    }
}

/// A method of the service, to be called once.
struct Method<S> {
    service: Arc<S>,
    name: &'static str,
}

impl<S: proto::Provider> ClientStreamingService<Bytes> for Method<S> {
    type Response = Box<dyn Encodable>;
    type Future = BoxFuture<'static, Result<Response<Self::Response>, Status>>;

    fn call(&mut self, request: Request<Streaming<Bytes>>) -> Self::Future {
        let (service, name) = (Arc::clone(&self.service), self.name);
        Box::pin(async move {
            // What may follow is not read: no method takes more than one.
            let first = request.into_inner().message().await?;
            Ok(Response::new(proto::call(&*service, name, first).await?))
        })
    }
}

/// An answer of any method.
pub(super) trait Encodable: Send {
    fn encode(&self, buffer: &mut EncodeBuf<'_>) -> Result<(), Status>;
}

impl<M: Message> Encodable for M {
    fn encode(&self, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        Message::encode(self, buffer).map_err(|error| Status::internal(error.to_string()))
    }
}

/// The request that a message is.
pub(super) fn request<M: Message + Default>(message: Option<Bytes>) -> Result<M, Status> {
    let message = message.ok_or_else(|| Status::internal("the request has no message"))?;
    M::decode(message).map_err(|error| Status::internal(error.to_string()))
}

/// The codec of messages whose type their method knows.
struct Untyped;

impl Codec for Untyped {
    type Encode = Box<dyn Encodable>;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Untyped {
    type Item = Box<dyn Encodable>;
    type Error = Status;

    fn encode(&mut self, answer: Self::Item, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        answer.encode(buffer)
    }
}

impl Decoder for Untyped {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}
