//! What is wrong with a provider block, as far as that can be told without a request.

use super::block::{AssumeRole, AssumeRoleWithOidc, Config, SERVICES};
use super::messages;
use super::settings::{Settings, own, own_secret, settled};
use crate::env::{self, Environment, Variable};
use crate::huaweicloud::{Endpoint, is_domain, is_region};
use crate::terraform::{Argument, AttributePath, Diagnostic, Diagnostics, ReadError, Step};

type Seconds = std::ops::RangeInclusive<u32>;

/// Temporary keys are valid for this long, in seconds: IAM's and STS's common least, and the larger of their most.
const DURATIONS: Seconds = 900..=86_400;

/// The same after a sign-in with an ID token: STS gives no more to a caller who has temporary keys.
const DURATIONS_AFTER_ID_TOKEN: Seconds = 900..=3_600;

/// More retries than this would outlast every deadline.
const MOST_RETRIES: u32 = 100;

/// Checks a provider block, and nothing else: what comes from the environment is checked when it is needed.
pub(super) fn check(settings: &Settings, diagnostics: &mut Diagnostics) {
    let config = &settings.config;
    check_pairs(settings, diagnostics);
    check_places(config, diagnostics);
    check_endpoints(config, diagnostics);
    if let Argument::Known(blocks) = &config.assume_role {
        for (index, block) in blocks.iter().enumerate() {
            check_role(block, &AttributePath::attribute("assume_role").with(Step::Index(index)), diagnostics);
        }
    }
    if let Argument::Known(block) = &config.assume_role_with_oidc {
        check_oidc(block, diagnostics);
    }
    if let Argument::Known(retries) = &config.max_retries {
        diagnostics.extend(whole(*retries, 0..=MOST_RETRIES, "max_retries").err());
    }
}

/// Checks that no variable has a value that is not Unicode, which would count as unset.
pub(super) fn check_environment(environment: &Environment) -> Result<(), Diagnostics> {
    let names = environment.not_unicode(env::ALL);
    if names.is_empty() { Ok(()) } else { Err(messages::not_unicode(&names).into()) }
}

fn at(name: &str) -> AttributePath {
    AttributePath::attribute(name)
}

/// Half a pair is a mistake, unless the environment has the other half.
fn check_pairs(settings: &Settings, diagnostics: &mut Diagnostics) {
    let config = &settings.config;
    let environment = |variables: &[Variable]| settings.environment.first(variables).is_some();
    let (access_key, secret_key) = (own_secret(&config.access_key), own_secret(&config.secret_key));
    let has_access_key = access_key.is_some() || environment(&[env::HW_ACCESS_KEY, env::OS_ACCESS_KEY]);
    let has_secret_key = secret_key.is_some() || environment(&[env::HW_SECRET_KEY, env::OS_SECRET_KEY]);
    let password = own_secret(&config.password);
    let by_name = own(&config.user_name).is_some() && own(&config.user_id).is_none();
    let user = by_name || own(&config.user_id).is_some();
    let has_password = password.is_some() || environment(&[env::HW_USER_PASSWORD, env::OS_PASSWORD]);
    let has_user = user || environment(&[env::HW_USER_NAME, env::OS_USERNAME, env::HW_USER_ID, env::OS_USER_ID]);
    // Files are not read in validation: a profile may have it.
    let has_domain = !settings.domain_name().is_null() || settings.domain_id().is_ok_and(|id| !id.is_null());
    let (cert, key) = (own(&config.cert).is_some(), own_secret(&config.key).is_some());
    for (set, has_other, name, other) in [
        (access_key.is_some(), has_secret_key, "access_key", "secret_key"),
        (secret_key.is_some(), has_access_key, "secret_key", "access_key"),
        (own_secret(&config.security_token).is_some(), has_access_key, "security_token", "access_key"),
        (user, has_password, if by_name { "user_name" } else { "user_id" }, "password"),
        (password.is_some(), has_user, "password", "user_name` or `user_id"),
        (by_name, has_domain, "user_name", "domain_name` or `domain_id"),
        (cert, key || environment(&[env::OS_KEY]), "cert", "key"),
        (key, cert || environment(&[env::OS_CERT]), "key", "cert"),
    ] {
        if set && !has_other {
            diagnostics.push(messages::half_a_pair(name, other).at(at(name)));
        }
    }
}

fn check_places(config: &Config, diagnostics: &mut Diagnostics) {
    if let Some(region) = own(&config.region).and_then(Argument::into_known)
        && !is_region(&region)
    {
        diagnostics.push(messages::bad_region(&region).at(at("region")));
    }
    if let Some(cloud) = own(&config.cloud).and_then(Argument::into_known)
        && !is_domain(&cloud)
    {
        diagnostics.push(messages::bad_cloud("`cloud`", &cloud).at(at("cloud")));
    }
    if let Some(url) = own(&config.auth_url).and_then(Argument::into_known)
        && let Err(error) = Endpoint::parse(&url)
    {
        diagnostics.push(messages::bad_endpoint("`auth_url`", error).at(at("auth_url")));
    }
    if let Some(project_id) = own(&config.project_id).and_then(Argument::into_known)
        && !Endpoint::is_segment(&project_id)
    {
        diagnostics.push(messages::bad_path_segment("project_id", &project_id).at(at("project_id")));
    }
}

fn check_endpoints(config: &Config, diagnostics: &mut Diagnostics) {
    let Argument::Known(endpoints) = &config.endpoints else { return };
    for (service, endpoint) in endpoints {
        let path = at("endpoints").with(Step::Key(service.clone()));
        if !SERVICES.contains(&service.as_str()) {
            diagnostics.push(messages::unknown_service(service, &SERVICES).at(path));
        } else if let Some(url) = endpoint.known().filter(|url| !url.is_empty())
            && let Err(error) = Endpoint::parse(url)
        {
            diagnostics.push(messages::bad_endpoint(&format!("`endpoints[\"{service}\"]`"), error).at(path));
        }
    }
}

