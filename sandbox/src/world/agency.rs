//! Agencies: what one account lets the users of others do in its name.

use uuid::Uuid;

use super::Project;
use crate::seed;

/// An agency that anyone in the sandbox may assume; the real cloud asks for the permission to.
///
/// ```
/// use maas_sandbox::{Agency, Project, Sandbox};
///
/// let agency = Agency::named("operator").of("customer", "c0ffee").project(Project::named("ap-southeast-1"));
/// let sandbox = Sandbox::builder().agency(agency).start();
/// ```
#[derive(Clone, Debug)]
pub struct Agency {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) domain_name: String,
    pub(crate) domain_id: String,
    pub(crate) projects: Vec<Project>,
}

impl Agency {
    /// An agency of that name, of the seeded account and good for all its projects.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            id: Uuid::new_v4().simple().to_string(),
            name: name.into(),
            domain_name: seed::DOMAIN_NAME.to_owned(),
            domain_id: seed::DOMAIN_ID.to_owned(),
            projects: Vec::new(),
        }
    }

    /// Makes it the agency of an account, by name and id. An account other than the seeded one has no projects but those
    /// of its agencies.
    #[must_use]
    pub fn of(mut self, account_name: impl Into<String>, account_id: impl Into<String>) -> Self {
        self.domain_name = account_name.into();
        self.domain_id = account_id.into();
        self
    }

    /// Adds a project to the account.
    #[must_use]
    pub fn project(mut self, project: Project) -> Self {
        self.projects.push(project);
        self
    }

    /// The name by which STS knows it.
    pub(crate) fn urn(&self) -> String {
        format!("iam::{}:agency:{}", self.domain_id, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_given_then_of_the_seeded_account() {
        let agency = Agency::named("a");
        assert_eq!((agency.name.as_str(), agency.domain_id.as_str()), ("a", seed::DOMAIN_ID));
        assert_eq!(agency.domain_name, seed::DOMAIN_NAME);
    }

    #[test]
    fn account_given_then_it_is_in_the_urn() {
        assert_eq!(Agency::named("a").of("account", "1").urn(), "iam::1:agency:a");
    }
}
