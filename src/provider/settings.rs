//! What the provider block, a profile of KooCLI and the environment say together.
//!
//! Each setting comes from the first of four layers that has it: the block, the profile that the block names, the
//! environment, the profile that the environment names.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretSlice, SecretString};

use super::block::{
    self, Config, DOMAIN_ID, DOMAIN_NAME, PROFILE, PROJECT_ID, PROJECT_NAME, REGION, SHARED_CONFIG_FILE,
};
use super::given::{Given, Origin};
use super::messages;
use super::setting::{Setting, SettingValue};
use crate::env::Environment;
use crate::huaweicloud::{Deadline, Profile, Role, SignIn, load_profile, read_file};
use crate::terraform::{Argument, AttributePath, Diagnostic, ReadError};

/// Where KooCLI keeps its configuration.
const DEFAULT_CONFIG_FILE: &str = "~/.hcloud/config.json";

/// All files of a configuration are read within this time. A pipe may need a moment until its writer has written.
const FILES_TIMEOUT: Duration = Duration::from_secs(10);

/// The layers.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) config: Config,
    pub(super) environment: Environment,
    block_profile: Result<Argument<LoadedProfile>, Diagnostic>,
    environment_profile: Result<Argument<LoadedProfile>, Diagnostic>,
    files_deadline: Deadline,
}

/// A profile, and the file that it comes from.
#[derive(Clone, Debug)]
pub(super) struct LoadedProfile {
    pub(super) profile: Profile,
    file: PathBuf,
    /// Where the profile or its file is named.
    origin: Origin,
}

/// A value of one of the layers.
pub(super) type Layered<T> = Result<Argument<T>, ReadError>;

impl Settings {
    /// The layers without their files: what a profile says is unknown.
    pub(super) fn without_files(config: Config, environment: Environment) -> Self {
        let named = |named: bool| Ok(if named { Argument::Unknown } else { Argument::Null });
        let in_block = [&PROFILE, &SHARED_CONFIG_FILE].iter().any(|setting| setting.in_provider(&config).is_some());
        let in_environment =
            [&PROFILE, &SHARED_CONFIG_FILE].iter().any(|setting| environment.first(setting.environment).is_some());
        let (block_profile, environment_profile) = (named(in_block), named(in_environment));
        let files_deadline = Deadline::within(FILES_TIMEOUT);
        Self { config, environment, block_profile, environment_profile, files_deadline }
    }

    /// The layers with their profiles. A profile that cannot be read matters only to a setting that is looked up in it.
    pub(super) async fn read(config: Config, environment: Environment) -> Self {
        let settings = Self::without_files(config, environment);
        let block_profile = settings.read_block_profile().await;
        let environment_profile = settings.read_environment_profile().await;
        Self { block_profile, environment_profile, ..settings }
    }

    /// Looks a setting up in the layers, and checks the value that counts.
    ///
    /// # Errors
    /// When the value is invalid, or a profile that might have it cannot be read.
    pub(super) fn resolve<T: SettingValue>(&self, setting: &Setting<T, Config>) -> Layered<Given<T>> {
        self.resolve_with(setting, |profile| setting.profile.and_then(|read| read(profile)).into())
    }

    /// Returns the value of a setting that is needed now: none if no layer has it.
    ///
    /// # Errors
    /// When the value is invalid or not known yet, or a profile that might have it cannot be read.
    pub(super) fn value<T: SettingValue>(&self, setting: &Setting<T, Config>) -> Result<Option<T>, ReadError> {
        Ok(settled(self.resolve(setting)?, setting.name)?.map(|given| given.value))
    }

    /// Looks a setting up in a block of its own, and in the environment only if that block is omitted.
    ///
    /// # Errors
    /// When the value is invalid or not known yet.
    pub(super) fn of_nested<T: SettingValue, B>(
        &self,
        block: Option<(&B, &AttributePath)>,
        setting: &Setting<T, B>,
    ) -> Result<Option<Given<T>>, ReadError> {
        let given = match block {
            Some((block, path)) => settled(setting.in_block(block, path).unwrap_or_default(), setting.name)?,
            None => setting.in_environment(&self.environment)?,
        };
        Ok(given.map(|given| setting.checked(given)).transpose()?)
    }

