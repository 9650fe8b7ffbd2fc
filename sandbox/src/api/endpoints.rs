//! `MaaS`: listing and creating custom endpoints, see
//! <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0015.html> and
//! <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0013.html>.

use std::sync::Arc;

use axum::{body::Bytes, extract::State, http::StatusCode, response::Response};
use serde_json::json;

use super::{
    admission::{Admitted, DeclaredJson, bad_parameter},
    endpoint_members::{self, refused},
    members::Members,
};
use crate::{
    answer::{Refusal, json_bytes, json_value},
    cloud::Cloud,
    record::Endpoint,
    world::Inventory,
};

/// Lists the endpoints of the account. Unlike its neighbours this API is documented without a `Content-Type`.
pub(super) async fn list(State(cloud): State<Arc<Cloud>>, _: Admitted) -> Response {
    json_bytes(StatusCode::OK, cloud.world().inventory.endpoints.list())
}

/// Creates an endpoint. That a response has an id is documented; its status and the member's name are the sandbox's
/// choice.
pub(super) async fn create(
    State(cloud): State<Arc<Cloud>>,
    _: Admitted,
    _: DeclaredJson,
    body: Bytes,
) -> Result<Response, Refusal> {
    let members = Members::read(&body)?;
    let inventory = &mut cloud.world().inventory;
    let name = unused_name(&members, inventory)?;
    let endpoint = with_source(Endpoint::named(name), &members, inventory)?;
    if members.flag("moderation")? == Some(false) {
        endpoint_members::signed_agreement(&members, inventory)?;
    }
    let endpoint = endpoint_members::apply(endpoint, &members)?;
    if inventory.endpoints.is_full() {
        return Err(refused("ModelArts.6297", "The number of custom endpoints exceeds the quota."));
    }
    let response = json_value(StatusCode::OK, &json!({"id": endpoint.get("id")}));
    inventory.endpoints.before_write();
    inventory.endpoints.add(endpoint);
    Ok(response)
}

/// The name of the new endpoint, which no endpoint may have had.
fn unused_name<'a>(members: &'a Members, inventory: &Inventory) -> Result<&'a str, Refusal> {
    let missing = || bad_parameter("CreateCustomEndpointReq.endpoint_name is a required field");
    let name = members.text("endpoint_name")?.ok_or_else(missing)?;
    endpoint_members::check_name(name)?;
    endpoint_members::check_unused(name, inventory)?;
    Ok(name)
}

/// Puts the endpoint in front of the model or the service that is asked for. Codes and messages for a model or a service
/// that is not there are the sandbox's choice; so is that members of the other source are ignored.
fn with_source(endpoint: Endpoint, members: &Members, inventory: &Inventory) -> Result<Endpoint, Refusal> {
    match members.required_text("source")? {
        "custom_from_maas" => {
            let model = members.required_text("model_name")?;
            if !inventory.has_model(model) {
                return Err(bad_parameter(format!("model_name: the account has no built-in model {model}")));
            }
            Ok(endpoint.for_model(model))
        }
        "custom_from_modelarts_v2" => {
            let (region, id) = (members.required_text("region")?, members.required_text("infer_service_id")?);
            let service = inventory.service(region, id);
            let service = service
                .ok_or_else(|| bad_parameter(format!("infer_service_id: no service {id} in region {region}")))?;
            // That a service which runs is mounted to the gateway is the sandbox's choice.
            if service["status"] != "RUNNING" {
                let message =
                    "The ModelArts service is neither mounted to the MaaS gateway nor without authentication.";
                return Err(refused("ModelArts.6613", message));
            }
            Ok(endpoint.for_unnamed_service())
        }
        _ => Err(bad_parameter("source must be one of [custom_from_maas custom_from_modelarts_v2]")),
    }
}
