//! `MaaS`: listing custom endpoints, see <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0015.html>.

use std::sync::Arc;

use axum::{
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{MethodRouter, get},
};

use super::admission::Admitted;
use crate::{answer::json_bytes, cloud::Cloud};

pub(super) const PATH: &str = "/v1/{project_id}/maas/services/custom-endpoint/endpoint";

pub(super) fn handler() -> MethodRouter<Arc<Cloud>> {
    get(list)
}

/// Lists the endpoints of the account. Unlike its neighbours this API is documented without a `Content-Type`.
async fn list(State(cloud): State<Arc<Cloud>>, _: Admitted) -> Response {
    json_bytes(StatusCode::OK, cloud.world().inventory.endpoints.body())
}
