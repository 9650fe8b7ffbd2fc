use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretString;
use serde::de::DeserializeOwned;
use url::Url;

use super::client::{Client, Request};
use super::iam::{Iam, TemporaryKeys, TokenScope, UserToken};
use super::renewable::{Obtained, Renewable};
use super::trial::Trial;
use super::{
    Clock, Cloud, Credentials, Deadline, Domain, Endpoint, Error, ErrorKind, HttpOptions, IdToken, OidcLogin,
    PasswordLogin, Purpose, Role, RoleApi, SignIn, metadata,
};

/// The length of the longest name that a file system gives to a file.
const MAX_FILE_NAME: usize = 255;

/// Everything that a session needs to know.
#[derive(Clone)]
pub struct SessionOptions {
    /// What it starts from.
    pub sign_in: SignIn,
    /// The agencies that are assumed on top, one after the other.
    pub roles: Vec<Role>,
    /// The id of the account of whoever signs in, if it is known.
    pub domain_id: Option<String>,
    /// Where the services are.
    pub cloud: Cloud,
    /// Where the metadata service of an ECS instance is.
    pub metadata: Endpoint,
    /// How requests travel.
    pub http: HttpOptions,
    /// How often a request is tried again.
    pub max_retries: u32,
    /// The time of day.
    pub clock: Clock,
}

/// Somebody signed in to Huawei Cloud. Making one sends nothing; whatever a request needs is obtained before it, once
/// for all, and renewed before it expires.
pub struct Session {
    client: Client,
    sign_in: SignIn,
    roles: Vec<Role>,
    domain_id: Option<String>,
    cloud: Cloud,
    metadata: Endpoint,
    /// By region: what goes wrong in one is not the others' affair.
    keys: Shared<String, Credentials>,
    tokens: Shared<(String, TokenScope), UserToken>,
    projects: Shared<(String, String), String>,
    trial: Trial,
}

/// A project, by id or by the name under which IAM knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Project {
    /// By id.
    Id(String),
    /// By name, which is that of a region unless somebody made a project of their own.
    Name(String),
}

/// Whose API a request is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The region whose API it is.
    pub region: String,
    /// The id of the project.
    pub project_id: String,
    /// What a token has to be good for.
    scope: TokenScope,
}

/// Credentials for one request, and what to forget if they are refused.
struct Access {
    credentials: Credentials,
    token: Option<(Arc<Renewable<UserToken>>, Arc<UserToken>)>,
}

impl Session {
    /// A session that sends nothing yet.
    #[must_use]
    pub fn new(options: SessionOptions) -> Self {
        let SessionOptions { sign_in, roles, domain_id, cloud, metadata, http, max_retries, clock } = options;
        Self {
            client: Client::new(http, max_retries, clock),
            sign_in,
            roles,
            domain_id,
            cloud,
            metadata,
            keys: Shared::default(),
            tokens: Shared::default(),
            projects: Shared::default(),
            trial: Trial::new(Error::is_refused_credentials, Error::is_past_sign_in),
        }
    }

    /// Where the services are.
    pub fn cloud(&self) -> &Cloud {
        &self.cloud
    }

    /// A name or id that a service gave, fit for logs and errors: without control characters and this session's secrets,
    /// and not too long.
    #[must_use]
    pub fn shown(&self, name: &str) -> String {
        self.client.shown(name)
    }

