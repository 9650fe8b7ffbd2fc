//! What to paste to point Terraform at a sandbox.

use crate::seed;

/// The smallest configuration that shows something: the provider, and all workspaces.
pub const HCL: &str = r#"terraform {
  required_providers {
    maas = {
      source = "terraform.local/huaweicloud/maas"
    }
  }
}

data "maas_workspaces" "all" {}

output "all" {
  value = data.maas_workspaces.all
}
"#;

/// The environment variables that point the provider at the sandbox listening at `url`, as the seeded user.
pub(crate) fn environment(url: &str) -> [(&'static str, String); 6] {
    [
        ("HW_MAAS_ENDPOINT", url.to_owned()),
        ("HW_REGION_NAME", seed::HOST_REGION.to_owned()),
        ("HW_PROJECT_ID", seed::PROJECT_ID.to_owned()),
        ("HW_AUTH_TOKEN", seed::TOKEN.to_owned()),
        ("HW_AUTH_URL", format!("{url}/v3")),
        ("HW_STS_ENDPOINT", url.to_owned()),
    ]
}

/// The same as lines for a shell. No value needs quoting.
pub(crate) fn exports(url: &str) -> String {
    environment(url).map(|(name, value)| format!("export {name}={value}\n")).concat()
}

/// Other ways for the seeded user to prove who they are, each commented out, as lines for a shell.
pub(crate) fn other_exports() -> String {
    let commented = |way: &str, variables: &[(&str, &str)]| {
        let exports = variables.iter().map(|(name, value)| format!("# export {name}={value}\n"));
        format!("# Or with {way}:\n# unset HW_AUTH_TOKEN\n{}", exports.collect::<String>())
    };
    let access_key = [("HW_ACCESS_KEY", seed::ACCESS_KEY), ("HW_SECRET_KEY", seed::SECRET_KEY)];
    let password = [
        ("HW_USER_NAME", seed::USER_NAME),
        ("HW_USER_PASSWORD", seed::PASSWORD),
        ("HW_DOMAIN_NAME", seed::DOMAIN_NAME),
    ];
    commented("an access key", &access_key) + &commented("a password", &password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_asked_for_then_one_line_each_to_paste() {
        assert_eq!(
            exports("http://127.0.0.1:8700"),
            "export HW_MAAS_ENDPOINT=http://127.0.0.1:8700\n\
             export HW_REGION_NAME=ap-southeast-1\n\
             export HW_PROJECT_ID=5a0db0c0ffee4a11b00c5a0db0c0ffee\n\
             export HW_AUTH_TOKEN=sandbox-token-not-a-secret\n\
             export HW_AUTH_URL=http://127.0.0.1:8700/v3\n\
             export HW_STS_ENDPOINT=http://127.0.0.1:8700\n"
        );
    }

    #[test]
    fn other_ways_asked_for_then_every_line_is_commented_out() {
        assert_eq!(
            other_exports(),
            "# Or with an access key:\n\
             # unset HW_AUTH_TOKEN\n\
             # export HW_ACCESS_KEY=SANDBOXNOTASECRET000\n\
             # export HW_SECRET_KEY=notasecretSANDBOXnotasecretSANDBOX000000\n\
             # Or with a password:\n\
             # unset HW_AUTH_TOKEN\n\
             # export HW_USER_NAME=sandbox-user\n\
             # export HW_USER_PASSWORD=sandbox-password-not-a-secret\n\
             # export HW_DOMAIN_NAME=sandbox-account\n"
        );
    }

    #[test]
    fn every_value_then_a_shell_takes_it_unquoted() {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:".contains(&byte);
        for (name, value) in environment("http://127.0.0.1:1") {
            assert!(value.bytes().all(is_plain), "{name}={value}");
        }
    }

    #[test]
    fn snippet_read_then_it_names_the_local_provider_and_the_data_source() {
        assert!(HCL.contains(r#"source = "terraform.local/huaweicloud/maas""#));
        assert!(HCL.contains(r#"data "maas_workspaces" "all" {}"#));
    }
}
