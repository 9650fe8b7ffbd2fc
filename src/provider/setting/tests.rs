use secrecy::SecretString;

use super::super::block::{self, CLOUD, Config, INSECURE, MAX_RETRIES, PROJECT_ID, REGION, TOKEN};
use super::super::checks;
use super::super::settings::Settings;
use super::{Setting, SettingValue};
use crate::env::{self, Environment};
use crate::terraform::{Argument, AttributePath, Diagnostic, Diagnostics, ReadError};

fn refused<T: SettingValue>(settings: &Settings, setting: &Setting<T, Config>) -> Option<Diagnostic> {
    match settings.value(setting) {
        Ok(_) => None,
        Err(ReadError::Failed(error) | ReadError::ProviderUnknown(error)) => Some(error),
    }
}

fn validated(config: Config, variables: &[(&str, &str)]) -> Vec<Diagnostic> {
    let mut diagnostics = Diagnostics::default();
    checks::check(&Settings::without_files(config, Environment::fixed(variables.iter().copied())), &mut diagnostics);
    diagnostics.into_iter().collect()
}

#[test]
fn number_in_the_block_or_the_environment_then_validation_and_lookup_agree() {
    let config = |max_retries| Config { max_retries: Argument::Known(max_retries), ..Config::default() };
    for (number, is_valid) in [
        (0.0, true),
        (100.0, true),
        (-0.0, true),
        (101.0, false),
        (1_000_000.0, false),
        (f64::INFINITY, false),
        (f64::NAN, false),
        (-1.0, false),
        (1.5, false),
    ] {
        let in_block = Settings::without_files(config(number), Environment::fixed([]));
        let text = number.to_string();
        let variable =
            Settings::without_files(Config::default(), Environment::fixed([("HW_MAX_RETRIES", text.as_str())]));
        assert_eq!(validated(config(number), &[]).is_empty(), is_valid, "{number} in validation");
        assert_eq!(refused(&in_block, &MAX_RETRIES).is_none(), is_valid, "{number} in the block");
        assert_eq!(refused(&variable, &MAX_RETRIES).is_none(), is_valid, "{number} in the environment");
    }
    for text in ["", " ", "five", "1,0", "0x5", "NaN", "inf", "-inf"] {
        let settings = Settings::without_files(Config::default(), Environment::fixed([("HW_MAX_RETRIES", text)]));
        assert_eq!(refused(&settings, &MAX_RETRIES).is_none(), text.is_empty(), "{text:?}");
    }
}

#[test]
fn value_invalid_then_error_names_the_place_that_it_comes_from() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let profiles = r#"{"profiles": [{"name": "x", "region": "a/b", "projectId": ".."}]}"#;
    std::fs::write(file.path(), profiles).expect("writes");
    let path = file.path().to_str().expect("text");

    let variables = [
        ("OS_REGION_NAME", "a/b"),
        ("OS_TENANT_ID", ".."),
        ("HW_CLOUD", "a/b"),
        ("OS_INSECURE", "yes"),
        ("HW_MAX_RETRIES", "-1"),
    ];
    let alone = |index: usize| Settings::without_files(Config::default(), Environment::fixed([variables[index]]));
    let errors = [
        refused(&alone(0), &REGION),
        refused(&alone(1), &PROJECT_ID),
        refused(&alone(2), &CLOUD),
        refused(&alone(3), &INSECURE),
        refused(&alone(4), &MAX_RETRIES),
    ];
    for (error, (name, _)) in errors.into_iter().zip(variables) {
        let error = error.expect("invalid");
        assert_eq!(error.attribute, None, "{error:?}");
        assert!(error.detail.ends_with(&format!("The value comes from the environment variable {name}.")), "{error:?}");
    }

    let profile = [("HW_SHARED_CONFIG_FILE", path), ("HW_PROFILE", "x")];
    let settings = Settings::read_now(Config::default(), Environment::fixed(profile));
    for error in [refused(&settings, &REGION), refused(&settings, &PROJECT_ID)] {
        let error = error.expect("invalid");
        assert!(error.detail.ends_with(&format!("The value comes from the profile `x` of {path}.")), "{error:?}");
    }

    let config = Config { region: Argument::Known("a/b".to_owned()), ..Config::default() };
    let error = refused(&Settings::read_now(config, Environment::fixed(profile)), &REGION).expect("invalid");
    assert_eq!(error.attribute, Some(AttributePath::attribute("region")));
}

