//! Who is calling: the one place that checks credentials. Signed requests will be recognised here as well.

use axum::http::{HeaderMap, HeaderName, StatusCode};
use jiff::Timestamp;

use crate::{
    answer::Refusal,
    world::{Scope, World},
};

/// The header that carries a token.
const X_AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");

/// Someone whose credentials were found good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    /// What the credentials are good for.
    pub(crate) scope: Scope,
}

impl Caller {
    /// Recognises the caller by the token.
    ///
    /// # Errors
    ///
    /// 401 `APIGW.0301` when there is no token, or none that is valid now. The code and the start of the message are
    /// the gateway's; the rest of the message is the sandbox's choice.
    pub(crate) fn of(headers: &HeaderMap, world: &World) -> Result<Self, Refusal> {
        let token = headers.get(X_AUTH_TOKEN).ok_or_else(|| incorrect("x-auth-token not found"))?;
        let text = token.to_str().map_err(|_| incorrect("decrypt token fail"))?;
        let token = world.tokens.valid(text, Timestamp::now()).ok_or_else(|| incorrect("decrypt token fail"))?;
        Ok(Self { scope: token.scope.clone() })
    }

    /// Whether the credentials are good for that project.
    pub(crate) fn may_use(&self, project_id: &str) -> bool {
        matches!(&self.scope, Scope::Project(id) if id == project_id)
    }
}

fn incorrect(why: &str) -> Refusal {
    let message = format!("Incorrect IAM authentication information: {why}");
    Refusal::gateway(StatusCode::UNAUTHORIZED, "APIGW.0301", message)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;
    use crate::seed;

    fn with_token(token: &[u8]) -> HeaderMap {
        let token = HeaderValue::from_bytes(token).expect("a header value");
        HeaderMap::from_iter([(X_AUTH_TOKEN, token)])
    }

    #[test]
    fn seeded_token_then_good_for_its_project_and_no_other() {
        let caller = Caller::of(&with_token(seed::TOKEN.as_bytes()), &World::seeded()).expect("valid");
        assert!(caller.may_use(seed::PROJECT_ID));
        assert!(!caller.may_use(seed::OTHER_PROJECT_ID));
    }

    #[test]
    fn token_of_the_whole_account_then_good_for_no_project() {
        assert!(!Caller { scope: Scope::Domain }.may_use(seed::PROJECT_ID));
    }

    #[test]
    fn no_token_or_a_wrong_one_then_refused_with_the_reason() {
        let refused =
            |headers: &HeaderMap| format!("{:?}", Caller::of(headers, &World::seeded()).expect_err("refused"));
        assert!(refused(&HeaderMap::new()).contains("x-auth-token not found"));
        assert!(refused(&with_token(b"made-up")).contains("decrypt token fail"));
        assert!(refused(&with_token(b"\xff")).contains("decrypt token fail"));
    }

    #[test]
    fn token_expired_then_refused() {
        let mut world = World::seeded();
        world.tokens.add("old", Scope::Domain, Timestamp::UNIX_EPOCH);
        assert!(Caller::of(&with_token(b"old"), &world).is_err());
    }
}