    /// Whether an argument of the provider block, by name, has a value in any layer, or may have one in a file.
    pub(super) fn may_have(&self, name: &str) -> bool {
        let in_profile = [&self.block_profile, &self.environment_profile];
        let in_profile = || in_profile.iter().any(|profile| profile.as_ref().is_ok_and(|profile| !profile.is_null()));
        block::ALL.iter().filter(|setting| setting.name() == name).any(|setting| {
            setting.is_in_block(&self.config)
                || self.environment.first(setting.environment()).is_some()
                || (setting.is_in_profiles() && in_profile())
        })
    }

    fn resolve_with<T: SettingValue>(
        &self,
        setting: &Setting<T, Config>,
        of_profile: impl Fn(&Profile) -> Argument<T>,
    ) -> Layered<Given<T>> {
        let of_profile = |loaded: &Argument<LoadedProfile>| match loaded {
            Argument::Known(loaded) => of_profile(&loaded.profile).map(|value| loaded.given(value)),
            Argument::Unknown => Argument::Unknown,
            Argument::Null => Argument::Null,
        };
        let in_profiles = setting.profile.is_some();
        let mut given = setting.in_provider(&self.config).unwrap_or_default();
        if given.is_null() && in_profiles {
            given = of_profile(&self.block_profile()?);
        }
        if given.is_null() {
            given = setting.in_environment(&self.environment)?.into();
        }
        if given.is_null() && in_profiles {
            given = of_profile(&self.environment_profile()?);
        }
        match given {
            Argument::Known(given) => Ok(Argument::Known(setting.checked(given)?)),
            other => Ok(other),
        }
    }

    /// The region whose API is called.
    pub(super) fn region(&self) -> Layered<String> {
        Ok(self.resolve(&REGION)?.map(|given| given.value))
    }

    /// The project. That of a profile belongs to the profile's region, if it has one, and is no project for another.
    pub(super) fn project_id(&self) -> Layered<String> {
        let region = self.region()?;
        let of_profile = |profile: &Profile| match (profile.project_id.clone().into(), &profile.region, &region) {
            (Argument::Known(_), Some(_), Argument::Unknown) => Argument::Unknown,
            (Argument::Known(_), Some(own), Argument::Known(region)) if own != region => Argument::Null,
            (project_id, ..) => project_id,
        };
        Ok(self.resolve_with(&PROJECT_ID, of_profile)?.map(|given| given.value))
    }

    /// The project's name.
    pub(super) fn project_name(&self) -> Argument<String> {
        self.text(&PROJECT_NAME)
    }

    /// The account's id.
    pub(super) fn domain_id(&self) -> Layered<String> {
        Ok(self.resolve(&DOMAIN_ID)?.map(|given| given.value))
    }

    /// The account's name.
    pub(super) fn domain_name(&self) -> Argument<String> {
        self.text(&DOMAIN_NAME)
    }

    /// A text that profiles do not have, and that has no form of its own.
    fn text(&self, setting: &Setting<String, Config>) -> Argument<String> {
        let of_block = setting.in_provider(&self.config).map(|given| given.map(|given| given.value));
        of_block.unwrap_or_else(|| self.environment.first(setting.environment).into())
    }

    /// The profile that the block names.
    pub(super) fn block_profile(&self) -> Result<Argument<LoadedProfile>, Diagnostic> {
        self.block_profile.clone()
    }

    /// The profile that the environment names.
    pub(super) fn environment_profile(&self) -> Result<Argument<LoadedProfile>, Diagnostic> {
        self.environment_profile.clone()
    }

