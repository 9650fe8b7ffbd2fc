//! What to sign in with: the first source of credentials that has everything it needs.

mod oidc;

use secrecy::{ExposeSecret, SecretString};

use super::block::{
    ACCESS_KEY, AssumeRole, DOMAIN_ID, DOMAIN_NAME, PASSWORD, SECRET_KEY, SECURITY_TOKEN, TOKEN, USER_ID, USER_NAME,
    assume_role,
};
use super::given::Given;
use super::messages;
use super::setting::integer;
use super::settings::{LoadedProfile, Settings, settled};
use crate::env;
use crate::huaweicloud::{Domain, Keys, PasswordLogin, Role, RoleApi, SignIn, User};
use crate::terraform::{Argument, AttributePath, Diagnostic, ReadError, Step};

/// What was found.
#[derive(Debug)]
pub(super) struct Credentials {
    pub(super) sign_in: SignIn,
    pub(super) roles: Vec<Role>,
    /// What each source that was passed over lacks, for the error that comes if the last one has nothing either.
    pub(super) passed_over: Vec<String>,
}

/// The outcome of looking at one source.
enum Source {
    Found(SignIn, Vec<Role>),
    /// It lacks something: what.
    Lacks(String),
}

/// Looks at one place for a source.
type Place = fn(&Settings) -> Result<Source, ReadError>;

/// The values of one layer that make credentials.
#[derive(Default)]
struct Layer {
    token: Argument<Given<SecretString>>,
    access_key: Argument<Given<SecretString>>,
    secret_key: Argument<Given<SecretString>>,
    security_token: Argument<Given<SecretString>>,
    user_name: Argument<Given<String>>,
    user_id: Argument<Given<String>>,
    password: Argument<Given<SecretString>>,
}

/// How the parts of a source are called there.
struct Names {
    token: &'static str,
    access_key: &'static str,
    secret_key: &'static str,
    user: &'static str,
    password: &'static str,
    domain: &'static str,
}

const ARGUMENTS: Names = Names {
    token: "token",
    access_key: "access_key",
    secret_key: "secret_key",
    user: "user_name or user_id",
    password: "password",
    domain: "domain_name or domain_id",
};

const VARIABLES: Names = Names {
    token: "HW_AUTH_TOKEN",
    access_key: "HW_ACCESS_KEY",
    secret_key: "HW_SECRET_KEY",
    user: "HW_USER_NAME or HW_USER_ID",
    password: "HW_USER_PASSWORD",
    domain: "HW_DOMAIN_NAME or HW_DOMAIN_ID",
};

/// Looks at each source in the documented order.
pub(super) fn find(settings: &Settings) -> Result<Credentials, ReadError> {
    let mut passed_over = Vec::new();
    let (sign_in, mut roles) = match oidc::find(settings)? {
        Some((login, role)) => (SignIn::Oidc(login), vec![role]),
        None => base(settings, &mut passed_over)?,
    };
    roles.extend(assumed_roles(settings)?);
    Ok(Credentials { sign_in, roles, passed_over })
}

fn base(settings: &Settings, passed_over: &mut Vec<String>) -> Result<(SignIn, Vec<Role>), ReadError> {
    let places: [Place; 4] = [of_block, of_block_profile, of_environment, of_environment_profile];
    for look in places {
        match look(settings)? {
            Source::Found(sign_in, roles) => return Ok((sign_in, roles)),
            Source::Lacks(what) => passed_over.push(what),
        }
    }
    Ok((SignIn::EcsAgency, Vec::new()))
}

fn of_block(settings: &Settings) -> Result<Source, ReadError> {
    let config = &settings.config;
    let environment = environment_layer(settings)?;
    let (access_key, secret_key) = (ACCESS_KEY.in_provider(config), SECRET_KEY.in_provider(config));
    let security_token = SECURITY_TOKEN.in_provider(config);
    let (user_name, user_id) = (USER_NAME.in_provider(config), USER_ID.in_provider(config));
    let password = PASSWORD.in_provider(config);
    let user_begun = user_name.is_some() || user_id.is_some();
    let token = TOKEN.in_provider(config).unwrap_or_default();
    let mut layer = Layer { token, ..Layer::default() };
    // What the block begins, the environment may complete, as in the official provider.
    if access_key.is_some() || secret_key.is_some() || security_token.is_some() {
        layer.access_key = access_key.unwrap_or_else(|| environment.access_key.clone());
        layer.secret_key = secret_key.unwrap_or(environment.secret_key);
        let same_key = environment.access_key.is_null() || is_same(&environment.access_key, &layer.access_key);
        let other = if same_key { environment.security_token } else { Argument::Null };
        layer.security_token = security_token.unwrap_or(other);
    }
    if user_begun || password.is_some() {
        // A user by id and one by name may be two people.
        layer.user_name = user_name.unwrap_or_default();
        layer.user_id = user_id.unwrap_or_default();
        if !user_begun {
            (layer.user_name, layer.user_id) = (environment.user_name, environment.user_id);
        }
        layer.password = password.unwrap_or(environment.password);
    }
    source(settings, layer, "provider block", &ARGUMENTS)
}

