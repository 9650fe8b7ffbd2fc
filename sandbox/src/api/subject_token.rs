//! The answer that hands out a token.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode},
    response::Response,
};
use serde_json::{Value, json};

use crate::{
    answer::{Refusal, json_value},
    clock::iam_time,
    seed,
    world::{Scope, Token, World},
};

/// The header that hands out the token.
const X_SUBJECT_TOKEN: HeaderName = HeaderName::from_static("x-subject-token");

/// Hands out a token: its text in the header, everything about it in the body, next to what `details` adds.
pub(super) fn response(token: &Token, world: &World, details: Value) -> Response {
    let mut response = json_value(StatusCode::CREATED, &describe(token, world, details));
    if let Ok(text) = HeaderValue::from_str(&token.text) {
        response.headers_mut().insert(X_SUBJECT_TOKEN, text);
    }
    response
}

fn describe(token: &Token, world: &World, mut body: Value) -> Value {
    body["expires_at"] = json!(iam_time(token.expires_at));
    body["issued_at"] = json!(iam_time(token.issued_at));
    match &token.scope {
        Scope::Unscoped => {}
        Scope::Domain => body["domain"] = domain(),
        Scope::Project(id) => {
            let name = world.project(id).map(|project| project.name.as_str());
            body["project"] = json!({"id": id, "name": name, "domain": domain()});
        }
    }
    json!({"token": body})
}

/// The account that has the users.
pub(super) fn domain() -> Value {
    json!({"id": seed::DOMAIN_ID, "name": seed::DOMAIN_NAME})
}

/// The answer to a project or an account that does not exist or is another's. Status and message are the sandbox's choice.
pub(super) fn no_such_scope() -> Refusal {
    Refusal::keystone(StatusCode::UNAUTHORIZED, "The requested scope does not exist or is not accessible.")
}