#[test]
fn half_a_pair_that_is_secret_then_error_points_elsewhere_and_an_unknown_half_is_no_missing_one() {
    let secret = || Argument::Known(SecretString::from("hunter2"));
    let half = Config { secret_key: secret(), ..Config::default() };
    let errors = validated(half, &[]);
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].attribute, Some(AttributePath::attribute("access_key")), "a host prints that line");
    assert!(errors[0].detail.contains("`secret_key`") && !errors[0].detail.contains("hunter2"));

    let unknown = Config { secret_key: secret(), access_key: Argument::Unknown, ..Config::default() };
    assert_eq!(validated(unknown, &[]), []);
    let empty = Config { secret_key: secret(), access_key: Argument::Known("".into()), ..Config::default() };
    assert_eq!(validated(empty, &[]).len(), 1);
    let completed = Config { secret_key: secret(), ..Config::default() };
    assert_eq!(validated(completed, &[("OS_ACCESS_KEY", "AK")]), []);
}

#[test]
fn user_by_id_and_by_name_then_the_name_needs_nothing() {
    let text = |text: &str| Argument::Known(text.to_owned());
    let config = Config { user_name: text("n"), user_id: text("u"), ..Config::default() };
    assert_eq!(validated(config, &[("HW_USER_PASSWORD", "p")]), []);
    let config = || Config { user_name: text("n"), password: Argument::Known("p".into()), ..Config::default() };
    assert_eq!(validated(config(), &[]).len(), 1);
    assert_eq!(validated(config(), &[("HW_PROFILE", "may-have-the-account")]), []);
}

#[test]
fn each_environment_variable_without_a_purpose_then_of_one_argument() {
    let mut of_arguments: Vec<_> = block::environment_variables().iter().map(|(variable, _)| variable.name).collect();
    let mut without_purpose: Vec<_> = env::ALL.iter().filter(|variable| variable.purpose.is_empty()).collect();
    of_arguments.sort_unstable();
    without_purpose.sort_unstable_by_key(|variable| variable.name);
    assert_eq!(of_arguments, without_purpose.iter().map(|variable| variable.name).collect::<Vec<_>>());
}

#[test]
fn declaration_then_its_parts_are_in_the_schema() {
    let attribute = |name: &str| {
        let schema = block::schema();
        schema.block.attributes.into_iter().find(|attribute| attribute.name == name).expect("declared")
    };
    let retries = attribute("max_retries").description;
    assert!(retries.contains("Must be a whole number from 0 to 100."), "{retries}");
    assert!(retries.ends_with("Can also be set with the `HW_MAX_RETRIES` environment variable."), "{retries}");
    let region = attribute("region").description;
    assert!(region.ends_with(" with the `HW_REGION_NAME` or `OS_REGION_NAME` environment variable."), "{region}");
    assert!(attribute("token").sensitive && !attribute("user_id").sensitive);
    assert_eq!(TOKEN.name, "token");
}

#[test]
fn profile_whose_credentials_are_not_usable_then_error_only_if_they_are_needed() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let profiles = r#"{"profiles": [{"name": "x", "region": "r1", "mode": "magic", "accessKeyId": "AK"}]}"#;
    std::fs::write(file.path(), profiles).expect("writes");
    let config = |token: Argument<SecretString>| Config {
        token,
        profile: Argument::Known("x".to_owned()),
        shared_config_file: Argument::Known(file.path().display().to_string()),
        ..Config::default()
    };
    let complete = Settings::read_now(config(Argument::Known("T".into())), Environment::fixed([]));
    assert_eq!(complete.region().expect("readable"), Argument::Known("r1".to_owned()));
    assert!(super::super::sources::find(&complete).is_ok());
    let needed = Settings::read_now(config(Argument::Null), Environment::fixed([("HW_AUTH_TOKEN", "T")]));
    let Err(ReadError::Failed(error)) = super::super::sources::find(&needed) else { panic!("refused") };
    assert_eq!(error.attribute, Some(AttributePath::attribute("profile")));
    assert!(error.detail.contains("`magic`"), "{}", error.detail);
}