    /// The project in a region, whose id is looked up if it is not known, once per region.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn target(&self, region: &str, project: Project, deadline: Deadline) -> Result<Target, Error> {
        let region = region.to_owned();
        match project {
            Project::Id(id) => Ok(Target { region, scope: TokenScope::ProjectId(id.clone()), project_id: id }),
            Project::Name(name) => {
                let lookup = self.projects.entry((region.clone(), name.clone()));
                let find = async || self.find_project(&region, &name, deadline).await;
                let id = lookup.get(self.client.clock(), Purpose::FindProject, deadline, find).await?;
                Ok(Target { project_id: id.as_str().to_owned(), scope: TokenScope::ProjectName(name), region })
            }
        }
    }

    async fn find_project(&self, region: &str, name: &str, deadline: Deadline) -> Result<Obtained<String>, Error> {
        let access = self.access(region, &TokenScope::ProjectName(name.to_owned()), deadline).await?;
        // A token for the project brings its id along.
        let known = access.token.as_ref().and_then(|(_, token)| token.project_id.clone());
        let id = if let Some(id) = known {
            id
        } else {
            let iam = self.iam(Purpose::FindProject, region, &self.roles, deadline)?;
            self.trial(&access, iam.project_id(name, &access.credentials)).await?
        };
        Ok(Obtained { value: id, expires_at: None })
    }

    /// Sends a `GET` to an API of the target and reads the JSON that comes back. A token that has become invalid is
    /// renewed, once.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn get<T: DeserializeOwned>(&self, target: &Target, url: Url, deadline: Deadline) -> Result<T, Error> {
        let mut renewed = false;
        loop {
            let access = self.access(&target.region, &target.scope, deadline).await?;
            let request = Request::get(Purpose::Read, url.clone(), &target.project_id);
            let sending = self.client.send(request, Some(&access.credentials), deadline);
            match (self.trial(&access, sending).await, access.token) {
                (Err(error), Some((tokens, token))) if error.is_refused_credentials() && !renewed => {
                    renewed = true;
                    tokens.forget(&token);
                }
                (outcome, _) => return self.client.decode(outcome?),
            }
        }
    }

    /// Runs a request; one that is signed with keys takes part in their trial.
    async fn trial<T>(&self, access: &Access, request: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        match access.credentials {
            Credentials::Keys(_) => self.trial.run(request).await,
            Credentials::Token(_) => request.await,
        }
    }

    async fn access(&self, region: &str, scope: &TokenScope, deadline: Deadline) -> Result<Access, Error> {
        let fixed = |credentials| Ok(Access { credentials, token: None });
        match (&self.sign_in, self.roles.is_empty()) {
            (SignIn::Token(token), true) => fixed(Credentials::Token(token.clone())),
            (SignIn::Keys(keys), true) => fixed(Credentials::Keys(keys.clone())),
            (SignIn::Password(login), true) => {
                let tokens = self.tokens.entry((region.to_owned(), scope.clone()));
                let sign_in = async || self.sign_in(login, region, scope, deadline).await;
                let token = tokens.get(self.client.clock(), Purpose::SignIn, deadline, sign_in).await?;
                Ok(Access { credentials: Credentials::Token(token.token.clone()), token: Some((tokens, token)) })
            }
            _ => {
                let obtain = async || self.temporary_keys(region, deadline).await;
                let keys = self.keys.entry(region.to_owned());
                let keys = keys.get(self.client.clock(), Purpose::AssumeAgency, deadline, obtain).await?;
                fixed((*keys).clone())
            }
        }
    }

    async fn sign_in(
        &self,
        login: &PasswordLogin,
        region: &str,
        scope: &TokenScope,
        deadline: Deadline,
    ) -> Result<Obtained<UserToken>, Error> {
        let iam = self.iam(Purpose::SignIn, region, &[], deadline)?;
        // A wrong password locks the user: it is tried once, however many regions and projects want a token.
        let token = self.trial.run(iam.token(login, scope)).await?;
        Ok(Obtained { expires_at: token.expires_at, value: token })
    }

    /// What the sign-in gives, and then each agency in turn. The result lives as long as the keys of the last one.
    async fn temporary_keys(&self, region: &str, deadline: Deadline) -> Result<Obtained<Credentials>, Error> {
        let mut held = match &self.sign_in {
            SignIn::Token(token) => Obtained { value: Credentials::Token(token.clone()), expires_at: None },
            SignIn::Keys(keys) => Obtained { value: Credentials::Keys(keys.clone()), expires_at: None },
            SignIn::Password(login) => {
                let Obtained { value, expires_at } =
                    self.sign_in(login, region, &TokenScope::Account, deadline).await?;
                Obtained { value: Credentials::Token(value.token), expires_at }
            }
            SignIn::EcsAgency => obtained(metadata::keys(&self.client, &self.metadata).await?),
            SignIn::Oidc(login) => obtained(self.keys_for_id_token(login, region, deadline).await?),
        };
        for (index, role) in self.roles.iter().enumerate() {
            let access = Access { credentials: held.value, token: None };
            let iam = self.iam(Purpose::AssumeAgency, region, &self.roles[..index], deadline)?;
            let assumed = self.trial(&access, self.assume(role, &access.credentials, region, iam)).await?;
            held = obtained(assumed);
        }
        Ok(held)
    }

    async fn keys_for_id_token(
        &self,
        login: &OidcLogin,
        region: &str,
        deadline: Deadline,
    ) -> Result<TemporaryKeys, Error> {
        let id_token = read_id_token(&login.id_token)?;
        let iam = self.iam(Purpose::ExchangeIdToken, region, &[], deadline)?;
        let token = iam.token_for_id_token(&login.idp_id, &id_token).await?;
        iam.keys_for_token(&token).await
    }

    async fn assume(
        &self,
        role: &Role,
        credentials: &Credentials,
        region: &str,
        iam: Iam<'_>,
    ) -> Result<TemporaryKeys, Error> {
        let (RoleApi::Sts, Domain::Id(domain_id)) = (role.api, &role.domain) else {
            return iam.agency_keys(role, credentials).await;
        };
        // STS takes signatures only.
        let keys = match credentials {
            Credentials::Keys(keys) => keys.clone(),
            Credentials::Token(token) => iam.keys_for_token(token).await?.keys,
        };
        let endpoint = self.cloud.sts(region).map_err(|_| bad_region(Purpose::AssumeAgency, region))?;
        Iam { endpoint, ..iam }.assume_agency(&role.agency_name, domain_id, role.duration, &keys).await
    }

    /// IAM for whoever has assumed these roles: requests are signed on behalf of the last one's account.
    fn iam<'a>(
        &'a self,
        purpose: Purpose,
        region: &str,
        assumed: &'a [Role],
        deadline: Deadline,
    ) -> Result<Iam<'a>, Error> {
        let endpoint = self.cloud.iam(region).map_err(|_| bad_region(purpose, region))?;
        let domain_id = match assumed.last().map(|role| &role.domain) {
            None => self.domain_id.as_deref(),
            Some(Domain::Id(id)) => Some(id.as_str()),
            Some(Domain::Name(_)) => None,
        };
        Ok(Iam { client: &self.client, endpoint, domain_id, deadline })
    }
}

