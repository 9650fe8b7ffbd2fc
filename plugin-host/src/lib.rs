//! A plugin host that does with a provider what Terraform does: it starts the binary with a cookie and a P-521
//! certificate, reads the handshake, connects with mutual TLS and speaks the plugin protocol.
//!
//! The protocol tests use it, and the quickstart where no Terraform is installed. It shares no code with the provider,
//! so that the two cannot be wrong in the same way.

mod certificate;
mod connection;
mod handshake;
mod launch;
mod process;
mod proto;
mod signing;
mod tls;
pub mod value;
mod walk;

pub use certificate::{CertificateError, ClientIdentity};
pub use connection::{ConnectError, connect};
pub use handshake::{Handshake, HandshakeError};
pub use launch::{LaunchError, Launcher, Plugin};
pub use proto::{plugin as go_plugin, tfplugin6};
pub use walk::{Reading, read_data_source};
