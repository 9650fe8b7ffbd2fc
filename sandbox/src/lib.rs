//! A local Huawei Cloud on loopback.
//!
//! The sandbox answers the calls that a `MaaS` client makes - IAM's tokens, projects and temporary keys, the agencies of
//! STS, the metadata service of a server, the regions, workspaces, services, endpoints and agreements of `MaaS` - with
//! the checks and the answers of the real cloud, as far as its documentation tells them. Callers prove who they are with
//! a token or with the signature of an access key.
//!
//! It is two things at once: the server of tests and benches, told what to do in sentences, and the program
//! `maas-sandbox`, which lets anyone try HCL without an account.
//!
//! ```
//! use maas_sandbox::{Fault, Sandbox, Workspace};
//!
//! let sandbox = Sandbox::builder()
//!     .workspaces("ap-southeast-1", [Workspace::named("alpha").owner("bob").auth_type("private")])
//!     .fault(Fault::status(503).times(2))
//!     .start();
//!
//! assert!(sandbox.url().starts_with("http://127.0.0.1:"));
//! assert!(sandbox.requests().is_empty());
//! ```
//!
//! Where the documentation is silent the sandbox had to choose; every such choice says so beside the code that makes
//! it. Nothing in here is secret: all names, passwords and tokens are invented, see [`seed`].
//!
//! # How a request walks
//!
//! `wire` (sockets) -> `server` (plain, TLS, tunnels of the proxy, the router) -> `journal` -> `fault` -> `caller` (whose
//! credentials they are) -> `api` (the handlers) -> `world` (the data).

mod answer;
mod api;
mod builder;
mod caller;
mod calls;
mod clock;
mod cloud;
mod fault;
mod instructions;
mod journal;
mod lock;
mod record;
mod sandbox;
pub mod seed;
mod server;
mod signature;
mod wire;
mod world;

pub use builder::Builder;
pub use calls::{Call, Call as Api};
pub use fault::{Chaos, Fault};
pub use instructions::HCL;
pub use journal::RecordedRequest;
pub use record::{Agreement, ApiKey, Endpoint, Region, Service, Workspace};
pub use sandbox::Sandbox;
pub use world::{AccessKey, Agency, Metadata, Project, User};
