//! The APIs the sandbox speaks, one file each. A new one is a new file, a variant and a line in each list below.

use std::sync::Arc;

use axum::{
    Router,
    handler::Handler,
    http::{StatusCode, Uri},
    middleware::{from_fn_with_state, map_response_with_state},
    routing::MethodRouter,
};

use crate::{
    answer::Refusal,
    clock,
    cloud::Cloud,
    front::{self, Desk},
};

mod admission;
mod agreements;
mod assume_agency;
mod control_endpoint;
mod endpoint;
mod endpoints;
mod iam;
mod id_token;
mod metadata_token;
mod projects;
mod regions;
mod scope;
mod security_key;
mod security_tokens;
mod services;
mod subject_token;
mod tokens;
mod workspaces;

/// An API of the sandbox, for a fault to be played on and a recorded request to belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Api {
    /// IAM: `POST /v3/auth/tokens`.
    Tokens,
    /// IAM: `GET /v3/projects`.
    Projects,
    /// IAM: `POST /v3.0/OS-CREDENTIAL/securitytokens`.
    SecurityTokens,
    /// IAM: `POST /v3.0/OS-AUTH/id-token/tokens`.
    IdToken,
    /// STS: `POST /v5/agencies/assume`.
    AssumeAgency,
    /// Metadata service: `PUT /meta-data/latest/api/token`.
    MetadataToken,
    /// Metadata service: `GET /openstack/latest/securitykey`.
    SecurityKey,
    /// `MaaS`: `GET /v1/{project_id}/maas/services/workspace/{region_id}`.
    Workspaces,
    /// `MaaS`: `GET /v1/{project_id}/maas/services/custom-endpoint/regions`.
    Regions,
    /// `MaaS`: `GET /v1/{project_id}/maas/services/custom-endpoint/services/{region_id}`.
    Services,
    /// `MaaS`: `GET /v1/{project_id}/maas/services/custom-endpoint/endpoint`.
    Endpoints,
    /// `MaaS`: `POST /v1/{project_id}/maas/services/custom-endpoint/endpoint`.
    CreateEndpoint,
    /// `MaaS`: `PUT /v1/{project_id}/maas/services/custom-endpoint/endpoint/{custom_endpoint_id}`.
    UpdateEndpoint,
    /// `MaaS`: `DELETE /v1/{project_id}/maas/services/custom-endpoint/endpoint/{custom_endpoint_id}`.
    DeleteEndpoint,
    /// `MaaS`: `PUT /v1/{project_id}/maas/services/custom-endpoint/control/{custom_endpoint_id}`.
    ControlEndpoint,
    /// `MaaS`: `GET /v1/{project_id}/maas/compliance/agreements`.
    Agreements,
}

impl Api {
    const ALL: [Self; 16] = [
        Self::Tokens,
        Self::Projects,
        Self::SecurityTokens,
        Self::IdToken,
        Self::AssumeAgency,
        Self::MetadataToken,
        Self::SecurityKey,
        Self::Workspaces,
        Self::Regions,
        Self::Services,
        Self::Endpoints,
        Self::CreateEndpoint,
        Self::UpdateEndpoint,
        Self::DeleteEndpoint,
        Self::ControlEndpoint,
        Self::Agreements,
    ];

    fn path(self) -> &'static str {
        match self {
            Self::Tokens => tokens::PATH,
            Self::Projects => projects::PATH,
            Self::SecurityTokens => security_tokens::PATH,
            Self::IdToken => id_token::PATH,
            Self::AssumeAgency => assume_agency::PATH,
            Self::MetadataToken => metadata_token::PATH,
            Self::SecurityKey => security_key::PATH,
            Self::Workspaces => workspaces::PATH,
            Self::Regions => regions::PATH,
            Self::Services => services::PATH,
            Self::Endpoints | Self::CreateEndpoint => endpoints::PATH,
            Self::UpdateEndpoint | Self::DeleteEndpoint => endpoint::PATH,
            Self::ControlEndpoint => control_endpoint::PATH,
            Self::Agreements => agreements::PATH,
        }
    }

    fn handler(self) -> MethodRouter<Arc<Cloud>> {
        match self {
            Self::Tokens => tokens::handler(),
            Self::Projects => projects::handler(),
            Self::SecurityTokens => security_tokens::handler(),
            Self::IdToken => id_token::handler(),
            Self::AssumeAgency => assume_agency::handler(),
            Self::MetadataToken => metadata_token::handler(),
            Self::SecurityKey => security_key::handler(),
            Self::Workspaces => workspaces::handler(),
            Self::Regions => regions::handler(),
            Self::Services => services::handler(),
            Self::Endpoints => endpoints::list_handler(),
            Self::CreateEndpoint => endpoints::create_handler(),
            Self::UpdateEndpoint => endpoint::update_handler(),
            Self::DeleteEndpoint => endpoint::delete_handler(),
            Self::ControlEndpoint => control_endpoint::handler(),
            Self::Agreements => agreements::handler(),
        }
    }

    /// Whether IAM answers, which has error bodies and headers of its own.
    pub(crate) fn is_iam(self) -> bool {
        matches!(self, Self::Tokens | Self::Projects | Self::SecurityTokens | Self::IdToken)
    }
}

/// The whole sandbox as a router, each API behind a front desk of its own.
pub(crate) fn router(cloud: Arc<Cloud>) -> Router {
    let desk = |api| from_fn_with_state(Desk { cloud: Arc::clone(&cloud), api }, front::pass);
    let unpublished = unpublished.layer(desk(None));
    let router = Api::ALL
        .into_iter()
        .fold(Router::new(), |router, api| router.route(api.path(), api.handler().route_layer(desk(Some(api)))));
    let router = router.fallback(unpublished.clone()).method_not_allowed_fallback(unpublished);
    router.layer(map_response_with_state(Arc::clone(&cloud), clock::date)).with_state(cloud)
}

/// The gateway's answer to a path, or a method on a path, that no API has.
async fn unpublished(_: Uri) -> Refusal {
    no_such_api()
}

fn no_such_api() -> Refusal {
    let message = "The API does not exist or has not been published in the environment";
    Refusal::gateway(StatusCode::NOT_FOUND, "APIGW.0101", message)
}
