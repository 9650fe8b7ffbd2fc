//! The metadata service of a server (ECS), which hands out keys of the agency that the server has.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

/// How long the keys are valid if nobody says: like those of the real cloud, about a day.
const LIFETIME: Duration = Duration::from_hours(24);

/// The metadata service of the server that the client runs on. It answers at the URL of the sandbox instead of at
/// `http://169.254.169.254`.
///
/// ```
/// use std::time::Duration;
///
/// use maas_sandbox::{Metadata, Sandbox};
///
/// let sandbox = Sandbox::builder().metadata(Metadata::v2_only().expires_in(Duration::from_mins(30))).start();
/// ```
#[derive(Clone, Debug)]
pub struct Metadata {
    versions: Versions,
    pub(crate) has_agency: bool,
    pub(crate) lifetime: Duration,
    tokens: Vec<(SecretString, Timestamp)>,
}

/// Which versions of the service answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Versions {
    /// Both: a token is taken, but not asked for.
    Both,
    /// The first, which knows no tokens.
    First,
    /// The second, which asks for one.
    Second,
}

impl Metadata {
    /// A service that answers with a token and without one.
    #[must_use]
    pub fn any() -> Self {
        Self { versions: Versions::Both, has_agency: true, lifetime: LIFETIME, tokens: Vec::new() }
    }

    /// A service that answers only with a token, as a server can be set to (`http_tokens=required`).
    #[must_use]
    pub fn v2_only() -> Self {
        Self { versions: Versions::Second, ..Self::any() }
    }

    /// A service that knows no tokens.
    #[must_use]
    pub fn v1_only() -> Self {
        Self { versions: Versions::First, ..Self::any() }
    }

    /// The service of a server that no agency was given to, so that there are no keys to hand out.
    #[must_use]
    pub fn without_agency() -> Self {
        Self { has_agency: false, ..Self::any() }
    }

    /// Makes the keys handed out expire after this time instead of 24 hours.
    #[must_use]
    pub fn expires_in(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Whether it hands out tokens.
    pub(crate) fn has_tokens(&self) -> bool {
        self.versions != Versions::First
    }

    /// Hands out a token that is valid for so long.
    pub(crate) fn issue_token(&mut self, now: Timestamp, lifetime: Duration) -> String {
        let token = format!("sandbox-metadata-token-{}", Uuid::new_v4().simple());
        let expires_at = now.saturating_add(lifetime).unwrap_or(Timestamp::MAX);
        self.tokens.push((token.as_str().into(), expires_at));
        token
    }

    /// Whether a request with this token, or without one, is answered.
    pub(crate) fn lets_in(&self, token: Option<&str>, now: Timestamp) -> bool {
        match (self.versions, token) {
            (Versions::First, _) | (Versions::Both, None) => true,
            (Versions::Second, None) => false,
            (Versions::Both | Versions::Second, Some(token)) => {
                self.tokens.iter().any(|(known, expires_at)| known.expose_secret() == token && now < *expires_at)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("in range")
    }

    #[test]
    fn token_issued_then_let_in_until_it_expires() {
        let mut metadata = Metadata::v2_only();
        let token = metadata.issue_token(seconds(0), Duration::from_secs(10));
        assert!(metadata.lets_in(Some(&token), seconds(9)));
        assert!(!metadata.lets_in(Some(&token), seconds(10)));
    }

    #[test]
    fn no_token_or_a_wrong_one_then_it_depends_on_the_version() {
        let lets_in = |metadata: Metadata| [None, Some("made-up")].map(|token| metadata.lets_in(token, seconds(0)));
        assert_eq!(lets_in(Metadata::any()), [true, false]);
        assert_eq!(lets_in(Metadata::v1_only()), [true, true]);
        assert_eq!(lets_in(Metadata::v2_only()), [false, false]);
    }
}
