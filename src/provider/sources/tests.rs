use secrecy::{ExposeSecret, SecretString};

use super::super::block::Config;
use super::super::settings::Settings;
use super::{Credentials, find};
use crate::env::Environment;
use crate::huaweicloud::{Domain, SignIn, User};
use crate::terraform::{Argument, AttributePath, Diagnostic, ReadError};

fn text(text: &str) -> Argument<String> {
    Argument::Known(text.to_owned())
}

fn secret(text: &str) -> Argument<SecretString> {
    Argument::Known(text.into())
}

fn found(config: Config, variables: &[(&str, &str)]) -> Result<Credentials, ReadError> {
    find(&Settings::read_now(config, Environment::fixed(variables.iter().copied())))
}

fn error(config: Config, variables: &[(&str, &str)]) -> Diagnostic {
    match found(config, variables) {
        Err(ReadError::Failed(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn line_breaks_around_each_secret_then_removed() {
    let around = |text: &str| format!("\u{feff}{text}\r\n");
    let (access_key, secret_key) = (secret(&around("AK")), secret(&around("SK")));
    let security_token = secret(&around("T"));
    let config = Config { access_key, secret_key, security_token, ..Config::default() };
    let Ok(Credentials { sign_in: SignIn::Keys(keys), .. }) = found(config, &[]) else { panic!("no keys") };
    assert_eq!((keys.access_key.expose_secret(), keys.secret_key.expose_secret()), ("AK", "SK"));
    assert_eq!(keys.security_token.as_ref().map(ExposeSecret::expose_secret), Some("T"));

    let Ok(Credentials { sign_in: SignIn::Token(token), .. }) = found(Config::default(), &[("HW_AUTH_TOKEN", " T\n")])
    else {
        panic!("no token")
    };
    assert_eq!(token.expose_secret(), "T");

    let (user_id, password) = (text(&around("ann")), secret(&around(" pass word ")));
    let config = Config { user_id, password, ..Config::default() };
    let Ok(Credentials { sign_in: SignIn::Password(login), .. }) = found(config, &[]) else { panic!("no password") };
    assert!(matches!(login.user, User::Id(id) if id == "ann"));
    assert_eq!(login.password.expose_secret(), " pass word ");
}

#[test]
fn white_space_inside_a_secret_then_error_names_its_source_and_not_its_value() {
    let config = Config { access_key: secret("AK"), secret_key: secret("hunter2\nhunter2"), ..Config::default() };
    let refused = error(config, &[]);
    assert_eq!(refused.attribute, None, "hosts would show the line with the secret");
    assert!(refused.detail.contains("`secret_key`") && refused.detail.contains("character 8 is a line break"));
    assert!(!refused.detail.contains("hunter2"), "{}", refused.detail);

    let config = Config { user_id: text("a\nb"), ..Config::default() };
    assert_eq!(error(config, &[]).attribute, Some(AttributePath::attribute("user_id")));

    let refused = error(Config::default(), &[("HW_USER_ID", "u"), ("OS_PASSWORD", "hunter2\u{a0}x")]);
    assert!(refused.attribute.is_none() && refused.detail.contains("OS_PASSWORD"), "{}", refused.detail);
    assert!(error(Config::default(), &[("HW_AUTH_TOKEN", "\n")]).detail.contains("only white space"));
}

#[test]
fn invalid_secret_that_is_not_needed_then_ignored() {
    let config = Config { token: secret("T"), secret_key: secret("a b"), ..Config::default() };
    assert!(found(config, &[("HW_AUTH_TOKEN", "a b")]).is_ok());
}

#[test]
fn environment_profile_missing_then_error_only_if_nothing_else_is_complete() {
    let profile = ("HW_SHARED_CONFIG_FILE", "/nowhere/config.json");
    let complete: [&[_]; 4] = [
        &[("HW_AUTH_TOKEN", "T")],
        &[("HW_ACCESS_KEY", "AK"), ("HW_SECRET_KEY", "SK")],
        &[("HW_USER_ID", "u"), ("HW_USER_PASSWORD", "p")],
        &[("HW_USER_NAME", "u"), ("HW_USER_PASSWORD", "p"), ("HW_DOMAIN_NAME", "d")],
    ];
    for variables in complete {
        let found = found(Config::default(), &[variables, &[profile]].concat());
        assert!(found.is_ok(), "{variables:?}: {found:?}");
    }
    let incomplete: [&[_]; 2] = [&[], &[("HW_USER_NAME", "u"), ("HW_USER_PASSWORD", "p")]];
    for variables in incomplete {
        let refused = error(Config::default(), &[variables, &[profile]].concat());
        assert!(refused.detail.contains("/nowhere/config.json"), "{}", refused.detail);
    }
}

#[test]
fn account_given_by_name_beside_a_missing_profile_then_by_name() {
    let variables = [
        ("HW_USER_NAME", "u"),
        ("HW_USER_PASSWORD", "p"),
        ("HW_DOMAIN_NAME", "d"),
        ("HW_SHARED_CONFIG_FILE", "/nowhere/config.json"),
    ];
    let Ok(Credentials { sign_in: SignIn::Password(login), .. }) = found(Config::default(), &variables) else {
        panic!("no password")
    };
    assert!(matches!(login.domain, Some(Domain::Name(name)) if name == "d"));
}
