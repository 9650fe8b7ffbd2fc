//! Where the services are, as the provider block and the environment say. Each setting is evaluated by itself, so that
//! one that no request needs cannot fail a read.

use std::collections::BTreeMap;

use super::block::{AUTH_URL, CLOUD, DOMAIN_ID, IAM, MAAS, STS, Service};
use super::given::{Given, Origin};
use super::messages;
use super::settings::{Settings, settled};
use crate::env;
use crate::huaweicloud::{Cloud, Endpoint, SignIn, Unavailable};
use crate::terraform::{Argument, AttributePath, Diagnostic, ReadError, Step};

/// Where the metadata service of an ECS instance is.
const ECS_METADATA: &str = "http://169.254.169.254";

/// The endpoint of a service, if one is given.
type GivenEndpoint = Result<Option<Endpoint>, ReadError>;

/// All of them, for a session.
pub(super) fn cloud(settings: &Settings) -> Cloud {
    Cloud {
        domain: settings.value(&CLOUD).map_err(|_| Unavailable::Cloud),
        modelarts: modelarts(settings).map_err(|_| Unavailable::ModelArts),
        iam: iam(settings).map_err(|_| Unavailable::Iam),
        sts: sts(settings).map_err(|_| Unavailable::Sts),
    }
}

/// Why a setting is not available.
pub(super) fn reason(settings: &Settings, unavailable: Unavailable) -> Option<ReadError> {
    match unavailable {
        Unavailable::DomainId => domain_id(settings).err(),
        Unavailable::Cloud => settings.value(&CLOUD).err(),
        Unavailable::ModelArts => modelarts(settings).err(),
        Unavailable::Iam => iam(settings).err(),
        Unavailable::Sts => sts(settings).err(),
    }
}

/// The id of the account.
pub(super) fn domain_id(settings: &Settings) -> Result<Option<String>, ReadError> {
    settings.value(&DOMAIN_ID)
}

fn iam(settings: &Settings) -> GivenEndpoint {
    let given = match AUTH_URL.in_provider(&settings.config) {
        Some(url) => settled(url, AUTH_URL.name)?.map(|url| parsed(AUTH_URL.name, &url)),
        None => endpoint(settings, &IAM)?.map(Ok),
    };
    let given = match given {
        None => AUTH_URL.in_environment(&settings.environment)?.map(|url| parsed(AUTH_URL.name, &url)),
        given => given,
    };
    Ok(given.transpose()?.map(Endpoint::without_version))
}

fn modelarts(settings: &Settings) -> GivenEndpoint {
    endpoint(settings, &MAAS)
}

fn sts(settings: &Settings) -> GivenEndpoint {
    endpoint(settings, &STS)
}

/// The metadata service of ECS. Its environment variable matters only to credentials that come from there.
pub(super) fn metadata(settings: &Settings, sign_in: &SignIn) -> Result<Endpoint, Diagnostic> {
    let url = settings.environment.get(env::HW_ECS_METADATA_ENDPOINT).filter(|_| matches!(sign_in, SignIn::EcsAgency));
    let origin = Origin::Variable(env::HW_ECS_METADATA_ENDPOINT.name);
    parsed("metadata endpoint", &Given { value: url.unwrap_or_else(|| ECS_METADATA.to_owned()), origin })
}

/// The endpoint that the block, or else the environment, gives for a service.
fn endpoint(settings: &Settings, service: &Service) -> GivenEndpoint {
    let endpoints = settled(settings.config.endpoints.as_ref(), "endpoints")?;
    if let Some((key, url)) = service.keys.iter().find_map(|key| Some((key, of_block(endpoints?, key)?))) {
        return Ok(settled(url, "endpoints")?.map(|url| parsed(&format!("endpoints[\"{key}\"]"), &url)).transpose()?);
    }
    let Some((name, value)) = settings.environment.first_named(service.environment) else { return Ok(None) };
    let key = service.keys.first().copied().unwrap_or_default();
    Ok(Some(parsed(&format!("endpoints[\"{key}\"]"), &Given { value, origin: Origin::Variable(name) })?))
}

/// The URL that the block has under a key, unless that is omitted or empty.
fn of_block(endpoints: &BTreeMap<String, Argument<String>>, key: &str) -> Option<Argument<Given<String>>> {
    let path = AttributePath::attribute("endpoints").with(Step::Key(key.to_owned()));
    match endpoints.get(key)? {
        Argument::Known(url) if url.is_empty() => None,
        Argument::Known(url) => {
            Some(Argument::Known(Given { value: url.clone(), origin: Origin::Argument { path, sensitive: false } }))
        }
        Argument::Unknown => Some(Argument::Unknown),
        Argument::Null => None,
    }
}

