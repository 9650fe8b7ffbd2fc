//! The `maas` provider: its configuration, its data sources and its messages.

mod block;
mod checks;
mod client;
mod cloud;
mod configuration;
mod data_sources;
mod duration;
mod endpoint;
mod filter;
mod functions;
mod given;
mod listing;
mod messages;
mod re2;
mod reported;
mod resources;
mod scope;
mod service;
mod setting;
mod settings;
mod sources;
mod timestamp;
mod workspace;

pub use block::{Config, environment_variables};
pub use client::Client;
pub use configuration::{ADDRESS, MaasProvider, VERSION};
pub use messages::{Entry as MessageEntry, catalogue as message_catalogue};
