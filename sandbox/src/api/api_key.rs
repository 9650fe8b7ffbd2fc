//! `MaaS`: updating and deleting one API key, see
//! <https://support.huaweicloud.com/intl/en-us/api-maas/UpdateApiKeyV2.html> and
//! <https://support.huaweicloud.com/intl/en-us/api-maas/DeleteApiKey.html>.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    admission::{Admitted, DeclaredJson},
    api_key_members,
    members::Members,
};
use crate::{
    answer::{Refusal, json_value},
    cloud::Cloud,
};

/// Replaces everything of a key that may change: what the request omits becomes empty. Its id and label are ignored. The
/// response is the sandbox's choice.
pub(super) async fn update(
    State(cloud): State<Arc<Cloud>>,
    Admitted { id, .. }: Admitted,
    _: DeclaredJson,
    body: Bytes,
) -> Result<Response, Refusal> {
    let members = Members::read(&body)?;
    let keys = &mut cloud.world().inventory.api_keys;
    let key = keys.find(&id).ok_or_else(|| no_such_key(&id))?;
    let updated = api_key_members::apply(key.clone(), &members)?;
    let response = json_value(StatusCode::OK, &updated.to_json());
    keys.change(&id, |_| updated);
    Ok(response)
}

/// Deletes a key. The response is the bare word of the documented example, which is no JSON, whatever the table says.
pub(super) async fn delete(
    State(cloud): State<Arc<Cloud>>,
    Admitted { id, .. }: Admitted,
) -> Result<Response, Refusal> {
    let keys = &mut cloud.world().inventory.api_keys;
    api_key_members::check_balance(keys)?;
    if keys.remove(&id) { Ok("success".into_response()) } else { Err(no_such_key(&id)) }
}

/// The response to an id that no key has. Nothing of it is documented.
fn no_such_key(id: &str) -> Refusal {
    Refusal::service(StatusCode::NOT_FOUND, "ModelArts.0102", format!("The API key {id} does not exist."))
}