fn parsed(name: &str, url: &Given<String>) -> Result<Endpoint, Diagnostic> {
    Endpoint::parse(&url.value).map_err(|error| url.origin.explain(messages::bad_endpoint(&format!("`{name}`"), error)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::block::Config;
    use super::*;
    use crate::env::Environment;

    fn known(text: &str) -> Argument<String> {
        Argument::Known(text.to_owned())
    }

    fn settings(config: Config, variables: &[(&str, &str)]) -> Settings {
        Settings::without_files(config, Environment::fixed(variables.iter().copied()))
    }

    fn text(error: ReadError) -> String {
        match error {
            ReadError::ProviderUnknown(_) => "unknown".to_owned(),
            ReadError::Failed(error) => error.detail,
        }
    }

    /// Where IAM is with some of the places present that may say it, in the documented order.
    fn iam_of(auth_url: Argument<String>, endpoint: Argument<String>, variables: &[(&str, &str)]) -> String {
        let endpoints = Argument::Known(BTreeMap::from([("iam".to_owned(), endpoint)]));
        match iam(&settings(Config { auth_url, endpoints, ..Config::default() }, variables)) {
            Ok(endpoint) => endpoint.map(|endpoint| endpoint.to_string()).unwrap_or_default(),
            Err(error) => text(error),
        }
    }

    #[test]
    fn each_pair_of_places_for_iam_then_an_argument_before_a_variable() {
        let (hw, os) = (("HW_AUTH_URL", "https://hw/v3"), ("OS_AUTH_URL", "https://os/v3"));
        let (url, endpoint) = (|| known("https://auth-url/v3"), || known("https://endpoint"));
        assert_eq!(iam_of(url(), endpoint(), &[hw, os]), "https://auth-url");
        assert_eq!(iam_of(Argument::Null, endpoint(), &[hw, os]), "https://endpoint");
        assert_eq!(iam_of(known(""), endpoint(), &[os]), "https://endpoint");
        assert_eq!(iam_of(Argument::Null, known(""), &[hw, os]), "https://hw");
        assert_eq!(iam_of(Argument::Null, Argument::Null, &[os]), "https://os");
        assert_eq!(iam_of(Argument::Null, Argument::Null, &[]), "");
        assert_eq!(iam_of(Argument::Unknown, endpoint(), &[hw]), "unknown");
        assert_eq!(iam_of(Argument::Null, Argument::Unknown, &[hw]), "unknown");
    }

    #[test]
    fn invalid_url_then_error_names_the_variable_or_the_argument() {
        let error = iam_of(Argument::Null, Argument::Null, &[("OS_AUTH_URL", "ftp://x")]);
        assert!(
            error.starts_with("`auth_url` cannot be used: ") && error.contains(" variable OS_AUTH_URL."),
            "{error}"
        );
        let error = iam_of(known("ftp://x"), Argument::Null, &[]);
        assert!(error.starts_with("`auth_url` cannot be used: "), "{error}");
        let error = iam_of(Argument::Null, known("ftp://x"), &[]);
        assert!(error.starts_with("`endpoints[\"iam\"]` cannot be used: "), "{error}");
    }

    #[test]
    fn invalid_cloud_then_error_names_its_source() {
        let domain = |cloud: Argument<String>, variables: &[(&str, &str)]| {
            let settings = settings(Config { cloud, ..Config::default() }, variables);
            settings.value(&CLOUD).map_or_else(text, Option::unwrap_or_default)
        };
        let variable = [("HW_CLOUD", "https://example.test")];
        let error = domain(Argument::Null, &variable);
        assert!(error.starts_with("`cloud` is `https://example.test`, which cannot be the domain"), "{error}");
        assert!(error.ends_with("The value comes from the environment variable HW_CLOUD."), "{error}");
        let error = domain(known("a/b"), &variable);
        assert!(error.starts_with("`cloud` is `a/b`, which cannot be the domain"), "{error}");
        assert_eq!(domain(known("example.test"), &variable), "example.test");
        assert_eq!(domain(Argument::Null, &[("HW_CLOUD", "example.test:8443")]), "example.test:8443");
    }

    #[test]
    fn one_setting_invalid_or_unknown_then_the_others_are_available() {
        let config = Config { auth_url: Argument::Unknown, ..Config::default() };
        let settings = settings(config, &[("HW_STS_ENDPOINT", "ftp://x"), ("HW_MAAS_ENDPOINT", "https://maas")]);
        let cloud = cloud(&settings);
        assert_eq!((&cloud.iam, &cloud.sts), (&Err(Unavailable::Iam), &Err(Unavailable::Sts)));
        assert_eq!((&cloud.domain, cloud.modelarts.is_ok()), (&Ok(None), true));
        assert_eq!(reason(&settings, Unavailable::Iam).map(text).as_deref(), Some("unknown"));
        assert!(reason(&settings, Unavailable::ModelArts).is_none());
    }
}
