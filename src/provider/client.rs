use std::sync::{Arc, OnceLock};

use secrecy::SecretString;

use super::settings::{Settings, own, own_secret, settled};
use super::sources::{self, Credentials};
use super::{checks, messages};
use crate::env;
use crate::huaweicloud::{
    Clock, Cloud, Deadline, Endpoint, Error, ErrorKind, HttpOptions, Project, Proxies, Session, SessionOptions, Target,
    TlsOptions,
};
use crate::maas;
use crate::terraform::{Diagnostic, ReadError};

/// How often a request is tried again, as in the official provider.
const MAX_RETRIES: u32 = 5;

/// Where the metadata service of an ECS instance is.
const ECS_METADATA: &str = "http://169.254.169.254";

/// A configured provider. What is missing or not known yet matters only to a read that needs it.
#[derive(Debug)]
pub struct Client {
    settings: Settings,
    user_agent: String,
    connected: OnceLock<Connected>,
}

#[derive(Debug)]
struct Connected {
    maas: maas::Client,
    /// What each source of credentials lacks that was passed over.
    passed_over: Vec<String>,
}

impl Client {
    pub(super) fn new(settings: Settings, user_agent: String) -> Self {
        Self { settings, user_agent, connected: OnceLock::new() }
    }

    /// The MaaS API.
    pub(super) fn maas(&self) -> Result<&maas::Client, ReadError> {
        self.connected().map(|connected| &connected.maas)
    }

    fn connected(&self) -> Result<&Connected, ReadError> {
        if let Some(connected) = self.connected.get() {
            return Ok(connected);
        }
        let Credentials { sign_in, roles, passed_over } = sources::find(&self.settings)?;
        let options = SessionOptions {
            sign_in,
            roles,
            domain_id: settled(self.settings.domain_id()?, "domain_id")?,
            cloud: self.cloud()?,
            metadata: self.metadata()?,
            http: HttpOptions { user_agent: self.user_agent.clone(), tls: self.tls()?, proxies: self.proxies() },
            max_retries: self.max_retries()?,
            clock: Clock::system(),
        };
        let maas = maas::Client::new(Arc::new(Session::new(options)));
        Ok(self.connected.get_or_init(|| Connected { maas, passed_over }))
    }

    fn cloud(&self) -> Result<Cloud, ReadError> {
        let endpoint = |service, variable| self.endpoint(service, variable);
        let config = &self.settings.config;
        let iam = match settled(own(&config.auth_url).unwrap_or_default(), "auth_url")? {
            Some(url) => Some(parsed("`auth_url`", &url)?),
            None => endpoint("iam", &[env::HW_AUTH_URL, env::OS_AUTH_URL])?,
        };
        Ok(Cloud {
            domain: checks::cloud(&self.settings)?,
            modelarts: endpoint("maas", &[env::HW_MAAS_ENDPOINT])?,
            iam: iam.map(Endpoint::without_version),
            sts: endpoint("sts", &[env::HW_STS_ENDPOINT])?,
        })
    }

    /// The endpoint that the block, or else the environment, gives for a service. Its `modelarts` counts for MaaS too,
    /// and comes before a variable for MaaS.
    fn endpoint(&self, service: &str, variables: &[env::Variable]) -> Result<Option<Endpoint>, ReadError> {
        let endpoints = settled(self.settings.config.endpoints.as_ref(), "endpoints")?;
        let of_block = |key| Some((key, own(endpoints?.get(key)?)?));
        let given = of_block(service).or_else(|| (service == "maas").then(|| of_block("modelarts")).flatten());
        let given = match given {
            Some((key, url)) => settled(url, "endpoints")?.map(|url| (format!("`endpoints[\"{key}\"]`"), url)),
            None => self.settings.environment.first_named(variables).map(|(name, url)| (name.to_owned(), url)),
        };
        Ok(given.map(|(what, url)| parsed(&what, &url)).transpose()?)
    }

