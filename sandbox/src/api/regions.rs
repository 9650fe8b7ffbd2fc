//! `MaaS`: obtaining region information, see
//! <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0019.html>.

use std::sync::Arc;

use axum::{
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{MethodRouter, get},
};

use super::admission::{Admitted, DeclaredJson};
use crate::{answer::json_bytes, cloud::Cloud};

pub(super) const PATH: &str = "/v1/{project_id}/maas/services/custom-endpoint/regions";

pub(super) fn handler() -> MethodRouter<Arc<Cloud>> {
    get(list)
}

/// Lists the regions of real-time services.
async fn list(State(cloud): State<Arc<Cloud>>, _: Admitted, _: DeclaredJson) -> Response {
    json_bytes(StatusCode::OK, cloud.world().inventory.regions.body())
}
