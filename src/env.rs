//! Every environment variable that the provider reads, in one list.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

/// A variable: its name and what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The name in the environment.
    pub name: &'static str,
    /// What it does, for the documentation.
    pub purpose: &'static str,
}

macro_rules! variables {
    ($($name:ident: $purpose:literal;)+) => {
        $(
            #[doc = $purpose]
            pub const $name: Variable = Variable { name: stringify!($name), purpose: $purpose };
        )+

        /// All of them, in the order of the documentation.
        pub const ALL: &[Variable] = &[$($name),+];
    };
}

variables! {
    HW_REGION_NAME: "Region whose MaaS API is called, for the argument `region`.";
    OS_REGION_NAME: "The same, if `HW_REGION_NAME` is not set.";
    HW_PROJECT_ID: "Project that owns the workspaces, for the argument `project_id`.";
    OS_PROJECT_ID: "The same, if `HW_PROJECT_ID` is not set.";
    OS_TENANT_ID: "The same, if neither is set.";
    HW_PROJECT_NAME: "Name of that project, for the argument `project_name`.";
    OS_PROJECT_NAME: "The same, if `HW_PROJECT_NAME` is not set.";
    OS_TENANT_NAME: "The same, if neither is set.";
    HW_AUTH_TOKEN: "IAM token, for the argument `token`.";
    OS_AUTH_TOKEN: "The same, if `HW_AUTH_TOKEN` is not set.";
    HW_ACCESS_KEY: "Access key id, for the argument `access_key`.";
    OS_ACCESS_KEY: "The same, if `HW_ACCESS_KEY` is not set.";
    HW_SECRET_KEY: "Secret key, for the argument `secret_key`.";
    OS_SECRET_KEY: "The same, if `HW_SECRET_KEY` is not set.";
    HW_SECURITY_TOKEN: "Token of a temporary access key, for the argument `security_token`.";
    HW_USER_NAME: "Name of a user, for the argument `user_name`.";
    OS_USERNAME: "The same, if `HW_USER_NAME` is not set.";
    HW_USER_ID: "Id of a user, for the argument `user_id`.";
    OS_USER_ID: "The same, if `HW_USER_ID` is not set.";
    HW_USER_PASSWORD: "Password of that user, for the argument `password`.";
    OS_PASSWORD: "The same, if `HW_USER_PASSWORD` is not set.";
    HW_DOMAIN_ID: "Id of the account, for the argument `domain_id`.";
    OS_DOMAIN_ID: "The same, if `HW_DOMAIN_ID` is not set.";
    OS_USER_DOMAIN_ID: "The same, if neither is set.";
    OS_PROJECT_DOMAIN_ID: "The same, if none of them is set.";
    HW_DOMAIN_NAME: "Name of the account, for the argument `domain_name`.";
    OS_DOMAIN_NAME: "The same, if `HW_DOMAIN_NAME` is not set.";
    OS_USER_DOMAIN_NAME: "The same, if neither is set.";
    OS_PROJECT_DOMAIN_NAME: "The same, if none of them is set.";
    HW_PROFILE: "Profile of KooCLI, for the argument `profile`.";
    HW_SHARED_CONFIG_FILE: "Configuration file of KooCLI, for the argument `shared_config_file`.";
    HW_ASSUME_ROLE_AGENCY_NAME: "Agency to assume, where there is no block `assume_role` or `assume_role_with_oidc`.";
    HW_ASSUME_ROLE_DOMAIN_NAME: "Name of the account of that agency.";
    HW_ASSUME_ROLE_DOMAIN_ID: "Id of the account of that agency.";
    HW_ASSUME_ROLE_DURATION: "How long its temporary keys should be valid, in seconds.";
    HW_ASSUME_ROLE_IDP_ID: "Identity provider whose ID token signs in, where there is no block `assume_role_with_oidc`.";
    HW_ASSUME_ROLE_ID_TOKEN: "The ID token.";
    HW_ASSUME_ROLE_ID_TOKEN_FILE: "File that holds the ID token.";
    HW_AUTH_URL: "URL of IAM, for the argument `auth_url`.";
    OS_AUTH_URL: "The same, if `HW_AUTH_URL` is not set.";
    HW_CLOUD: "Domain of the cloud, for the argument `cloud`.";
    HW_MAAS_ENDPOINT: "URL of the MaaS API, for the key `maas` of the argument `endpoints`.";
    HW_STS_ENDPOINT: "URL of STS, for the key `sts` of the argument `endpoints`.";
    HW_ECS_METADATA_ENDPOINT: "URL of the metadata service of ECS, if it is not `http://169.254.169.254`.";
    HW_INSECURE: "Whether any server is trusted, for the argument `insecure`: `true` or `false`, or another word that Go's `ParseBool` takes.";
    OS_INSECURE: "The same, if `HW_INSECURE` is not set.";
    OS_CACERT: "Further roots, for the argument `cacert_file`.";
    OS_CERT: "Certificate of the client, for the argument `cert`.";
    OS_KEY: "Its key, for the argument `key`.";
    HW_MAX_RETRIES: "How often a request is tried again, for the argument `max_retries`.";
    HTTPS_PROXY: "Proxy for `https` URLs; `https_proxy` is read before it.";
    HTTP_PROXY: "Proxy for `http` URLs; `http_proxy` is read before it.";
    NO_PROXY: "Hosts that are reached without a proxy, separated by commas, by the rules of Go: `example.com` (also the names below it), `.example.com` and `*.example.com` (only those), an address, a network such as `10.0.0.0/8`, each name and address also with `:port`, and `*` for every host; `no_proxy` is read before it. This machine itself (`localhost` and the like) always is.";
    SSL_CERT_FILE: "File with roots to trust instead of the system's; the bundled ones stay trusted.";
    SSL_CERT_DIR: "Folder with roots to trust instead of the system's; the bundled ones stay trusted.";
    HOME: "Where a `~` in a path leads; if it is not set, to the home folder in the user database.";
    USERPROFILE: "The same on Windows.";
    TF_LOG: "Log level of Terraform and its providers: `TRACE`, `DEBUG`, `INFO`, `WARN`, `ERROR` or `OFF`.";
    TF_LOG_PROVIDER: "Log level of all providers; beats `TF_LOG`.";
    TF_LOG_PROVIDER_MAAS: "Log level of this provider; beats `TF_LOG_PROVIDER`. Terraform shows nothing of it unless that or `TF_LOG` is set too.";
    TF_PLUGIN_MAGIC_COOKIE: "Set by Terraform; without it the provider explains itself and ends.";
    PLUGIN_PROTOCOL_VERSIONS: "Set by Terraform: the plugin protocol versions that it speaks.";
    PLUGIN_CLIENT_CERT: "Set by Terraform: its certificate, in PEM; asks for mutual TLS.";
    PLUGIN_MULTIPLEX_GRPC: "Set by some hosts: asks for a seventh field in the handshake line.";
    PLUGIN_UNIX_SOCKET_DIR: "Set by some hosts: the folder for the socket.";
    PLUGIN_UNIX_SOCKET_GROUP: "Set by some hosts: the group, by name or number, that may use the socket.";
    TMPDIR: "The folder for the socket, if the host names none; `/tmp` if it is not set.";
    PLUGIN_MIN_PORT: "Set by Terraform: the first port that may be used where there are no Unix sockets.";
    PLUGIN_MAX_PORT: "Set by Terraform: the last such port.";
}

