//! Typed calls of IAM and STS: tokens, projects and temporary keys.

use std::sync::Arc;

use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::client::{Answer, Client};
use super::request::{Owner, Request};
use super::trial::Candidate;
use super::{
    BodyProblem, Credentials, Deadline, Domain, Endpoint, Error, ErrorKind, Keys, PasswordLogin, Purpose, Role,
    Unavailable, User, same_name,
};

const X_SUBJECT_TOKEN: HeaderName = HeaderName::from_static("x-subject-token");
const X_IDP_ID: HeaderName = HeaderName::from_static("x-idp-id");

/// Calls IAM in one region for one session.
pub(super) struct Iam<'a> {
    pub(super) client: &'a Arc<Client>,
    pub(super) endpoint: Endpoint,
    /// The ID of the credentials' account, if known. Signed requests to global services contain it.
    pub(super) domain_id: Result<Option<&'a str>, Unavailable>,
    pub(super) deadline: Deadline,
    /// The trial of the credentials: limits attempts until a response proves that they are valid.
    pub(super) candidate: Option<Candidate>,
}

/// The scope of a token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TokenScope {
    /// Regional services, in the project with this ID.
    ProjectId(String),
    /// Regional services, in the project with this name.
    ProjectName(String),
    /// Global services, in the user's account.
    Account,
}

/// A token of a user.
#[derive(Clone, Debug)]
pub(super) struct UserToken {
    pub(super) token: SecretString,
    pub(super) expires_at: Option<Timestamp>,
    /// The project in the token's scope.
    pub(super) project_id: Option<String>,
}

/// Temporary keys.
#[derive(Clone, Debug)]
pub(super) struct TemporaryKeys {
    pub(super) keys: Keys,
    pub(super) expires_at: Option<Timestamp>,
}