/// Shows no credentials.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("cloud", &self.cloud).finish_non_exhaustive()
    }
}

fn obtained(keys: TemporaryKeys) -> Obtained<Credentials> {
    Obtained { value: Credentials::Keys(keys.keys), expires_at: keys.expires_at }
}

fn bad_region(purpose: Purpose, region: &str) -> Error {
    Error::before_request(purpose, ErrorKind::BadRegion(region.to_owned()))
}

fn read_id_token(id_token: &IdToken) -> Result<SecretString, Error> {
    let path = match id_token {
        IdToken::Text(token) => return Ok(token.clone()),
        IdToken::File(path) => path,
    };
    let problem = match std::fs::read_to_string(path) {
        Ok(token) if !token.trim().is_empty() => return Ok(token.trim().into()),
        Ok(_) => "the file is empty".to_owned(),
        Err(error) => error.to_string(),
    };
    let path = (!is_like_a_token(path)).then(|| path.clone());
    Err(Error::before_request(Purpose::ExchangeIdToken, ErrorKind::IdToken { path, problem }))
}

/// Whether a path may be a token that was put in its place: it has the beginning of a JWT in it, or a part that is
/// longer than the name of any file.
fn is_like_a_token(path: &str) -> bool {
    path.contains("eyJ") || path.split(['/', '\\']).any(|part| part.len() > MAX_FILE_NAME)
}

/// What is obtained once for each key.
#[derive(Debug)]
struct Shared<K, T>(Mutex<HashMap<K, Arc<Renewable<T>>>>);

impl<K, T> Default for Shared<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, T> Shared<K, T> {
    fn entry(&self, key: K) -> Arc<Renewable<T>> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(entries.entry(key).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(path: &str) -> String {
        read_id_token(&IdToken::File(path.to_owned())).expect_err("no token").to_string()
    }

    #[test]
    fn file_without_a_token_then_error_names_it() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let path = file.path().to_str().expect("text");
        assert_eq!(problem(path), format!("the ID token in {path} cannot be read: the file is empty"));
        assert!(problem("/nowhere/id-token").starts_with("the ID token in /nowhere/id-token cannot be read: No such"));
    }

    #[test]
    fn token_instead_of_a_path_then_error_does_not_repeat_it() {
        let long = "x".repeat(256);
        for token in [
            "eyJhbGciOiJub25lIn0.canary.",
            "/home/ann/eyJhbGciOiJub25lIn0.canary.",
            "{\"value\": \"eyJcanary\"}",
            &long,
        ] {
            let problem = problem(token);
            assert!(problem.starts_with("the file of the ID token cannot be read: "), "{problem}");
            assert!(!problem.contains(token) && !problem.contains("canary"), "{problem}");
        }
    }
}
