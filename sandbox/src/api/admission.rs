//! What all APIs of `MaaS` check before they answer.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Path, Query, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE, request::Parts},
};
use serde::Deserialize;

use super::no_such_api;
use crate::{answer::Refusal, caller::Caller, cloud::Cloud};

/// A request whose credentials are good for the project in its path.
#[derive(Debug)]
pub(super) struct Admitted {
    /// The project in its path.
    pub(super) project_id: String,
    /// The region in its path: one segment, percent-decoded. Empty where the path has none.
    pub(super) region_id: String,
    /// The id in its path of what the request is about, in the same way.
    pub(super) id: String,
}

/// What the paths have in them.
#[derive(Deserialize)]
struct Target {
    project_id: String,
    #[serde(default)]
    region_id: String,
    #[serde(default)]
    id: String,
}

impl FromRequestParts<Arc<Cloud>> for Admitted {
    type Rejection = Refusal;

    async fn from_request_parts(head: &mut Parts, cloud: &Arc<Cloud>) -> Result<Self, Refusal> {
        let path = Path::<Target>::from_request_parts(head, cloud).await;
        let Path(Target { project_id, region_id, id }) = path.map_err(|_| no_such_api())?;
        if project_id.is_empty() {
            return Err(no_such_api());
        }
        let caller = Caller::from_request_parts(head, cloud).await?;
        if caller.may_use(&project_id) {
            Ok(Self { project_id, region_id, id })
        } else {
            Err(foreign_project(&project_id))
        }
    }
}

/// A request that says its body is JSON, which most must even if they have none.
#[derive(Debug)]
pub(super) struct DeclaredJson;

impl<S: Sync> FromRequestParts<S> for DeclaredJson {
    type Rejection = Refusal;

    async fn from_request_parts(head: &mut Parts, _: &S) -> Result<Self, Refusal> {
        if is_json(&head.headers) { Ok(Self) } else { Err(not_json()) }
    }
}

/// The parameters in the query.
///
/// # Errors
///
/// See [`bad_parameter`].
pub(super) fn parameters<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Refusal> {
    query.map(|Query(parameters)| parameters).map_err(|error| bad_parameter(error.body_text()))
}

/// The service's answer to a parameter that is missing or wrong. The code is the documented one of a required field that
/// is missing (<https://support.huaweicloud.com/intl/en-us/api-maas/ErrorCode.html>); the message is the sandbox's choice.
pub(super) fn bad_parameter(message: impl Into<String>) -> Refusal {
    Refusal::service(StatusCode::BAD_REQUEST, "ModelArts.0104", message)
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