impl Iam<'_> {
    /// Requests a token with a password: `POST /v3/auth/tokens`, see
    /// <https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html>.
    pub(super) async fn token(&self, login: &PasswordLogin, scope: &TokenScope) -> Result<UserToken, Error> {
        // Omit the catalog, which is long and not needed.
        let url = self.url(Purpose::SignIn, &["v3", "auth", "tokens"], &[("nocatalog", "true")])?;
        self.client.keep_secret(&login.password);
        let request = self.post(Purpose::SignIn, url, None)?.json(&login_body(login, scope));
        let answer = self.client.send(request, None, self.deadline).await?;
        let Some(token) = subject_token(&answer.headers) else {
            return Err(self.client.refuse(answer, ErrorKind::NoToken));
        };
        self.client.keep_secret(&token);
        let TokenBody { token: details } = match super::body::decode(&answer.body) {
            Ok(body) => body,
            Err(problem) => return Err(self.client.refuse(answer, ErrorKind::Body(problem))),
        };
        let project_id = match (scope, details.project) {
            (TokenScope::ProjectName(_), Some(project)) => Some(self.checked_project_id(project.id, answer)?),
            _ => None,
        };
        Ok(UserToken { token, expires_at: time(details.expires_at.as_deref()), project_id })
    }

    /// Returns the ID of the project with this name: `GET /v3/projects?name=`, see
    /// <https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html>.
    pub(super) async fn project_id(&self, name: &str, credentials: &Credentials) -> Result<String, Error> {
        // IAM may compare bytes, and may store the name in another normal form. In this case, list all projects.
        let filter = name.is_ascii().then_some(("name", name));
        let url = self.url(Purpose::FindProject, &["v3", "projects"], filter.as_slice())?;
        let request = self.request(Purpose::FindProject, Method::GET, url, Some(credentials))?;
        let answer = self.client.send(request, Some(credentials), self.deadline).await?;
        let list: Result<ProjectList, _> = super::body::decode(&answer.body);
        let mut projects = match list {
            Ok(list) => list.projects,
            Err(problem) => return Err(self.client.refuse(answer, ErrorKind::Body(problem))),
        };
        projects.retain(|project| project.name.as_deref().map_or(filter.is_some(), |found| same_name(found, name)));
        match projects.as_slice() {
            [project] => self.checked_project_id(project.id.clone(), answer),
            [] => Err(self.client.refuse(answer, ErrorKind::NoProject(name.to_owned()))),
            several => {
                let ids = several.iter().map(|project| self.client.shown(&project.id)).collect();
                Err(self.client.refuse(answer, ErrorKind::SeveralProjects { name: name.to_owned(), ids }))
            }
        }
    }

    /// Requests temporary keys for an agency: `POST /v3.0/OS-CREDENTIAL/securitytokens`, see
    /// <https://support.huaweicloud.com/intl/en-us/api-iam/iam_04_0101.html>.
    pub(super) async fn agency_keys(&self, role: &Role, credentials: &Credentials) -> Result<TemporaryKeys, Error> {
        let mut assume_role = json!({ "agency_name": role.agency_name });
        match &role.domain {
            Domain::Id(id) => assume_role["domain_id"] = json!(id),
            Domain::Name(name) => assume_role["domain_name"] = json!(name),
        }
        if let Some(duration) = role.duration {
            assume_role["duration_seconds"] = json!(duration);
        }
        let identity = json!({ "methods": ["assume_role"], "assume_role": assume_role });
        self.security_tokens(&identity, credentials).await
    }

    /// Requests temporary keys for a token, from the API of [`Self::agency_keys`].
    pub(super) async fn keys_for_token(&self, token: &SecretString) -> Result<TemporaryKeys, Error> {
        let identity = json!({ "methods": ["token"], "token": { "id": token.expose_secret() } });
        self.security_tokens(&identity, &Credentials::Token(token.clone())).await
    }

    async fn security_tokens(&self, identity: &Value, credentials: &Credentials) -> Result<TemporaryKeys, Error> {
        let url = self.url(Purpose::AssumeAgency, &["v3.0", "OS-CREDENTIAL", "securitytokens"], &[])?;
        let request = self
            .post(Purpose::AssumeAgency, url, Some(credentials))?
            .json(&json!({ "auth": { "identity": identity } }));
        let answer = self.client.send(request, Some(credentials), self.deadline).await?;
        temporary_keys(self.client, answer)
    }

    /// Requests an IAM token for an ID token: `POST /v3.0/OS-AUTH/id-token/tokens`, see
    /// <https://support.huaweicloud.com/intl/en-us/api-iam/iam_13_0605.html>.
    pub(super) async fn token_for_id_token(
        &self,
        idp_id: &str,
        id_token: &SecretString,
    ) -> Result<SecretString, Error> {
        self.client.keep_secret(id_token);
        let url = self.url(Purpose::ExchangeIdToken, &["v3.0", "OS-AUTH", "id-token", "tokens"], &[])?;
        let request = self.post(Purpose::ExchangeIdToken, url, None)?.header(X_IDP_ID, idp_id);
        let request = request.json(&json!({ "auth": { "id_token": { "id": id_token.expose_secret() } } }));
        let answer = self.client.send(request, None, self.deadline).await?;
        match subject_token(&answer.headers) {
            Some(token) => Ok(token),
            None => Err(self.client.refuse(answer, ErrorKind::NoToken)),
        }
    }

    /// Requests temporary keys for an agency from STS, at this client's endpoint: `POST /v5/agencies/assume`, see
    /// <https://support.huaweicloud.com/intl/en-us/api-iam5/AssumeAgency.html>.
    pub(super) async fn assume_agency(
        &self,
        agency_name: &str,
        domain_id: &str,
        duration: Option<u32>,
        keys: &Keys,
    ) -> Result<TemporaryKeys, Error> {
        let mut body = json!({
            "agency_session_name": agency_name,
            "agency_urn": format!("iam::{domain_id}:agency:{agency_name}"),
        });
        if let Some(duration) = duration {
            body["duration_seconds"] = json!(duration);
        }
        let url = self.url(Purpose::AssumeAgency, &["v5", "agencies", "assume"], &[])?;
        let credentials = Credentials::Keys(keys.clone());
        let request = self.post(Purpose::AssumeAgency, url, Some(&credentials))?.json(&body);
        let answer = self.client.send(request, Some(&credentials), self.deadline).await?;
        temporary_keys(self.client, answer)
    }

    /// Returns a project ID from IAM if it can be a segment of a request's path.
    fn checked_project_id(&self, id: String, answer: Answer) -> Result<String, Error> {
        if Endpoint::is_segment(&id) {
            return Ok(id);
        }
        let id = self.client.shown(&id);
        Err(self.client.refuse(answer, ErrorKind::ProjectId(id)))
    }

    fn url(&self, purpose: Purpose, segments: &[&str], query: &[(&str, &str)]) -> Result<Url, Error> {
        let url = self.endpoint.join_with_query(segments, query);
        url.map_err(|error| Error::before_request(purpose, error.into()))
    }

    fn post(&self, purpose: Purpose, url: Url, credentials: Option<&Credentials>) -> Result<Request, Error> {
        self.request(purpose, Method::POST, url, credentials)
    }

    fn request(
        &self,
        purpose: Purpose,
        method: Method,
        url: Url,
        credentials: Option<&Credentials>,
    ) -> Result<Request, Error> {
        let owner = self.owner(purpose, credentials)?;
        Ok(Request::new(purpose, method, url, owner).proving(self.candidate.clone()))
    }

    /// Adds the account's ID, which only signed requests contain.
    fn owner(&self, purpose: Purpose, credentials: Option<&Credentials>) -> Result<Owner, Error> {
        let domain_id = match credentials {
            Some(Credentials::Keys(_)) => self.domain_id,
            Some(Credentials::Token(_)) | None => Ok(None),
        };
        let domain_id = domain_id.map_err(|unavailable| Error::before_request(purpose, unavailable.into()))?;
        Ok(Owner::Domain(domain_id.map(str::to_owned)))
    }
}

