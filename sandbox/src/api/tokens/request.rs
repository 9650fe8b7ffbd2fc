//! What a login says: who, and for what.

use serde::Deserialize;

use crate::{
    answer::Refusal,
    api::iam,
    seed,
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
    password: String,
}

#[derive(Debug, Deserialize)]
struct ScopeRequest {
    project: Option<ProjectRequest>,
    domain: Option<DomainRequest>,
}

#[derive(Debug, Deserialize)]
struct ProjectRequest {
    id: Option<String>,
    name: Option<String>,
    domain: Option<DomainRequest>,
}

#[derive(Debug, Deserialize)]
struct DomainRequest {
    id: Option<String>,
    name: Option<String>,
}

impl DomainRequest {
    /// Whether this names the sandbox's one account, by id or by name.
    fn is_ours(&self) -> bool {
        match (&self.id, &self.name) {
            (Some(id), _) => id == seed::DOMAIN_ID,
            (None, Some(name)) => name == seed::DOMAIN_NAME,
            (None, None) => false,
        }
    }
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
        (user.password == asked.password).then_some(user)
    }

    /// The scope, if it exists: a project by id or by name, or the account. A login that asks for none gets the
    /// account, which is the sandbox's choice.
    pub(super) fn scope(&self, world: &World) -> Option<Scope> {
        let Some(scope) = &self.auth.scope else {
            return Some(Scope::Domain);
        };
        let Some(asked) = &scope.project else {
            return scope.domain.as_ref()?.is_ours().then_some(Scope::Domain);
        };
        if asked.domain.as_ref().is_some_and(|domain| !domain.is_ours()) {
            return None;
        }
        let project = world.projects_of(seed::DOMAIN_ID).find(|project| match (&asked.id, &asked.name) {
            (Some(id), _) => *id == project.id,
            (None, Some(name)) => *name == project.name,
            (None, None) => false,
        })?;
        Some(Scope::Project(project.id.clone()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

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

    fn scope(scope: Value) -> Option<Scope> {
        login(&json!({"id": seed::USER_ID, "password": seed::PASSWORD}), Some(scope)).scope(&World::seeded())
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
    fn project_asked_for_by_id_or_name_then_its_scope() {
        let expected = Some(Scope::Project(seed::PROJECT_ID.to_owned()));
        assert_eq!(scope(json!({"project": {"id": seed::PROJECT_ID}})), expected);
        assert_eq!(scope(json!({"project": {"name": seed::HOST_REGION}})), expected);
        let with_domain = json!({"project": {"name": seed::HOST_REGION, "domain": {"name": seed::DOMAIN_NAME}}});
        assert_eq!(scope(with_domain), expected);
    }

    #[test]
    fn account_asked_for_or_nothing_then_the_scope_of_the_account() {
        assert_eq!(scope(json!({"domain": {"id": seed::DOMAIN_ID}})), Some(Scope::Domain));
        assert_eq!(scope(json!({"domain": {"name": seed::DOMAIN_NAME}})), Some(Scope::Domain));
        assert_eq!(login(&json!({"password": ""}), None).scope(&World::seeded()), Some(Scope::Domain));
    }

    #[test]
    fn project_or_account_of_others_then_no_scope() {
        assert_eq!(scope(json!({"project": {"id": "other"}})), None);
        assert_eq!(scope(json!({"project": {"name": "other"}})), None);
        assert_eq!(scope(json!({"project": {}})), None);
        assert_eq!(scope(json!({"project": {"id": seed::PROJECT_ID, "domain": {"name": "other"}}})), None);
        assert_eq!(scope(json!({"domain": {"name": "other"}})), None);
        assert_eq!(scope(json!({})), None);
    }

    #[test]
    fn body_that_is_no_password_login_then_refused() {
        let token = json!({"auth": {"identity": {"methods": ["token"], "token": {"id": "1"}}}}).to_string();
        for body in ["", "[]", "{\"auth\":{}}", &token] {
            assert!(Login::parse(body.as_bytes()).is_err(), "{body}");
        }
    }
}
