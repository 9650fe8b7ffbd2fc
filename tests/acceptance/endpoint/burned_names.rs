//! A name that an endpoint has had is used up: what would delete an endpoint and create it again under its name is refused.

use super::{chat, sandbox, writes};
use crate::terraform::hosts::{self, with_each_host_that_has};
use crate::terraform::{Workdir, with_each_host};

#[test]
fn model_changed_under_the_same_name_then_refused_in_the_plan_and_with_a_new_name_replaced() {
    with_each_host(|host| {
        let sandbox = sandbox();
        let workdir = Workdir::new(host, &sandbox, &chat("  name = \"chat\""));
        workdir.apply().succeeded();
        for model in ["\"other\"", "var.model"] {
            let changed = chat("  name = \"chat\"").replace("\"DeepSeek-V3\"", model);
            workdir.configure(&(changed + "variable \"model\" { default = \"third\" }\n"));
            let error = workdir.run(&["plan"]).error();
            assert!(error.contains("Replacement requires a new name") && error.contains("`model_name`"), "{error}");
            let error = workdir.apply().error();
            assert!(error.contains("Replacement requires a new name"), "{error}");
        }
        assert_eq!(writes(&sandbox), [1, 0, 0, 0]);
        workdir.configure(&chat("  name = \"chat-2\"").replace("DeepSeek-V3", "other"));
        workdir.apply().succeeded();
        assert_eq!(writes(&sandbox), [2, 0, 0, 1]);
        assert_eq!(sandbox.endpoints().len(), 1);
        workdir.assert_no_changes();
    });
}

#[test]
fn model_not_known_in_the_plan_then_refused_under_the_same_name() {
    with_each_host_that_has(&hosts::TERRAFORM_DATA, |host| {
        let sandbox = sandbox();
        let workdir = Workdir::new(host, &sandbox, &chat("  name = \"chat\""));
        workdir.apply().succeeded();
        let unknown = chat("  name = \"chat\"").replace("\"DeepSeek-V3\"", "terraform_data.model.output");
        workdir.configure(&(unknown + "resource \"terraform_data\" \"model\" { input = \"other\" }\n"));
        let error = workdir.run(&["plan"]).error();
        assert!(error.contains("Replacement requires a new name"), "{error}");
        assert_eq!(writes(&sandbox), [1, 0, 0, 0]);
    });
}

#[test]
fn replacement_asked_for_then_refused_in_the_plan() {
    with_each_host_that_has(&hosts::REPLACE, |host| {
        let sandbox = sandbox();
        let workdir = Workdir::new(host, &sandbox, &chat("  name = \"chat\""));
        workdir.apply().succeeded();
        for command in ["plan", "apply"] {
            let arguments = [command, "-replace=maas_endpoint.chat"];
            let arguments =
                if command == "apply" { [&arguments[..], &["-auto-approve"]].concat() } else { arguments.to_vec() };
            let error = workdir.run(&arguments).error();
            assert!(error.contains("Replacement requires a new name"), "{error}");
        }
        assert_eq!(writes(&sandbox), [1, 0, 0, 0]);
    });
}

#[test]
fn replacement_triggered_by_another_resource_then_refused_in_the_plan() {
    with_each_host_that_has(&hosts::REPLACE_TRIGGERED_BY, |host| {
        let sandbox = sandbox();
        let with = |input: &str| {
            let trigger = "  name = \"chat\"\n  lifecycle { replace_triggered_by = [terraform_data.trigger] }";
            chat(trigger) + &format!("resource \"terraform_data\" \"trigger\" {{ input = \"{input}\" }}\n")
        };
        let workdir = Workdir::new(host, &sandbox, &with("1"));
        workdir.apply().succeeded();
        workdir.configure(&with("2"));
        let error = workdir.run(&["plan"]).error();
        assert!(error.contains("Replacement requires a new name"), "{error}");
        assert_eq!(writes(&sandbox), [1, 0, 0, 0]);
    });
}

#[test]
fn tainted_then_refused_in_the_plan_and_untainted_then_no_changes() {
    with_each_host(|host| {
        let sandbox = sandbox();
        let workdir = Workdir::new(host, &sandbox, &chat("  name = \"chat\""));
        workdir.apply().succeeded();
        workdir.run(&["taint", "maas_endpoint.chat"]).succeeded();
        let error = workdir.run(&["plan"]).error();
        assert!(error.contains("terraform untaint"), "{error}");
        workdir.run(&["untaint", "maas_endpoint.chat"]).succeeded();
        workdir.assert_no_changes();
        assert_eq!(writes(&sandbox), [1, 0, 0, 0]);
    });
}

#[test]
fn address_changed_then_refused_without_moved_and_done_with_it() {
    with_each_host_that_has(&hosts::MOVED, |host| {
        let sandbox = sandbox();
        let workdir = Workdir::new(host, &sandbox, &chat("  name = \"chat\""));
        workdir.apply().succeeded();
        let id = workdir.state_of("maas_endpoint.chat")["id"].clone();
        let renamed = chat("  name = \"chat\"").replace("\"chat\" {", "\"talk\" {");
        workdir.configure(&renamed);
        let error = workdir.run(&["plan"]).error();
        assert!(error.contains("Endpoint name is in use") && error.contains(id.as_str().expect("text")), "{error}");
        let moved = "moved {\n  from = maas_endpoint.chat\n  to = maas_endpoint.talk\n}\n";
        workdir.configure(&(renamed + moved));
        workdir.apply().succeeded();
        assert_eq!(workdir.state_of("maas_endpoint.talk")["id"], id);
        assert_eq!(writes(&sandbox), [1, 0, 0, 0]);
    });
}

#[test]
fn first_element_of_a_count_removed_or_names_swapped_then_refused_in_the_plan() {
    with_each_host(|host| {
        let sandbox = sandbox();
        let with = |names: &str| {
            let name = "  count = length(local.names)\n  name = local.names[count.index]";
            chat(name) + &format!("locals {{ names = {names} }}\n")
        };
        let workdir = Workdir::new(host, &sandbox, &with("[\"a\", \"b\", \"c\"]"));
        workdir.apply().succeeded();
        for names in ["[\"b\", \"c\"]", "[\"b\", \"a\", \"c\"]"] {
            workdir.configure(&with(names));
            let error = workdir.run(&["plan"]).error();
            assert!(error.contains("Endpoint name is in use") && error.contains("for_each"), "{error}");
        }
        assert_eq!(writes(&sandbox), [3, 0, 0, 0]);
    });
}