/// Decodes the temporary keys in a response. They are not in the list of secrets yet, so that no part of the response is
/// put into an error.
fn temporary_keys(client: &Client, answer: Answer) -> Result<TemporaryKeys, Error> {
    match super::body::decode::<TemporaryKeysBody>(&answer.body) {
        Ok(body) => Ok(body.into()),
        Err(problem) => Err(client.refuse(answer, ErrorKind::Body(problem.without_values()))),
    }
}

/// Decodes the temporary keys in a response of the ECS metadata service, which has the format of IAM.
pub(super) fn metadata_keys(client: &Client, answer: Answer) -> Result<TemporaryKeys, Error> {
    match super::body::decode::<TemporaryKeysBody>(&answer.body) {
        Ok(body) => Ok(body.into()),
        // The response contains keys: do not put any part of it into the error.
        Err(BodyProblem::WrongType { .. } | BodyProblem::WrongWhole(_) | BodyProblem::NotJson(_)) => {
            let problem = "the metadata service sent no temporary keys".to_owned();
            Err(client.refuse(answer, ErrorKind::NoEcsAgency(problem)))
        }
        Err(problem) => Err(client.refuse(answer, ErrorKind::Body(problem))),
    }
}

fn login_body(login: &PasswordLogin, scope: &TokenScope) -> Value {
    let domain = login.domain.as_ref().map(|domain| match domain {
        Domain::Id(id) => json!({ "id": id }),
        Domain::Name(name) => json!({ "name": name }),
    });
    let password = login.password.expose_secret();
    let user = match &login.user {
        User::Id(id) => json!({ "id": id, "password": password }),
        User::Name(name) => json!({ "name": name, "password": password, "domain": domain }),
    };
    let mut auth = json!({ "identity": { "methods": ["password"], "password": { "user": user } } });
    match (scope, domain) {
        (TokenScope::ProjectId(id), _) => auth["scope"] = json!({ "project": { "id": id } }),
        (TokenScope::ProjectName(name), Some(domain)) => {
            auth["scope"] = json!({ "project": { "name": name, "domain": domain } });
        }
        (TokenScope::ProjectName(name), None) => auth["scope"] = json!({ "project": { "name": name } }),
        (TokenScope::Account, Some(domain)) => auth["scope"] = json!({ "domain": domain }),
        // IAM uses the user's account.
        (TokenScope::Account, None) => {}
    }
    json!({ "auth": auth })
}

