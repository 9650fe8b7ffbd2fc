use std::sync::{Arc, OnceLock};

use secrecy::SecretString;

use super::reported::Reported;
use super::settings::{Settings, own, own_secret, settled};
use super::sources::{self, Credentials};
use super::{checks, messages};
use crate::env;
use crate::huaweicloud::{
    Clock, Cloud, Deadline, Endpoint, Error, ErrorKind, HttpOptions, Project, Proxies, Session, SessionOptions, Target,
    TlsOptions, is_region,
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
    reported: Reported,
}

#[derive(Debug)]
struct Connected {
    maas: maas::Client,
    /// What each source of credentials lacks that was passed over.
    passed_over: Vec<String>,
}

impl Client {
    pub(super) fn new(settings: Settings, user_agent: String) -> Self {
        Self { settings, user_agent, connected: OnceLock::new(), reported: Reported::default() }
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
        let (region, project) = self.place(own_region, own_project_id)?;
        let target = self.connected()?.maas.session().target(&region, project, deadline).await;
        target.map_err(|error| self.failed("Find the project", &error).into())
    }

    /// A region and the project in it. Whether the region is the provider's own matters only to what belongs to that: an
    /// endpoint, a project.
    fn place(
        &self,
        own_region: Option<String>,
        own_project_id: Option<String>,
    ) -> Result<(String, Project), ReadError> {
        let provider_region = self.settings.region()?;
        let region = match own_region {
            Some(region) => region,
            None => settled(provider_region.clone(), "region")?.ok_or_else(messages::missing_region)?,
        };
        // Arguments are checked in validation; variables and profiles come to light here.
        if !is_region(&region) {
            return Err(messages::bad_region(&region).into());
        }
        let elsewhere = || Ok(settled(provider_region.as_ref(), "region")?.is_some_and(|own| *own != region));
        if self.connected()?.maas.session().cloud().modelarts.is_some() && elsewhere()? {
            return Err(messages::region_behind_endpoint(&region).into());
        }
        let project = match own_project_id {
            Some(id) => Project::Id(id),
            None => self.project(&region, elsewhere)?,
        };
        match &project {
            Project::Id(id) if !Endpoint::is_segment(id) => Err(messages::bad_path_segment("project_id", id).into()),
            _ => Ok((region, project)),
        }
    }

    /// The provider's project, or else, and always elsewhere than in the provider's region, that of the region's name.
    fn project(&self, region: &str, elsewhere: impl Fn() -> Result<bool, ReadError>) -> Result<Project, ReadError> {
        let (id, name) = (self.settings.project_id()?, self.settings.project_name());
        if (id.is_null() && name.is_null()) || elsewhere()? {
            return Ok(Project::Name(region.to_owned()));
        }
        if let Some(id) = settled(id, "project_id")? {
            return Ok(Project::Id(id));
        }
        Ok(Project::Name(settled(name, "project_name")?.unwrap_or_else(|| region.to_owned())))
    }

    /// What to tell when a request for something failed.
    pub(super) fn failed(&self, what: &str, error: &Error) -> Diagnostic {
        let passed_over = self.connected.get().map(|connected| connected.passed_over.as_slice()).unwrap_or_default();
        match &error.kind {
            _ if !self.reported.is_first(error) => messages::reported_elsewhere(what, error),
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

    /// Region and project of a data source with these arguments of its own.
    fn place(config: Config, variables: &[(&str, &str)], region: Option<&str>, project_id: Option<&str>) -> String {
        match client(config, variables).place(region.map(str::to_owned), project_id.map(str::to_owned)) {
            Ok((region, Project::Id(id))) => format!("{region} {id}"),
            Ok((region, Project::Name(name))) => format!("{region} named {name}"),
            Err(ReadError::ProviderUnknown(error)) => error.detail.split('`').nth(1).unwrap_or_default().to_owned(),
            Err(ReadError::Failed(error)) => error.summary,
        }
    }

    /// A provider block with this region, project and name of a project.
    fn block(region: Argument<String>, project_id: Argument<String>, project_name: Argument<String>) -> Config {
        Config { region, project_id, project_name, ..Config::default() }
    }

    #[test]
    fn region_and_project_of_block_and_data_source_then_those_that_belong_together() {
        use Argument::{Null, Unknown};
        let (r1, p1, dev) = (|| known("r1"), || known("p1"), || known("dev"));
        let cases = [
            (block(r1(), p1(), Null), None, None, "r1 p1"),
            (block(r1(), Null, dev()), None, None, "r1 named dev"),
            (block(r1(), Null, Null), None, None, "r1 named r1"),
            (block(Null, Null, Null), None, None, "Missing region"),
            (block(Unknown, p1(), Null), None, None, "region"),
            (block(r1(), Unknown, Null), None, None, "project_id"),
            // The region of the data source is that of the block.
            (block(r1(), p1(), Null), Some("r1"), None, "r1 p1"),
            (block(r1(), Null, dev()), Some("r1"), None, "r1 named dev"),
            (block(Null, p1(), Null), Some("r1"), None, "r1 p1"),
            // It is another one, whose project the block does not know.
            (block(r1(), p1(), Null), Some("r2"), None, "r2 named r2"),
            (block(r1(), Unknown, dev()), Some("r2"), None, "r2 named r2"),
            (block(r1(), p1(), Null), Some("r2"), Some("p2"), "r2 p2"),
            // Nobody knows yet whether it is.
            (block(Unknown, p1(), Null), Some("r1"), None, "region"),
            (block(Unknown, Null, dev()), Some("r1"), None, "region"),
            (block(Unknown, Unknown, Null), Some("r1"), None, "region"),
            (block(Unknown, Null, Unknown), Some("r1"), None, "region"),
            (block(Unknown, p1(), Null), Some("r1"), Some("p2"), "r1 p2"),
            (block(Unknown, Null, Null), Some("r1"), None, "r1 named r1"),
        ];
        for (config, region, project_id, expected) in cases {
            let told = format!("{:?} {:?} {:?}", config.region, config.project_id, config.project_name);
            assert_eq!(place(config, &[], region, project_id), expected, "{told} {region:?} {project_id:?}");
        }
        let variable = [("HW_PROJECT_ID", "p1")];
        assert_eq!(place(block(Unknown, Null, Null), &variable, Some("r1"), None), "region");
        assert_eq!(place(block(r1(), Null, Null), &variable, Some("r2"), None), "r2 named r2");
    }

    #[test]
    fn endpoint_of_the_provider_then_no_other_region_than_its_own_behind_it() {
        let told = |region| {
            let endpoint = [("HW_MAAS_ENDPOINT", "https://endpoint")];
            place(block(region, known("p1"), Argument::Null), &endpoint, Some("r1"), Some("p2"))
        };
        assert_eq!(told(known("r1")), "r1 p2");
        assert_eq!(told(Argument::Null), "r1 p2");
        assert_eq!(told(known("r2")), "Region does not go with the endpoint");
        assert_eq!(told(Argument::Unknown), "region");
    }
}
