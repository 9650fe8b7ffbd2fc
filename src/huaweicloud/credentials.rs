use secrecy::SecretString;

/// An access key, permanent or temporary.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The access key ID (AK). Not a secret on its own, but private.
    pub access_key: SecretString,
    /// The secret key (SK).
    pub secret_key: SecretString,
    /// The security token of a temporary key.
    pub security_token: Option<SecretString>,
}

/// The credentials with which requests are authenticated.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// An IAM token, sent as `X-Auth-Token`.
    Token(SecretString),
    /// An access key, with which each attempt is signed.
    Keys(Keys),
}

impl Credentials {
    /// Returns the secrets in the credentials.
    pub(super) fn secrets(&self) -> Vec<&SecretString> {
        match self {
            Self::Token(token) => vec![token],
            Self::Keys(keys) => [&keys.access_key, &keys.secret_key].into_iter().chain(&keys.security_token).collect(),
        }
    }
}

/// A user name or ID with its password.
#[derive(Clone, Debug)]
pub struct PasswordLogin {
    /// The user.
    pub user: User,
    /// The password.
    pub password: SecretString,
    /// The account, which IAM calls a domain.
    pub domain: Option<Domain>,
}

/// A user, identified by ID or by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum User {
    /// The ID, which is unique.
    Id(String),
    /// The name, which is unique in an account.
    Name(String),
}

/// An account, which IAM calls a domain, identified by ID or by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Domain {
    /// The ID.
    Id(String),
    /// The name.
    Name(String),
}

/// The credential source of a session.
#[derive(Clone, Debug)]
pub enum SignIn {
    /// An IAM token from the configuration.
    Token(SecretString),
    /// An access key.
    Keys(Keys),
    /// A password, which IAM exchanges for a token.
    Password(PasswordLogin),
    /// The agency of the ECS instance on which the provider runs.
    EcsAgency,
    /// An ID token of an identity provider, which IAM exchanges for temporary keys.
    Oidc(OidcLogin),
}

/// Authentication with an ID token.
#[derive(Clone, Debug)]
pub struct OidcLogin {
    /// The name of the identity provider in IAM.
    pub idp_id: String,
    /// The location of the ID token.
    pub id_token: IdToken,
}

/// The location of an ID token.
#[derive(Clone, Debug)]
pub enum IdToken {
    /// In the configuration.
    Text(SecretString),
    /// In a file, which is read for each authentication, because other programs refresh it.
    File(String),
}

/// An agency that is assumed on top of other credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The name of the agency.
    pub agency_name: String,
    /// The account that owns the agency.
    pub domain: Domain,
    /// Validity of the temporary keys in seconds. Defaults to IAM's own default.
    pub duration: Option<u32>,
    /// The API that issues the keys.
    pub api: RoleApi,
}

/// An API that issues temporary keys for an agency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleApi {
    /// IAM's `POST /v3.0/OS-CREDENTIAL/securitytokens`.
    SecurityTokens,
    /// STS's `POST /v5/agencies/assume`, which accepts only the ID of the account.
    Sts,
}
