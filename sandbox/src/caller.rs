//! Who is calling: the one place that checks credentials, be it a token or the signature of an access key.

use std::{fmt, sync::Arc};

use axum::{
    body::Bytes,
    extract::FromRequestParts,
    http::{HeaderName, StatusCode, request::Parts},
};

use crate::{
    answer::Refusal,
    cloud::Cloud,
    seed,
    signature::Signed,
    world::{Scope, World},
};

mod signed;

/// The header that carries a token.
pub(crate) const X_AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");

/// The body of a request, which travels along with its head: it is part of what was signed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Payload(pub(crate) Bytes);

/// Someone whose credentials were found good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The ids of the projects that the credentials are good for.
    projects: Vec<String>,
    /// The id of the account they act in.
    pub(crate) domain_id: String,
    /// What they showed.
    pub(crate) credentials: Credentials,
}

/// What proves who is calling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credentials {
    Token,
    PermanentKey,
    TemporaryKey,
}

impl FromRequestParts<Arc<Cloud>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(head: &mut Parts, cloud: &Arc<Cloud>) -> Result<Self, Refusal> {
        Self::of(head, &mut cloud.world())
    }
}

impl Caller {
    /// Recognises the caller by the signature, if there is one, else by the token.
    ///
    /// # Errors
    ///
    /// 401 `APIGW.0301` when there is neither, or one that is not good now. The code and the start of the message are
    /// the gateway's, as is `decrypt token fail`; what else stands behind is the sandbox's choice unless it says
    /// otherwise.
    pub(crate) fn of(head: &Parts, world: &mut World) -> Result<Self, Refusal> {
        let body = head.extensions.get::<Payload>().cloned().unwrap_or_default();
        match Signed::read(head, &body.0).map_err(incorrect)? {
            Some(signed) => signed::caller(head, &signed, world),
            None => Self::with_token(head, world),
        }
    }

    fn with_token(head: &Parts, world: &World) -> Result<Self, Refusal> {
        let token = head.headers.get(X_AUTH_TOKEN).ok_or_else(|| incorrect("x-auth-token not found"))?;
        let text = token.to_str().map_err(|_| incorrect("decrypt token fail"))?;
        let token = world.tokens.valid(text, world.now()).ok_or_else(|| incorrect("decrypt token fail"))?;
        let projects = match &token.scope {
            Scope::Project(id) => vec![id.clone()],
            Scope::Domain => Vec::new(),
            Scope::Unscoped => return Err(incorrect("the token has no scope")),
        };
        Ok(Self { projects, domain_id: seed::DOMAIN_ID.to_owned(), credentials: Credentials::Token })
    }

    /// Whether the credentials are good for that project.
    pub(crate) fn may_use(&self, project_id: &str) -> bool {
        self.projects.iter().any(|id| id == project_id)
    }
}

/// The gateway's answer to credentials that are missing or wrong.
pub(crate) fn incorrect(why: impl fmt::Display) -> Refusal {
    let message = format!("Incorrect IAM authentication information: {why}");
    Refusal::gateway(StatusCode::UNAUTHORIZED, "APIGW.0301", message)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, Request};
    use jiff::Timestamp;

    use super::*;

    fn head() -> Parts {
        Request::new(()).into_parts().0
    }

    fn with_token(token: &[u8]) -> Parts {
        let mut head = head();
        head.headers.insert(X_AUTH_TOKEN, HeaderValue::from_bytes(token).expect("a header value"));
        head
    }

    #[test]
    fn seeded_token_then_good_for_its_project_and_no_other() {
        let caller = Caller::of(&with_token(seed::TOKEN.as_bytes()), &mut World::seeded()).expect("valid");
        assert!(caller.may_use(seed::PROJECT_ID));
        assert!(!caller.may_use(seed::OTHER_PROJECT_ID));
    }

    #[test]
    fn token_of_the_whole_account_then_good_for_no_project() {
        let mut world = World::seeded();
        world.tokens.add("all", Scope::Domain, Timestamp::MAX);
        let caller = Caller::of(&with_token(b"all"), &mut world).expect("valid");
        assert!(!caller.may_use(seed::PROJECT_ID));
    }

    #[test]
    fn no_token_or_a_wrong_one_then_refused_with_the_reason() {
        let refused = |head: &Parts| format!("{:?}", Caller::of(head, &mut World::seeded()).expect_err("refused"));
        assert!(refused(&head()).contains("x-auth-token not found"));
        assert!(refused(&with_token(b"made-up")).contains("decrypt token fail"));
        assert!(refused(&with_token(b"\xff")).contains("decrypt token fail"));
    }

    #[test]
    fn token_expired_then_refused() {
        let mut world = World::seeded();
        world.tokens.add("old", Scope::Domain, Timestamp::UNIX_EPOCH);
        assert!(Caller::of(&with_token(b"old"), &mut world).is_err());
    }
}
