use std::sync::OnceLock;

use secrecy::SecretString;

use super::messages;
use crate::huaweicloud::{self, Credentials, Endpoint};
use crate::maas;
use crate::terraform::{Argument, Diagnostic};

/// What the provider block and the environment say together.
#[derive(Debug, Default)]
pub struct Settings {
    /// Base URL of the MaaS API.
    pub endpoint: Argument<String>,
    /// Region whose API is called.
    pub region: Argument<String>,
    /// Project that owns the workspaces.
    pub project_id: Argument<String>,
    /// IAM token.
    pub token: Argument<SecretString>,
    /// How requests name their sender.
    pub user_agent: String,
}

/// A configured provider. What is missing or not known yet matters only to a read that needs it.
#[derive(Debug)]
pub struct Client {
    settings: Settings,
    maas: OnceLock<maas::Client>,
}

impl Client {
    /// A client with these settings.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings, maas: OnceLock::new() }
    }

    #[cfg(test)]
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The MaaS API.
    pub(super) fn maas(&self) -> Result<&maas::Client, Diagnostic> {
        if let Some(maas) = self.maas.get() {
            return Ok(maas);
        }
        let endpoint = self.endpoint()?;
        let token = match &self.settings.token {
            Argument::Known(token) => token.clone(),
            Argument::Unknown => return Err(messages::unknown_setting("token")),
            Argument::Null => return Err(messages::no_credentials()),
        };
        let http = huaweicloud::Client::new(Credentials::Token(token), self.settings.user_agent.clone());
        Ok(self.maas.get_or_init(|| maas::Client::new(http, endpoint)))
    }

    fn endpoint(&self) -> Result<Endpoint, Diagnostic> {
        match &self.settings.endpoint {
            Argument::Known(url) => {
                Endpoint::parse(url).map_err(|error| messages::bad_endpoint("The endpoint of MaaS", error))
            }
            Argument::Unknown => Err(messages::unknown_setting("endpoints")),
            Argument::Null => {
                let region = required(&self.settings.region, "region", "HW_REGION_NAME")?;
                Endpoint::modelarts(region).map_err(|_| messages::bad_region(region))
            }
        }
    }

    /// The project of a data source: its own argument, or else the provider's.
    pub(super) fn project_id(&self, own: Argument<String>) -> Result<String, Diagnostic> {
        own_or(own, &self.settings.project_id, "project_id", "HW_PROJECT_ID")
    }

    /// The region whose services a data source asks about: its own argument, or else the provider's region.
    pub(super) fn region_id(&self, own: Argument<String>) -> Result<String, Diagnostic> {
        own_or(own, &self.settings.region, "region", "HW_REGION_NAME")
    }
}

fn own_or(own: Argument<String>, other: &Argument<String>, name: &str, variable: &str) -> Result<String, Diagnostic> {
    own.into_known().map_or_else(|| required(other, name, variable).map(str::to_owned), Ok)
}

fn required<'a>(setting: &'a Argument<String>, name: &str, variable: &str) -> Result<&'a str, Diagnostic> {
    match setting {
        Argument::Known(value) => Ok(value),
        Argument::Unknown => Err(messages::unknown_setting(name)),
        Argument::Null => Err(messages::missing_setting(name, variable)),
    }
}
