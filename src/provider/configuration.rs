use std::sync::OnceLock;

use super::block::{self, Config};
use super::client::Client;
use super::settings::Settings;
use super::{checks, data_sources, functions, resources};
use crate::env::Environment;
use crate::terraform::{AnyDataSource, AnyResource, Diagnostics, Function, Host, Provider, Schema};

/// The source address of the provider. Publishing it in a registry will change this.
pub const ADDRESS: &str = "terraform.local/huaweicloud/maas";

/// The version of the provider.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The `maas` provider.
pub struct MaasProvider {
    environment: Environment,
    data_sources: OnceLock<Vec<Box<dyn AnyDataSource<Client>>>>,
    resources: OnceLock<Vec<Box<dyn AnyResource<Client>>>>,
}

impl MaasProvider {
    /// A provider that takes what its block leaves out from `environment`.
    #[must_use]
    pub fn new(environment: Environment) -> Self {
        Self { environment, data_sources: OnceLock::new(), resources: OnceLock::new() }
    }
}

impl Provider for MaasProvider {
    type Client = Client;
    type Config = Config;

    fn address(&self) -> &'static str {
        ADDRESS
    }

    fn schema(&self) -> Schema {
        block::schema()
    }

    fn validate(&self, config: Config, diagnostics: &mut Diagnostics) {
        checks::check(&Settings::without_files(config, self.environment.clone()), diagnostics);
    }

    async fn configure(&self, config: Config, host: &Host) -> Result<Client, Diagnostics> {
        checks::check_environment(&self.environment)?;
        let settings = Settings::read(config, self.environment.clone()).await;
        Ok(Client::configured(settings, user_agent(host)).await?)
    }

    fn data_sources(&self) -> &[Box<dyn AnyDataSource<Client>>] {
        self.data_sources.get_or_init(data_sources::all)
    }

    fn resources(&self) -> &[Box<dyn AnyResource<Client>>] {
        self.resources.get_or_init(resources::all)
    }

    fn functions(&self) -> &[&dyn Function] {
        functions::ALL
    }
}

/// Only what a header can carry: the host's version comes from outside.
fn user_agent(host: &Host) -> String {
    let version: String = host.version.chars().filter(char::is_ascii_graphic).take(64).collect();
    format!("terraform-provider-maas/{VERSION} (terraform {version})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_of_the_host_with_odd_characters_then_header_stays_valid() {
        let host = Host { version: "1.11.4\r\nX-Evil: é".to_owned() };
        assert_eq!(user_agent(&host), format!("terraform-provider-maas/{VERSION} (terraform 1.11.4X-Evil:)"));
    }
}
