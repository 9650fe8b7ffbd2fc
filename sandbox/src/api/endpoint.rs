//! `MaaS`: updating, controlling and deleting one custom endpoint, see
//! <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0014.html>,
//! <https://support.huaweicloud.com/api-maas/api-maas-0017.html> and
//! <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0016.html>.

use std::sync::Arc;

use axum::{body::Bytes, extract::State, http::StatusCode, response::Response};

use super::{
    admission::{Admitted, DeclaredJson, bad_parameter},
    endpoint_members,
    members::Members,
};
use crate::{
    answer::{Refusal, no_content},
    cloud::Cloud,
    record::Endpoint,
    world::Inventory,
};

/// Members of an endpoint that the service only reports.
const REPORTED: [&str; 9] = [
    "id",
    "source",
    "status",
    "cbc_status",
    "served_model_name",
    "model_version_id",
    "resident_model_id",
    "region",
    "infer_service_id",
];

/// The members that a request may change.
const CHANGEABLE: [&str; 5] = ["endpoint_name", "remark", "rpm", "tpm", "moderation"];

/// Replaces everything of an endpoint that may change: what the request omits gets its default, but for the name, which
/// stays. That a request replaces the members and does not merge them is inferred from the neighbouring API of keys; the
/// status of the response is the sandbox's choice.
pub(super) async fn update(
    State(cloud): State<Arc<Cloud>>,
    Admitted { id, .. }: Admitted,
    _: DeclaredJson,
    body: Bytes,
) -> Result<Response, Refusal> {
    let members = Members::read(&body)?;
    let inventory = &mut cloud.world().inventory;
    let unknown = || no_such_endpoint(StatusCode::BAD_REQUEST, &id);
    let prior = inventory.endpoints.find(&id).ok_or_else(unknown)?;
    let updated = renamed(prior, &members, inventory)?;
    check_agreement(prior, &members, inventory)?;
    let updated = endpoint_members::apply(replaced(updated, &members), &members)?;
    inventory.endpoints.before_write();
    inventory.endpoints.update(&id, updated);
    Ok(no_content())
}

/// Switches an endpoint on or off. What the states are called is the sandbox's choice.
pub(super) async fn control(
    State(cloud): State<Arc<Cloud>>,
    Admitted { id, .. }: Admitted,
    body: Bytes,
) -> Result<Response, Refusal> {
    let members = Members::read(&body)?;
    let status = match members.required_text("action")? {
        "activate" => "active",
        "deactivate" => "inactive",
        _ => return Err(bad_parameter("action must be one of [activate deactivate]")),
    };
    let endpoints = &mut cloud.world().inventory.endpoints;
    endpoints.before_write();
    let is_there = endpoints.change(&id, |endpoint| endpoint.status(status));
    if is_there { Ok(no_content()) } else { Err(no_such_endpoint(StatusCode::NOT_FOUND, &id)) }
}

/// Deletes an endpoint; its name stays used up.
pub(super) async fn delete(
    State(cloud): State<Arc<Cloud>>,
    Admitted { id, .. }: Admitted,
) -> Result<Response, Refusal> {
    let endpoints = &mut cloud.world().inventory.endpoints;
    endpoints.before_write();
    let was_there = endpoints.remove(&id);
    if was_there { Ok(no_content()) } else { Err(no_such_endpoint(StatusCode::NOT_FOUND, &id)) }
}

/// The endpoint under the name that the request has, which no other endpoint may have had.
fn renamed(prior: &Endpoint, members: &Members, inventory: &Inventory) -> Result<Endpoint, Refusal> {
    match members.text("endpoint_name")? {
        Some(name) if prior.text("endpoint_name") != Some(name) => {
            endpoint_members::check_name(name)?;
            endpoint_members::check_unused(name, inventory)?;
            Ok(prior.clone().raw("endpoint_name", name))
        }
        _ => Ok(prior.clone()),
    }
}

/// Checks that an agreement was signed if the request says that moderation is to change. A request that omits it switches
/// it on, and needs none.
fn check_agreement(prior: &Endpoint, members: &Members, inventory: &Inventory) -> Result<(), Refusal> {
    let asked = members.flag("moderation")?;
    let is_moderated = prior.get("moderation").and_then(serde_json::Value::as_bool);
    if asked.is_some() && asked != is_moderated {
        endpoint_members::signed_agreement(members, inventory)?;
    }
    Ok(())
}

/// The endpoint with the undocumented members replaced as well: those that the request has, and no others.
fn replaced(endpoint: Endpoint, members: &Members) -> Endpoint {
    let documented = |name: &str| REPORTED.contains(&name) || CHANGEABLE.contains(&name);
    let others = endpoint.field_names().filter(|name| !documented(name)).map(str::to_owned).collect::<Vec<_>>();
    others.into_iter().fold(endpoint, |endpoint, name| match members.get(&name) {
        Some(value) => endpoint.raw(name, value.clone()),
        None => endpoint.without(&name),
    })
}

/// The service's response to an id that it does not know. The page of error codes says that the status is 400, the pages
/// of controlling and deleting say 404; the message is the sandbox's choice.
fn no_such_endpoint(status: StatusCode, id: &str) -> Refusal {
    Refusal::service(status, "ModelArts.6291", format!("The custom endpoint {id} does not exist."))
}
