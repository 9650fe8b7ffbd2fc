//! Secrets stay where they are.

use maas_sandbox::{Fault, Sandbox};

use crate::terraform::{Workdir, with_each_host};

const CANARY: &str = "canary-d41d8cd98f00b204";

/// Everything that a plan at the highest log level leaves: output, log and files, configuration aside.
fn everything_left(host: &str, sandbox: &Sandbox) -> String {
    let configuration = "variable \"token\" { sensitive = true }\nprovider \"maas\" { token = var.token }\n\
                         data \"maas_workspaces\" \"all\" {}\n";
    let workdir = Workdir::new(host, sandbox, configuration);
    let log = workdir.path("log.txt");
    let log_path = log.to_str().expect("text").to_owned();
    let workdir = workdir.env("TF_LOG_PROVIDER", "TRACE").env("TF_LOG_PATH", &log_path).env("HW_MAX_RETRIES", "1");
    std::fs::write(workdir.path("terraform.tfvars"), format!("token = \"{CANARY}\"\n")).expect("writes");
    let run = workdir.run(&["apply", "-auto-approve"]);
    let log = std::fs::read_to_string(log).expect("a log");
    assert!(log.contains("sent a request") && log.contains("http_status"), "the provider logs: {log}");
    let state = std::fs::read_to_string(workdir.root().join("terraform.tfstate")).unwrap_or_default();
    [run.stdout, run.stderr, log, state].concat()
}

#[test]
fn read_succeeds_or_fails_at_trace_then_token_is_nowhere() {
    with_each_host(|host| {
        let echoed = format!("the token {CANARY} is wrong");
        let faults = [
            Fault::status(503),
            Fault::error(400, CANARY, echoed.clone()),
            Fault::gateway_error(401, "APIGW.0301", echoed),
            Fault::error(400, "ModelArts.0104", "no").header("X-Request-Id", CANARY),
            Fault::redirect(&format!("http://127.0.0.1/{CANARY}")),
            Fault::body(200, "application/json", format!(r#"{{"workspaces":"{CANARY}"}}"#)),
            Fault::body(200, "text/html", format!("<html>{CANARY}")),
            Fault::body(200, "application/json", "{}"),
        ];
        for fault in faults {
            let sandbox = Sandbox::builder().fault(fault).start();
            assert!(!everything_left(host, &sandbox).contains(CANARY));
            assert_eq!(sandbox.requests()[0].header("x-auth-token"), Some(CANARY), "it was sent where it belongs");
        }
    });
}