fn is_same(a: &Argument<Given<SecretString>>, b: &Argument<Given<SecretString>>) -> bool {
    let text = |given: &Given<SecretString>| given.value.expose_secret().trim().to_owned();
    a.known().map(text) == b.known().map(text)
}

fn of_environment(settings: &Settings) -> Result<Source, ReadError> {
    source(settings, environment_layer(settings)?, "environment", &VARIABLES)
}

fn environment_layer(settings: &Settings) -> Result<Layer, Diagnostic> {
    let environment = &settings.environment;
    Ok(Layer {
        token: TOKEN.in_environment(environment)?.into(),
        access_key: ACCESS_KEY.in_environment(environment)?.into(),
        secret_key: SECRET_KEY.in_environment(environment)?.into(),
        security_token: SECURITY_TOKEN.in_environment(environment)?.into(),
        user_name: USER_NAME.in_environment(environment)?.into(),
        user_id: USER_ID.in_environment(environment)?.into(),
        password: PASSWORD.in_environment(environment)?.into(),
    })
}

fn of_block_profile(settings: &Settings) -> Result<Source, ReadError> {
    of_profile(settings.block_profile()?, "provider block: neither profile nor shared_config_file is set")
}

fn of_environment_profile(settings: &Settings) -> Result<Source, ReadError> {
    of_profile(settings.environment_profile()?, "environment: neither HW_PROFILE nor HW_SHARED_CONFIG_FILE is set")
}

fn of_profile(profile: Argument<LoadedProfile>, absent: &str) -> Result<Source, ReadError> {
    match profile {
        Argument::Known(loaded) => match loaded.sign_in()? {
            Some((sign_in, roles)) => Ok(Source::Found(sign_in, roles)),
            None => Ok(Source::Lacks(format!("profile {} of KooCLI: it has no keys", loaded.profile.name))),
        },
        Argument::Unknown => Err(messages::unknown_setting("profile")),
        Argument::Null => Ok(Source::Lacks(absent.to_owned())),
    }
}

/// The first of token, keys and password that a layer has in full.
fn source(settings: &Settings, layer: Layer, place: &str, names: &Names) -> Result<Source, ReadError> {
    let found = |sign_in| Ok(Source::Found(sign_in, Vec::new()));
    if let Some(token) = settled(layer.token, TOKEN.name)? {
        return found(SignIn::Token(token.into_key(TOKEN.name)?));
    }
    let keys = (settled(layer.access_key, ACCESS_KEY.name)?, settled(layer.secret_key, SECRET_KEY.name)?);
    let keys_lack = match keys {
        (Some(access_key), Some(secret_key)) => {
            let security_token = settled(layer.security_token, SECURITY_TOKEN.name)?;
            let security_token = security_token.map(|given| given.into_key(SECURITY_TOKEN.name)).transpose()?;
            let (access_key, secret_key) =
                (access_key.into_key(ACCESS_KEY.name)?, secret_key.into_key(SECRET_KEY.name)?);
            return found(SignIn::Keys(Keys { access_key, secret_key, security_token }));
        }
        (Some(_), None) => half(names.access_key, names.secret_key),
        (None, Some(_)) => half(names.secret_key, names.access_key),
        (None, None) => format!("{} is not set", names.access_key),
    };
    let user = match (settled(layer.user_id, USER_ID.name)?, settled(layer.user_name, USER_NAME.name)?) {
        (Some(id), _) => Some(User::Id(id.into_name(USER_ID.name)?)),
        (None, Some(name)) => Some(User::Name(name.into_name(USER_NAME.name)?)),
        (None, None) => None,
    };
    let password_lacks = match (user, settled(layer.password, PASSWORD.name)?) {
        (Some(user), Some(password)) => match (domain(settings), matches!(user, User::Id(_))) {
            // IAM knows the account of a user by id.
            (Ok(None) | Err(ReadError::Failed(_)), true) => {
                let password = password.into_password(PASSWORD.name)?;
                return found(SignIn::Password(PasswordLogin { user, password, domain: None }));
            }
            (Ok(None), false) => format!("a user by name needs {}", names.domain),
            (domain, _) => {
                let (password, domain) = (password.into_password(PASSWORD.name)?, domain?);
                return found(SignIn::Password(PasswordLogin { user, password, domain }));
            }
        },
        (Some(_), None) => half(names.user, names.password),
        (None, Some(_)) => half(names.password, names.user),
        (None, None) => format!("{} is not set", names.user),
    };
    Ok(Source::Lacks(format!("{place}: {} is not set; {keys_lack}; {password_lacks}", names.token)))
}

