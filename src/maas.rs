//! The MaaS management API as typed calls.

mod client;
mod joined;
mod object;
mod scalar;
mod workspaces;

pub use client::Client;
pub use workspaces::{WorkspaceInfo, WorkspaceList};
