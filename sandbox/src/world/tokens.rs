//! Tokens: what each is good for, and until when.

use std::{collections::HashMap, fmt, time::Duration};

use jiff::Timestamp;
use uuid::Uuid;

/// How long a token of the real cloud is valid, see
/// <https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html>.
const LIFETIME: Duration = Duration::from_hours(24);

/// What a token is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Regional services, in the project of this id.
    Project(String),
    /// Global services, in the account.
    Domain,
    /// Nothing but being exchanged for a temporary key.
    Unscoped,
}

/// A token handed out.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) scope: Scope,
    pub(crate) issued_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scope, expires_at, .. } = self;
        f.debug_struct("Token").field("scope", scope).field("expires_at", expires_at).finish_non_exhaustive()
    }
}

/// The tokens handed out, by their text.
pub(crate) struct Tokens {
    by_text: HashMap<String, Token>,
    lifetime: Duration,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.by_text.values()).finish()
    }
}

impl Default for Tokens {
    fn default() -> Self {
        Self { by_text: HashMap::new(), lifetime: LIFETIME }
    }
}

impl Tokens {
    /// Adds a token whose text is known beforehand.
    pub(crate) fn add(&mut self, text: &str, scope: Scope, expires_at: Timestamp) {
        let token = Token { text: text.to_owned(), scope, issued_at: Timestamp::now(), expires_at };
        self.by_text.insert(text.to_owned(), token);
    }

    /// Hands out a fresh token.
    pub(crate) fn issue(&mut self, scope: Scope, now: Timestamp) -> Token {
        let expires_at = now.checked_add(self.lifetime).unwrap_or(Timestamp::MAX);
        let text = format!("sandbox-token-{}", Uuid::new_v4().simple());
        let token = Token { text: text.clone(), scope, issued_at: now, expires_at };
        self.by_text.insert(text, token.clone());
        token
    }

    /// The token of that text, if it was handed out and has not expired.
    pub(crate) fn valid(&self, text: &str, now: Timestamp) -> Option<&Token> {
        self.by_text.get(text).filter(|token| now < token.expires_at)
    }

    /// Forgets every token handed out so far.
    pub(crate) fn revoke_all(&mut self) {
        self.by_text.clear();
    }

    /// Changes how long tokens issued from now on are valid.
    pub(crate) fn set_lifetime(&mut self, lifetime: Duration) {
        self.lifetime = lifetime;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("in range")
    }

    #[test]
    fn token_issued_then_valid_for_24_hours_and_not_a_second_longer() {
        let mut tokens = Tokens::default();
        let text = tokens.issue(Scope::Domain, seconds(0)).text;
        assert!(tokens.valid(&text, seconds(86_399)).is_some());
        assert!(tokens.valid(&text, seconds(86_400)).is_none());
    }

    #[test]
    fn lifetime_changed_then_tokens_issued_later_follow_it() {
        let mut tokens = Tokens::default();
        let before = tokens.issue(Scope::Domain, seconds(0));
        tokens.set_lifetime(Duration::from_secs(10));
        let after = tokens.issue(Scope::Domain, seconds(0));
        assert_eq!((before.expires_at, after.expires_at), (seconds(86_400), seconds(10)));
    }

    #[test]
    fn lifetime_beyond_the_calendar_then_the_token_expires_at_its_end() {
        let mut tokens = Tokens::default();
        tokens.set_lifetime(Duration::MAX);
        assert_eq!(tokens.issue(Scope::Domain, seconds(0)).expires_at, Timestamp::MAX);
    }

    #[test]
    fn two_issued_then_two_texts() {
        let mut tokens = Tokens::default();
        assert_ne!(tokens.issue(Scope::Domain, seconds(0)).text, tokens.issue(Scope::Domain, seconds(0)).text);
    }

    #[test]
    fn text_nobody_handed_out_then_not_valid() {
        assert!(Tokens::default().valid("made-up", seconds(0)).is_none());
    }

    #[test]
    fn all_revoked_then_none_is_valid_but_new_ones_are() {
        let mut tokens = Tokens::default();
        tokens.add("known", Scope::Domain, Timestamp::MAX);
        tokens.revoke_all();
        assert!(tokens.valid("known", seconds(0)).is_none());
        let fresh = tokens.issue(Scope::Domain, seconds(0)).text;
        assert!(tokens.valid(&fresh, seconds(0)).is_some());
    }
}
