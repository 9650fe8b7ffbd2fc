//! `MaaS`: obtaining `ModelArts` real-time services, see
//! <https://support.huaweicloud.com/intl/th-th/api-maas/api-maas-0021.html>.

use std::sync::Arc;

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;

use super::admission::{Admitted, DeclaredJson, parameters};
use crate::{
    answer::{Refusal, json_bytes},
    cloud::Cloud,
    seed,
};

#[derive(Debug, Deserialize)]
pub(super) struct Filter {
    workspace_id: Option<String>,
}

/// Lists the services of a workspace of a region: of the default workspace, if none is given. That an empty one counts as
/// none is the sandbox's choice; what the real service answers for one it does not know is not documented.
pub(super) async fn list(
    State(cloud): State<Arc<Cloud>>,
    Admitted { region_id, .. }: Admitted,
    _: DeclaredJson,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Response, Refusal> {
    let workspace_id = parameters(filter)?.workspace_id.filter(|id| !id.is_empty());
    let workspace_id = workspace_id.unwrap_or_else(|| seed::DEFAULT_WORKSPACE_ID.to_owned());
    let body = cloud.world().inventory.services.body(&(region_id, workspace_id));
    Ok(json_bytes(StatusCode::OK, body))
}
