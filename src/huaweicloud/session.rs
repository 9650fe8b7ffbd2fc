use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretString;
use serde::de::DeserializeOwned;
use url::Url;

use super::client::Client;
use super::iam::{Iam, TemporaryKeys, TokenScope};
use super::renewable::{Failure, Obtained, Renewable};
use super::request::Request;
use super::trial::{Candidate, Trial};
use super::{
    Clock, Cloud, Credentials, Deadline, Domain, Endpoint, Error, ErrorKind, HttpOptions, IdToken, LastSent, OidcLogin,
    PasswordLogin, Purpose, Role, RoleApi, Setting, SignIn, metadata, read_file, trimmed_key,
};

mod write;

pub use write::WriteRequest;

/// The length of the longest name that a file system gives to a file.
const MAX_FILE_NAME: usize = 255;

/// Where keys are from that no region hands out: the metadata service knows none.
const EVERY_REGION: &str = "";

/// Everything that a session needs to know.
#[derive(Clone)]
pub struct SessionOptions {
    /// What it starts from.
    pub sign_in: SignIn,
    /// The agencies that are assumed on top, one after the other.
    pub roles: Vec<Role>,
    /// The id of the account of whoever signs in, if it is known.
    pub domain_id: Setting<String>,
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
    client: Arc<Client>,
    sign_in: SignIn,
    roles: Vec<Role>,
    domain_id: Setting<String>,
    cloud: Cloud,
    metadata: Endpoint,
    /// By region: what goes wrong in one is not the others' affair.
    keys: Shared<String, SignedIn>,
    tokens: Shared<(String, TokenScope), SignedIn>,
    projects: Shared<(String, String), String>,
    trial: Arc<Trial>,
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

/// What a sign-in gives.
struct SignedIn {
    credentials: Credentials,
    /// The id of the project that a token is good for.
    project_id: Option<String>,
}

/// Credentials for one request, and where they are obtained anew if they can be.
struct Access {
    signed_in: Arc<SignedIn>,
    renewable: Option<Arc<Renewable<SignedIn>>>,
}

impl Session {
    /// A session that sends nothing yet.
    #[must_use]
    pub fn new(options: SessionOptions) -> Self {
        let SessionOptions { sign_in, roles, domain_id, cloud, metadata, http, max_retries, clock } = options;
        let trial = match sign_in {
            SignIn::Password(_) => Trial::of_password(),
            _ => Trial::of_signature(),
        };
        Self {
            client: Arc::new(Client::new(http, max_retries, clock)),
            sign_in,
            roles,
            domain_id,
            cloud,
            metadata,
            keys: Shared::default(),
            tokens: Shared::default(),
            projects: Shared::default(),
            trial,
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

    /// Finds out whether this machine is an ECS instance with an agency, if the session starts from its keys. The keys are
    /// cached for later requests.
    ///
    /// # Errors
    /// [`ErrorKind::NoEcsAgency`].
    pub async fn check_ecs_agency(&self, deadline: Deadline) -> Result<(), Error> {
        if !matches!(self.sign_in, SignIn::EcsAgency) {
            return Ok(());
        }
        let obtain = async || Ok(metadata::keys(&self.client, &self.metadata).await?.into());
        let keys = self.keys.entry(EVERY_REGION.to_owned());
        keys.get(self.client.clock(), Purpose::EcsMetadata, deadline, obtain).await.map(drop)
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

    async fn find_project(&self, region: &str, name: &str, deadline: Deadline) -> Result<Obtained<String>, Failure> {
        let find = |signed_in: Arc<SignedIn>| async move {
            // A token for the project brings its id along.
            if let Some(id) = &signed_in.project_id {
                return Ok(id.clone());
            }
            let candidate = self.candidate(&TokenScope::ProjectName(name.to_owned()));
            let iam = Iam { candidate, ..self.iam(Purpose::FindProject, region, &self.roles, deadline)? };
            iam.project_id(name, &signed_in.credentials).await
        };
        match self.with_access(region, &TokenScope::ProjectName(name.to_owned()), deadline, find).await {
            Ok(id) => Ok(Obtained { value: id, expires_at: None }),
            Err(error) => Err(Failure::of(error, self.is_fixed(&self.roles))),
        }
    }

    /// Sends a `GET` to an API of the target and reads the JSON that comes back. A token or keys that have become invalid
    /// are obtained anew, once, where they can be. Each attempt is noted in `last_sent`.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn get<T: DeserializeOwned>(
        &self,
        target: &Target,
        url: Url,
        deadline: Deadline,
        last_sent: LastSent,
    ) -> Result<T, Error> {
        let request = Request::get(Purpose::Read, url, &target.project_id).proving(self.candidate(&target.scope));
        let request = Request { sent: last_sent, ..request };
        let send = |signed_in: Arc<SignedIn>| {
            let request = request.clone();
            async move { self.client.send(request, Some(&signed_in.credentials), deadline).await }
        };
        let answer = self.with_access(&target.region, &target.scope, deadline, send).await?;
        self.client.decode(answer)
    }

    /// Sends a request with credentials, and once again with new ones if they are refused and can be obtained anew.
    async fn with_access<T, F: Future<Output = Result<T, Error>>>(
        &self,
        region: &str,
        scope: &TokenScope,
        deadline: Deadline,
        send: impl Fn(Arc<SignedIn>) -> F,
    ) -> Result<T, Error> {
        let Access { signed_in, renewable } = self.access(region, scope, deadline).await?;
        match (send(Arc::clone(&signed_in)).await, renewable) {
            (Err(error), Some(renewable)) if error.is_refused_credentials() => {
                renewable.forget(&signed_in);
                let again = send(self.access(region, scope, deadline).await?.signed_in).await;
                again.map_err(|again| again.after(error.write_outcome()))
            }
            (outcome, _) => outcome,
        }
    }

    /// Whether the credentials of whoever has assumed these roles stay what they are.
    fn is_fixed(&self, assumed: &[Role]) -> bool {
        assumed.is_empty() && matches!(self.sign_in, SignIn::Token(_) | SignIn::Keys(_))
    }

    /// The credential that a request is sent with, if it is one that the user gave: what was obtained cannot be mistaken.
    fn candidate(&self, scope: &TokenScope) -> Option<Candidate> {
        match self.sign_in {
            SignIn::Keys(_) if self.roles.is_empty() => Some(Candidate::of(&self.trial)),
            // A token is good for one project, and refused in the others.
            SignIn::Token(_) if self.roles.is_empty() => Some(Candidate::in_scope(&self.trial, scope)),
            _ => None,
        }
    }

    /// The credential with which the first agency is assumed, if it is one that the user gave.
    fn candidate_for_agency(&self, assumed: &[Role]) -> Option<Candidate> {
        self.is_fixed(assumed).then(|| Candidate::of(&self.trial))
    }

    async fn access(&self, region: &str, scope: &TokenScope, deadline: Deadline) -> Result<Access, Error> {
        let clock = self.client.clock();
        let (renewable, signed_in) = match (&self.sign_in, self.roles.is_empty()) {
            (SignIn::Token(token), true) => return Ok(Credentials::Token(token.clone()).into()),
            (SignIn::Keys(keys), true) => return Ok(Credentials::Keys(keys.clone()).into()),
            (SignIn::Password(login), true) => {
                let tokens = self.tokens.entry((region.to_owned(), scope.clone()));
                let sign_in = async || self.sign_in(login, region, scope, deadline).await;
                let token = tokens.get(clock, Purpose::SignIn, deadline, sign_in).await?;
                (tokens, token)
            }
            _ => {
                let region_of_keys = match self.sign_in {
                    SignIn::EcsAgency if self.roles.is_empty() => EVERY_REGION,
                    _ => region,
                };
                let keys = self.keys.entry(region_of_keys.to_owned());
                let obtain = async || self.temporary_keys(region, deadline).await;
                let obtained = keys.get(clock, Purpose::AssumeAgency, deadline, obtain).await?;
                (keys, obtained)
            }
        };
        Ok(Access { signed_in, renewable: Some(renewable) })
    }

    async fn sign_in(
        &self,
        login: &PasswordLogin,
        region: &str,
        scope: &TokenScope,
        deadline: Deadline,
    ) -> Result<Obtained<SignedIn>, Failure> {
        let iam = self.iam(Purpose::SignIn, region, &[], deadline)?;
        // A wrong password locks the user: it is tried once, however many regions and projects want a token.
        let iam = Iam { candidate: Some(Candidate::of(&self.trial)), ..iam };
        let token = iam.token(login, scope).await.map_err(|error| Failure::of(error, true))?;
        let signed_in = SignedIn { credentials: Credentials::Token(token.token), project_id: token.project_id };
        Ok(Obtained { value: signed_in, expires_at: token.expires_at })
    }

    /// What the sign-in gives, and then each agency in turn. The result lives as long as the keys of the last one.
    async fn temporary_keys(&self, region: &str, deadline: Deadline) -> Result<Obtained<SignedIn>, Failure> {
        let mut held = match &self.sign_in {
            SignIn::Token(token) => Obtained { value: Credentials::Token(token.clone()).into(), expires_at: None },
            SignIn::Keys(keys) => Obtained { value: Credentials::Keys(keys.clone()).into(), expires_at: None },
            SignIn::Password(login) => self.sign_in(login, region, &TokenScope::Account, deadline).await?,
            SignIn::EcsAgency => metadata::keys(&self.client, &self.metadata).await?.into(),
            SignIn::Oidc(login) => self.keys_for_id_token(login, region, deadline).await?.into(),
        };
        for (index, role) in self.roles.iter().enumerate() {
            let assumed = &self.roles[..index];
            let iam = self.iam(Purpose::AssumeAgency, region, assumed, deadline)?;
            let iam = Iam { candidate: self.candidate_for_agency(assumed), ..iam };
            let keys = self.assume(role, &held.value.credentials, region, iam).await;
            held = keys.map_err(|error| Failure::of(error, self.is_fixed(assumed)))?.into();
        }
        Ok(held)
    }

    async fn keys_for_id_token(
        &self,
        login: &OidcLogin,
        region: &str,
        deadline: Deadline,
    ) -> Result<TemporaryKeys, Failure> {
        let id_token = read_id_token(&login.id_token, deadline).await?;
        let iam = self.iam(Purpose::ExchangeIdToken, region, &[], deadline)?;
        let token = iam.token_for_id_token(&login.idp_id, &id_token).await;
        let is_fixed = matches!(login.id_token, IdToken::Text(_));
        let token = token.map_err(|error| Failure::of(error, is_fixed))?;
        Ok(iam.keys_for_token(&token).await?)
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
        let endpoint = self.cloud.sts(region);
        let endpoint = endpoint.map_err(|kind| Error::before_request(Purpose::AssumeAgency, kind))?;
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
        let endpoint = self.cloud.iam(region).map_err(|kind| Error::before_request(purpose, kind))?;
        let domain_id = match assumed.last().map(|role| &role.domain) {
            None => self.domain_id.as_ref().map(Option::as_deref).map_err(|unavailable| *unavailable),
            Some(Domain::Id(id)) => Ok(Some(id.as_str())),
            Some(Domain::Name(_)) => Ok(None),
        };
        Ok(Iam { client: &self.client, endpoint, domain_id, deadline, candidate: None })
    }
}

/// Shows no credentials.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("cloud", &self.cloud).finish_non_exhaustive()
    }
}

impl From<Credentials> for SignedIn {
    fn from(credentials: Credentials) -> Self {
        Self { credentials, project_id: None }
    }
}

/// Credentials that are fixed.
impl From<Credentials> for Access {
    fn from(credentials: Credentials) -> Self {
        Self { signed_in: Arc::new(credentials.into()), renewable: None }
    }
}

impl From<TemporaryKeys> for Obtained<SignedIn> {
    fn from(TemporaryKeys { keys, expires_at }: TemporaryKeys) -> Self {
        Self { value: Credentials::Keys(keys).into(), expires_at }
    }
}

async fn read_id_token(id_token: &IdToken, deadline: Deadline) -> Result<SecretString, Error> {
    let path = match id_token {
        IdToken::Text(token) => return Ok(token.clone()),
        IdToken::File(path) => path,
    };
    let problem = match read_file(Path::new(path), deadline).await.map(String::from_utf8) {
        Ok(Ok(token)) if token.is_empty() => "the file is empty".to_owned(),
        Ok(Ok(token)) => match trimmed_key(&token.into()) {
            Ok(token) => return Ok(token),
            Err(problem) => problem.to_string(),
        },
        Ok(Err(_)) => "the file is not UTF-8".to_owned(),
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
    use secrecy::ExposeSecret;

    use super::*;

    async fn problem(path: &str) -> String {
        let deadline = Deadline::within(std::time::Duration::from_mins(1));
        read_id_token(&IdToken::File(path.to_owned()), deadline).await.expect_err("no token").to_string()
    }

    #[tokio::test]
    async fn file_without_a_token_then_error_names_it() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let path = file.path().to_str().expect("text");
        assert_eq!(problem(path).await, format!("the ID token in {path} cannot be read: the file is empty"));
        assert!(
            problem("/nowhere/id-token").await.starts_with("the ID token in /nowhere/id-token cannot be read: No such")
        );
    }

    #[tokio::test]
    async fn byte_order_mark_and_line_break_around_the_token_then_not_part_of_it() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(&file, "\u{feff}hunter2\r\n").expect("writes");
        let deadline = Deadline::within(std::time::Duration::from_mins(1));
        let path = file.path().to_str().expect("text").to_owned();
        assert_eq!(read_id_token(&IdToken::File(path), deadline).await.expect("a token").expose_secret(), "hunter2");
    }

    #[tokio::test]
    async fn token_instead_of_a_path_then_error_does_not_repeat_it() {
        let long = "x".repeat(256);
        for token in [
            "eyJhbGciOiJub25lIn0.canary.",
            "/home/ann/eyJhbGciOiJub25lIn0.canary.",
            "{\"value\": \"eyJcanary\"}",
            &long,
        ] {
            let problem = problem(token).await;
            assert!(problem.starts_with("the file of the ID token cannot be read: "), "{problem}");
            assert!(!problem.contains(token) && !problem.contains("canary"), "{problem}");
        }
    }
}
