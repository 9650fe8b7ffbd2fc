//! A value of a setting with the place that it comes from, so that an error names that place.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

use super::messages;
use crate::huaweicloud::{SecretProblem, trimmed_key, trimmed_text};
use crate::terraform::{AttributePath, Diagnostic};

/// A value that is set, and its place.
#[derive(Clone, Debug)]
pub(super) struct Given<T> {
    pub(super) value: T,
    pub(super) origin: Origin,
}

/// The place that a value comes from.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// An argument of the provider block.
    Argument {
        path: AttributePath,
        /// Whether the value is a secret. Hosts print the line of an error's path, so such an error has no path.
        sensitive: bool,
    },
    /// An environment variable.
    Variable(&'static str),
    /// A profile in a file of KooCLI.
    Profile { name: String, file: PathBuf },
}

impl Origin {
    /// Adds the place to an error about the value.
    pub(super) fn explain(&self, error: Diagnostic) -> Diagnostic {
        match self {
            Self::Argument { sensitive: true, .. } => error,
            Self::Argument { path, sensitive: false } => error.at(path.clone()),
            Self::Variable(name) => messages::from_environment(error, name),
            Self::Profile { name, file } => messages::from_profile(error, name, file),
        }
    }
}

impl Given<SecretString> {
    /// Returns a key or a token without the white space around it.
    ///
    /// # Errors
    /// When the value has other characters than a key can have.
    pub(super) fn into_key(self, name: &str) -> Result<SecretString, Diagnostic> {
        trimmed(&self.value, &self.origin, name, trimmed_key)
    }

    /// Returns a password without line breaks at its end.
    ///
    /// # Errors
    /// When the value has other characters than a password can have.
    pub(super) fn into_password(self, name: &str) -> Result<SecretString, Diagnostic> {
        trimmed(&self.value, &self.origin, name, trimmed_text)
    }
}

impl Given<String> {
    /// Returns a name or an id without line breaks at its end.
    ///
    /// # Errors
    /// When the value has other characters than a name can have.
    pub(super) fn into_name(self, name: &str) -> Result<String, Diagnostic> {
        Ok(trimmed(&self.value.into(), &self.origin, name, trimmed_text)?.expose_secret().to_owned())
    }
}

fn trimmed(
    value: &SecretString,
    origin: &Origin,
    name: &str,
    trimmed: fn(&SecretString) -> Result<SecretString, SecretProblem>,
) -> Result<SecretString, Diagnostic> {
    trimmed(value).map_err(|problem| origin.explain(messages::bad_secret(&format!("`{name}`"), &problem)))
}
