//! The environment variables as tables.

use terraform_provider_maas::env::{ALL, Variable};

/// Returns the table of environment variables for users.
pub(super) fn of_users() -> String {
    table(ALL.iter().filter(|variable| !is_of_hosts(variable)))
}

/// Returns the table of environment variables that Terraform and OpenTofu set when they start the provider.
pub(super) fn of_hosts() -> String {
    table(ALL.iter().filter(|variable| is_of_hosts(variable)))
}

/// Returns whether a variable belongs to the plugin protocol, by its name.
fn is_of_hosts(variable: &Variable) -> bool {
    ["PLUGIN_", "TF_PLUGIN_"].iter().any(|prefix| variable.name.starts_with(prefix))
}

fn table<'a>(variables: impl Iterator<Item = &'a Variable>) -> String {
    let rows = variables.map(|Variable { name, purpose }| format!("| `{name}` | {} |\n", purpose.replace('|', "\\|")));
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
