//! Typed calls of the MaaS management API, one file per API.

mod agreements;
mod api_keys;
mod client;
mod coalesced;
pub(crate) mod decimal;
mod documented;
mod endpoint_writes;
mod endpoints;
mod members;
mod object;
mod regions;
mod scalar;
mod services;
mod workspaces;
mod writes;

pub use agreements::Agreement;
pub use api_keys::{ApiKeyInfo, ApiKeyList, ApiKeySettings, CreatedApiKey};
pub use client::Client;
pub use endpoint_writes::{EndpointChange, EndpointRefusal, NewEndpoint};
pub use endpoints::{CustomEndpointInfo, EndpointList};
pub use regions::{LocalInfo, RegionInfo, RegionList};
pub use services::{InferServerInfo, ServiceList};
pub use workspaces::{WorkspaceInfo, WorkspaceList};
pub use writes::Patience;
