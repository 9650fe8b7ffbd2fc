//! Reads the configuration file of KooCLI (`hcloud`), see
//! <https://support.huaweicloud.com/intl/en-us/usermanual-hcli/hcli_03_004_01.html>.

use std::fmt;
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::text::without_byte_order_mark;
use super::{Deadline, Domain, Keys, Role, RoleApi, SecretProblem, SignIn, read_file, same_name, trimmed_key};

/// The settings of a profile. All of them are optional.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The name of the profile.
    pub name: String,
    /// The credential source, if the profile has one. An error matters only if the credentials are used.
    pub sign_in: Result<Option<SignIn>, SharedConfigError>,
    /// The agencies to assume with these credentials.
    pub roles: Vec<Role>,
    /// The region.
    pub region: Option<String>,
    /// The project.
    pub project_id: Option<String>,
    /// The account.
    pub domain_id: Option<String>,
}

/// The error of a profile that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SharedConfigError {
    /// The file does not exist or cannot be read.
    #[error("the file cannot be read: {0}")]
    File(String),
    /// The file does not have KooCLI's format.
    #[error("it is not a configuration of KooCLI: {0}")]
    Json(String),
    /// The file has no profile with this name.
    #[error("it has no profile `{name}`; it has: {}", listed(known))]
    NoProfile {
        /// The requested name.
        name: String,
        /// The names of the existing profiles.
        known: Vec<String>,
    },
    /// The file has several profiles with this name in different Unicode forms.
    #[error("it has several profiles named `{0}`, which differ only in how Unicode writes the name")]
    AmbiguousName(String),
    /// The profile's secrets are encrypted. Only KooCLI can decrypt them.
    #[error("the secrets of profile `{0}` are encrypted")]
    Encrypted(String),
    /// A secret has invalid characters.
    #[error("`{member}` of profile `{name}` cannot be used: {problem}")]
    Secret {
        /// The profile.
        name: String,
        /// The member of the profile.
        member: &'static str,
        /// The problem.
        problem: SecretProblem,
    },
    /// The source profile of the keys does not have them.
    #[error("profile `{name}` takes its keys from profile `{source_profile}`, which {problem}")]
    SourceProfile {
        /// The profile.
        name: String,
        /// The source profile.
        source_profile: String,
        /// The problem.
        problem: &'static str,
    },
    /// A profile with the mode `agency` has no agency.
    #[error("profile `{0}` has the mode `agency`, which takes `agencyName` and `agencyDomainId` or `agencyDomainName`")]
    Agency(String),
    /// The profile has an unknown mode.
    #[error("profile `{name}` has the mode `{mode}`, which is none of: AKSK, ecsAgency, SSO, token, agency")]
    Mode {
        /// The profile.
        name: String,
        /// The mode.
        mode: String,
    },
}

/// Reads a profile from a file: the one with this name, or KooCLI's current profile.
///
/// # Errors
/// See [`SharedConfigError`].
pub async fn load_profile(path: &Path, name: Option<&str>, deadline: Deadline) -> Result<Profile, SharedConfigError> {
    let bytes = read_file(path, deadline).await.map_err(|error| SharedConfigError::File(error.to_string()))?;
    parse_profile(&bytes, name)
}

