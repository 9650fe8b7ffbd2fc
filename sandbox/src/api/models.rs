//! Model API: listing models, see <https://support.huaweicloud.com/model-call-maas/model-call-029.md>.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{
        HeaderMap, StatusCode,
        header::{AUTHORIZATION, HOST},
    },
    response::Response,
};
use serde_json::{Value, json};

use crate::{
    answer::{Refusal, json_value},
    cloud::Cloud,
    seed,
    world::World,
};

/// Lists the models for a caller with an API key of this region. As in the documented example, `created` is 0; a member
/// that nobody documented stands beside it, as callers have seen.
pub(super) async fn list(State(cloud): State<Arc<Cloud>>, headers: HeaderMap) -> Result<Response, Refusal> {
    let mut world = cloud.world();
    check_key(&headers, &mut world)?;
    let models = world.inventory.model_names();
    let describe =
        |id: String| json!({"id": id, "object": "model", "created": 0, "owned_by": "", "context_length": 32_768});
    let body = json!({"object": "list", "data": models.into_iter().map(describe).collect::<Value>()});
    Ok(json_value(StatusCode::OK, &body))
}

/// Checks the key in the header. A key of another region, and one that does not work yet, are refused like a key that
/// does not exist; code and message are the sandbox's choice.
fn check_key(headers: &HeaderMap, world: &mut World) -> Result<(), Refusal> {
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let region = region(headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default()).to_owned();
    let project = header.strip_prefix("Bearer ").and_then(|plain| world.inventory.api_keys.project_of(plain));
    let project = project.map(str::to_owned).and_then(|id| world.project(&id));
    if project.is_some_and(|project| project.name == region) {
        return Ok(());
    }
    Err(Refusal::service(StatusCode::UNAUTHORIZED, "ModelArts.81003", "Invalid API key."))
}

/// The region of a host of the model API; any other host, such as loopback, is that of the seeded host region.
fn region(host: &str) -> &str {
    let name = host.split(':').next().unwrap_or_default();
    match name.strip_suffix(".modelarts-maas.com") {
        Some("api") => "cn-southwest-2",
        Some(prefix) => prefix.strip_prefix("api-").unwrap_or(seed::HOST_REGION),
        None => seed::HOST_REGION,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_the_model_api_then_their_regions_and_loopback_is_the_host_region() {
        assert_eq!(region("api.modelarts-maas.com"), "cn-southwest-2");
        assert_eq!(region("api-ap-southeast-1.modelarts-maas.com:443"), "ap-southeast-1");
        assert_eq!(region("127.0.0.1:8700"), seed::HOST_REGION);
    }
}
