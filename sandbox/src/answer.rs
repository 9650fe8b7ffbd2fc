//! The shapes in which Huawei Cloud answers: the four kinds of error bodies, plain JSON, and the id of the request.

use axum::{
    body::{Body, Bytes},
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CONTENT_TYPE, InvalidHeaderValue},
    },
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::calls::{Call, Host};

/// What proxies send that want a sign-in, instead of what was asked for.
pub(crate) const SIGN_IN_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head>\
    <body><h1>Sign in to use the network</h1></body></html>\n";

/// The header in which services tell the id of a request.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The header in which IAM tells it once more.
const X_IAM_TRACE_ID: HeaderName = HeaderName::from_static("x-iam-trace-id");

/// The id of one request: 32 lower-case hexadecimal digits, never the same twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestId(String);

impl RequestId {
    pub(crate) fn fresh() -> Self {
        Self(Uuid::new_v4().simple().to_string())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&RequestId> for HeaderValue {
    type Error = InvalidHeaderValue;

    fn try_from(id: &RequestId) -> Result<Self, Self::Error> {
        Self::from_str(id.as_str())
    }
}

/// The families of error bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    /// The API gateway: `error_code`, `error_msg` and `request_id`.
    Gateway,
    /// `MaaS` itself: `error_code` and `error_msg`.
    Service,
    /// IAM, which speaks like `OpenStack` Keystone: `error.message`, `error.code` and `error.title`.
    Keystone,
    /// The metadata service, which speaks in plain text.
    Text,
}

/// A request turned down, and the error body that says so.
///
/// As a response it is blank: [`identified`] writes the body together with the id of the request.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    family: Family,
    status: StatusCode,
    code: String,
    message: String,
}

impl Refusal {
    /// An error of the API gateway, whose body tells the id of the request.
    pub(crate) fn gateway(status: StatusCode, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { family: Family::Gateway, status, code: code.into(), message: message.into() }
    }

    /// An error of `MaaS` itself.
    pub(crate) fn service(status: StatusCode, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { family: Family::Service, status, code: code.into(), message: message.into() }
    }

    /// An error of IAM.
    pub(crate) fn keystone(status: StatusCode, message: impl Into<String>) -> Self {
        Self { family: Family::Keystone, status, code: String::new(), message: message.into() }
    }

    /// An error of the metadata service.
    pub(crate) fn text(status: StatusCode, message: impl Into<String>) -> Self {
        Self { family: Family::Text, status, code: String::new(), message: message.into() }
    }

    /// The response, body and all.
    pub(crate) fn answer(&self, id: &RequestId) -> Response {
        let Self { family, status, code, message } = self;
        let body = match family {
            Family::Gateway => json!({"error_code": code, "error_msg": message, "request_id": id.as_str()}),
            Family::Service => json!({"error_code": code, "error_msg": message}),
            Family::Keystone => json!({"error": {
                "message": message,
                "code": status.as_u16(),
                "title": status.canonical_reason().unwrap_or_default(),
            }}),
            Family::Text => return (*status, format!("{status}\n\n{message}\n")).into_response(),
        };
        json_value(*status, &body)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes an id of the request wherever it belongs in a response to a call, unless the response has one already.
pub(crate) fn identified(response: Response, call: Option<Call>) -> Response {
    if response.headers().contains_key(X_REQUEST_ID) {
        return response;
    }
    let id = RequestId::fresh();
    let refusal = response.extensions().get::<Refusal>().cloned();
    let mut response = refusal.map_or(response, |refusal| refusal.answer(&id));
    if let Ok(id) = HeaderValue::try_from(&id) {
        if call.is_some_and(|call| call.host() == Host::Iam) {
            response.headers_mut().insert(X_IAM_TRACE_ID, id.clone());
        }
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    response
}

/// A response without a body: 204.
pub(crate) fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// A response of JSON already rendered.
pub(crate) fn json_bytes(status: StatusCode, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(Body::from(body.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A response of JSON.
pub(crate) fn json_value(status: StatusCode, body: &Value) -> Response {
    json_bytes(status, body.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn body_of(refusal: Refusal, id: &RequestId) -> Value {
        let body = refusal.answer(id).into_body();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a whole body");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    #[test]
    fn two_ids_then_32_hexadecimal_digits_each_and_different() {
        let (one, other) = (RequestId::fresh(), RequestId::fresh());
        assert_ne!(one, other);
        assert_eq!(one.as_str().len(), 32);
        assert!(one.as_str().bytes().all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase()));
    }

    #[tokio::test]
    async fn gateway_error_then_the_body_tells_the_request_id() {
        let id = RequestId::fresh();
        let body = body_of(Refusal::gateway(StatusCode::UNAUTHORIZED, "APIGW.0301", "no"), &id).await;
        assert_eq!(body, json!({"error_code": "APIGW.0301", "error_msg": "no", "request_id": id.as_str()}));
    }

    #[tokio::test]
    async fn service_error_then_code_and_message_only() {
        let body =
            body_of(Refusal::service(StatusCode::BAD_REQUEST, "ModelArts.0104", "no"), &RequestId::fresh()).await;
        assert_eq!(body, json!({"error_code": "ModelArts.0104", "error_msg": "no"}));
    }

    #[tokio::test]
    async fn keystone_error_then_the_code_is_the_status_and_the_title_its_name() {
        let body = body_of(Refusal::keystone(StatusCode::UNAUTHORIZED, "no"), &RequestId::fresh()).await;
        assert_eq!(body, json!({"error": {"message": "no", "code": 401, "title": "Unauthorized"}}));
    }

    #[tokio::test]
    async fn text_error_then_status_and_message_without_any_shape() {
        let answer = Refusal::text(StatusCode::UNAUTHORIZED, "no").answer(&RequestId::fresh());
        assert_eq!(answer.headers()[CONTENT_TYPE], "text/plain; charset=utf-8");
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a whole body");
        assert_eq!(body, "401 Unauthorized\n\nno\n");
    }

    #[test]
    fn response_identified_twice_then_the_first_id_stays() {
        let once = identified(Response::default(), Some(Call::Projects));
        let id = once.headers()[X_REQUEST_ID].clone();
        assert_eq!(once.headers()[X_IAM_TRACE_ID], id);
        assert_eq!(identified(once, None).headers()[X_REQUEST_ID], id);
        assert!(!identified(Response::default(), Some(Call::Regions)).headers().contains_key(X_IAM_TRACE_ID));
    }

    #[test]
    fn refusal_as_a_response_then_it_travels_along_with_its_status() {
        let response = Refusal::gateway(StatusCode::NOT_FOUND, "APIGW.0101", "no").into_response();
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert!(response.extensions().get::<Refusal>().is_some());
    }
}
