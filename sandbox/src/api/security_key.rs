//! Metadata service: obtaining a temporary key of the server's agency, see
//! <https://support.huaweicloud.com/intl/en-us/usermanual-ecs/ecs_03_0166.html>.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode},
    response::Response,
};

use super::{iam, no_such_api};
use crate::{
    answer::{Refusal, json_value},
    cloud::Cloud,
    seed,
};

/// The header that carries a token of the metadata service.
const X_METADATA_TOKEN: HeaderName = HeaderName::from_static("x-metadata-token");

/// Hands out a fresh key of the seeded account each time; the real service hands out the same one for a while.
pub(super) async fn issue(State(cloud): State<Arc<Cloud>>, headers: HeaderMap) -> Result<Response, Refusal> {
    let mut world = cloud.world();
    let metadata = world.metadata.as_ref().ok_or_else(no_such_api)?;
    let token = headers.get(X_METADATA_TOKEN).map(|token| token.to_str().unwrap_or_default());
    if !metadata.lets_in(token, world.now()) {
        return Err(Refusal::text(StatusCode::UNAUTHORIZED, "The X-Metadata-Token is missing or not valid."));
    }
    if !metadata.has_agency {
        return Err(Refusal::text(StatusCode::UNAUTHORIZED, "Please configure Cloud Service Agency first"));
    }
    let lifetime = metadata.lifetime;
    let key = world.issue_key(seed::DOMAIN_ID.to_owned(), lifetime);
    Ok(json_value(StatusCode::OK, &iam::credential(&key)))
}
