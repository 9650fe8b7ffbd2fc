use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretSlice;

use super::block::{CACERT_FILE, CERT, INSECURE, KEY, MAX_RETRIES};
use super::given::{Given, Origin};
use super::reported::ReportedFailures;
use super::setting::integer;
use super::settings::{Settings, settled};
use super::sources::{self, Credentials};
use super::{cloud, messages};
use crate::env::{self, Environment};
use crate::huaweicloud::{
    Clock, Deadline, Endpoint, Error, ErrorKind, HttpOptions, Project, Proxies, Session, SessionOptions, Target,
    TlsOptions, Unavailable, is_region,
};
use crate::maas;
use crate::terraform::{AttributePath, Diagnostic, ReadError, messages as terraform_messages};

/// How often a request is tried again, as in the official provider.
const DEFAULT_RETRIES: u32 = 5;

/// The metadata service of ECS answers within milliseconds, or there is none.
const ECS_TIMEOUT: Duration = Duration::from_secs(2);

/// A configured provider. What is not known yet matters only to a read that needs it.
#[derive(Debug)]
pub struct Client {
    settings: Settings,
    connected: Result<Connected, ReadError>,
    reported: ReportedFailures,
}

#[derive(Debug)]
struct Connected {
    maas: maas::Client,
    /// What each source of credentials lacks that was passed over.
    passed_over: Vec<String>,
}

impl Client {
    /// Makes a client, and reports what is wrong with its settings as far as every read needs them. Where credentials come
    /// only from the metadata service of ECS, that is asked.
    pub(super) async fn configured(settings: Settings, user_agent: String) -> Result<Self, Diagnostic> {
        let client = Self::connect(settings, user_agent).await?;
        if let Ok(Connected { maas, passed_over }) = &client.connected
            && !passed_over.is_empty()
            && let Err(error) = maas.session().check_ecs_agency(Deadline::within(ECS_TIMEOUT)).await
            && let ErrorKind::NoEcsAgency(problem) = &error.kind
        {
            return Err(messages::no_credentials(passed_over, problem));
        }
        Ok(client)
    }

    /// The same without asking anyone.
    async fn connect(settings: Settings, user_agent: String) -> Result<Self, Diagnostic> {
        match connected(&settings, user_agent).await {
            Err(ReadError::Failed(error)) => Err(error),
            connected => Ok(Self { settings, connected, reported: ReportedFailures::default() }),
        }
    }

    /// The MaaS API.
    pub(super) fn maas(&self) -> Result<&maas::Client, ReadError> {
        self.connected.as_ref().map(|connected| &connected.maas).map_err(Clone::clone)
    }

    /// Whose API a data source asks: that of its own region and project, or else of the provider's.
    pub(super) async fn target(
        &self,
        own_region: Option<String>,
        own_project_id: Option<String>,
        deadline: Deadline,
    ) -> Result<Target, ReadError> {
        let (region, project) = self.place(own_region, own_project_id)?;
        let target = self.maas()?.session().target(&region, project, deadline).await;
        target.map_err(|error| self.failed("Find the project", &error))
    }

