//! Metadata service: obtaining a token, see
//! <https://support.huaweicloud.com/intl/en-us/usermanual-ecs/ecs_03_2167.html>.

use std::{ops::RangeInclusive, sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode},
};

use super::no_such_api;
use crate::{answer::Refusal, cloud::Cloud};

/// The header that tells for how many seconds the token is to be valid.
const X_METADATA_TOKEN_TTL_SECONDS: HeaderName = HeaderName::from_static("x-metadata-token-ttl-seconds");

/// For how many seconds a token may be asked for; only that 21600 is allowed is documented.
const LIFETIMES: RangeInclusive<u64> = 1..=21_600;

/// Hands out a token as text.
pub(super) async fn issue(State(cloud): State<Arc<Cloud>>, headers: HeaderMap) -> Result<String, Refusal> {
    let mut world = cloud.world();
    let now = world.now();
    let metadata = world.metadata.as_mut().ok_or_else(no_such_api)?;
    if !metadata.has_tokens() {
        return Err(Refusal::text(StatusCode::METHOD_NOT_ALLOWED, "There are no tokens."));
    }
    let seconds = headers.get(X_METADATA_TOKEN_TTL_SECONDS).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let seconds = seconds.filter(|seconds| LIFETIMES.contains(seconds)).ok_or_else(no_lifetime)?;
    Ok(metadata.issue_token(now, Duration::from_secs(seconds)))
}

/// The answer to a lifetime that is missing or not allowed. Status and message are the sandbox's choice.
fn no_lifetime() -> Refusal {
    Refusal::text(StatusCode::BAD_REQUEST, "X-Metadata-Token-Ttl-Seconds has to be from 1 to 21600.")
}
