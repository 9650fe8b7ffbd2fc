//! The handlers of the calls, one file for each path. A new call is a line in [`crate::calls`] and one in the list below.

use std::sync::Arc;

use axum::{
    http::StatusCode,
    routing::{MethodRouter, on},
};

use crate::{answer::Refusal, calls::Call, cloud::Cloud};

mod admission;
mod agreements;
mod api_key;
mod api_key_members;
mod api_keys;
mod assume_agency;
mod endpoint;
mod endpoint_members;
mod endpoints;
mod iam;
mod id_token;
mod ip_range;
mod members;
mod metadata_token;
mod models;
mod projects;
mod regions;
mod scope;
mod security_key;
mod security_tokens;
mod services;
mod subject_token;
mod tokens;
mod workspaces;

/// The handler of a call.
pub(crate) fn handler(call: Call) -> MethodRouter<Arc<Cloud>> {
    let method = call.method();
    match call {
        Call::Tokens => on(method, tokens::issue),
        Call::Projects => on(method, projects::list),
        Call::SecurityTokens => on(method, security_tokens::issue),
        Call::IdToken => on(method, id_token::issue),
        Call::AssumeAgency => on(method, assume_agency::assume),
        Call::MetadataToken => on(method, metadata_token::issue),
        Call::SecurityKey => on(method, security_key::issue),
        Call::Workspaces => on(method, workspaces::list),
        Call::Regions => on(method, regions::list),
        Call::Services => on(method, services::list),
        Call::Endpoints => on(method, endpoints::list),
        Call::CreateEndpoint => on(method, endpoints::create),
        Call::UpdateEndpoint => on(method, endpoint::update),
        Call::ControlEndpoint => on(method, endpoint::control),
        Call::DeleteEndpoint => on(method, endpoint::delete),
        Call::Agreements => on(method, agreements::show),
        Call::ApiKeys => on(method, api_keys::list),
        Call::CreateApiKey => on(method, api_keys::create),
        Call::UpdateApiKey => on(method, api_key::update),
        Call::DeleteApiKey => on(method, api_key::delete),
        Call::Models => on(method, models::list),
    }
}

/// The gateway's response to a path, or a method on a path, that no call has.
pub(crate) fn no_such_api() -> Refusal {
    let message = "The API does not exist or has not been published in the environment";
    Refusal::gateway(StatusCode::NOT_FOUND, "APIGW.0101", message)
}
