//! Names that Unicode can write in more than one way. Hosts see every text in normal form C, the service may send another.

use maas_sandbox::{Sandbox, Workspace};
use serde_json::{Value, json};

use crate::terraform::{Workdir, with_each_host};

/// `café` with an accent of its own, as some systems write it.
const DECOMPOSED: &str = "cafe\u{301}";
/// The same name in normal form C.
const COMPOSED: &str = "caf\u{e9}";

#[test]
fn name_not_in_normal_form_then_found_by_what_was_read_and_planned_without_changes() {
    with_each_host(|host| {
        let workspaces = [
            Workspace::named(DECOMPOSED).id("1").owner("Zoe\u{308}"),
            Workspace::named("cafz").id("2").owner("ann"),
            Workspace::named("cafez").id("3").owner("ann"),
        ];
        let sandbox = Sandbox::builder().workspaces("r", workspaces).start();
        let configuration = r#"
            data "maas_workspaces" "all" { region_id = "r" }
            data "maas_workspaces" "by_name" {
              region_id = "r"
              name      = "cafe\u0301"
            }
            data "maas_workspaces" "by_pattern" {
              region_id  = "r"
              name_regex = "^caf.$"
              owner      = "Zo\u00eb"
            }
            data "maas_workspace" "read" {
              region_id = "r"
              name      = data.maas_workspaces.all.workspaces[2].name
            }
            output "names" { value = data.maas_workspaces.all.workspaces[*].name }
            output "by_name" { value = data.maas_workspaces.by_name.workspaces[*].id }
            output "by_pattern" { value = data.maas_workspaces.by_pattern.workspaces[*].id }
            output "read" { value = [data.maas_workspace.read.id, data.maas_workspace.read.name] }
        "#;
        let workdir = Workdir::new(host, &sandbox, configuration);
        workdir.run(&["apply", "-auto-approve"]).succeeded();
        let outputs: Value = serde_json::from_str(&workdir.run(&["output", "-json"]).succeeded().stdout).expect("JSON");
        assert_eq!(outputs["names"]["value"], json!(["cafez", "cafz", COMPOSED]), "sorted by the names that are shown");
        assert_eq!(outputs["by_name"]["value"], json!(["1"]));
        assert_eq!(outputs["by_pattern"]["value"], json!(["1"]));
        assert_eq!(outputs["read"]["value"], json!(["1", COMPOSED]));
        // Exit code 2 would be changes.
        workdir.run(&["plan", "-detailed-exitcode"]).succeeded();
        let state = std::fs::read_to_string(workdir.path("terraform.tfstate")).expect("a state");
        assert!(state.contains(COMPOSED) && !state.contains(DECOMPOSED), "{state}");
    });
}

#[test]
fn names_equal_in_normal_form_then_ambiguous_with_the_ids_of_both() {
    with_each_host(|host| {
        let workspaces = [Workspace::named(DECOMPOSED).id("1"), Workspace::named(COMPOSED).id("2")];
        let sandbox = Sandbox::builder().workspaces("r", workspaces).start();
        let configuration = "data \"maas_workspace\" \"one\" {\n region_id = \"r\"\n name = \"café\"\n}\n";
        let error = Workdir::new(host, &sandbox, configuration).run(&["plan"]).error();
        assert!(error.contains("More than one workspace"), "{error}");
        assert!(error.contains("(1)") && error.contains("(2)"), "{error}");
    });
}
