//! `MaaS`: obtaining region information, see
//! <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0019.html>.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};

use super::admission::{Admitted, DeclaredJson};
use crate::{answer::json_bytes, cloud::Cloud};

/// Lists the regions of real-time services.
pub(super) async fn list(State(cloud): State<Arc<Cloud>>, _: Admitted, _: DeclaredJson) -> Response {
    json_bytes(StatusCode::OK, cloud.world().inventory.regions.body())
}