fn subject_token(headers: &HeaderMap) -> Option<SecretString> {
    let token = headers.get(X_SUBJECT_TOKEN)?.to_str().ok()?;
    (!token.is_empty()).then(|| token.into())
}

/// Parses a time from IAM, with or without microseconds.
fn time(text: Option<&str>) -> Option<Timestamp> {
    text?.parse().ok()
}

#[derive(Deserialize)]
struct TokenBody {
    token: TokenDetails,
}

#[derive(Deserialize)]
struct TokenDetails {
    expires_at: Option<String>,
    project: Option<Project>,
}

#[derive(Deserialize)]
struct ProjectList {
    projects: Vec<Project>,
}

#[derive(Deserialize)]
struct Project {
    id: String,
    name: Option<String>,
}

/// Temporary keys as sent by IAM, STS and the ECS metadata service, each with its own member names.
#[derive(Deserialize)]
struct TemporaryKeysBody {
    #[serde(alias = "credentials")]
    credential: RawKeys,
}

#[derive(Deserialize)]
struct RawKeys {
    #[serde(alias = "access_key_id")]
    access: SecretString,
    #[serde(alias = "secret_access_key")]
    secret: SecretString,
    #[serde(alias = "security_token")]
    securitytoken: SecretString,
    #[serde(alias = "expiration")]
    expires_at: Option<String>,
}

impl From<TemporaryKeysBody> for TemporaryKeys {
    fn from(TemporaryKeysBody { credential }: TemporaryKeysBody) -> Self {
        let RawKeys { access, secret, securitytoken, expires_at } = credential;
        let keys = Keys { access_key: access, secret_key: secret, security_token: Some(securitytoken) };
        Self { keys, expires_at: time(expires_at.as_deref()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(user: User, domain: Option<Domain>) -> PasswordLogin {
        PasswordLogin { user, password: "pw".into(), domain }
    }

    #[test]
    fn user_by_name_then_account_in_user_and_scope() {
        let login = login(User::Name("bob".to_owned()), Some(Domain::Name("acct".to_owned())));
        let body = login_body(&login, &TokenScope::ProjectName("cn-north-4".to_owned()));
        let domain = json!({"name": "acct"});
        assert_eq!(
            body,
            json!({"auth": {
                "identity": {"methods": ["password"], "password": {"user": {"name": "bob", "password": "pw", "domain": domain}}},
                "scope": {"project": {"name": "cn-north-4", "domain": domain}},
            }})
        );
    }

    #[test]
    fn user_by_id_then_no_account_needed() {
        let login = login(User::Id("u".to_owned()), None);
        let body = login_body(&login, &TokenScope::ProjectId("p".to_owned()));
        assert_eq!(body["auth"]["identity"]["password"]["user"], json!({"id": "u", "password": "pw"}));
        assert_eq!(body["auth"]["scope"], json!({"project": {"id": "p"}}));
        assert_eq!(login_body(&login, &TokenScope::Account)["auth"].get("scope"), None);
    }

    #[test]
    fn times_of_iam_then_read_with_and_without_microseconds() {
        for text in ["2019-02-13T06:52:13.855000Z", "2019-02-13T06:52:13Z"] {
            assert!(time(Some(text)).is_some(), "{text}");
        }
        assert_eq!((time(Some("soon")), time(None)), (None, None));
    }
}