/// Variables whose values are paths and may have any bytes.
const PATHS: [Variable; 5] = [HOME, USERPROFILE, TMPDIR, SSL_CERT_FILE, SSL_CERT_DIR];

/// The variables that the host sets for its plugins, or that change what it logs.
pub const OF_THE_HOST: [Variable; 12] = [
    TF_LOG,
    TF_LOG_PROVIDER,
    TF_LOG_PROVIDER_MAAS,
    TF_PLUGIN_MAGIC_COOKIE,
    PLUGIN_PROTOCOL_VERSIONS,
    PLUGIN_CLIENT_CERT,
    PLUGIN_MULTIPLEX_GRPC,
    PLUGIN_UNIX_SOCKET_DIR,
    PLUGIN_UNIX_SOCKET_GROUP,
    TMPDIR,
    PLUGIN_MIN_PORT,
    PLUGIN_MAX_PORT,
];

/// Where variables are read from: the process, or a fixed set in tests. An empty variable counts as unset.
#[derive(Clone, Default)]
pub struct Environment(Option<Arc<HashMap<String, OsString>>>);

impl Environment {
    /// The environment of the process.
    #[must_use]
    pub fn process() -> Self {
        Self(None)
    }

    /// These variables and no others.
    #[must_use]
    pub fn fixed<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let owned = variables.into_iter().map(|(name, value)| (name.to_owned(), OsString::from(value)));
        Self(Some(Arc::new(owned.collect())))
    }

    /// The value of a variable, unless it is unset or empty. A value that is not Unicode is reported by
    /// [`not_unicode`](Self::not_unicode), before anything is read.
    #[must_use]
    pub fn get(&self, variable: Variable) -> Option<String> {
        self.named(variable.name)
    }

    /// The names of those of these variables whose values are not Unicode, in either case, so that none of them counts
    /// as unset without a word.
    #[must_use]
    pub fn not_unicode(&self, variables: &[Variable]) -> Vec<String> {
        let names = variables.iter().filter(|variable| !PATHS.contains(variable)).flat_map(|variable| {
            let lower =
                [HTTPS_PROXY, HTTP_PROXY, NO_PROXY].contains(variable).then(|| variable.name.to_ascii_lowercase());
            lower.into_iter().chain([variable.name.to_owned()])
        });
        names.filter(|name| self.raw(name).is_some_and(|value| value.to_str().is_none())).collect()
    }

    /// The user's home folder: that of the environment, or else that of the user database.
    #[must_use]
    pub fn home(&self) -> Option<PathBuf> {
        let name = if cfg!(windows) { USERPROFILE.name } else { HOME.name };
        let home = match (self.raw(name), &self.0) {
            (None, None) => std::env::home_dir(),
            (home, _) => home.map(PathBuf::from),
        };
        home.filter(|home| !home.as_os_str().is_empty())
    }

    fn named(&self, name: &str) -> Option<String> {
        self.raw(name)?.into_string().ok().filter(|value| !value.is_empty())
    }

    fn raw(&self, name: &str) -> Option<OsString> {
        match &self.0 {
            Some(variables) => variables.get(name).cloned(),
            None => std::env::var_os(name),
        }
    }

    /// The value of the first of these variables that has one.
    #[must_use]
    pub fn first(&self, variables: &[Variable]) -> Option<String> {
        self.first_named(variables).map(|(_, value)| value)
    }

    /// The same with the name of that variable.
    #[must_use]
    pub fn first_named(&self, variables: &[Variable]) -> Option<(&'static str, String)> {
        variables.iter().find_map(|variable| Some((variable.name, self.get(*variable)?)))
    }

    /// The value of a variable that other programs read in lower case too, which then comes first.
    #[must_use]
    pub fn in_either_case(&self, variable: Variable) -> Option<String> {
        self.named(&variable.name.to_ascii_lowercase()).or_else(|| self.get(variable))
    }
}

