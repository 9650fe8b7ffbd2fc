//! Access keys, which sign requests.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use crate::seed;

/// An access key of the seeded user: the public access key id (AK) and the secret access key (SK), which never travels.
///
/// ```
/// use maas_sandbox::{AccessKey, Sandbox, seed};
///
/// let key = AccessKey::new("SANDBOXOFTHETEST0000", "a-secret-of-the-test").project(seed::PROJECT_ID);
/// let sandbox = Sandbox::builder().access_key(key).start();
/// ```
#[derive(Clone, Debug)]
pub struct AccessKey {
    pub(crate) access: String,
    pub(crate) secret: SecretString,
    pub(crate) security_token: Option<SecretString>,
    pub(crate) expires_at: Timestamp,
    pub(crate) domain_id: String,
    pub(crate) project_id: Option<String>,
}

impl AccessKey {
    /// A permanent key, good for every project of the account. In the real cloud the access key id has 20 characters and
    /// the secret 40, all of them letters and digits.
    #[must_use]
    pub fn new(access: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            access: access.into(),
            secret: secret.into().into(),
            security_token: None,
            expires_at: Timestamp::MAX,
            domain_id: seed::DOMAIN_ID.to_owned(),
            project_id: None,
        }
    }

    /// Makes it a temporary key, which counts only together with this token.
    #[must_use]
    pub fn security_token(mut self, security_token: impl Into<String>) -> Self {
        self.security_token = Some(security_token.into().into());
        self
    }

    /// Makes it expire at this time, by the clock of the sandbox.
    #[must_use]
    pub fn expires_at(mut self, expires_at: Timestamp) -> Self {
        self.expires_at = expires_at;
        self
    }

    /// Makes it good for the project of this id only.
    #[must_use]
    pub fn project(mut self, project_id: impl Into<String>) -> Self {
        self.project_id = Some(project_id.into());
        self
    }

    /// A fresh temporary key of that account. Its texts are as long as real ones, except for the token.
    pub(crate) fn temporary(domain_id: String, expires_at: Timestamp) -> Self {
        let random = || Uuid::new_v4().simple().to_string();
        let access = format!("HSTSANDBOX{}", random()[..10].to_uppercase());
        let secret = format!("notasecret{}", &random()[..30]);
        let security_token = format!("sandbox-security-token-not-a-secret-{}", random());
        Self { domain_id, ..Self::new(access, secret).security_token(security_token).expires_at(expires_at) }
    }

    /// Whether the security token that came along is this key's; a permanent key has none.
    pub(crate) fn takes(&self, security_token: Option<&str>) -> bool {
        self.security_token.as_ref().map(ExposeSecret::expose_secret) == security_token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_token_then_only_exactly_that_one_is_taken() {
        let key = AccessKey::new("a", "b").security_token("c");
        assert!(key.takes(Some("c")));
        for other in [None, Some(""), Some("c "), Some("d")] {
            assert!(!key.takes(other), "{other:?}");
        }
    }

    #[test]
    fn permanent_key_then_no_security_token_is_taken() {
        let key = AccessKey::new("a", "b");
        assert!(key.takes(None));
        assert!(!key.takes(Some("")));
    }

    #[test]
    fn temporary_key_made_then_no_two_alike_and_as_long_as_real_ones() {
        let make = || AccessKey::temporary("1".to_owned(), Timestamp::MAX);
        let (one, other) = (make(), make());
        assert_ne!(one.access, other.access);
        assert_eq!((one.access.len(), one.secret.expose_secret().len()), (20, 40));
        assert!(one.security_token.is_some() && one.domain_id == "1");
    }

    #[test]
    fn key_printed_then_its_secrets_are_not() {
        let text = format!("{:?}", AccessKey::new("public", "hidden-secret").security_token("hidden-token"));
        assert!(text.contains("public") && !text.contains("hidden"), "{text}");
    }
}