/// The account, by id or else by name. A profile that cannot be read matters only if nothing else says the account.
fn domain(settings: &Settings) -> Result<Option<Domain>, ReadError> {
    let name = settings.domain_name();
    let id = match settings.domain_id() {
        Err(ReadError::Failed(_)) if !name.is_null() => Argument::Null,
        id => id?,
    };
    let id = settled(id, DOMAIN_ID.name)?.map(Domain::Id);
    Ok(id.or(settled(name, DOMAIN_NAME.name)?.map(Domain::Name)))
}

fn half(set: &str, missing: &str) -> String {
    format!("{set} is set, {missing} is not")
}

/// The agencies of the blocks `assume_role`, or else of the environment, whose variables a sign-in with an ID token
/// takes for itself.
fn assumed_roles(settings: &Settings) -> Result<Vec<Role>, ReadError> {
    let blocks = settled(settings.config.assume_role.as_ref(), "assume_role")?.map_or(&[][..], Vec::as_slice);
    if !blocks.is_empty() {
        let path = |index| AttributePath::attribute("assume_role").with(Step::Index(index));
        return blocks.iter().enumerate().map(|(index, block)| role(settings, Some((block, &path(index))))).collect();
    }
    let variable = |variable| settings.environment.get(variable).is_some();
    let with_oidc = !settings.config.assume_role_with_oidc.is_null() || variable(env::HW_ASSUME_ROLE_IDP_ID);
    if with_oidc || !variable(env::HW_ASSUME_ROLE_AGENCY_NAME) {
        return Ok(Vec::new());
    }
    Ok(vec![role(settings, None)?])
}

/// An agency, from its block or else from the environment. One of an account by id is assumed through STS, one by name
/// through IAM, as in the official provider.
fn role(settings: &Settings, block: Option<(&AssumeRole, &AttributePath)>) -> Result<Role, ReadError> {
    let text = |setting| Ok::<_, ReadError>(settings.of_nested(block, setting)?.map(|given| given.value));
    let agency_name = text(&assume_role::AGENCY_NAME)?.unwrap_or_default();
    let (domain, api) = match (text(&assume_role::DOMAIN_ID)?, text(&assume_role::DOMAIN_NAME)?) {
        (Some(id), _) => (Domain::Id(id), RoleApi::Sts),
        (None, Some(name)) => (Domain::Name(name), RoleApi::SecurityTokens),
        (None, None) => return Err(messages::agency_without_account(&agency_name).into()),
    };
    let duration = settings.of_nested(block, &assume_role::DURATION)?.map(|given| integer(given.value));
    Ok(Role { agency_name, domain, duration, api })
}

#[cfg(test)]
#[path = "sources/tests.rs"]
mod given_tests;

#[cfg(test)]
mod tests {
    use super::super::block::{AssumeRoleWithOidc, Config};
    use secrecy::SecretString;

    use super::*;
    use crate::env::Environment;
    use crate::huaweicloud::{IdToken, OidcLogin};

