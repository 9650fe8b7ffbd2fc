//! `MaaS`: enabling and disabling a custom endpoint, see
//! <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0017.html>.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::State,
    http::StatusCode,
    routing::{MethodRouter, put},
};

use super::{
    admission::{Admitted, DeclaredJson, bad_parameter, members},
    endpoint::not_found,
};
use crate::{answer::Refusal, cloud::Cloud};

pub(super) const PATH: &str = "/v1/{project_id}/maas/services/custom-endpoint/control/{custom_endpoint_id}";

pub(super) fn handler() -> MethodRouter<Arc<Cloud>> {
    put(control)
}

async fn control(
    State(cloud): State<Arc<Cloud>>,
    admitted: Admitted,
    _: DeclaredJson,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let members = members(&body)?;
    let enabled = match members.get("action").and_then(serde_json::Value::as_str) {
        Some("activate") => true,
        Some("deactivate") => false,
        _ => return Err(bad_parameter("action must be one of [activate deactivate]")),
    };
    cloud.world().inventory.endpoints.enable(&admitted.endpoint_id, enabled).map_err(not_found)?;
    Ok(StatusCode::NO_CONTENT)
}
