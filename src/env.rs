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
    /// What it does, for the documentation. Empty if the declaration of a provider argument says it.
    pub purpose: &'static str,
}

macro_rules! variables {
    ($($argument:ident),+; $($name:ident: $purpose:literal;)+) => {
        $(
            #[doc = "Sets the provider argument that names it in its declaration."]
            pub const $argument: Variable = Variable { name: stringify!($argument), purpose: "" };
        )+
        $(
            #[doc = $purpose]
            pub const $name: Variable = Variable { name: stringify!($name), purpose: $purpose };
        )+

        /// All of them, in the order of the documentation.
        pub const ALL: &[Variable] = &[$($argument,)+ $($name),+];
    };
}

variables! {
    HW_REGION_NAME, OS_REGION_NAME, HW_PROJECT_ID, OS_PROJECT_ID, OS_TENANT_ID, HW_PROJECT_NAME, OS_PROJECT_NAME,
    OS_TENANT_NAME, HW_AUTH_TOKEN, OS_AUTH_TOKEN, HW_ACCESS_KEY, OS_ACCESS_KEY, HW_SECRET_KEY, OS_SECRET_KEY,
    HW_SECURITY_TOKEN, HW_USER_NAME, OS_USERNAME, HW_USER_ID, OS_USER_ID, HW_USER_PASSWORD, OS_PASSWORD, HW_DOMAIN_ID,
    OS_DOMAIN_ID, OS_USER_DOMAIN_ID, OS_PROJECT_DOMAIN_ID, HW_DOMAIN_NAME, OS_DOMAIN_NAME, OS_USER_DOMAIN_NAME,
    OS_PROJECT_DOMAIN_NAME, HW_PROFILE, HW_SHARED_CONFIG_FILE, HW_AUTH_URL, OS_AUTH_URL, HW_CLOUD, HW_INSECURE,
    OS_INSECURE, OS_CACERT, OS_CERT, OS_KEY, HW_MAX_RETRIES;
    HW_ASSUME_ROLE_AGENCY_NAME: "Agency to assume, where there is no block `assume_role` or `assume_role_with_oidc`.";
    HW_ASSUME_ROLE_DOMAIN_NAME: "Name of the account of that agency.";
    HW_ASSUME_ROLE_DOMAIN_ID: "Id of the account of that agency.";
    HW_ASSUME_ROLE_DURATION: "Lifetime of its temporary keys in seconds.";
    HW_ASSUME_ROLE_IDP_ID: "Identity provider whose ID token authenticates, where there is no block `assume_role_with_oidc`.";
    HW_ASSUME_ROLE_ID_TOKEN: "The ID token.";
    HW_ASSUME_ROLE_ID_TOKEN_FILE: "File that holds the ID token.";
    HW_MAAS_ENDPOINT: "URL of the MaaS API, for the key `maas` of the argument `endpoints`.";
    HW_STS_ENDPOINT: "URL of STS, for the key `sts` of the argument `endpoints`.";
    HW_ECS_METADATA_ENDPOINT: "URL of the metadata service of ECS, if it is not `http://169.254.169.254`.";
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
    fn list_then_no_name_twice_and_each_purpose_a_sentence() {
        let mut names: Vec<_> = ALL.iter().map(|variable| variable.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
        assert!(ALL.iter().all(|variable| variable.purpose.is_empty() || variable.purpose.ends_with('.')));
    }
}
