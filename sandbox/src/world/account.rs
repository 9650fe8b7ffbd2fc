//! The people and the projects of the account.

use uuid::Uuid;

use crate::seed;

/// A user of the account, able to log in by name or by id.
#[derive(Clone, Debug)]
pub struct User {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) password: String,
}

impl User {
    /// A user of that name, with a random id and an empty password.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self { id: fresh_id(), name: name.into(), password: String::new() }
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
        self.password = password.into();
        self
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
    fn id_and_password_given_then_they_are_kept() {
        let user = User::named("alice").id("1").password("sandbox");
        assert_eq!((user.id.as_str(), user.name.as_str(), user.password.as_str()), ("1", "alice", "sandbox"));
        assert_eq!(Project::named("a").id("2").id, "2");
    }
}
