//! The people and the projects of the account.

use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use crate::seed;

/// A user of the account, able to log in by name or by id.
#[derive(Clone, Debug)]
pub struct User {
    pub(crate) id: String,
    pub(crate) name: String,
    password: SecretString,
    project_id: Option<String>,
}

impl User {
    /// A user of that name, with a random id and an empty password, who may use every project of the account.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { id: fresh_id(), name: name.into(), password: SecretString::default(), project_id: None }
    }

    /// Sets the id: 32 lower-case hexadecimal digits in the real cloud.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// Sets the password.
    #[must_use]
    pub fn password(mut self, password: impl Into<String>) -> Self {
        self.password = password.into().into();
        self
    }

    /// Lets them use the project of this id only.
    #[must_use]
    pub fn project(mut self, project_id: impl Into<String>) -> Self {
        self.project_id = Some(project_id.into());
        self
    }

    /// Whether this is their password.
    pub(crate) fn has_password(&self, password: &str) -> bool {
        self.password.expose_secret() == password
    }

    /// Whether they may use the project of this id.
    pub(crate) fn may_use(&self, project_id: &str) -> bool {
        self.project_id.as_ref().is_none_or(|only| only == project_id)
    }
}

/// A project of the account. In the real cloud its name is a region's, or a region's and a suffix.
#[derive(Clone, Debug)]
pub struct Project {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) domain_id: String,
}

impl Project {
    /// A project of that name, with a random id.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { id: fresh_id(), name: name.into(), domain_id: seed::DOMAIN_ID.to_owned() }
    }

    /// Sets the id: 32 lower-case hexadecimal digits in the real cloud.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }
}

fn fresh_id() -> String {
    Uuid::new_v4().simple().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_id_given_then_each_gets_one_of_its_own() {
        assert_ne!(User::named("a").id, User::named("a").id);
        assert_ne!(Project::named("a").id, Project::named("a").id);
        assert_eq!(Project::named("a").id.len(), 32);
    }

    #[test]
    fn project_given_then_that_one_only_and_otherwise_all() {
        assert!(User::named("a").may_use("1"));
        let user = User::named("a").project("1");
        assert!(user.may_use("1") && !user.may_use("2"));
    }

    #[test]
    fn id_and_password_given_then_they_are_kept() {
        let user = User::named("alice").id("1").password("sandbox");
        assert_eq!((user.id.as_str(), user.name.as_str()), ("1", "alice"));
        assert!(user.has_password("sandbox") && !user.has_password("Sandbox"));
        assert_eq!(Project::named("a").id("2").id, "2");
    }
}
