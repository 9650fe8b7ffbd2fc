//! IAM: obtaining a token with an `OpenID` Connect ID token, see
//! <https://support.huaweicloud.com/intl/en-us/api-iam/iam_13_0605.html>.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode},
    response::Response,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::{iam, scope::ScopeRequest, subject_token};
use crate::{answer::Refusal, cloud::Cloud, seed, world::Scope};

/// The header that names the identity provider.
const X_IDP_ID: HeaderName = HeaderName::from_static("x-idp-id");

#[derive(Deserialize)]
struct Body {
    auth: Auth,
}

#[derive(Deserialize)]
struct Auth {
    id_token: IdToken,
    scope: Option<ScopeRequest>,
}

#[derive(Deserialize)]
struct IdToken {
    id: SecretString,
}

/// Hands out a token of the seeded user: one without a scope unless one is asked for.
pub(super) async fn issue(
    State(cloud): State<Arc<Cloud>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let idp = headers.get(X_IDP_ID).and_then(|id| id.to_str().ok());
    let idp = idp.ok_or_else(|| iam::bad_request("The header X-Idp-Id is missing."))?;
    let Auth { id_token, scope } = iam::read::<Body>(&body)?.auth;
    let mut world = cloud.world();
    let known =
        world.id_tokens.iter().any(|(id, known)| id == idp && known.expose_secret() == id_token.id.expose_secret());
    if !known {
        return Err(wrong_id_token());
    }
    let scope = match scope {
        Some(asked) => asked.find(&world).ok_or_else(subject_token::no_such_scope)?,
        None => Scope::Unscoped,
    };
    let now = world.now();
    let token = world.tokens.issue(scope, now);
    let federation = json!({"identity_provider": {"id": idp}, "protocol": {"id": "oidc"}, "groups": []});
    let user = json!({
        "id": seed::USER_ID, "name": seed::USER_NAME, "domain": subject_token::domain(), "OS-FEDERATION": federation,
    });
    Ok(subject_token::response(&token, &world, json!({"methods": ["mapped"], "user": user})))
}

/// The answer to an ID token that is not the identity provider's, or to a provider nobody knows. The message is the
/// sandbox's choice.
fn wrong_id_token() -> Refusal {
    Refusal::keystone(StatusCode::UNAUTHORIZED, "The ID token is not valid for this identity provider.")
}
