use secrecy::SecretString;

/// An access key, permanent or temporary.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The access key id (AK). Not a secret by itself, but nobody else's business.
    pub access_key: SecretString,
    /// The secret key (SK).
    pub secret_key: SecretString,
    /// The token that goes with a temporary key.
    pub security_token: Option<SecretString>,
}

/// How requests prove who sends them.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// An IAM token, sent as `X-Auth-Token`.
    Token(SecretString),
    /// An access key, with which each attempt is signed.
    Keys(Keys),
}

impl Credentials {
    /// The secrets in it.
    pub(super) fn secrets(&self) -> Vec<&SecretString> {
        match self {
            Self::Token(token) => vec![token],
            Self::Keys(keys) => [&keys.access_key, &keys.secret_key].into_iter().chain(&keys.security_token).collect(),
        }
    }
}

/// A user who signs in with a password.
#[derive(Clone, Debug)]
pub struct PasswordLogin {
    /// Who it is.
    pub user: User,
    /// The password.
    pub password: SecretString,
    /// The account, which IAM calls domain.
    pub domain: Option<Domain>,
}

/// A user, by one of two names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum User {
    /// By id, which is unique by itself.
    Id(String),
    /// By name, which is unique in an account.
    Name(String),
}

/// An account, which IAM calls domain, by one of two names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Domain {
    /// By id.
    Id(String),
    /// By name.
    Name(String),
}

/// What a session starts from.
#[derive(Clone, Debug)]
pub enum SignIn {
    /// A token that somebody obtained before.
    Token(SecretString),
    /// An access key.
    Keys(Keys),
    /// A password, for which IAM gives tokens.
    Password(PasswordLogin),
    /// The agency of the ECS instance on which this runs.
    EcsAgency,
    /// An ID token of an identity provider, for which IAM gives temporary keys.
    Oidc(OidcLogin),
}

/// Sign-in with an ID token.
#[derive(Clone, Debug)]
pub struct OidcLogin {
    /// The identity provider's name in IAM.
    pub idp_id: String,
    /// Where the ID token is.
    pub id_token: IdToken,
}

/// Where an ID token is.
#[derive(Clone, Debug)]
pub enum IdToken {
    /// Here.
    Text(SecretString),
    /// In a file, which is read at each sign-in, since others renew it.
    File(String),
}

/// An agency that is assumed on top of other credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its name.
    pub agency_name: String,
    /// The account that it belongs to.
    pub domain: Domain,
    /// How long the temporary keys should be valid, in seconds; IAM's own default without it.
    pub duration: Option<u32>,
    /// Which API hands them out.
    pub api: RoleApi,
}

/// An API that hands out temporary keys for an agency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleApi {
    /// IAM's `POST /v3.0/OS-CREDENTIAL/securitytokens`.
    SecurityTokens,
    /// STS's `POST /v5/agencies/assume`, which takes the account by id only.
    Sts,
}
