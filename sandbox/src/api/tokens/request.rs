//! What a login says: who, and for what.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::{
    answer::Refusal,
    api::{
        iam,
        scope::{DomainRequest, ScopeRequest},
    },
    world::{Scope, User, World},
};

/// The body of a login.
#[derive(Debug, Deserialize)]
pub(super) struct Login {
    auth: Auth,
}

#[derive(Debug, Deserialize)]
struct Auth {
    identity: Identity,
    scope: Option<ScopeRequest>,
}

#[derive(Debug, Deserialize)]
struct Identity {
    methods: Vec<String>,
    password: Option<Password>,
}

#[derive(Debug, Deserialize)]
struct Password {
    user: UserRequest,
}

#[derive(Debug, Deserialize)]
struct UserRequest {
    id: Option<String>,
    name: Option<String>,
    domain: Option<DomainRequest>,
    password: SecretString,
}

impl Login {
    /// Reads a login with the method `password`, the only one the sandbox speaks.
    ///
    /// # Errors
    ///
    /// 400 for anything else; the messages are the sandbox's choice.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let login = iam::read::<Self>(body)?;
        if login.auth.identity.methods != ["password"] {
            return Err(iam::bad_request("The sandbox knows the authentication method password only."));
        }
        Ok(login)
    }

    /// The user, if there is one of that id, or of that name in that account, and the password is right.
    pub(super) fn user<'world>(&self, world: &'world World) -> Option<&'world User> {
        let asked = &self.auth.identity.password.as_ref()?.user;
        let user = world.users.iter().find(|user| match (&asked.id, &asked.name) {
            (Some(id), _) => *id == user.id,
            (None, Some(name)) => *name == user.name && asked.domain.as_ref().is_some_and(DomainRequest::is_ours),
            (None, None) => false,
        })?;
        user.has_password(asked.password.expose_secret()).then_some(user)
    }

    /// The scope, if it exists. A login that asks for none gets the account, which is the sandbox's choice.
    pub(super) fn scope(&self, world: &World) -> Option<Scope> {
        self.auth.scope.as_ref().map_or(Some(Scope::Domain), |scope| scope.find(world))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::seed;

    fn login(user: &Value, scope: Option<Value>) -> Login {
        let mut body = json!({"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}});
        if let Some(scope) = scope {
            body["auth"]["scope"] = scope;
        }
        Login::parse(body.to_string().as_bytes()).expect("a login")
    }

    fn is_let_in(user: &Value) -> bool {
        login(user, None).user(&World::seeded()).is_some()
    }

    #[test]
    fn right_password_then_let_in_by_id_and_by_name_in_the_account() {
        let password = seed::PASSWORD;
        assert!(is_let_in(&json!({"id": seed::USER_ID, "password": password})));
        for domain in [json!({"name": seed::DOMAIN_NAME}), json!({"id": seed::DOMAIN_ID})] {
            assert!(is_let_in(&json!({"name": seed::USER_NAME, "domain": domain, "password": password})), "{domain}");
        }
    }

    #[test]
    fn wrong_password_user_or_account_then_not_let_in() {
        let (name, password) = (seed::USER_NAME, seed::PASSWORD);
        let ours = json!({"name": seed::DOMAIN_NAME});
        assert!(!is_let_in(&json!({"id": seed::USER_ID, "password": "wrong"})));
        assert!(!is_let_in(&json!({"id": "nobody", "password": password})));
        assert!(!is_let_in(&json!({"name": "nobody", "domain": ours, "password": password})));
        assert!(!is_let_in(&json!({"name": name, "domain": {"name": "other"}, "password": password})));
        assert!(!is_let_in(&json!({"name": name, "domain": {}, "password": password})));
        assert!(!is_let_in(&json!({"name": name, "password": password})));
        assert!(!is_let_in(&json!({"password": password})));
    }

    #[test]
    fn no_scope_asked_for_then_that_of_the_account() {
        assert_eq!(login(&json!({"password": ""}), None).scope(&World::seeded()), Some(Scope::Domain));
        let nowhere = json!({"project": {"name": "nowhere"}});
        assert_eq!(login(&json!({"password": ""}), Some(nowhere)).scope(&World::seeded()), None);
    }

    #[test]
    fn body_that_is_no_password_login_then_refused() {
        let token = json!({"auth": {"identity": {"methods": ["token"], "token": {"id": "1"}}}}).to_string();
        for body in ["", "[]", "{\"auth\":{}}", &token] {
            assert!(Login::parse(body.as_bytes()).is_err(), "{body}");
        }
    }
}
