//! What the data sources read.

use std::fmt::Write;

use maas_sandbox::{Sandbox, Workspace, seed};
use serde_json::{Value, json};

use crate::terraform::{Workdir, with_each_host};

/// Applies a configuration and returns its outputs.
pub(crate) fn outputs(host: &str, sandbox: &Sandbox, configuration: &str) -> Value {
    let workdir = Workdir::new(host, sandbox, configuration);
    workdir.run(&["apply", "-auto-approve"]).succeeded();
    let run = workdir.run(&["output", "-json"]).succeeded();
    let outputs: serde_json::Map<String, Value> = serde_json::from_str(&run.stdout).expect("JSON");
    outputs.into_iter().map(|(name, mut output)| (name, output["value"].take())).collect()
}

#[test]
fn workspaces_in_any_order_then_sorted_by_name_and_id_with_every_attribute() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder()
            .workspaces(
                "ap-southeast-1",
                [
                    Workspace::named("beta").id("2").raw("create_time", "1680746333120").without("owner"),
                    Workspace::named("alpha").id("9"),
                    Workspace::named("alpha").id("1").raw("description", Value::Null),
                    Workspace::named("default")
                        .id("0")
                        .description("")
                        .owner("bob")
                        .create_time(1_680_746_333_000)
                        .update_time(1_764_128_642_000)
                        .auth_type("public")
                        .raw("enterprise_project_id", "0"),
                ],
            )
            .start();
        let read = outputs(
            host,
            &sandbox,
            "data \"maas_workspaces\" \"all\" {}\noutput \"all\" { value = data.maas_workspaces.all }",
        );
        let all = &read["all"];
        let order: Vec<_> = all["workspaces"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|w| (w["name"].clone(), w["id"].clone()))
            .collect();
        let expected = [("alpha", "1"), ("alpha", "9"), ("beta", "2"), ("default", "0")];
        assert_eq!(order, expected.map(|(name, id)| (json!(name), json!(id))));
        assert_eq!(
            all["workspaces"][3],
            json!({
                "id": "0", "name": "default", "description": "", "owner": "bob", "auth_type": "public",
                "create_time": "1680746333000", "update_time": "1764128642000",
                "created_at": "2023-04-06T01:58:53.000Z", "updated_at": "2025-11-26T03:44:02.000Z",
            })
        );
        assert_eq!(all["workspaces"][2]["created_at"], "2023-04-06T01:58:53.120Z");
        assert_eq!(all["workspaces"][2]["owner"], Value::Null);
        assert_eq!(all["workspaces"][0]["description"], Value::Null);
        assert_eq!(all["id"], format!("{}/ap-southeast-1", seed::PROJECT_ID));
        assert_eq!((&all["total_count"], &all["returned_count"]), (&json!(4), &json!(4)));
    });
}

#[test]
fn filters_then_only_what_passes_all_of_them() {
    with_each_host(|host| {
        let workspace = |name, owner, auth_type| Workspace::named(name).owner(owner).auth_type(auth_type);
        let sandbox = Sandbox::builder()
            .workspaces(
                "ap-southeast-1",
                [
                    workspace("team-a", "ann", "PRIVATE"),
                    workspace("team-b", "bob", "private"),
                    workspace("模型", "ann", "public"),
                ],
            )
            .start();
        let cases = [
            ("", vec!["team-a", "team-b", "模型"]),
            ("name = \"team-a\"", vec!["team-a"]),
            ("name = \"team\"", vec![]),
            ("name_regex = \"^team-\"", vec!["team-a", "team-b"]),
            ("name_regex = \"^[一-龥]+$\"", vec!["模型"]),
            ("owner = \"ann\"", vec!["team-a", "模型"]),
            ("auth_type = \"private\"", vec!["team-a", "team-b"]),
            ("auth_type = \"Private\"\n owner = \"ann\"", vec!["team-a"]),
        ];
        let mut configuration = String::new();
        for (index, (filters, _)) in cases.iter().enumerate() {
            write!(
                configuration,
                "data \"maas_workspaces\" \"c{index}\" {{\n {filters}\n}}\n\
                 output \"c{index}\" {{ value = data.maas_workspaces.c{index}.workspaces[*].name }}\n"
            )
            .expect("writes");
        }
        let read = outputs(host, &sandbox, &configuration);
        for (index, (filters, names)) in cases.iter().enumerate() {
            assert_eq!(read[format!("c{index}")], json!(names), "{filters}");
        }
    });
}

