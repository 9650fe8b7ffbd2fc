//! The environment variable with which hosts attach to a running provider, such as one in a debugger.

use serde_json::{Value, json};

use super::handshake::PROTOCOL_VERSION;

/// The default registries, which a source address without a registry host refers to.
const REGISTRIES: [&str; 2] = ["registry.terraform.io", "registry.opentofu.org"];

/// Returns the value of `TF_REATTACH_PROVIDERS` for a provider with this source address.
pub(super) fn variable(provider_address: &str, network: &str, address: &str) -> String {
    let entry = json!({
        "Protocol": "grpc",
        "ProtocolVersion": PROTOCOL_VERSION,
        "Pid": std::process::id(),
        // With `false`, Terraform would crash, or end this process.
        "Test": true,
        "Addr": { "Network": network, "String": address },
    });
    let own_host = provider_address.split('/').next().unwrap_or_default();
    let rest = provider_address.strip_prefix(own_host).unwrap_or_default();
    let addresses = std::iter::once(provider_address.to_owned())
        .chain(REGISTRIES.iter().filter(|host| **host != own_host).map(|host| format!("{host}{rest}")));
    Value::Object(addresses.map(|address| (address, entry.clone())).collect()).to_string()
}

/// Returns the instructions for the user.
pub(super) fn instructions(variable: &str) -> String {
    let quoted = variable.replace('\'', r#"'"'"'"#);
    format!(
        "Provider started. To attach Terraform or OpenTofu to it, set this variable where you run them:\n\n\
         \tTF_REATTACH_PROVIDERS='{quoted}'\n\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_host_then_entries_for_it_and_both_registries() {
        let variable = variable("terraform.local/huaweicloud/maas", "unix", "/tmp/a'b");
        let entries: Value = serde_json::from_str(&variable).expect("JSON");
        for host in ["terraform.local", "registry.terraform.io", "registry.opentofu.org"] {
            let entry = &entries[format!("{host}/huaweicloud/maas")];
            assert_eq!(entry["Test"], true);
            assert_eq!(entry["ProtocolVersion"], 6);
            assert_eq!(entry["Addr"]["String"], "/tmp/a'b");
        }
        assert!(instructions(&variable).contains(r#"/tmp/a'"'"'b"#));
    }
}
