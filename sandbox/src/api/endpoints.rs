//! `MaaS`: listing and creating custom endpoints, see
//! <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0015.html> and
//! <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0013.html>.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{MethodRouter, get, post},
};
use serde_json::json;

use super::admission::{Admitted, DeclaredJson, bad_parameter, members};
use crate::{
    answer::{Refusal, json_bytes, json_value},
    cloud::Cloud,
    world::EndpointError,
};

pub(super) const PATH: &str = "/v1/{project_id}/maas/services/custom-endpoint/endpoint";

pub(super) fn list_handler() -> MethodRouter<Arc<Cloud>> {
    get(list)
}

pub(super) fn create_handler() -> MethodRouter<Arc<Cloud>> {
    post(create)
}

/// Lists the endpoints of the account. Unlike its neighbours this API is documented without a `Content-Type`.
async fn list(State(cloud): State<Arc<Cloud>>, _: Admitted) -> Response {
    json_bytes(StatusCode::OK, cloud.world().inventory.endpoints.body())
}

/// Creates an endpoint. That the answer is its id, with status 200, is the sandbox's choice.
async fn create(
    State(cloud): State<Arc<Cloud>>,
    _: Admitted,
    _: DeclaredJson,
    body: Bytes,
) -> Result<Response, Refusal> {
    let members = members(&body)?;
    let id = cloud.world().inventory.create_endpoint(&members).map_err(refusal)?;
    Ok(json_value(StatusCode::OK, &json!({"id": id})))
}

/// The documented codes, see <https://support.huaweicloud.com/intl/en-us/api-maas/ErrorCode.html>. The messages are the
/// sandbox's choice, but for that of a missing member.
pub(super) fn refusal(error: EndpointError) -> Refusal {
    let (code, message) = match error {
        EndpointError::Missing(member) => {
            return bad_parameter(format!("CreateCustomEndpointReq.{member} is a required field"));
        }
        EndpointError::Invalid(member) => return bad_parameter(format!("{member} is invalid")),
        EndpointError::NoAgreement => return bad_parameter("agreement_id is not that of the current agreement"),
        EndpointError::NameTaken => ("ModelArts.6271", "The endpoint name already exists."),
        EndpointError::InvalidName => ("ModelArts.6274", "The endpoint name is invalid."),
        EndpointError::NotFound => ("ModelArts.6291", "CustomEndpointNotFound"),
        EndpointError::QuotaExceeded => ("ModelArts.6297", "The endpoint quota is exceeded."),
        EndpointError::NotConnected => ("ModelArts.6613", "The service is not mounted to the MaaS gateway."),
    };
    Refusal::service(StatusCode::BAD_REQUEST, code, message)
}
