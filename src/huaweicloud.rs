//! Huawei Cloud's APIs in general: endpoints, authentication, one `send`, and what can go wrong with it.

mod client;
mod endpoint;
mod error;
mod signer;
mod tls;

pub use client::{Client, Credentials};
pub use endpoint::{Endpoint, EndpointError};
pub use error::{BodyProblem, Error, ErrorKind, ServiceError};
pub use signer::{Signature, SigningInput, sign};