    fn metadata(&self) -> Result<Endpoint, Diagnostic> {
        let url = self.settings.environment.get(env::HW_ECS_METADATA_ENDPOINT);
        parsed("HW_ECS_METADATA_ENDPOINT", url.as_deref().unwrap_or(ECS_METADATA))
    }

    fn tls(&self) -> Result<TlsOptions, ReadError> {
        let (settings, config) = (&self.settings, &self.settings.config);
        let insecure = match settled(config.insecure, "insecure")? {
            Some(insecure) => Some(insecure),
            None => checks::truth_of_variable(&settings.environment, &[env::HW_INSECURE, env::OS_INSECURE])?,
        };
        let ca = settled(settings.text(&config.cacert_file, &[env::OS_CACERT]), "cacert_file")?;
        let cert = settled(settings.text(&config.cert, &[env::OS_CERT]), "cert")?;
        let key = match own_secret(&config.key) {
            Some(key) => settled(key, "key")?,
            None => settings.environment.get(env::OS_KEY).map(SecretString::from),
        };
        let client_identity = match cert.zip(key) {
            Some((cert, key)) => {
                let key = settings.key(&key)?;
                Some((settings.pem("cert", &cert)?, key))
            }
            None => None,
        };
        let ca_certificates = ca.map(|ca| settings.pem("cacert_file", &ca)).transpose()?;
        Ok(TlsOptions { insecure: insecure.unwrap_or_default(), ca_certificates, client_identity })
    }

    fn proxies(&self) -> Proxies {
        let environment = &self.settings.environment;
        Proxies {
            https: environment.in_either_case(env::HTTPS_PROXY),
            http: environment.in_either_case(env::HTTP_PROXY),
            no_proxy: environment.in_either_case(env::NO_PROXY),
        }
    }

    fn max_retries(&self) -> Result<u32, ReadError> {
        let retries = match settled(self.settings.config.max_retries, "max_retries")? {
            Some(retries) => Some(checks::whole(retries, 0..=u32::MAX, "max_retries")?),
            None => checks::retries_of_variable(&self.settings.environment)?,
        };
        Ok(retries.unwrap_or(MAX_RETRIES))
    }

    /// Whose API a data source asks: that of its own region and project, or else of the provider's.
    pub(super) async fn target(
        &self,
        own_region: Option<String>,
        own_project_id: Option<String>,
        deadline: Deadline,
    ) -> Result<Target, ReadError> {
        let provider_region = self.settings.region()?;
        let elsewhere = own_region.is_some() && own_region.as_ref() != provider_region.known();
        let region = match own_region {
            Some(region) => region,
            None => settled(provider_region.clone(), "region")?.ok_or_else(messages::missing_region)?,
        };
        let connected = self.connected()?;
        // An endpoint of one's own is that of the provider's region.
        if elsewhere && !provider_region.is_null() && connected.maas.session().cloud().modelarts.is_some() {
            return Err(messages::region_behind_endpoint(&region).into());
        }
        let project = match own_project_id {
            Some(id) => Project::Id(id),
            None if elsewhere && !provider_region.is_null() => Project::Name(region.clone()),
            None => self.project(&region)?,
        };
        let target = connected.maas.session().target(&region, project, deadline).await;
        target.map_err(|error| self.failed("Find the project", &error).into())
    }

    fn project(&self, region: &str) -> Result<Project, ReadError> {
        if let Some(id) = settled(self.settings.project_id()?, "project_id")? {
            return Ok(Project::Id(id));
        }
        let name = settled(self.settings.project_name(), "project_name")?;
        Ok(Project::Name(name.unwrap_or_else(|| region.to_owned())))
    }

    /// What to tell when a request for something failed.
    pub(super) fn failed(&self, what: &str, error: &Error) -> Diagnostic {
        let passed_over = self.connected.get().map(|connected| connected.passed_over.as_slice()).unwrap_or_default();
        match &error.kind {
            ErrorKind::NoEcsAgency(problem) if !passed_over.is_empty() => {
                messages::no_credentials(passed_over, problem)
            }
            _ => messages::request_failed(what, error),
        }
    }
}

