//! The wire: Terraform's plugin protocol 6, spoken for any [`Provider`](crate::terraform::Provider).
//!
//! The generated types live here only; everything that leaves this room is in the words of [`crate::terraform`].

mod convert;
mod debug;
mod dynamic_value;
mod functions;
mod interrupts;
mod proto;
mod rpc;
mod server;
mod service;
mod type_json;

pub use dynamic_value::{DecodeError, Encoding, decode, encode};
pub use interrupts::Interrupts;
pub use server::MAX_MESSAGE_BYTES;
pub use service::server;
pub use type_json::{parse_type, type_json};
