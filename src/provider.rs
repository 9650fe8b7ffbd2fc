//! The `maas` provider: its configuration, its data sources and what it tells its users.

mod client;
mod configuration;
mod data_sources;
mod messages;
mod timestamp;
mod workspace;

pub use client::Client;
pub use configuration::{ADDRESS, MaasProvider, VERSION};