#[test]
fn one_read_then_one_request_with_the_documented_headers_and_the_region_as_one_segment() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().start();
        let configuration = "data \"maas_workspaces\" \"odd\" { region_id = \"a:b ?#\" }\n";
        let workdir = Workdir::new(host, &sandbox, configuration);
        workdir.run(&["plan"]).succeeded();
        let requests = sandbox.requests();
        assert_eq!(requests.len(), 1);
        let path = format!("/v1/{}/maas/services/workspace/a%3Ab%20%3F%23", seed::PROJECT_ID);
        assert_eq!((requests[0].method.as_str(), requests[0].path.as_str()), ("GET", path.as_str()));
        assert_eq!(requests[0].header("x-auth-token"), Some(seed::TOKEN));
        assert_eq!(requests[0].header("content-type"), Some("application/json"));
        assert!(requests[0].header("user-agent").is_some_and(|agent| agent.starts_with("terraform-provider-maas/")));
    });
}

#[test]
fn no_workspaces_or_no_such_member_then_empty_list() {
    with_each_host(|host| {
        let bodies = [
            "{}",
            r#"{"total_count":0,"count":0,"workspaces":[]}"#,
            r#"{"workspaces":null}"#,
            r#"{"total_count":0,"count":0}"#,
        ];
        for body in bodies {
            let fault = maas_sandbox::Fault::body(200, "application/json", body);
            let sandbox = Sandbox::builder().fault(fault).start();
            let configuration =
                "data \"maas_workspaces\" \"all\" {}\noutput \"all\" { value = data.maas_workspaces.all.workspaces }";
            assert_eq!(outputs(host, &sandbox, configuration)["all"], json!([]), "{body}");
        }
    });
}

#[test]
fn more_in_total_than_came_back_then_warning() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().total_count("ap-southeast-1", 5_000).start();
        let run = Workdir::new(host, &sandbox, "data \"maas_workspaces\" \"all\" {}").run(&["plan"]).succeeded();
        assert!(run.stdout.contains("List is incomplete"), "{}", run.stdout);
    });
}

#[test]
fn one_workspace_by_name_or_by_id_then_its_attributes() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder()
            .workspaces(
                "r",
                [Workspace::named("alpha").id("1").owner("ann"), Workspace::named("beta").id("2").owner("bob")],
            )
            .start();
        let configuration = r#"
            data "maas_workspace" "by_name" {
              region_id = "r"
              name      = "beta"
            }
            data "maas_workspace" "by_id" {
              region_id    = "r"
              workspace_id = "1"
            }
            output "by_name" { value = data.maas_workspace.by_name }
            output "by_id" { value = data.maas_workspace.by_id }
        "#;
        let read = outputs(host, &sandbox, configuration);
        assert_eq!((&read["by_name"]["id"], &read["by_name"]["owner"]), (&json!("2"), &json!("bob")));
        assert_eq!((&read["by_name"]["workspace_id"], &read["by_name"]["region_id"]), (&json!("2"), &json!("r")));
        assert_eq!((&read["by_id"]["id"], &read["by_id"]["name"]), (&json!("1"), &json!("alpha")));
    });
}

#[test]
fn ten_thousand_workspaces_then_all_of_them() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().workspaces("r", Workspace::many(10_000)).start();
        let configuration = "data \"maas_workspaces\" \"all\" { region_id = \"r\" }\n\
                             output \"count\" { value = length(data.maas_workspaces.all.workspaces) }";
        assert_eq!(outputs(host, &sandbox, configuration)["count"], 10_000);
    });
}
