//! Every environment variable that the provider reads, in one list.

use std::collections::HashMap;
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
    HW_PROJECT_ID: "Project that owns the workspaces, for the argument `project_id`.";
    HW_AUTH_TOKEN: "IAM token, for the argument `token`.";
    HW_MAAS_ENDPOINT: "URL of the MaaS API, for the key `maas` of the argument `endpoints`.";
    TF_LOG: "Log level of Terraform and its providers: `TRACE`, `DEBUG`, `INFO`, `WARN`, `ERROR` or `OFF`.";
    TF_LOG_PROVIDER: "Log level of all providers; beats `TF_LOG`.";
    TF_LOG_PROVIDER_MAAS: "Log level of this provider; beats `TF_LOG_PROVIDER`.";
    TF_PLUGIN_MAGIC_COOKIE: "Set by Terraform; without it the provider explains itself and ends.";
    PLUGIN_PROTOCOL_VERSIONS: "Set by Terraform: the plugin protocol versions that it speaks.";
    PLUGIN_CLIENT_CERT: "Set by Terraform: its certificate, in PEM; asks for mutual TLS.";
    PLUGIN_MULTIPLEX_GRPC: "Set by some hosts: asks for a seventh field in the handshake line.";
    PLUGIN_UNIX_SOCKET_DIR: "Set by some hosts: the folder for the socket.";
    PLUGIN_MIN_PORT: "Set by Terraform: the first port that may be used where there are no Unix sockets.";
    PLUGIN_MAX_PORT: "Set by Terraform: the last such port.";
}

/// Where variables are read from: the process, or a fixed set in tests. An empty variable counts as unset.
#[derive(Clone, Default)]
pub struct Environment(Option<Arc<HashMap<String, String>>>);

impl Environment {
    /// The environment of the process.
    #[must_use]
    pub fn process() -> Self {
        Self(None)
    }

    /// These variables and no others.
    #[must_use]
    pub fn fixed<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let owned = variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self(Some(Arc::new(owned.collect())))
    }

    /// The value of a variable, unless it is unset, empty or not Unicode.
    #[must_use]
    pub fn get(&self, variable: Variable) -> Option<String> {
        let value = match &self.0 {
            Some(variables) => variables.get(variable.name).cloned(),
            None => std::env::var(variable.name).ok(),
        };
        value.filter(|value| !value.is_empty())
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
    use super::{ALL, Environment, HW_PROJECT_ID, HW_REGION_NAME};

    #[test]
    fn empty_variable_then_unset() {
        let environment = Environment::fixed([("HW_REGION_NAME", ""), ("HW_PROJECT_ID", "p")]);
        assert_eq!(environment.get(HW_REGION_NAME), None);
        assert_eq!(environment.get(HW_PROJECT_ID).as_deref(), Some("p"));
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
