//! Where the services are, as the provider block and the environment say. Each setting is evaluated by itself, so that
//! one that no request needs cannot fail a read.

use super::settings::{Settings, own, settled};
use super::{checks, messages};
use crate::env;
use crate::huaweicloud::{Cloud, Endpoint, SignIn, Unavailable};
use crate::terraform::{AttributePath, Diagnostic, ReadError};

/// Where the metadata service of an ECS instance is.
const ECS_METADATA: &str = "http://169.254.169.254";

/// The endpoint of a service, if one is given.
type GivenEndpoint = Result<Option<Endpoint>, ReadError>;

/// All of them, for a session.
pub(super) fn cloud(settings: &Settings) -> Cloud {
    Cloud {
        domain: checks::cloud(settings).map_err(|_| Unavailable::Cloud),
        modelarts: modelarts(settings).map_err(|_| Unavailable::ModelArts),
        iam: iam(settings).map_err(|_| Unavailable::Iam),
        sts: sts(settings).map_err(|_| Unavailable::Sts),
    }
}

/// Why a setting is not available.
pub(super) fn reason(settings: &Settings, unavailable: Unavailable) -> Option<ReadError> {
    match unavailable {
        Unavailable::DomainId => domain_id(settings).err(),
        Unavailable::Cloud => checks::cloud(settings).err(),
        Unavailable::ModelArts => modelarts(settings).err(),
        Unavailable::Iam => iam(settings).err(),
        Unavailable::Sts => sts(settings).err(),
    }
}

/// The id of the account.
pub(super) fn domain_id(settings: &Settings) -> Result<Option<String>, ReadError> {
    settled(settings.domain_id()?, "domain_id")
}

fn iam(settings: &Settings) -> GivenEndpoint {
    let given = match settled(own(&settings.config.auth_url).unwrap_or_default(), "auth_url")? {
        Some(url) => {
            let endpoint = parsed("`auth_url`", &url);
            Some(endpoint.map_err(|error| error.at(AttributePath::attribute("auth_url")))?)
        }
        None => endpoint(settings, "iam", &[env::HW_AUTH_URL, env::OS_AUTH_URL])?,
    };
    Ok(given.map(Endpoint::without_version))
}

fn modelarts(settings: &Settings) -> GivenEndpoint {
    endpoint(settings, "maas", &[env::HW_MAAS_ENDPOINT])
}

fn sts(settings: &Settings) -> GivenEndpoint {
    endpoint(settings, "sts", &[env::HW_STS_ENDPOINT])
}

/// The metadata service of ECS. Its environment variable matters only to credentials that come from there.
pub(super) fn metadata(settings: &Settings, sign_in: &SignIn) -> Result<Endpoint, Diagnostic> {
    let url = settings.environment.get(env::HW_ECS_METADATA_ENDPOINT).filter(|_| matches!(sign_in, SignIn::EcsAgency));
    parsed("HW_ECS_METADATA_ENDPOINT", url.as_deref().unwrap_or(ECS_METADATA))
}

/// The endpoint that the block, or else the environment, gives for a service. The block's `modelarts` counts for MaaS too,
/// and comes before a variable for MaaS.
fn endpoint(settings: &Settings, service: &str, variables: &[env::Variable]) -> GivenEndpoint {
    let endpoints = settled(settings.config.endpoints.as_ref(), "endpoints")?;
    let of_block = |key| Some((key, own(endpoints?.get(key)?)?));
    let given = of_block(service).or_else(|| (service == "maas").then(|| of_block("modelarts")).flatten());
    let given = match given {
        Some((key, url)) => settled(url, "endpoints")?.map(|url| (format!("`endpoints[\"{key}\"]`"), url)),
        None => settings.environment.first_named(variables).map(|(name, url)| (name.to_owned(), url)),
    };
    Ok(given.map(|(what, url)| parsed(&what, &url)).transpose()?)
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
        assert!(error.starts_with("OS_AUTH_URL cannot be used: "), "{error}");
        let error = iam_of(known("ftp://x"), Argument::Null, &[]);
        assert!(error.starts_with("`auth_url` cannot be used: "), "{error}");
        let error = iam_of(Argument::Null, known("ftp://x"), &[]);
        assert!(error.starts_with("`endpoints[\"iam\"]` cannot be used: "), "{error}");
    }

    #[test]
    fn invalid_cloud_then_error_names_its_source() {
        let domain = |cloud: Argument<String>, variables: &[(&str, &str)]| {
            let settings = settings(Config { cloud, ..Config::default() }, variables);
            checks::cloud(&settings).map_or_else(text, Option::unwrap_or_default)
        };
        let variable = [("HW_CLOUD", "https://example.test")];
        let error = domain(Argument::Null, &variable);
        assert!(error.starts_with("HW_CLOUD is `https://example.test`, which cannot be the domain"), "{error}");
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