    async fn read_block_profile(&self) -> Result<Argument<LoadedProfile>, Diagnostic> {
        let (name, file) = (PROFILE.in_provider(&self.config), SHARED_CONFIG_FILE.in_provider(&self.config));
        let origin = match (&name, &file) {
            (Some(Argument::Unknown), _) | (_, Some(Argument::Unknown)) => return Ok(Argument::Unknown),
            (Some(Argument::Known(given)), _) | (_, Some(Argument::Known(given))) => &given.origin,
            _ => return Ok(Argument::Null),
        };
        let (name, file) = (self.text(&PROFILE).into_known(), self.text(&SHARED_CONFIG_FILE).into_known());
        self.load(name.as_deref(), file.as_deref(), origin).await
    }

    async fn read_environment_profile(&self) -> Result<Argument<LoadedProfile>, Diagnostic> {
        let given = |setting: &Setting<String, Config>| setting.in_environment(&self.environment);
        let (name, file) = (given(&PROFILE)?, given(&SHARED_CONFIG_FILE)?);
        let Some(origin) = name.as_ref().or(file.as_ref()).map(|given| &given.origin) else {
            return Ok(Argument::Null);
        };
        let text = |given: &Option<Given<String>>| given.as_ref().map(|given| given.value.clone());
        self.load(text(&name).as_deref(), text(&file).as_deref(), origin).await
    }

    async fn load(
        &self,
        name: Option<&str>,
        file: Option<&str>,
        origin: &Origin,
    ) -> Result<Argument<LoadedProfile>, Diagnostic> {
        let file = self.path(file.unwrap_or(DEFAULT_CONFIG_FILE));
        let file = file.ok_or_else(|| origin.explain(messages::no_home(SHARED_CONFIG_FILE.name)))?;
        match load_profile(&file, name, self.files_deadline).await {
            Ok(profile) => Ok(Argument::Known(LoadedProfile { profile, file, origin: origin.clone() })),
            Err(error) => Err(origin.explain(messages::bad_profile(&file, &error))),
        }
    }

    /// A path with a `~` at its start expanded. `None` if there is no home folder to put there.
    pub(super) fn path(&self, text: &str) -> Option<PathBuf> {
        match text.strip_prefix("~/").or_else(|| text.strip_prefix("~\\")) {
            Some(rest) => Some(self.environment.home()?.join(rest)),
            None => Some(text.into()),
        }
    }

    /// What is in PEM: the text itself, or that of the file which it names.
    pub(super) async fn pem(&self, argument: &'static str, text: &str) -> Result<Vec<u8>, Diagnostic> {
        if is_pem(text) {
            return Ok(text.into());
        }
        let text = text.trim();
        let path = self.path(text).ok_or_else(|| messages::no_home(argument))?;
        let bytes = read_file(&path, self.files_deadline).await;
        bytes.map_err(|error| messages::unreadable_file(argument, &path, &error))
    }

    /// The same for a key. What is neither may be a key in another form, and is never shown.
    pub(super) async fn key(&self, key: &SecretString) -> Result<SecretSlice<u8>, Diagnostic> {
        let text = key.expose_secret();
        if is_pem(text) {
            return Ok(Vec::from(text).into());
        }
        let path = self.path(text.trim()).ok_or_else(|| messages::no_home("key"))?;
        let bytes = read_file(&path, self.files_deadline).await;
        bytes.map(SecretSlice::from).map_err(|error| messages::unreadable_key(&error))
    }

    /// The layers with their profiles, for tests that are not asynchronous.
    #[cfg(test)]
    pub(super) fn read_now(config: Config, environment: Environment) -> Self {
        block_on(Self::read(config, environment))
    }
}

#[cfg(test)]
fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

fn is_pem(text: &str) -> bool {
    text.contains("-----BEGIN")
}

