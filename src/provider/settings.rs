//! What the provider block, a profile of KooCLI and the environment say together.
//!
//! Each setting comes from the first of four layers that has it: the block, the profile that the block names, the
//! environment, the profile that the environment names.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretSlice, SecretString};

use super::block::Config;
use super::messages;
use crate::env::{self, Environment, Variable};
use crate::huaweicloud::{Deadline, Profile, load_profile, read_file};
use crate::terraform::{Argument, AttributePath, Diagnostic, ReadError};

/// Where KooCLI keeps its configuration.
const SHARED_CONFIG_FILE: &str = "~/.hcloud/config.json";

/// All files of a configuration are read within this time. A pipe may need a moment until its writer has written.
const FILES_TIMEOUT: Duration = Duration::from_secs(10);

/// The layers.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) config: Config,
    pub(super) environment: Environment,
    block_profile: Result<Argument<Profile>, Diagnostic>,
    environment_profile: Result<Argument<Profile>, Diagnostic>,
    files_deadline: Deadline,
}

/// A value of one of the layers.
pub(super) type Layered<T> = Result<Argument<T>, ReadError>;

impl Settings {
    /// The layers without their files: what a profile says is unknown.
    pub(super) fn without_files(config: Config, environment: Environment) -> Self {
        let named = |named: bool| Ok(if named { Argument::Unknown } else { Argument::Null });
        let in_block = own(&config.profile).is_some() || own(&config.shared_config_file).is_some();
        let in_environment = environment.first(&[env::HW_PROFILE, env::HW_SHARED_CONFIG_FILE]).is_some();
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

    /// A text that profiles may have too.
    pub(super) fn profiled(
        &self,
        argument: &Argument<String>,
        of_profile: impl Fn(Profile) -> Argument<String>,
        variables: &[Variable],
    ) -> Layered<String> {
        if let Some(own) = own(argument) {
            return Ok(own);
        }
        let from = |profile: Argument<Profile>| match profile {
            Argument::Known(profile) => of_profile(profile),
            Argument::Unknown => Argument::Unknown,
            Argument::Null => Argument::Null,
        };
        let of_block = from(self.block_profile()?);
        if !of_block.is_null() {
            return Ok(of_block);
        }
        if let Some(value) = self.environment.first(variables) {
            return Ok(Argument::Known(value));
        }
        Ok(from(self.environment_profile()?))
    }

    /// A text of the block or else of the environment. An empty one counts as left out.
    pub(super) fn text(&self, argument: &Argument<String>, variables: &[Variable]) -> Argument<String> {
        own(argument).unwrap_or_else(|| self.environment.first(variables).map_or(Argument::Null, Argument::Known))
    }

    /// The region whose API is called.
    pub(super) fn region(&self) -> Layered<String> {
        let variables = [env::HW_REGION_NAME, env::OS_REGION_NAME];
        self.profiled(&self.config.region, |profile| from_option(profile.region), &variables)
    }

    /// The project. That of a profile belongs to the profile's region, if it has one, and is no project for another.
    pub(super) fn project_id(&self) -> Layered<String> {
        let variables = [env::HW_PROJECT_ID, env::OS_PROJECT_ID, env::OS_TENANT_ID];
        let region = self.region()?;
        let of_profile = |profile: Profile| match (from_option(profile.project_id), profile.region, &region) {
            (Argument::Known(_), Some(_), Argument::Unknown) => Argument::Unknown,
            (Argument::Known(_), Some(own), Argument::Known(region)) if own != *region => Argument::Null,
            (project_id, ..) => project_id,
        };
        self.profiled(&self.config.project_id, of_profile, &variables)
    }

    /// The project's name.
    pub(super) fn project_name(&self) -> Argument<String> {
        self.text(&self.config.project_name, &[env::HW_PROJECT_NAME, env::OS_PROJECT_NAME, env::OS_TENANT_NAME])
    }

    /// The account's id.
    pub(super) fn domain_id(&self) -> Layered<String> {
        let variables = [env::HW_DOMAIN_ID, env::OS_DOMAIN_ID, env::OS_USER_DOMAIN_ID, env::OS_PROJECT_DOMAIN_ID];
        self.profiled(&self.config.domain_id, |profile| from_option(profile.domain_id), &variables)
    }

    /// The account's name.
    pub(super) fn domain_name(&self) -> Argument<String> {
        let variables =
            [env::HW_DOMAIN_NAME, env::OS_DOMAIN_NAME, env::OS_USER_DOMAIN_NAME, env::OS_PROJECT_DOMAIN_NAME];
        self.text(&self.config.domain_name, &variables)
    }

    /// The profile that the block names.
    pub(super) fn block_profile(&self) -> Result<Argument<Profile>, Diagnostic> {
        self.block_profile.clone()
    }

    /// The profile that the environment names.
    pub(super) fn environment_profile(&self) -> Result<Argument<Profile>, Diagnostic> {
        self.environment_profile.clone()
    }

    async fn read_block_profile(&self) -> Result<Argument<Profile>, Diagnostic> {
        let (name, file) = (&self.config.profile, &self.config.shared_config_file);
        if name.is_unknown() || file.is_unknown() {
            return Ok(Argument::Unknown);
        }
        if own(name).is_none() && own(file).is_none() {
            return Ok(Argument::Null);
        }
        let attribute = if own(name).is_some() { "profile" } else { "shared_config_file" };
        let name = self.text(name, &[env::HW_PROFILE]).into_known();
        let file = self.text(file, &[env::HW_SHARED_CONFIG_FILE]).into_known();
        let profile = self.load(name.as_deref(), file.as_deref()).await;
        profile.map_err(|error| error.at(AttributePath::attribute(attribute)))
    }

    async fn read_environment_profile(&self) -> Result<Argument<Profile>, Diagnostic> {
        let name = self.environment.get(env::HW_PROFILE);
        let file = self.environment.get(env::HW_SHARED_CONFIG_FILE);
        if name.is_none() && file.is_none() {
            return Ok(Argument::Null);
        }
        self.load(name.as_deref(), file.as_deref()).await
    }

    async fn load(&self, name: Option<&str>, file: Option<&str>) -> Result<Argument<Profile>, Diagnostic> {
        let path = file.unwrap_or(SHARED_CONFIG_FILE);
        let path = self.path(path).ok_or_else(|| messages::no_home("shared_config_file"))?;
        let profile = load_profile(&path, name, self.files_deadline).await;
        profile.map(Argument::Known).map_err(|error| messages::bad_profile(&path, &error))
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

fn from_option(value: Option<String>) -> Argument<String> {
    value.map_or(Argument::Null, Argument::Known)
}

/// The value of an argument that is needed now: none if it is left out.
pub(super) fn settled<T>(argument: Argument<T>, name: &str) -> Result<Option<T>, ReadError> {
    match argument {
        Argument::Known(value) => Ok(Some(value)),
        Argument::Unknown => Err(messages::unknown_setting(name)),
        Argument::Null => Ok(None),
    }
}

/// What the block itself says, unless it leaves the argument out or empty.
pub(super) fn own(argument: &Argument<String>) -> Option<Argument<String>> {
    match argument {
        Argument::Known(value) if !value.is_empty() => Some(Argument::Known(value.clone())),
        Argument::Unknown => Some(Argument::Unknown),
        Argument::Known(_) | Argument::Null => None,
    }
}

/// The same for a secret.
pub(super) fn own_secret(argument: &Argument<SecretString>) -> Option<Argument<SecretString>> {
    match argument {
        Argument::Known(value) if !value.expose_secret().is_empty() => Some(Argument::Known(value.clone())),
        Argument::Unknown => Some(Argument::Unknown),
        Argument::Known(_) | Argument::Null => None,
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