/// Shows no values: some are secrets.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "fixed environment" } else { "process environment" })
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, Environment, HTTPS_PROXY, HW_PROJECT_ID, HW_REGION_NAME, NO_PROXY};

    #[cfg(unix)]
    #[test]
    fn value_not_unicode_then_its_variable_is_named_unless_it_holds_a_path() {
        use std::os::unix::ffi::OsStringExt;
        let stray = std::ffi::OsString::from_vec(vec![b'x', 0xff]);
        let names = ["HW_SECRET_KEY", "https_proxy", "PLUGIN_CLIENT_CERT", "HOME"];
        let variables = names.map(|name| (name.to_owned(), stray.clone()));
        let environment = Environment(Some(std::sync::Arc::new(variables.into())));
        let mut found = environment.not_unicode(ALL);
        found.sort_unstable();
        assert_eq!(found, ["HW_SECRET_KEY", "PLUGIN_CLIENT_CERT", "https_proxy"]);
        assert_eq!(environment.home(), Some(stray.into()));
    }

    #[test]
    fn home_empty_or_not_set_then_none_in_a_fixed_environment() {
        assert_eq!(Environment::fixed([]).home(), None);
        assert_eq!(Environment::fixed([("HOME", "")]).home(), None);
        assert!(Environment::process().home().is_some());
    }

    #[test]
    fn empty_variable_then_unset() {
        let environment = Environment::fixed([("HW_REGION_NAME", ""), ("HW_PROJECT_ID", "p")]);
        assert_eq!(environment.get(HW_REGION_NAME), None);
        assert_eq!(environment.get(HW_PROJECT_ID).as_deref(), Some("p"));
    }

    #[test]
    fn variable_in_both_cases_then_lower_case_first() {
        let environment = Environment::fixed([("HTTPS_PROXY", "upper"), ("https_proxy", "lower"), ("NO_PROXY", "x")]);
        assert_eq!(environment.in_either_case(HTTPS_PROXY).as_deref(), Some("lower"));
        assert_eq!(environment.in_either_case(NO_PROXY).as_deref(), Some("x"));
    }

    #[test]
    fn list_then_no_name_twice_and_every_purpose_a_sentence() {
        let mut names: Vec<_> = ALL.iter().map(|variable| variable.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
        assert!(ALL.iter().all(|variable| variable.purpose.ends_with('.')));
    }
}