/// Parses a profile from the content of a file.
///
/// # Errors
/// See [`SharedConfigError`].
pub fn parse_profile(bytes: &[u8], name: Option<&str>) -> Result<Profile, SharedConfigError> {
    // The text of a JSON error may quote a secret; its position does not.
    let file: File = serde_json::from_slice(without_byte_order_mark(bytes)).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        SharedConfigError::Json(format!("line {line}, column {column} is not as expected"))
    })?;
    let name = name.map(str::to_owned).or_else(|| file.current.clone()).unwrap_or_else(|| "default".to_owned());
    let raw = file.profile(&name)?.ok_or_else(|| {
        let known = file.profiles.iter().map(|profile| profile.name.clone()).collect();
        SharedConfigError::NoProfile { name: name.clone(), known }
    })?;
    let (sign_in, roles) = match file.sign_in(raw) {
        Ok((sign_in, roles)) => (Ok(sign_in), roles),
        Err(error) => (Err(error), Vec::new()),
    };
    Ok(Profile {
        name,
        sign_in,
        roles,
        region: text(raw.region.as_ref()),
        project_id: text(raw.project_id.as_ref()),
        domain_id: text(raw.domain_id.as_ref()),
    })
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    current: Option<String>,
    #[serde(default)]
    profiles: Vec<RawProfile>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawProfile {
    name: String,
    mode: Option<String>,
    access_key_id: Option<SecretString>,
    secret_access_key: Option<SecretString>,
    security_token: Option<SecretString>,
    x_auth_token: Option<SecretString>,
    region: Option<String>,
    project_id: Option<String>,
    domain_id: Option<String>,
    agency_name: Option<String>,
    agency_domain_id: Option<String>,
    agency_domain_name: Option<String>,
    source_profile: Option<String>,
    sso_auth: Option<SsoAuth>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct SsoAuth {
    sts_token: Option<StsToken>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct StsToken {
    access_key_id: Option<SecretString>,
    secret_access_key: Option<SecretString>,
    security_token: Option<SecretString>,
}

impl File {
    fn profile(&self, name: &str) -> Result<Option<&RawProfile>, SharedConfigError> {
        let mut matching = self.profiles.iter().filter(|profile| same_name(&profile.name, name));
        let first = matching.next();
        match first.zip(matching.find(|other| first.is_some_and(|first| other.name != first.name))) {
            Some(_) => Err(SharedConfigError::AmbiguousName(name.to_owned())),
            None => Ok(first),
        }
    }

    fn sign_in(&self, profile: &RawProfile) -> Result<(Option<SignIn>, Vec<Role>), SharedConfigError> {
        let mode = text(profile.mode.as_ref()).unwrap_or_else(|| "AKSK".to_owned());
        let sign_in = match mode.to_ascii_lowercase().as_str() {
            "aksk" => profile.keys()?.map(SignIn::Keys),
            "sso" => profile.sso_keys()?.map(SignIn::Keys),
            "token" => profile.secret("xAuthToken", profile.x_auth_token.as_ref())?.map(SignIn::Token),
            "ecsagency" => Some(SignIn::EcsAgency),
            "agency" => self.source_of(profile)?,
            _ => return Err(SharedConfigError::Mode { name: profile.name.clone(), mode }),
        };
        let role = profile.role();
        if role.is_none() && mode.eq_ignore_ascii_case("agency") {
            return Err(SharedConfigError::Agency(profile.name.clone()));
        }
        Ok((sign_in, role.into_iter().collect()))
    }

    /// Returns the keys of a profile with the mode `agency`: those of its source profile, or its own.
    fn source_of(&self, profile: &RawProfile) -> Result<Option<SignIn>, SharedConfigError> {
        let Some(source) = text(profile.source_profile.as_ref()) else { return Ok(profile.keys()?.map(SignIn::Keys)) };
        let error = |problem| {
            let (name, source_profile) = (profile.name.clone(), source.clone());
            SharedConfigError::SourceProfile { name, source_profile, problem }
        };
        let raw = self.profile(&source)?.ok_or_else(|| error("does not exist"))?;
        let keys = match raw.sso_keys()? {
            Some(keys) => Some(keys),
            None => raw.keys()?,
        };
        keys.map(|keys| Some(SignIn::Keys(keys))).ok_or_else(|| error("has no keys"))
    }
}

impl RawProfile {
    fn keys(&self) -> Result<Option<Keys>, SharedConfigError> {
        self.checked(self.access_key_id.as_ref(), self.secret_access_key.as_ref(), self.security_token.as_ref())
    }

    fn sso_keys(&self) -> Result<Option<Keys>, SharedConfigError> {
        let Some(token) = self.sso_auth.as_ref().and_then(|auth| auth.sts_token.as_ref()) else { return Ok(None) };
        self.checked(token.access_key_id.as_ref(), token.secret_access_key.as_ref(), token.security_token.as_ref())
    }

    fn checked(
        &self,
        access_key: Option<&SecretString>,
        secret_key: Option<&SecretString>,
        security_token: Option<&SecretString>,
    ) -> Result<Option<Keys>, SharedConfigError> {
        let access_key = self.secret("accessKeyId", access_key)?;
        let secret_key = self.secret("secretAccessKey", secret_key)?;
        let (Some(access_key), Some(secret_key)) = (access_key, secret_key) else { return Ok(None) };
        if is_encrypted(&access_key) || is_encrypted(&secret_key) {
            return Err(SharedConfigError::Encrypted(self.name.clone()));
        }
        let security_token = self.secret("securityToken", security_token)?;
        Ok(Some(Keys { access_key, secret_key, security_token }))
    }

    fn secret(
        &self,
        member: &'static str,
        secret: Option<&SecretString>,
    ) -> Result<Option<SecretString>, SharedConfigError> {
        let Some(secret) = secret.filter(|secret| !secret.expose_secret().is_empty()) else { return Ok(None) };
        let error = |problem| SharedConfigError::Secret { name: self.name.clone(), member, problem };
        trimmed_key(secret).map(Some).map_err(error)
    }

    fn role(&self) -> Option<Role> {
        let by_id = text(self.agency_domain_id.as_ref()).map(Domain::Id);
        let domain = by_id.or_else(|| text(self.agency_domain_name.as_ref()).map(Domain::Name))?;
        let agency_name = text(self.agency_name.as_ref())?;
        Some(Role { agency_name, domain, duration: None, api: RoleApi::SecurityTokens })
    }
}

/// Returns whether a text can be a key: at most 64 letters and digits. Encrypted values have other characters or are longer.
fn is_encrypted(key: &SecretString) -> bool {
    let key = key.expose_secret();
    key.len() > 64 || !key.chars().all(|c| c.is_ascii_alphanumeric())
}

fn text(text: Option<&String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty()).cloned()
}

fn listed(names: &[String]) -> impl fmt::Display {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn parsed(profiles: &Value, name: Option<&str>) -> Result<Profile, SharedConfigError> {
        let file = json!({ "language": "en", "current": "main", "profiles": profiles });
        parse_profile(file.to_string().as_bytes(), name)
    }

    fn keys(profile: &Profile) -> (String, String, Option<String>) {
        let Ok(Some(SignIn::Keys(keys))) = &profile.sign_in else { panic!("no keys in {profile:?}") };
        let text = |secret: &SecretString| secret.expose_secret().to_owned();
        (text(&keys.access_key), text(&keys.secret_key), keys.security_token.as_ref().map(text))
    }

    fn expected(name: &str, token: Option<&str>) -> (String, String, Option<String>) {
        (format!("AK{name}"), format!("SK{name}"), token.map(str::to_owned))
    }

    #[test]
    fn keys_then_they_region_and_project_of_the_current_profile_or_the_one_named() {
        let profiles = json!([
            {"name": "other", "mode": "AKSK", "accessKeyId": "AK1", "secretAccessKey": "SK1", "securityToken": "T/=+"},
            {"name": "main", "mode": "AKSK", "accessKeyId": "AK2", "secretAccessKey": "SK2", "securityToken": "",
             "region": "ap-southeast-1", "projectId": "p", "domainId": "d", "retryCount": 0, "custom": {}},
        ]);
        let main = parsed(&profiles, None).expect("a profile");
        assert_eq!(keys(&main), expected("2", None));
        assert_eq!((main.region.as_deref(), main.project_id.as_deref()), (Some("ap-southeast-1"), Some("p")));
        assert_eq!(main.domain_id.as_deref(), Some("d"));
        assert_eq!(keys(&parsed(&profiles, Some("other")).expect("a profile")), expected("1", Some("T/=+")));
    }

    #[test]
    fn byte_order_mark_before_the_file_then_read_as_without_it() {
        let file = b"\xef\xbb\xbf{\"profiles\":[{\"name\":\"default\",\"region\":\"r\"}]}";
        assert_eq!(parse_profile(file, None).expect("a profile").region.as_deref(), Some("r"));
    }

    #[test]
    fn each_other_mode_then_what_it_signs_in_with() {
        let sso = json!({"stsToken": {"accessKeyId": "AK3", "secretAccessKey": "SK3", "securityToken": "t"}});
        let profiles = json!([
            {"name": "sso", "mode": "SSO", "ssoAuth": sso},
            {"name": "ecs", "mode": "ecsAgency"},
            {"name": "token", "mode": "token", "xAuthToken": "hunter2"},
            {"name": "agency", "mode": "agency", "sourceProfile": "sso", "agencyName": "ops", "agencyDomainId": "d"},
        ]);
        let profile = |name| parsed(&profiles, Some(name)).expect("a profile");
        assert_eq!(keys(&profile("sso")), expected("3", Some("t")));
        assert!(matches!(profile("ecs").sign_in, Ok(Some(SignIn::EcsAgency))));
        assert!(
            matches!(profile("token").sign_in, Ok(Some(SignIn::Token(token))) if token.expose_secret() == "hunter2")
        );
        let agency = profile("agency");
        assert_eq!(keys(&agency), expected("3", Some("t")));
        let role = Role {
            agency_name: "ops".to_owned(),
            domain: Domain::Id("d".to_owned()),
            duration: None,
            api: RoleApi::SecurityTokens,
        };
        assert_eq!(agency.roles, [role]);
    }

    #[test]
    fn profile_without_keys_then_nothing_to_sign_in_with() {
        let profiles = json!([{"name": "main", "mode": "AKSK", "accessKeyId": "", "secretAccessKey": ""}]);
        assert!(parsed(&profiles, None).expect("a profile").sign_in.expect("usable").is_none());
    }

    #[test]
    fn profile_name_in_another_normal_form_then_found_unless_ambiguous() {
        let cafe = |name: &str, key: &str| json!({"name": name, "accessKeyId": format!("AK{key}"), "secretAccessKey": format!("SK{key}")});
        let one = json!([cafe("cafe", "1"), cafe("cafe\u{301}", "2")]);
        assert_eq!(keys(&parsed(&one, Some("café")).expect("a profile")), expected("2", None));
        let agency = json!([cafe("café", "1"), {"name": "main", "mode": "agency", "sourceProfile": "cafe\u{301}",
            "agencyName": "ops", "agencyDomainId": "d"}]);
        assert_eq!(keys(&parsed(&agency, None).expect("a profile")), expected("1", None));
        let two = json!([cafe("café", "1"), cafe("cafe\u{301}", "2")]);
        let error = parsed(&two, Some("café")).expect_err("two of them").to_string();
        assert!(error.starts_with("it has several profiles named `café`"), "{error}");
    }

    #[test]
    fn encrypted_secrets_then_recognised_and_not_shown() {
        for secret in ["hunter2+/==", &"x".repeat(65)] {
            let profiles = json!([{"name": "main", "accessKeyId": "AK", "secretAccessKey": secret}]);
            let error = parsed(&profiles, None).expect("a profile").sign_in.expect_err("encrypted");
            assert_eq!(error, SharedConfigError::Encrypted("main".to_owned()));
        }
    }

    #[test]
    fn unknown_profile_mode_or_source_then_a_message_of_its_own() {
        let profiles = json!([
            {"name": "odd", "mode": "magic"},
            {"name": "agency", "mode": "agency", "sourceProfile": "gone"},
            {"name": "keyless", "mode": "agency", "sourceProfile": "odd"},
            {"name": "nobody's", "mode": "Agency", "accessKeyId": "1", "secretAccessKey": "2", "agencyName": "ops"},
        ]);
        let error = |name| match parsed(&profiles, name) {
            Ok(profile) => profile.sign_in.expect_err("refused").to_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(error(None), "it has no profile `main`; it has: odd, agency, keyless, nobody's");
        assert!(error(Some("odd")).starts_with("profile `odd` has the mode `magic`"));
        assert!(error(Some("agency")).ends_with("profile `gone`, which does not exist"));
        assert!(error(Some("nobody's")).ends_with("takes `agencyName` and `agencyDomainId` or `agencyDomainName`"));
        assert!(error(Some("keyless")).ends_with("profile `odd`, which has no keys"));
    }

    #[tokio::test]
    async fn file_that_is_none_then_place_but_no_content_in_the_error() {
        let text = "{\"profiles\": [\n{\"name\": \"main\", \"secretAccessKey\": [\"hunter2\"]}]}";
        let error = parse_profile(text.as_bytes(), None).expect_err("refused").to_string();
        assert!(error.contains("line 2") && !error.contains("hunter2"), "{error}");
        let deadline = Deadline::within(std::time::Duration::from_mins(1));
        let missing = load_profile(Path::new("/nonexistent/config.json"), None, deadline).await.expect_err("no file");
        assert!(matches!(missing, SharedConfigError::File(_)));
    }
}
