//! `MaaS`: obtaining workspace information, see
//! <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0020.html>.

use std::sync::Arc;

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::Response,
    routing::{MethodRouter, get},
};

use super::no_such_api;
use crate::{
    answer::{Refusal, json_bytes},
    caller::Caller,
    cloud::Cloud,
    world::Listing,
};

pub(super) const PATH: &str = "/v1/{project_id}/maas/services/workspace/{region_id}";

pub(super) fn handler() -> MethodRouter<Arc<Cloud>> {
    get(list)
}

/// Lists the workspaces of a region.
///
/// The region is one path segment, percent-decoded. All projects see the same workspaces. What the real service answers
/// for a region it does not know is not documented; the sandbox answers an empty list.
async fn list(
    State(cloud): State<Arc<Cloud>>,
    path: Result<Path<(String, String)>, PathRejection>,
    caller: Result<Caller, Refusal>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let Path((project_id, region_id)) = path.map_err(|_| no_such_api())?;
    if project_id.is_empty() {
        return Err(no_such_api());
    }
    if !caller?.may_use(&project_id) {
        return Err(foreign_project(&project_id));
    }
    if !is_json(&headers) {
        return Err(not_json());
    }
    let world = cloud.world();
    let body = world.listing(&region_id).map_or_else(|| Listing::default().body(), Listing::body);
    Ok(json_bytes(StatusCode::OK, body))
}

/// The service's answer to credentials of one project used for another. The shape is documented; status, code and
/// message are the sandbox's choice.
fn foreign_project(project_id: &str) -> Refusal {
    let message = format!("The credentials are not good for the project {project_id}.");
    Refusal::service(StatusCode::FORBIDDEN, "ModelArts.0010", message)
}

/// The service's answer to a request that is not declared as JSON, which it must be even without a body. The code is the
/// documented one of an invalid JSON body (<https://support.huaweicloud.com/intl/en-us/api-maas/ErrorCode.html>); that
/// this case gets it, and the message, are the sandbox's choice.
fn not_json() -> Refusal {
    let message = "Invalid request body: the Content-Type must be application/json.";
    Refusal::service(StatusCode::BAD_REQUEST, "ModelArts.2115", message)
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn judged(content_type: &'static str) -> bool {
        is_json(&HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(content_type))]))
    }

    #[test]
    fn json_with_parameters_or_in_capitals_then_json() {
        for content_type in ["application/json", "application/json;charset=utf8", "Application/JSON ; charset=utf-8"] {
            assert!(judged(content_type), "{content_type}");
        }
    }

    #[test]
    fn anything_else_or_nothing_then_not_json() {
        for content_type in ["", "text/plain", "application/jsonp", "application/x-www-form-urlencoded"] {
            assert!(!judged(content_type), "{content_type}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }
}
