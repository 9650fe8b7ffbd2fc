//! Huawei Cloud's APIs in general: where they are, how to sign in, one `send`, and what can go wrong with it.

mod body;
mod client;
mod clock;
mod cloud;
mod credentials;
mod deadline;
mod endpoint;
mod entities;
mod error;
mod http;
mod iam;
mod metadata;
mod renewable;
mod resolver;
mod retry;
mod secrets;
mod session;
mod shared_config;
mod signer;
mod text;
mod tls;
mod trial;

pub use body::decode as decode_body;
pub use clock::Clock;
pub use cloud::{Cloud, is_domain, is_region};
pub use credentials::{Credentials, Domain, IdToken, Keys, OidcLogin, PasswordLogin, Role, RoleApi, SignIn, User};
pub use deadline::Deadline;
pub use endpoint::{Endpoint, EndpointError};
pub use error::{BodyProblem, Error, ErrorKind, Purpose, ServiceError, Trace};
pub use http::{HttpOptions, Proxies};
pub use iam::TokenScope;
pub use session::{Project, Session, SessionOptions, Target};
pub use shared_config::{Profile, SharedConfigError, load_profile, parse_profile};
pub use signer::{Signature, SigningInput, sign};
pub use tls::{TlsFailure, TlsOptions, TlsReason};
