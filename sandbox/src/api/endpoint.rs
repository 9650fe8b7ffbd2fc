//! `MaaS`: changing and deleting a custom endpoint, see
//! <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0014.html> and
//! <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0016.html>.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::State,
    http::StatusCode,
    routing::{MethodRouter, delete, put},
};

use super::{
    admission::{Admitted, DeclaredJson, members},
    endpoints::refusal,
};
use crate::{answer::Refusal, cloud::Cloud, world::EndpointError};

pub(super) const PATH: &str = "/v1/{project_id}/maas/services/custom-endpoint/endpoint/{custom_endpoint_id}";

pub(super) fn update_handler() -> MethodRouter<Arc<Cloud>> {
    put(update)
}

pub(super) fn delete_handler() -> MethodRouter<Arc<Cloud>> {
    delete(remove)
}

/// Replaces everything that can be changed of an endpoint. That it is answered with 204 is the sandbox's choice.
async fn update(
    State(cloud): State<Arc<Cloud>>,
    admitted: Admitted,
    _: DeclaredJson,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let members = members(&body)?;
    cloud.world().inventory.update_endpoint(&admitted.endpoint_id, &members).map_err(refusal)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(State(cloud): State<Arc<Cloud>>, admitted: Admitted) -> Result<StatusCode, Refusal> {
    cloud.world().inventory.endpoints.delete(&admitted.endpoint_id).map_err(not_found)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Here the documented status of an endpoint that there is not is 404.
pub(super) fn not_found(error: EndpointError) -> Refusal {
    match error {
        EndpointError::NotFound => Refusal::service(StatusCode::NOT_FOUND, "ModelArts.6291", "CustomEndpointNotFound"),
        error => refusal(error),
    }
}
