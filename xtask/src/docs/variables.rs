//! The environment variables as tables.

use terraform_provider_maas::env::ALL;
use terraform_provider_maas::provider::environment_variables;

/// Returns the table of environment variables for users: those of the provider arguments first.
pub(super) fn of_users() -> String {
    let arguments = environment_variables().into_iter().map(|(variable, purpose)| (variable.name, purpose));
    table(arguments.chain(others().filter(|(name, _)| !is_of_hosts(name))))
}

/// Returns the table of environment variables that Terraform and OpenTofu set when they start the provider.
pub(super) fn of_hosts() -> String {
    table(others().filter(|(name, _)| is_of_hosts(name)))
}

/// The variables that do not belong to one argument.
fn others() -> impl Iterator<Item = (&'static str, String)> {
    let others = ALL.iter().filter(|variable| !variable.purpose.is_empty());
    others.map(|variable| (variable.name, variable.purpose.to_owned()))
}

/// Returns whether a variable belongs to the plugin protocol, by its name.
fn is_of_hosts(name: &str) -> bool {
    ["PLUGIN_", "TF_PLUGIN_"].iter().any(|prefix| name.starts_with(prefix))
}

fn table(variables: impl Iterator<Item = (&'static str, String)>) -> String {
    let rows = variables.map(|(name, purpose)| format!("| `{name}` | {} |\n", purpose.replace('|', "\\|")));
    ["| environment variable | meaning |\n|---|---|\n".to_owned()].into_iter().chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use super::{ALL, of_hosts, of_users};

    #[test]
    fn each_variable_then_in_one_table_of_the_two() {
        let (users, hosts) = (of_users(), of_hosts());
        for variable in ALL {
            let row = format!("| `{}` | ", variable.name);
            assert!(users.contains(&row) != hosts.contains(&row), "{}", variable.name);
        }
        assert!(users.contains("| `TF_LOG` | ") && hosts.contains("| `TF_PLUGIN_MAGIC_COOKIE` | "));
    }
}
