//! A part of credentials with the place that it comes from, so that an error names that place. Checked only when needed.

use secrecy::SecretString;

use super::messages;
use super::settings::{own, own_secret};
use crate::env::{Environment, Variable};
use crate::huaweicloud::{SecretProblem, trimmed_key, trimmed_text};
use crate::terraform::{Argument, AttributePath, Diagnostic};

/// A value that is set, and its place.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) value: SecretString,
    place: Place,
}

#[derive(Clone)]
enum Place {
    Argument {
        name: &'static str,
        /// Whether the error has the argument's path. Hosts show the line there, with a secret that stands in it.
        is_secret: bool,
    },
    Variable(&'static str),
}

impl Given {
    /// A secret of the provider block, unless the block leaves it out or empty.
    pub(super) fn secret(name: &'static str, argument: &Argument<SecretString>) -> Option<Argument<Self>> {
        Some(own_secret(argument)?.map(|value| Self { value, place: Place::Argument { name, is_secret: true } }))
    }

    /// A text of the provider block.
    pub(super) fn text(name: &'static str, argument: &Argument<String>) -> Option<Argument<Self>> {
        let place = Place::Argument { name, is_secret: false };
        Some(own(argument)?.map(|value| Self { value: value.into(), place }))
    }

    /// The first of these environment variables that is set.
    pub(super) fn of_environment(environment: &Environment, variables: &[Variable]) -> Argument<Self> {
        environment.first_named(variables).map_or(Argument::Null, |(name, value)| {
            Argument::Known(Self { value: value.into(), place: Place::Variable(name) })
        })
    }

    /// As a key or a token.
    pub(super) fn into_key(self) -> Result<SecretString, Diagnostic> {
        self.checked(trimmed_key)
    }

    /// As a password or a name.
    pub(super) fn into_text(self) -> Result<SecretString, Diagnostic> {
        self.checked(trimmed_text)
    }

    fn checked(
        self,
        trimmed: fn(&SecretString) -> Result<SecretString, SecretProblem>,
    ) -> Result<SecretString, Diagnostic> {
        trimmed(&self.value).map_err(|problem| match self.place {
            Place::Argument { name, is_secret } => {
                let error = messages::bad_secret(&format!("`{name}`"), &problem);
                if is_secret { error } else { error.at(AttributePath::attribute(name)) }
            }
            Place::Variable(name) => messages::bad_secret(&format!("The environment variable {name}"), &problem),
        })
    }
}
