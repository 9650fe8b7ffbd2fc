use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::client::{Client, Settings};
use super::{data_sources, messages};
use crate::env::{self, Environment, Variable};
use crate::huaweicloud::Endpoint;
use crate::terraform::{
    AnyDataSource, Argument, Attribute, AttributePath, Block, Diagnostics, Host, Provider, Schema, Step, Type,
};

/// The source address of the provider. Publishing it in a registry will change this.
pub const ADDRESS: &str = "terraform.local/huaweicloud/maas";

/// The version of the provider.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The services whose endpoints can be replaced.
const SERVICES: [&str; 3] = ["maas", "modelarts", "iam"];

/// The `maas` provider.
pub struct MaasProvider {
    environment: Environment,
    data_sources: OnceLock<Vec<Box<dyn AnyDataSource<Client>>>>,
}

impl MaasProvider {
    /// A provider that takes what its block leaves out from `environment`.
    #[must_use]
    pub fn new(environment: Environment) -> Self {
        Self { environment, data_sources: OnceLock::new() }
    }

    /// A value from the block, or else from the environment. An empty one counts as left out.
    fn or_environment(&self, argument: Argument<String>, variable: Variable) -> Argument<String> {
        match argument {
            Argument::Known(value) if !value.is_empty() => Argument::Known(value),
            Argument::Unknown => Argument::Unknown,
            Argument::Known(_) | Argument::Null => {
                self.environment.get(variable).map_or(Argument::Null, Argument::Known)
            }
        }
    }
}

/// The provider block.
#[derive(Deserialize)]
pub struct Config {
    region: Argument<String>,
    project_id: Argument<String>,
    token: Argument<String>,
    endpoints: Argument<BTreeMap<String, Argument<String>>>,
}

impl Config {
    /// The endpoint of the MaaS API, as far as the block tells it.
    fn maas_endpoint(&self) -> Argument<String> {
        match &self.endpoints {
            Argument::Null => Argument::Null,
            Argument::Unknown => Argument::Unknown,
            Argument::Known(endpoints) => ["maas", "modelarts"]
                .into_iter()
                .filter_map(|service| endpoints.get(service))
                .find(|endpoint| !endpoint.is_null())
                .cloned()
                .unwrap_or_default(),
        }
    }
}

impl Provider for MaasProvider {
    type Client = Client;
    type Config = Config;

    fn address(&self) -> &'static str {
        ADDRESS
    }

    fn schema(&self) -> Schema {
        let attributes = vec![
            Attribute::optional(
                "region",
                Type::String,
                "Region whose MaaS API is called, such as `ap-southeast-1`. Environment: `HW_REGION_NAME`.",
            ),
            Attribute::optional(
                "project_id",
                Type::String,
                "Project that owns the workspaces. It has to belong to `region`. Environment: `HW_PROJECT_ID`.",
            ),
            Attribute::optional("token", Type::String, "IAM token of a user. Environment: `HW_AUTH_TOKEN`.")
                .sensitive(),
            Attribute::optional(
                "endpoints",
                Type::map(Type::String),
                "URLs that replace the services' own, by service: `maas`, `modelarts` (used for `maas` too) and `iam`. \
                 Environment for `maas`: `HW_MAAS_ENDPOINT`.",
            ),
        ];
        let description = "Reads Huawei Cloud MaaS (ModelArts Studio). Every argument is optional and can come from \
                           the environment; an argument beats a variable. Nothing is sent before the first read.";
        Schema { version: 0, block: Block { description, attributes, blocks: Vec::new() } }
    }

    fn validate(&self, config: Config, diagnostics: &mut Diagnostics) {
        let Argument::Known(endpoints) = &config.endpoints else { return };
        for (service, endpoint) in endpoints {
            let path = AttributePath::attribute("endpoints").with(Step::Key(service.clone()));
            if !SERVICES.contains(&service.as_str()) {
                diagnostics.push(messages::unknown_service(service, &SERVICES).at(path));
            } else if let Argument::Known(url) = endpoint
                && let Err(error) = Endpoint::parse(url)
            {
                diagnostics.push(messages::bad_endpoint(&format!("`endpoints[\"{service}\"]`"), error).at(path));
            }
        }
    }

    fn configure(&self, config: Config, host: &Host) -> Result<Client, Diagnostics> {
        let endpoint = self.or_environment(config.maas_endpoint(), env::HW_MAAS_ENDPOINT);
        Ok(Client::new(Settings {
            endpoint,
            region: self.or_environment(config.region, env::HW_REGION_NAME),
            project_id: self.or_environment(config.project_id, env::HW_PROJECT_ID),
            token: self.or_environment(config.token, env::HW_AUTH_TOKEN).map(Into::into),
            user_agent: user_agent(host),
        }))
    }

    fn data_sources(&self) -> &[Box<dyn AnyDataSource<Client>>] {
        self.data_sources.get_or_init(data_sources::all)
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

    fn configured(variables: &[(&str, &str)], endpoints: &[(&str, &str)], region: Argument<String>) -> Client {
        let provider = MaasProvider::new(Environment::fixed(variables.iter().copied()));
        let endpoints =
            endpoints.iter().map(|(name, url)| ((*name).to_owned(), Argument::Known((*url).to_owned()))).collect();
        let config =
            Config { region, project_id: Argument::Null, token: Argument::Null, endpoints: Argument::Known(endpoints) };
        provider.configure(config, &Host::default()).expect("configures")
    }

    #[test]
    fn argument_and_variable_then_argument_wins() {
        let client = configured(&[("HW_REGION_NAME", "from-env")], &[], Argument::Known("from-block".to_owned()));
        assert_eq!(client.settings().region, Argument::Known("from-block".to_owned()));
    }

    #[test]
    fn argument_left_out_or_empty_then_variable() {
        for left_out in [Argument::Null, Argument::Known(String::new())] {
            let client = configured(&[("HW_REGION_NAME", "from-env")], &[], left_out);
            assert_eq!(client.settings().region, Argument::Known("from-env".to_owned()));
        }
    }

    #[test]
    fn argument_unknown_then_never_taken_from_the_environment() {
        let client = configured(&[("HW_REGION_NAME", "from-env")], &[], Argument::Unknown);
        assert!(client.settings().region.is_unknown());
    }

    #[test]
    fn endpoints_of_both_services_then_maas_wins_over_modelarts_and_both_over_the_environment() {
        let variables = [("HW_MAAS_ENDPOINT", "http://env")];
        let endpoint =
            |endpoints: &[(&str, &str)]| configured(&variables, endpoints, Argument::Null).settings().endpoint.clone();
        let known = |url: &str| Argument::Known(url.to_owned());
        assert_eq!(endpoint(&[("maas", "http://a"), ("modelarts", "http://b")]), known("http://a"));
        assert_eq!(endpoint(&[("modelarts", "http://b"), ("iam", "http://c")]), known("http://b"));
        assert_eq!(endpoint(&[("iam", "http://c")]), known("http://env"));
    }

    #[test]
    fn version_of_the_host_with_odd_characters_then_header_stays_valid() {
        let host = Host { version: "1.11.4\r\nX-Evil: é".to_owned() };
        assert_eq!(user_agent(&host), format!("terraform-provider-maas/{VERSION} (terraform 1.11.4X-Evil:)"));
    }
}