fn check_role(block: &AssumeRole, path: &AttributePath, diagnostics: &mut Diagnostics) {
    let path = |name: &str| path.with(Step::Attribute(name.to_owned()));
    if let Argument::Known(name) = &block.agency_name {
        if name.is_empty() {
            diagnostics.push(messages::empty_argument("agency_name").at(path("agency_name")));
        } else if own(&block.domain_id).is_none() && own(&block.domain_name).is_none() {
            diagnostics.push(messages::agency_without_account(name).at(path("agency_name")));
        }
    }
    let duration = checked_seconds(&block.duration, DURATIONS);
    diagnostics.extend(duration.err().map(|error| error.at(path("duration"))));
}

fn check_oidc(block: &AssumeRoleWithOidc, diagnostics: &mut Diagnostics) {
    let path = |name: &str| at("assume_role_with_oidc").with(Step::Attribute(name.to_owned()));
    match (own_secret(&block.id_token).is_some(), own(&block.id_token_file).is_some()) {
        (true, true) => diagnostics.push(messages::both_set("id_token", "id_token_file").at(path("id_token_file"))),
        (false, false) => {
            diagnostics.push(messages::neither_set("id_token", "id_token_file").at(at("assume_role_with_oidc")));
        }
        _ => {}
    }
    for (name, argument) in
        [("agency_name", &block.agency_name), ("domain_id", &block.domain_id), ("idp_id", &block.idp_id)]
    {
        if argument.known().is_some_and(String::is_empty) {
            diagnostics.push(messages::empty_argument(name).at(path(name)));
        }
    }
    let duration = checked_seconds(&block.duration, DURATIONS_AFTER_ID_TOKEN);
    diagnostics.extend(duration.err().map(|error| error.at(path("duration"))));
}

/// The domain of the cloud, from the block or else from the environment.
pub(super) fn cloud(settings: &Settings) -> Result<Option<String>, ReadError> {
    let of_block = settled(own(&settings.config.cloud).unwrap_or_default(), "cloud")?;
    let given = of_block.map(|cloud| ("`cloud`", cloud));
    let given = given.or_else(|| settings.environment.first_named(&[env::HW_CLOUD]));
    match given {
        Some((what, cloud)) if !is_domain(&cloud) => Err(messages::bad_cloud(what, &cloud).into()),
        given => Ok(given.map(|(_, cloud)| cloud)),
    }
}

/// How long temporary keys should be valid, in seconds.
pub(super) fn seconds(duration: &Argument<f64>) -> Result<Option<u32>, ReadError> {
    settled_seconds(duration, DURATIONS)
}

/// The same from the environment.
pub(super) fn seconds_of_variable(environment: &Environment) -> Result<Option<u32>, Diagnostic> {
    number_of_variable(environment, env::HW_ASSUME_ROLE_DURATION, DURATIONS)
}

/// The same after a sign-in with an ID token, from its block or else from the environment.
pub(super) fn seconds_after_id_token(
    block: Option<&AssumeRoleWithOidc>,
    environment: &Environment,
) -> Result<Option<u32>, ReadError> {
    match block {
        Some(block) => settled_seconds(&block.duration, DURATIONS_AFTER_ID_TOKEN),
        None => Ok(number_of_variable(environment, env::HW_ASSUME_ROLE_DURATION, DURATIONS_AFTER_ID_TOKEN)?),
    }
}

fn settled_seconds(duration: &Argument<f64>, range: Seconds) -> Result<Option<u32>, ReadError> {
    let _ = settled(*duration, "duration")?;
    Ok(checked_seconds(duration, range)?)
}

fn checked_seconds(duration: &Argument<f64>, range: Seconds) -> Result<Option<u32>, Diagnostic> {
    duration.known().map(|seconds| whole(*seconds, range, "duration")).transpose()
}

/// How often a request is tried again, from the environment.
pub(super) fn retries_of_variable(environment: &Environment) -> Result<Option<u32>, Diagnostic> {
    number_of_variable(environment, env::HW_MAX_RETRIES, 0..=MOST_RETRIES)
}

fn number_of_variable(
    environment: &Environment,
    variable: Variable,
    range: std::ops::RangeInclusive<u32>,
) -> Result<Option<u32>, Diagnostic> {
    let Some(text) = environment.get(variable) else { return Ok(None) };
    let number = text.trim().parse().ok().filter(|number| range.contains(number));
    number.map(Some).ok_or_else(|| messages::bad_number(variable.name, &text, &range))
}

/// A truth value from the environment.
pub(super) fn truth_of_variable(environment: &Environment, variables: &[Variable]) -> Result<Option<bool>, Diagnostic> {
    let Some((variable, text)) = environment.first_named(variables) else { return Ok(None) };
    // The words that Go's strconv.ParseBool takes, as in other providers.
    match text.as_str() {
        "1" | "t" | "T" | "true" | "True" | "TRUE" => Ok(Some(true)),
        "0" | "f" | "F" | "false" | "False" | "FALSE" => Ok(Some(false)),
        _ => Err(messages::bad_truth(variable, &text)),
    }
}

/// A whole number in a range, from a number of Terraform.
pub(super) fn whole(number: f64, range: std::ops::RangeInclusive<u32>, name: &'static str) -> Result<u32, Diagnostic> {
    let in_range = number.fract() == 0.0 && (f64::from(*range.start())..=f64::from(*range.end())).contains(&number);
    if !in_range {
        return Err(messages::bad_number(name, &number.to_string(), &range).at(at(name)));
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is whole and in the range of u32")]
    Ok(number as u32)
}