    /// A region and the project in it. Whether the region is the provider's own matters only to what belongs to that: an
    /// endpoint, a project.
    fn place(
        &self,
        own_region: Option<String>,
        own_project_id: Option<String>,
    ) -> Result<(String, Project), ReadError> {
        let provider_region = || settled(self.settings.region()?, "region");
        let region = match own_region {
            Some(region) if !is_region(&region) => return Err(messages::bad_region(&region).into()),
            Some(region) => region,
            None => provider_region()?.ok_or_else(messages::missing_region)?,
        };
        let elsewhere = || Ok(provider_region()?.is_some_and(|own| own != region));
        let endpoint = self.maas()?.session().cloud().modelarts.as_ref();
        let endpoint = endpoint.map_err(|unavailable| self.reason(*unavailable))?;
        if endpoint.is_some() && elsewhere()? {
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

    /// The error of a read whose request failed.
    pub(super) fn failed(&self, what: &str, error: &Error) -> ReadError {
        let passed_over = self.connected.as_ref().map_or(&[][..], |connected| &connected.passed_over);
        match &error.kind {
            ErrorKind::Unavailable(unavailable) => self.reason(*unavailable),
            _ if !self.reported.is_first(error) => messages::reported_elsewhere(what, error).into(),
            ErrorKind::NoEcsAgency(problem) if !passed_over.is_empty() => {
                messages::no_credentials(passed_over, problem).into()
            }
            _ => messages::request_failed(what, error).into(),
        }
    }

    fn reason(&self, unavailable: Unavailable) -> ReadError {
        let reason = cloud::reason(&self.settings, unavailable);
        reason.unwrap_or_else(|| terraform_messages::mistake(unavailable).into())
    }
}

/// Connects to nothing yet: reads the files of the settings, and makes a session.
async fn connected(settings: &Settings, user_agent: String) -> Result<Connected, ReadError> {
    let tls = tls(settings).await?;
    let Credentials { sign_in, roles, passed_over } = sources::find(settings)?;
    let options = SessionOptions {
        domain_id: cloud::domain_id(settings).map_err(|_| Unavailable::DomainId),
        cloud: cloud::cloud(settings),
        metadata: cloud::metadata(settings, &sign_in)?,
        http: HttpOptions { user_agent, tls, proxies: proxies(&settings.environment) },
        max_retries: settings.value(&MAX_RETRIES)?.map_or(DEFAULT_RETRIES, integer),
        clock: Clock::system(),
        sign_in,
        roles,
    };
    Ok(Connected { maas: maas::Client::new(Arc::new(Session::new(options))), passed_over })
}

async fn tls(settings: &Settings) -> Result<TlsOptions, ReadError> {
    let insecure = settings.value(&INSECURE)?.unwrap_or_default();
    let ca_certificates = match settled(settings.resolve(&CACERT_FILE)?, CACERT_FILE.name)? {
        Some(ca) => Some(pem(settings, CACERT_FILE.name, &ca).await?),
        None => None,
    };
    Ok(TlsOptions { insecure, ca_certificates, client_identity: client_identity(settings).await? })
}

/// The client's certificate and its key. Each may come from the block or the environment; one alone is an error.
async fn client_identity(settings: &Settings) -> Result<Option<(Vec<u8>, SecretSlice<u8>)>, ReadError> {
    let cert = settled(settings.resolve(&CERT)?, CERT.name)?;
    let key = settled(settings.resolve(&KEY)?, KEY.name)?;
    match (cert, key) {
        (Some(cert), Some(key)) => {
            let secret = settings.key(&key.value).await.map_err(|error| key.origin.explain(error))?;
            Ok(Some((pem(settings, CERT.name, &cert).await?, secret)))
        }
        (None, None) => Ok(None),
        (Some(cert), None) => Err(half(&cert.origin, CERT.name, KEY.name, "OS_KEY").into()),
        (None, Some(key)) => Err(half(&key.origin, KEY.name, CERT.name, "OS_CERT").into()),
    }
}

async fn pem(settings: &Settings, name: &'static str, given: &Given<String>) -> Result<Vec<u8>, Diagnostic> {
    settings.pem(name, &given.value).await.map_err(|error| given.origin.explain(error))
}

fn half(origin: &Origin, set: &str, missing: &str, variable: &str) -> Diagnostic {
    match origin {
        Origin::Variable(name) => messages::half_of_variables(name, &format!("`{missing}` or {variable}")),
        Origin::Argument { sensitive: true, .. } => {
            messages::half_a_pair(set, missing).at(AttributePath::attribute(missing))
        }
        origin => origin.explain(messages::half_a_pair(set, missing)),
    }
}

fn proxies(environment: &Environment) -> Proxies {
    Proxies {
        https: environment.in_either_case(env::HTTPS_PROXY),
        http: environment.in_either_case(env::HTTP_PROXY),
        no_proxy: environment.in_either_case(env::NO_PROXY),
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::super::block::Config;
    use super::*;
    use crate::terraform::Argument;

    fn known(text: &str) -> Argument<String> {
        Argument::Known(text.to_owned())
    }

    fn client(config: Config, variables: &[(&str, &str)]) -> Client {
        let settings = Settings::without_files(config, Environment::fixed(variables.iter().copied()));
        Client::connect(settings, String::new()).now_or_never().expect("no file to read").expect("valid")
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

    fn refused(config: Config, variables: &[(&str, &str)]) -> Diagnostic {
        let settings = Settings::read_now(config, Environment::fixed(variables.iter().copied()));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(Client::connect(settings, String::new())).expect_err("refused")
    }

    #[test]
    fn half_of_a_client_certificate_then_error_names_the_other_half() {
        for (variable, other) in [("OS_CERT", "`key` or OS_KEY"), ("OS_KEY", "`cert` or OS_CERT")] {
            let error = refused(Config::default(), &[(variable, "-----BEGIN")]);
            assert!(error.detail.contains(variable) && error.detail.contains(other), "{}", error.detail);
        }
        let error = refused(Config { cert: known("-----BEGIN"), ..Config::default() }, &[]);
        assert_eq!(error.attribute, Some(AttributePath::attribute("cert")));
    }

    #[test]
    fn unreadable_file_or_profile_then_error_at_its_argument() {
        let path = || known("/nowhere/file");
        for (config, attribute) in [
            (Config { cacert_file: path(), ..Config::default() }, "cacert_file"),
            (Config { cert: path(), key: Argument::Known("-----BEGIN".into()), ..Config::default() }, "cert"),
            (Config { shared_config_file: path(), ..Config::default() }, "shared_config_file"),
            (Config { profile: known("p"), shared_config_file: path(), ..Config::default() }, "profile"),
        ] {
            assert_eq!(refused(config, &[]).attribute, Some(AttributePath::attribute(attribute)));
        }
        let key = Argument::Known("/nowhere/key".into());
        let key = refused(Config { cert: known("-----BEGIN"), key, ..Config::default() }, &[]);
        assert!(key.attribute.is_none() && key.detail.contains("`key`"), "hosts would show the key: {key:?}");
        assert_eq!(refused(Config::default(), &[("OS_CACERT", "/nowhere/file")]).attribute, None);
    }

    #[test]
    fn truth_of_a_variable_as_in_go_then_read_and_another_word_then_error_names_the_variable() {
        for insecure in ["1", "t", "T", "true", "True", "TRUE", "0", "f", "F", "false", "False", "FALSE"] {
            client(Config::default(), &[("HW_INSECURE", insecure), ("HW_AUTH_TOKEN", "T")]);
        }
        for variable in ["HW_INSECURE", "OS_INSECURE"] {
            for word in ["yes", "tRUE", " true", "on"] {
                let error = refused(Config::default(), &[(variable, word)]);
                assert!(error.detail.contains(variable) && error.detail.contains(word), "{}", error.detail);
            }
        }
    }

    #[test]
    fn setting_that_no_request_needs_invalid_then_the_client_is_made() {
        let variables = [
            ("HW_AUTH_TOKEN", "T"),
            ("HW_REGION_NAME", "r1"),
            ("HW_PROJECT_ID", "p1"),
            ("HW_SHARED_CONFIG_FILE", "/nowhere/file"),
            ("HW_STS_ENDPOINT", "ftp://x"),
            ("HW_AUTH_URL", "ftp://x"),
            ("HW_ECS_METADATA_ENDPOINT", "ftp://x"),
        ];
        let config = Config { domain_id: Argument::Unknown, ..Config::default() };
        let settings = Settings::read_now(config, Environment::fixed(variables));
        let client = Client::connect(settings, String::new()).now_or_never().expect("no file").expect("valid");
        assert!(client.place(None, None).is_ok());
    }
}
