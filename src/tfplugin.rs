//! Terraform's plugin protocol 6, for any [`Provider`](crate::terraform::Provider).
//!
//! Only this module uses the generated types. Its interface to other modules uses the types of [`crate::terraform`].

mod connection;
mod convert;
mod data_source;
mod debug;
mod deferral;
mod dynamic_value;
mod events;
mod function;
mod interrupts;
mod proto;
mod provider;
mod reply;
mod resource;
mod rpc;
mod rpcs;
mod service;
mod stored_state;
mod type_json;
mod unsupported;

pub use connection::ConnectionState;
pub use dynamic_value::{DecodeError, Encoding, decode, encode};
pub use interrupts::Interrupts;
pub use service::{MAX_MESSAGE_BYTES, services};
pub use type_json::{parse_type, type_json};
