use std::sync::{Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};

/// Every secret that a session uses, so that none is repeated when a server sends it back.
#[derive(Debug, Default)]
pub(super) struct KnownSecrets(Mutex<Vec<SecretString>>);

impl KnownSecrets {
    /// Takes note of a secret, unless it is known or empty.
    pub(super) fn note(&self, secret: &SecretString) {
        let mut secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = secret.expose_secret();
        if !text.is_empty() && !secrets.iter().any(|known| known.expose_secret() == text) {
            secrets.push(secret.clone());
        }
    }

    /// The text without the secrets in it.
    pub(super) fn redact(&self, text: String) -> String {
        let secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.iter().fold(text, |text, secret| {
            let secret = secret.expose_secret();
            if text.contains(secret) { text.replace(secret, "(secret)") } else { text }
        })
    }
}

#[cfg(test)]
mod tests {
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
}
