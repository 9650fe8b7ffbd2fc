//! What a token is asked for: a project or the account.

use serde::Deserialize;

use crate::{
    seed,
    world::{Scope, World},
};

/// The object `scope` of a request for a token.
#[derive(Debug, Deserialize)]
pub(super) struct ScopeRequest {
    project: Option<ProjectRequest>,
    domain: Option<DomainRequest>,
}

#[derive(Debug, Deserialize)]
struct ProjectRequest {
    id: Option<String>,
    name: Option<String>,
    domain: Option<DomainRequest>,
}

/// An account by id or by name.
#[derive(Debug, Deserialize)]
pub(super) struct DomainRequest {
    id: Option<String>,
    name: Option<String>,
}

impl DomainRequest {
    /// Whether this names the account that has the users.
    pub(super) fn is_ours(&self) -> bool {
        match (&self.id, &self.name) {
            (Some(id), _) => id == seed::DOMAIN_ID,
            (None, Some(name)) => name == seed::DOMAIN_NAME,
            (None, None) => false,
        }
    }
}

impl ScopeRequest {
    /// The scope, if there is such a project of the account, or if it is the account.
    pub(super) fn find(&self, world: &World) -> Option<Scope> {
        let Some(asked) = &self.project else {
            return self.domain.as_ref()?.is_ours().then_some(Scope::Domain);
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

    fn scope(asked: Value) -> Option<Scope> {
        serde_json::from_value::<ScopeRequest>(asked).expect("a scope").find(&World::seeded())
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
    fn account_asked_for_then_the_scope_of_the_account() {
        assert_eq!(scope(json!({"domain": {"id": seed::DOMAIN_ID}})), Some(Scope::Domain));
        assert_eq!(scope(json!({"domain": {"name": seed::DOMAIN_NAME}})), Some(Scope::Domain));
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
}