fn parsed(what: &str, url: &str) -> Result<Endpoint, Diagnostic> {
    Endpoint::parse(url).map_err(|error| messages::bad_endpoint(what, error))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::block::Config;
    use super::*;
    use crate::env::Environment;
    use crate::terraform::Argument;

    fn known(text: &str) -> Argument<String> {
        Argument::Known(text.to_owned())
    }

    fn client(config: Config, variables: &[(&str, &str)]) -> Client {
        Client::new(Settings::new(config, Environment::fixed(variables.iter().copied())), String::new())
    }

    /// Where IAM is with some of the places present that may say it, in the documented order.
    fn iam(auth_url: Argument<String>, endpoint: Argument<String>, variables: &[(&str, &str)]) -> String {
        let endpoints = Argument::Known(BTreeMap::from([("iam".to_owned(), endpoint)]));
        match client(Config { auth_url, endpoints, ..Config::default() }, variables).cloud() {
            Ok(cloud) => cloud.iam("r").expect("a region").to_string(),
            Err(ReadError::ProviderUnknown(_)) => "unknown".to_owned(),
            Err(ReadError::Failed(error)) => error.detail,
        }
    }

    #[test]
    fn each_pair_of_places_for_iam_then_an_argument_before_a_variable() {
        let (hw, os) = (("HW_AUTH_URL", "https://hw/v3"), ("OS_AUTH_URL", "https://os/v3"));
        let (url, endpoint) = (|| known("https://auth-url/v3"), || known("https://endpoint"));
        assert_eq!(iam(url(), endpoint(), &[hw, os]), "https://auth-url");
        assert_eq!(iam(Argument::Null, endpoint(), &[hw, os]), "https://endpoint");
        assert_eq!(iam(known(""), endpoint(), &[os]), "https://endpoint");
        assert_eq!(iam(Argument::Null, known(""), &[hw, os]), "https://hw");
        assert_eq!(iam(Argument::Null, Argument::Null, &[os]), "https://os");
        assert_eq!(iam(Argument::Null, Argument::Null, &[]), "https://iam.r.myhuaweicloud.com");
        assert_eq!(iam(Argument::Unknown, endpoint(), &[hw]), "unknown");
        assert_eq!(iam(Argument::Null, Argument::Unknown, &[hw]), "unknown");
    }

    #[test]
    fn url_of_a_variable_that_is_none_then_error_names_the_variable() {
        let told = iam(Argument::Null, Argument::Null, &[("OS_AUTH_URL", "ftp://x")]);
        assert!(told.starts_with("OS_AUTH_URL cannot be used: "), "{told}");
        let told = iam(known("ftp://x"), Argument::Null, &[]);
        assert!(told.starts_with("`auth_url` cannot be used: "), "{told}");
        let told = iam(Argument::Null, known("ftp://x"), &[]);
        assert!(told.starts_with("`endpoints[\"iam\"]` cannot be used: "), "{told}");
    }

    #[test]
    fn cloud_that_is_no_domain_then_error_names_where_it_comes_from() {
        let told = |cloud: Argument<String>, variables: &[(&str, &str)]| match client(
            Config { cloud, ..Config::default() },
            variables,
        )
        .cloud()
        {
            Ok(cloud) => cloud.domain.unwrap_or_default(),
            Err(ReadError::Failed(error) | ReadError::ProviderUnknown(error)) => error.detail,
        };
        let variable = [("HW_CLOUD", "https://example.test")];
        let error = told(Argument::Null, &variable);
        assert!(error.starts_with("HW_CLOUD is `https://example.test`, which cannot be the domain"), "{error}");
        let error = told(known("a/b"), &variable);
        assert!(error.starts_with("`cloud` is `a/b`, which cannot be the domain"), "{error}");
        assert_eq!(told(known("example.test"), &variable), "example.test");
        assert_eq!(told(Argument::Null, &[("HW_CLOUD", "example.test:8443")]), "example.test:8443");
    }
}