impl LoadedProfile {
    /// Returns what the profile authenticates with, and the agencies to assume on top.
    ///
    /// # Errors
    /// When that is not usable, which matters only to a provider that needs it.
    pub(super) fn sign_in(&self) -> Result<Option<(SignIn, Vec<Role>)>, Diagnostic> {
        let profile = self.profile.clone();
        match profile.sign_in {
            Ok(sign_in) => Ok(sign_in.map(|sign_in| (sign_in, profile.roles))),
            Err(error) => Err(self.origin.explain(messages::bad_profile(&self.file, &error))),
        }
    }

    /// Returns a value of the profile.
    fn given<T>(&self, value: T) -> Given<T> {
        Given { value, origin: Origin::Profile { name: self.profile.name.clone(), file: self.file.clone() } }
    }
}

/// The value of an argument that is needed now: none if it is left out.
pub(super) fn settled<T>(argument: Argument<T>, name: &str) -> Result<Option<T>, ReadError> {
    match argument {
        Argument::Known(value) => Ok(Some(value)),
        Argument::Unknown => Err(messages::unknown_setting(name)),
        Argument::Null => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{"current": "main", "profiles": [
        {"name": "main", "region": "from-main", "projectId": "p"}, {"name": "other", "region": "from-other"}]}"#;

    fn known(text: &str) -> Argument<String> {
        Argument::Known(text.to_owned())
    }

    /// The region with some of the four layers present.
    fn region(
        block: Argument<String>,
        block_profile: bool,
        variable: bool,
        environment_profile: bool,
    ) -> Argument<String> {
        let home = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(home.path().join(".hcloud")).expect("creates");
        std::fs::write(home.path().join(".hcloud/config.json"), FILE).expect("writes");
        let mut variables = vec![("HOME", home.path().to_str().expect("text"))];
        variables.extend(variable.then_some(("HW_REGION_NAME", "from-env")));
        variables.extend(environment_profile.then_some(("HW_PROFILE", "main")));
        let profile = if block_profile { known("other") } else { Argument::Null };
        let config = Config { region: block, profile, ..Config::default() };
        Settings::read_now(config, Environment::fixed(variables)).region().expect("readable")
    }

    #[test]
    fn each_pair_of_layers_then_the_upper_one_wins() {
        let block = || known("from-block");
        assert_eq!(region(block(), true, true, true), block());
        assert_eq!(region(Argument::Null, true, true, true), known("from-other"));
        assert_eq!(region(known(""), false, true, true), known("from-env"));
        assert_eq!(region(Argument::Null, false, false, true), known("from-main"));
        assert_eq!(region(Argument::Null, false, false, false), Argument::Null);
    }

    #[test]
    fn argument_unknown_then_never_taken_from_another_layer() {
        assert!(region(Argument::Unknown, true, true, true).is_unknown());
    }

    #[test]
    fn profile_unknown_then_what_it_could_say_is_unknown() {
        let config = Config { profile: Argument::Unknown, ..Config::default() };
        let settings = Settings::read_now(config, Environment::fixed([("HW_REGION_NAME", "from-env")]));
        assert!(settings.region().expect("readable").is_unknown());
        assert!(settings.project_name().is_null(), "profiles have no such member");
    }

    #[test]
    fn first_of_several_variables_then_that() {
        let variables = [("OS_TENANT_ID", "c"), ("OS_PROJECT_ID", "b")];
        let settings = Settings::read_now(Config::default(), Environment::fixed(variables));
        assert_eq!(settings.project_id().expect("readable"), known("b"));
    }

    #[test]
    fn tilde_at_the_start_then_the_home_folder() {
        let settings = Settings::read_now(Config::default(), Environment::fixed([("HOME", "/home/ann")]));
        assert_eq!(settings.path("~/x"), Some(PathBuf::from("/home/ann/x")));
        assert_eq!(settings.path("/y/~/x"), Some(PathBuf::from("/y/~/x")));
    }

    #[test]
    fn pem_itself_or_a_file_then_its_text_and_no_such_file_then_error_names_the_argument() {
        let settings = Settings::read_now(Config::default(), Environment::fixed([]));
        let pem = "-----BEGIN CERTIFICATE-----";
        assert_eq!(block_on(settings.pem("cert", pem)).as_deref(), Ok(pem.as_bytes()));
        let error = block_on(settings.pem("cert", "/nonexistent")).expect_err("no file");
        assert!(error.detail.contains("`cert`") && error.detail.contains("/nonexistent"), "{}", error.detail);
    }

    #[test]
    fn key_that_is_no_path_then_error_names_the_argument_and_never_its_value() {
        let settings = Settings::read_now(Config::default(), Environment::fixed([("HOME", "/home/ann")]));
        for key in ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t\n", "~/canary", "/canary"]
        {
            let error = block_on(settings.key(&key.into())).expect_err("no file");
            assert!(error.detail.contains("`key`") && error.detail.contains("No such file"), "{}", error.detail);
            let text = format!("{error:?}");
            assert!(!text.contains(key.trim()) && !text.contains("canary") && !text.contains("/home"), "{text}");
        }
    }

    #[test]
    fn key_in_pem_or_a_file_then_its_text() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "text").expect("writes");
        let settings = Settings::read_now(Config::default(), Environment::fixed([]));
        let pem = "-----BEGIN PRIVATE KEY-----";
        for (given, expected) in [(pem, pem), (file.path().to_str().expect("text"), "text")] {
            let key = block_on(settings.key(&given.into())).expect("readable");
            assert_eq!(key.expose_secret(), expected.as_bytes());
        }
    }

    /// The project with profiles in which region and project belong together, or stand alone.
    fn project(config: Config, variables: &[(&str, &str)]) -> Argument<String> {
        const FILE: &str = r#"{"profiles": [
            {"name": "both", "region": "r1", "projectId": "of-r1"}, {"name": "project", "projectId": "of-any"},
            {"name": "region", "region": "r1"}, {"name": "default"}]}"#;
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), FILE).expect("writes");
        let place = ("HW_SHARED_CONFIG_FILE", file.path().to_str().expect("text"));
        let variables = variables.iter().copied().chain([place]);
        Settings::read_now(config, Environment::fixed(variables)).project_id().expect("readable")
    }

    #[test]
    fn profile_with_a_project_then_taken_only_for_the_region_of_the_profile() {
        let block =
            |region: Argument<String>, profile: &str| Config { region, profile: known(profile), ..Config::default() };
        let (r2, project_id) = (("HW_REGION_NAME", "r2"), ("HW_PROJECT_ID", "of-env"));
        for (config, variables, expected) in [
            (block(Argument::Null, "both"), &[][..], known("of-r1")),
            (block(Argument::Null, "both"), &[r2, project_id], known("of-r1")),
            (block(known("r1"), "both"), &[], known("of-r1")),
            (block(known("r2"), "both"), &[], Argument::Null),
            (block(known("r2"), "both"), &[project_id], known("of-env")),
            (block(known("r2"), "project"), &[], known("of-any")),
            (block(Argument::Unknown, "both"), &[project_id], Argument::Unknown),
            (block(Argument::Unknown, "project"), &[project_id], known("of-any")),
            (block(Argument::Unknown, "region"), &[project_id], known("of-env")),
            (Config { project_id: known("p"), ..block(known("r2"), "both") }, &[project_id], known("p")),
            (Config { project_id: known("p"), ..block(Argument::Unknown, "both") }, &[project_id], known("p")),
            (Config::default(), &[("HW_PROFILE", "both")], known("of-r1")),
            (Config::default(), &[("HW_PROFILE", "both"), r2], Argument::Null),
            (Config { region: known("r2"), ..Config::default() }, &[("HW_PROFILE", "both")], Argument::Null),
            (block(Argument::Null, "region"), &[("HW_PROFILE", "both")], known("of-r1")),
        ] {
            let told = format!("{:?} {:?} {variables:?}", config.region, config.profile);
            assert_eq!(project(config, variables), expected, "{told}");
        }
    }
}
