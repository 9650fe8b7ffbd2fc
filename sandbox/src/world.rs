//! The data of the sandbox: one account with its users, projects, tokens and keys, the agencies of others, and what
//! `MaaS` knows.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;

use crate::{clock::Clock, seed};

mod access_key;
mod account;
mod agency;
mod api_keys;
mod endpoints;
mod inventory;
mod keys;
mod listing;
mod metadata;
mod tokens;

pub use access_key::AccessKey;
pub use account::{Project, User};
pub use agency::Agency;
pub(crate) use api_keys::ApiKeys;
pub(crate) use inventory::Inventory;
pub(crate) use keys::Keys;
pub use metadata::Metadata;
pub(crate) use tokens::{Scope, Token, Tokens};

/// Everything that a request can see.
#[derive(Debug)]
pub(crate) struct World {
    /// What time it is here.
    pub(crate) clock: Clock,
    /// The users who can log in.
    pub(crate) users: Vec<User>,
    /// The projects of all accounts, whose names are those of regions in the real cloud.
    pub(crate) projects: Vec<Project>,
    /// The tokens handed out so far.
    pub(crate) tokens: Tokens,
    /// The access keys that can sign.
    pub(crate) keys: Keys,
    /// The agencies that can be assumed.
    pub(crate) agencies: Vec<Agency>,
    /// The ID tokens that sign in, each with the id of its identity provider.
    pub(crate) id_tokens: Vec<(String, SecretString)>,
    /// The metadata service, if there is one.
    pub(crate) metadata: Option<Metadata>,
    /// What `MaaS` knows.
    pub(crate) inventory: Inventory,
}

impl World {
    /// The world of [`seed`].
    pub(crate) fn seeded() -> Self {
        let mut world = Self {
            clock: Clock::default(),
            users: vec![User::named(seed::USER_NAME).id(seed::USER_ID).password(seed::PASSWORD)],
            projects: vec![
                Project::named(seed::HOST_REGION).id(seed::PROJECT_ID),
                Project::named(seed::OTHER_REGION).id(seed::OTHER_PROJECT_ID),
            ],
            tokens: Tokens::default(),
            keys: Keys::default(),
            agencies: vec![Agency::named(seed::AGENCY_NAME)],
            id_tokens: vec![(seed::IDP_ID.to_owned(), seed::ID_TOKEN.into())],
            metadata: None,
            inventory: Inventory::seeded(),
        };
        world.tokens.add(seed::TOKEN, Scope::Project(seed::PROJECT_ID.to_owned()), Timestamp::MAX);
        world.keys.add(AccessKey::new(seed::ACCESS_KEY, seed::SECRET_KEY));
        world
    }

    /// What time it is here.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The project of that id.
    pub(crate) fn project(&self, id: &str) -> Option<&Project> {
        self.projects.iter().find(|project| project.id == id)
    }

    /// The projects of the account of that id.
    pub(crate) fn projects_of(&self, domain_id: &str) -> impl Iterator<Item = &Project> {
        self.projects.iter().filter(move |project| project.domain_id == domain_id)
    }

    /// Adds an agency, and its projects to its account.
    pub(crate) fn add_agency(&mut self, mut agency: Agency) {
        for project in std::mem::take(&mut agency.projects) {
            if self.project(&project.id).is_none() {
                self.projects.push(Project { domain_id: agency.domain_id.clone(), ..project });
            }
        }
        self.agencies.push(agency);
    }

    /// Hands out a temporary key of the account of that id.
    pub(crate) fn issue_key(&mut self, domain_id: String, lifetime: Duration) -> AccessKey {
        let expires_at = self.now().saturating_add(lifetime).unwrap_or(Timestamp::MAX);
        let key = AccessKey::temporary(domain_id, expires_at);
        self.keys.add(key.clone());
        key
    }

    /// Changes how long tokens handed out from now on are valid.
    pub(crate) fn set_token_lifetime(&mut self, lifetime: Duration) {
        self.tokens.set_lifetime(lifetime);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_world_then_token_and_project_are_there() {
        let world = World::seeded();
        let token = world.tokens.valid(seed::TOKEN, Timestamp::now()).expect("the seeded token is valid");
        assert_eq!(token.scope, Scope::Project(seed::PROJECT_ID.to_owned()));
        assert_eq!(world.project(seed::PROJECT_ID).map(|project| project.name.as_str()), Some(seed::HOST_REGION));
    }
}
