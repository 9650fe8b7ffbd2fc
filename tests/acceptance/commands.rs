//! Each command of the host that touches a provider.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use maas_sandbox::Sandbox;
use serde_json::Value;

use crate::terraform::{Workdir, provider, with_each_host};

const ALL: &str =
    "data \"maas_workspaces\" \"all\" {}\noutput \"n\" { value = length(data.maas_workspaces.all.workspaces) }\n";

#[test]
fn applied_then_second_plan_has_no_changes() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().start();
        let workdir = Workdir::new(host, &sandbox, ALL);
        workdir.run(&["apply", "-auto-approve"]).succeeded();
        let run = workdir.run(&["plan", "-detailed-exitcode"]).succeeded();
        assert!(run.stdout.contains("No changes"), "{}", run.stdout);
    });
}

#[test]
fn saved_plan_applied_then_no_further_request() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().start();
        let workdir = Workdir::new(host, &sandbox, ALL);
        workdir.run(&["plan", "-out=plan.bin"]).succeeded();
        assert_eq!(sandbox.requests().len(), 1);
        workdir.run(&["apply", "plan.bin"]).succeeded();
        assert_eq!(sandbox.requests().len(), 1);
    });
}

#[test]
fn validate_then_no_request_and_no_credentials_needed() {
    with_each_host(|host| {
        let configuration =
            "variable \"r\" { default = \"x\" }\ndata \"maas_workspaces\" \"all\" { region_id = var.r }\n";
        let run = Workdir::without_sandbox(host, configuration).run(&["validate"]).succeeded();
        assert!(run.stdout.contains("Success!"), "{}", run.stdout);
    });
}

#[test]
fn provider_block_alone_then_plans_with_nothing_set() {
    with_each_host(|host| {
        let run = Workdir::without_sandbox(host, "provider \"maas\" {}\n").run(&["plan"]).succeeded();
        assert!(run.stdout.contains("No changes"), "{}", run.stdout);
    });
}

#[test]
fn schema_asked_for_then_every_attribute_and_the_token_sensitive() {
    with_each_host(|host| {
        let workdir = Workdir::without_sandbox(host, ALL);
        let run = workdir.run(&["providers", "schema", "-json"]).succeeded();
        let schemas: Value = serde_json::from_str(&run.stdout).expect("JSON");
        let provider = &schemas["provider_schemas"]["terraform.local/huaweicloud/maas"];
        assert_eq!(provider["provider"]["block"]["attributes"]["token"]["sensitive"], true);
        let all = &provider["data_source_schemas"]["maas_workspaces"]["block"]["attributes"];
        for name in ["id", "total_count", "returned_count"] {
            assert_eq!(all[name]["computed"], true, "{name}");
        }
        let nested = all["workspaces"]["nested_type"]["attributes"].as_object().expect("nested attributes");
        assert_eq!(nested.len(), 9);
        let sources = provider["data_source_schemas"].as_object().expect("schemas");
        for name in ["agreement", "endpoint", "endpoints", "regions", "service", "services", "workspace", "workspaces"]
        {
            assert!(sources.contains_key(&format!("maas_{name}")), "{name}");
        }
        assert_eq!(sources.len(), 8);
    });
}

#[test]
fn expression_in_console_then_value_of_the_state() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().start();
        let workdir = Workdir::new(host, &sandbox, ALL);
        workdir.run(&["apply", "-auto-approve"]).succeeded();
        let run = workdir.run_with_input(&["console"], "data.maas_workspaces.all.region_id\n").succeeded();
        assert_eq!(run.stdout.trim(), "\"ap-southeast-1\"");
    });
}

#[test]
fn provider_under_a_debugger_then_hosts_attach_to_it_again_and_again() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().start();
        let mut provider = Command::new(provider())
            .arg("--debug")
            .env_clear()
            .envs(sandbox.environment())
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let mut lines = BufReader::new(provider.stdout.take().expect("piped")).lines();
        let line =
            lines.find_map(|line| line.expect("text").trim().strip_prefix("TF_REATTACH_PROVIDERS=").map(str::to_owned));
        let variable = line.expect("a variable").trim_matches('\'').to_owned();
        let workdir = Workdir::new(host, &sandbox, ALL).env("TF_REATTACH_PROVIDERS", &variable);
        for _ in 0..2 {
            workdir.run(&["plan"]).succeeded();
        }
        assert!(provider.try_wait().expect("a process").is_none(), "the provider goes on after a plan");
        assert_eq!(sandbox.requests().len(), 2);
        provider.kill().expect("ends");
        provider.wait().expect("ends");
    });
}
