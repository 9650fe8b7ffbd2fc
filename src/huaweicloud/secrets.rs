use std::sync::{Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};

use super::error::clean;

/// Texts are cut at this length, in characters.
const MAX_TEXT: usize = 1_000;

/// Names are cut at this length, in characters.
const MAX_NAME: usize = 100;

/// Every secret that a session uses, so that none is repeated when a server sends it back. The longest come first: one may
/// be a part of another, and what is left of that would not be found.
#[derive(Debug, Default)]
pub(super) struct KnownSecrets(Mutex<Vec<SecretString>>);

impl KnownSecrets {
    /// Takes note of a secret, unless it is known or empty.
    pub(super) fn note(&self, secret: &SecretString) {
        let mut secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = secret.expose_secret();
        if !text.is_empty() && !secrets.iter().any(|known| known.expose_secret() == text) {
            let place = secrets.partition_point(|known| known.expose_secret().len() >= text.len());
            secrets.insert(place, secret.clone());
        }
    }

    /// The text without the secrets in it, and cut where it goes on and on.
    pub(super) fn redact(&self, text: String) -> String {
        cut(self.replace(text), MAX_TEXT)
    }

    /// A name or id from outside without control characters and the secrets in it, and cut shorter than a text.
    pub(super) fn redact_name(&self, name: &str) -> String {
        cut(self.replace(clean(name)), MAX_NAME)
    }

    fn replace(&self, text: String) -> String {
        let secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.iter().fold(text, |text, secret| {
            let secret = secret.expose_secret();
            if text.contains(secret) { text.replace(secret, "(secret)") } else { text }
        })
    }
}

fn cut(mut text: String, length: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(length) {
        text.truncate(end);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::ServiceError;
    use super::*;

    #[test]
    fn secrets_in_a_text_then_each_is_replaced_and_the_rest_stays() {
        let secrets = KnownSecrets::default();
        for secret in ["hunter2", "", "hunter2", "s3cr3t"] {
            secrets.note(&SecretString::from(secret));
        }
        let text = "hunter2 is no s3cr3t".to_owned();
        assert_eq!(secrets.redact(text), "(secret) is no (secret)");
        assert!(!format!("{secrets:?}").contains("hunter2"));
    }

    #[test]
    fn secret_that_begins_another_then_nothing_of_either_stays() {
        let secrets = KnownSecrets::default();
        for secret in ["hunter2", "hunter2-and-more", "more"] {
            secrets.note(&SecretString::from(secret));
        }
        assert_eq!(secrets.redact("hunter2-and-more or hunter2".to_owned()), "(secret) or (secret)");
    }

    #[test]
    fn secret_longer_than_a_message_may_be_then_replaced_before_the_message_is_cut() {
        let (secrets, secret) = (KnownSecrets::default(), "MII".repeat(MAX_TEXT));
        secrets.note(&SecretString::from(secret.as_str()));
        let refusal = format!(r#"{{"error_msg":"The token {secret} is wrong.\u0007{}"}}"#, "ä".repeat(5_000));
        let (ServiceError { message, .. }, _) = ServiceError::from_body(refusal.as_bytes());
        let shown = secrets.redact(message.expect("a message"));
        assert!(shown.starts_with("The token (secret) is wrong. ä"), "{shown}");
        assert_eq!(shown.chars().count(), MAX_TEXT);
    }
}