    const FILE: &str = r#"{"profiles": [
        {"name": "of-block", "mode": "token", "xAuthToken": "block-profile"},
        {"name": "of-environment", "mode": "token", "xAuthToken": "environment-profile"}]}"#;

    /// The sources in the documented order, each with a value that tells it from the others.
    const SOURCES: [&str; 8] = [
        "block-token",
        "block-keys",
        "block-password",
        "block-profile",
        "environment-token",
        "environment-keys",
        "environment-password",
        "environment-profile",
    ];

    fn text(text: &str) -> Argument<String> {
        Argument::Known(text.to_owned())
    }

    fn secret(text: &str) -> Argument<SecretString> {
        Argument::Known(text.into())
    }

    /// Settings in which exactly these sources have everything.
    fn settings(sources: &[&str]) -> (Settings, tempfile::TempDir) {
        let home = tempfile::tempdir().expect("a folder");
        let file = home.path().join("config.json");
        std::fs::write(&file, FILE).expect("writes");
        let mut config = Config::default();
        let mut variables = vec![];
        for source in sources {
            match *source {
                "block-token" => config.token = secret(source),
                "block-keys" => (config.access_key, config.secret_key) = (secret(source), secret("SK")),
                "block-password" => (config.user_id, config.password) = (text(source), secret("pw")),
                "block-profile" => {
                    config.profile = text("of-block");
                    config.shared_config_file = text(file.to_str().expect("text"));
                }
                "environment-token" => variables.push(("HW_AUTH_TOKEN", *source)),
                "environment-keys" => variables.extend([("HW_ACCESS_KEY", *source), ("HW_SECRET_KEY", "SK")]),
                "environment-password" => variables.extend([("HW_USER_ID", *source), ("HW_USER_PASSWORD", "pw")]),
                _ => {
                    let file = file.to_str().expect("text");
                    variables.extend([("HW_PROFILE", "of-environment"), ("HW_SHARED_CONFIG_FILE", file)]);
                }
            }
        }
        (Settings::read_now(config, Environment::fixed(variables)), home)
    }

    fn found(settings: &Settings) -> String {
        match find(settings).expect("readable").sign_in {
            SignIn::Token(token) => token.expose_secret().to_owned(),
            SignIn::Keys(keys) => keys.access_key.expose_secret().to_owned(),
            SignIn::Password(PasswordLogin { user: User::Id(user) | User::Name(user), .. }) => user,
            SignIn::Oidc(login) => login.idp_id,
            SignIn::EcsAgency => "ECS".to_owned(),
        }
    }

    #[test]
    fn each_pair_of_sources_then_the_first_of_the_documented_order_wins() {
        for (index, first) in SOURCES.iter().enumerate() {
            let (alone, _home) = settings(&[first]);
            assert_eq!(found(&alone), *first);
            for second in &SOURCES[index + 1..] {
                let (both, _home) = settings(&[first, second]);
                assert_eq!(found(&both), *first, "before {second}");
            }
        }
    }

    #[test]
    fn none_then_the_ecs_instance_and_what_each_of_the_four_places_lacks() {
        let (settings, _home) = settings(&[]);
        assert_eq!(found(&settings), "ECS");
        assert_eq!(find(&settings).expect("readable").passed_over.len(), 4);
    }

    #[test]
    fn unknown_argument_then_never_taken_for_a_missing_one() {
        let (mut settings, _home) = settings(&["environment-token"]);
        for config in [
            Config { token: Argument::Unknown, ..Config::default() },
            Config { access_key: secret("AK"), secret_key: Argument::Unknown, ..Config::default() },
            Config { user_id: text("u"), password: Argument::Unknown, ..Config::default() },
            Config { profile: Argument::Unknown, ..Config::default() },
            Config { assume_role: Argument::Unknown, ..Config::default() },
            Config { assume_role_with_oidc: Argument::Unknown, ..Config::default() },
        ] {
            settings = Settings::read_now(config, settings.environment);
            assert!(matches!(find(&settings), Err(ReadError::ProviderUnknown(_))), "{:?}", settings.config);
        }
        settings = Settings::read_now(
            Config { token: secret("known"), access_key: Argument::Unknown, ..Config::default() },
            settings.environment,
        );
        assert_eq!(found(&settings), "known", "what comes later does not matter");
    }

    fn keys(settings: &Settings) -> (String, String, Option<String>) {
        let Ok(Credentials { sign_in: SignIn::Keys(keys), .. }) = find(settings) else { panic!("no keys") };
        let text = |secret: &SecretString| secret.expose_secret().to_owned();
        (text(&keys.access_key), text(&keys.secret_key), keys.security_token.as_ref().map(text))
    }

    #[test]
    fn half_of_a_pair_in_the_block_then_completed_by_the_environment() {
        let config = || Config { access_key: secret("AK"), ..Config::default() };
        let settled = |variables: &[(&str, &str)]| {
            keys(&Settings::read_now(config(), Environment::fixed(variables.iter().copied())))
        };
        let (key, token) = (("HW_SECRET_KEY", "SK"), ("HW_SECURITY_TOKEN", "T"));
        let expected = |token: Option<&str>| ("AK".to_owned(), "SK".to_owned(), token.map(str::to_owned));
        assert_eq!(settled(&[key]), expected(None));
        assert_eq!(settled(&[key, token]), expected(Some("T")));
        assert_eq!(settled(&[key, token, ("HW_ACCESS_KEY", "AK")]), expected(Some("T")));
        assert_eq!(settled(&[key, token, ("HW_ACCESS_KEY", "other")]), expected(None), "that token is another key's");
    }

    #[test]
    fn id_token_then_before_every_other_source_and_its_block_before_its_variables() {
        let block = AssumeRoleWithOidc {
            agency_name: text("agency"),
            domain_id: text("d"),
            idp_id: text("idp of block"),
            id_token: secret("jwt"),
            id_token_file: Argument::Null,
            duration: Argument::Known(1_800.0),
        };
        let variables = [
            ("HW_ASSUME_ROLE_IDP_ID", "idp of environment"),
            ("HW_ASSUME_ROLE_AGENCY_NAME", "agency"),
            ("HW_ASSUME_ROLE_DOMAIN_ID", "d"),
            ("HW_ASSUME_ROLE_ID_TOKEN", "jwt"),
            ("HW_AUTH_TOKEN", "token"),
        ];
        let without = Settings::read_now(Config::default(), Environment::fixed(variables));
        assert_eq!(found(&without), "idp of environment");
        let roles = find(&without).expect("readable").roles;
        assert_eq!(roles.len(), 1, "the variables of the agency are not read twice");
        let config = Config { assume_role_with_oidc: Argument::Known(block), ..Config::default() };
        let with = Settings::read_now(config, Environment::fixed(variables));
        assert_eq!(found(&with), "idp of block");
        assert_eq!(find(&with).expect("readable").roles[0].duration, Some(1_800));
    }

    #[test]
    fn id_token_empty_beside_its_file_then_the_file_is_read() {
        let block = AssumeRoleWithOidc {
            agency_name: text("agency"),
            domain_id: text("d"),
            idp_id: text("idp"),
            id_token: secret(""),
            id_token_file: text("/run/id-token"),
            duration: Argument::Null,
        };
        let config = Config { assume_role_with_oidc: Argument::Known(block), ..Config::default() };
        let found = find(&Settings::read_now(config, Environment::fixed([]))).expect("readable");
        let SignIn::Oidc(OidcLogin { id_token: IdToken::File(path), .. }) = found.sign_in else {
            panic!("no file: {:?}", found.sign_in)
        };
        assert_eq!(path, "/run/id-token");
    }

    #[test]
    fn part_of_the_sign_in_with_an_id_token_empty_then_missing() {
        for name in ["idp_id", "agency_name", "domain_id", "id_token_file"] {
            let value = |part: &str| text(if part == name { "" } else { part });
            let block = AssumeRoleWithOidc {
                agency_name: value("agency_name"),
                domain_id: value("domain_id"),
                idp_id: value("idp_id"),
                id_token: secret(""),
                id_token_file: value("id_token_file"),
                duration: Argument::Null,
            };
            let config = Config { assume_role_with_oidc: Argument::Known(block), ..Config::default() };
            let outcome = find(&Settings::read_now(config, Environment::fixed([])));
            let Err(ReadError::Failed(error)) = outcome else { panic!("{name}: {outcome:?}") };
            assert_eq!(error.summary, format!("Missing {name}"));
        }
    }

    #[test]
    fn duration_of_a_sign_in_with_an_id_token_then_at_most_an_hour() {
        let oidc = [("HW_ASSUME_ROLE_IDP_ID", "idp"), ("HW_ASSUME_ROLE_ID_TOKEN", "jwt")];
        let role = [("HW_ASSUME_ROLE_AGENCY_NAME", "agency"), ("HW_ASSUME_ROLE_DOMAIN_ID", "d")];
        let keys = [("HW_ACCESS_KEY", "AK"), ("HW_SECRET_KEY", "SK")];
        let duration = |source: [(&'static str, &'static str); 2], seconds: &'static str| {
            let variables = [&source[..], &role, &[("HW_ASSUME_ROLE_DURATION", seconds)]].concat();
            match find(&Settings::read_now(Config::default(), Environment::fixed(variables))) {
                Ok(found) => found.roles[0].duration,
                Err(error) => {
                    assert!(format!("{error:?}").contains("HW_ASSUME_ROLE_DURATION"), "{error:?}");
                    None
                }
            }
        };
        assert_eq!(duration(oidc, "3600"), Some(3_600));
        assert_eq!(duration(oidc, "3601"), None, "the agency is assumed with temporary keys");
        assert_eq!(duration(keys, "3601"), Some(3_601));
    }
}
