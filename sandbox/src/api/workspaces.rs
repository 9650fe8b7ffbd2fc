//! `MaaS`: obtaining workspace information, see
//! <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0020.html>.

use std::sync::Arc;

use axum::{
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{MethodRouter, get},
};

use super::admission::{Admitted, DeclaredJson};
use crate::{answer::json_bytes, cloud::Cloud};

pub(super) const PATH: &str = "/v1/{project_id}/maas/services/workspace/{region_id}";

pub(super) fn handler() -> MethodRouter<Arc<Cloud>> {
    get(list)
}

/// Lists the workspaces of a region. What the real service answers for a region it does not know is not documented.
async fn list(State(cloud): State<Arc<Cloud>>, admitted: Admitted, _: DeclaredJson) -> Response {
    json_bytes(StatusCode::OK, cloud.world().inventory.workspaces.body(&admitted.region_id))
}
