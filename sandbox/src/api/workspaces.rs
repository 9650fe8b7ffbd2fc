//! `MaaS`: obtaining workspace information, see
//! <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0020.html>.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};

use super::admission::{Admitted, DeclaredJson};
use crate::{answer::json_bytes, cloud::Cloud};

/// Lists the workspaces of a region. What the real service answers for a region it does not know is not documented.
pub(super) async fn list(State(cloud): State<Arc<Cloud>>, admitted: Admitted, _: DeclaredJson) -> Response {
    json_bytes(StatusCode::OK, cloud.world().inventory.workspaces.body(&admitted.region_id))
}
