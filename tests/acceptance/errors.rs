//! What users read when something is wrong.

use maas_sandbox::{Api, Fault, Sandbox, Workspace, seed};

use crate::terraform::hosts::{TERRAFORM_DATA, with_each_host_that_has};
use crate::terraform::{Workdir, with_each_host};

const ALL: &str = "data \"maas_workspaces\" \"all\" {}\n";

/// The error that a plan ends with when nothing is tried again.
fn plan_error(host: &str, sandbox: &Sandbox, configuration: &str) -> String {
    Workdir::new(host, sandbox, configuration).env("HW_MAX_RETRIES", "0").run(&["plan"]).error()
}

pub(crate) fn assert_says(error: &str, parts: &[&str]) {
    for part in parts {
        assert!(error.contains(part), "`{part}` is not in: {error}");
    }
}

#[test]
fn refused_by_the_service_then_request_status_code_message_id_and_hint() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().fault(Fault::error(400, "ModelArts.0104", "Invalid token.")).start();
        let error = plan_error(host, &sandbox, ALL);
        assert_says(
            &error,
            &["List the workspaces", "GET http://127.0.0.1:", "/maas/services/workspace/ap-southeast-1"],
        );
        assert_says(
            &error,
            &["Status: 400", "error_code: ModelArts.0104", "error_msg: Invalid token.", "Request id: "],
        );
        assert_says(&error, &["Check the arguments"]);
    });
}

#[test]
fn refused_by_the_gateway_then_request_id_of_the_body() {
    with_each_host(|host| {
        let fault = Fault::gateway_error(401, "APIGW.0301", "Incorrect IAM authentication information");
        let sandbox = Sandbox::builder().fault(fault).start();
        let error = plan_error(host, &sandbox, ALL);
        assert_says(&error, &["Status: 401", "error_code: APIGW.0301", "Request id: ", "are wrong or have expired"]);
    });
}

#[test]
fn wrong_token_then_the_service_says_so_and_the_token_is_not_shown() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().start();
        let configuration = format!("provider \"maas\" {{ token = \"hunter2-wrong\" }}\n{ALL}");
        let error = plan_error(host, &sandbox, &configuration);
        assert_says(&error, &["Status: 401"]);
        assert!(!error.contains("hunter2-wrong\n"), "{error}");
        assert_eq!(sandbox.requests().len(), 1, "a refusal is not tried again");
    });
}

#[test]
fn each_bad_answer_then_a_message_of_its_own() {
    with_each_host(|host| {
        let json = "application/json";
        let cases = [
            (Fault::body(200, "text/html", "<html><title>Sign in</title>"), "is a web page"),
            (Fault::body(200, json, ""), "is empty"),
            (Fault::body(200, json, b"{\"workspaces\":\"\xff\"}".to_vec()), "not UTF-8"),
            (Fault::body(200, json, "upstream failed"), "is not JSON"),
            (Fault::body(200, json, "{\"workspaces\":[{\"id\":"), "breaks off"),
            (Fault::truncated(20), "breaks off"),
            (Fault::body(200, json, r#"{"workspaces":[{},{},{},{"id":{}}]}"#), "`workspaces[3].id`"),
            (Fault::body(200, json, "[]"), "wrong type"),
            (Fault::body(200, json, r#"{"status":"ok"}"#), "an object without `workspaces`"),
            (Fault::body(200, json, r#"{"total_count":3,"count":3}"#), "an object without `workspaces`"),
            (
                Fault::body(200, json, r#"{"error_code":"ModelArts.0010","error_msg":"m"}"#),
                "error_code: ModelArts.0010",
            ),
            (Fault::body(200, json, r#"{"error_code":"X","total_count":0}"#), "the service answered 200"),
            (Fault::redirect("https://example.com/login?token=x"), "redirect to https://example.com/login"),
            (Fault::body(502, "text/html", "<html>Bad Gateway"), "Status: 502"),
            (
                Fault::body(502, "text/html", "<title>502 Bad Gateway</title>").header("Server", "nginx"),
                "Server: nginx",
            ),
            (
                Fault::body(503, "text/html", "<html><body><h1>503 No &quot;Server&quot;</h1>"),
                "Title: 503 No \"Server\"",
            ),
            (Fault::body(400, "text/html", "<title>400 No required SSL certificate was sent</title>"), "`cert` and"),
            (Fault::reset(), "cannot be reached"),
        ];
        for (fault, message) in cases {
            let sandbox = Sandbox::builder().fault(fault).start();
            assert_says(&plan_error(host, &sandbox, ALL), &[message, "GET http://127.0.0.1:"]);
        }
    });
}

#[test]
fn iam_sends_a_web_page_then_its_title_is_shown() {
    with_each_host(|host| {
        let page = Fault::body(200, "text/html", "<title>Guest &amp; Wi-Fi</title>").header("Server", "portal");
        let sandbox = Sandbox::builder().fault(page.on(Api::Tokens)).start();
        let workdir = Workdir::new(host, &sandbox, ALL).env("HW_AUTH_TOKEN", "").env("HW_USER_ID", seed::USER_ID);
        let error = workdir.env("HW_USER_PASSWORD", seed::PASSWORD).run(&["plan"]).error();
        assert_says(&error, &["is a web page", "Title: Guest & Wi-Fi", "Server: portal", "page to authenticate"]);
    });
}

/// Characters that control a terminal, end a line or change the direction of text.
const CONTROLS: &str = "\u{1b}[31m\u{202e}\u{2028}\u{2029}\u{2066}\u{200f}\u{85}\u{feff}";

#[test]
fn controls_in_any_text_of_a_service_then_neither_shown_nor_logged() {
    with_each_host(|host| {
        let json = |body: serde_json::Value| Fault::body(400, "application/json", body.to_string());
        let odd = format!("odd{CONTROLS}text");
        // No header may have an escape.
        let odd_header = odd.replace('\u{1b}', "");
        let faults = [
            json(serde_json::json!({ "error_code": odd, "error_msg": odd, "request_id": odd })),
            json(serde_json::json!({ "error": { "code": 400, "message": odd } })).on(Api::Tokens),
            Fault::body(400, "text/html", format!("<title>{odd}&#8238;&#x2028;</title>")).header("Server", &odd_header),
            Fault::body(502, "text/plain", odd.clone()).header("X-Request-Id", &odd_header),
            Fault::redirect(&format!("http://127.0.0.1/{odd_header}")),
            Fault::body(200, "application/json", serde_json::json!({ "workspaces": odd }).to_string()),
        ];
        for fault in faults {
            let sandbox = Sandbox::builder().fault(fault).start();
            let workdir = Workdir::new(host, &sandbox, ALL).env("HW_AUTH_TOKEN", "").env("HW_USER_ID", seed::USER_ID);
            let workdir = workdir.env("HW_USER_PASSWORD", seed::PASSWORD).env("TF_LOG_PROVIDER", "TRACE");
            let run = workdir.env("HW_MAX_RETRIES", "1").run(&["plan", "-no-color"]);
            let left = [run.stdout.as_str(), &run.stderr].concat();
            assert!(!run.success && left.contains("odd"), "{left}");
            let found = left
                .chars()
                .find(|c| !matches!(c, '\n' | '\r' | '\t') && CONTROLS.contains(*c) && !c.is_ascii_graphic());
            assert_eq!(found, None, "{left}");
        }
    });
}

#[test]
fn nobody_listens_then_unreachable_with_the_url() {
    with_each_host(|host| {
        let closed = Sandbox::builder().start();
        let workdir = Workdir::new(host, &closed, ALL).env("HW_MAX_RETRIES", "0");
        drop(closed);
        assert_says(&workdir.run(&["plan"]).error(), &["cannot be reached", "GET http://127.0.0.1:", "HTTPS_PROXY"]);
    });
}

#[test]
fn nothing_set_then_each_missing_setting_is_named() {
    with_each_host(|host| {
        let error = |variables: &[(&str, &str)]| {
            let workdir = Workdir::without_sandbox(host, ALL);
            let workdir = variables.iter().fold(workdir, |workdir, (name, value)| workdir.env(name, value));
            workdir.run(&["plan"]).error()
        };
        assert_says(&error(&[("HW_AUTH_TOKEN", "token")]), &["Missing region", "HW_REGION_NAME", "ap-southeast-1"]);
        // An address at which nobody listens, in case the tests run on an ECS instance.
        let nowhere = [("HW_REGION_NAME", "r"), ("HW_ECS_METADATA_ENDPOINT", "http://127.0.0.1:9")];
        assert_says(
            &error(&nowhere),
            &["No credentials", "provider block: token is not set", "HW_AUTH_TOKEN is not set"],
        );
    });
}

#[test]
fn bad_configuration_then_refused_in_validation_with_its_attribute() {
    with_each_host(|host| {
        let workspaces = |body: &str| format!("data \"maas_workspaces\" \"x\" {{\n {body}\n}}\n");
        let workspace = |body: &str| format!("data \"maas_workspace\" \"x\" {{\n {body}\n}}\n");
        let provider = |body: &str| format!("provider \"maas\" {{\n {body}\n}}\n{ALL}");
        let cases = [
            (workspaces("name_regex = \"(\""), "Invalid regular expression", "name_regex = \"(\""),
            (workspaces("region_id = \"..\""), "Invalid value", "region_id = \"..\""),
            (workspaces("total_count = 1"), "Read-only attribute is set", "total_count = 1"),
            (workspaces("name = \"\""), "Empty argument", "`name`"),
            (workspaces("owner = \"\""), "Empty argument", "`owner`"),
            (workspaces("auth_type = \"\""), "Empty argument", "`auth_type`"),
            (workspace("name = \"\""), "Empty argument", "`name`"),
            (workspaces("timeouts = { read = \"soon\" }"), "Invalid duration", "timeouts = { read = \"soon\" }"),
            (workspaces("timeouts = { read = \"soon\" }"), "Invalid duration", "`timeouts.read` must be"),
            (workspace(""), "Missing argument", "`workspace_id`"),
            (provider("endpoints = { maas = \"ftp://x\" }"), "Invalid endpoint", "neither https nor http"),
            (provider("endpoints = { mass = \"http://x\" }"), "Unknown service", "maas, modelarts, iam, sts"),
        ];
        for (configuration, summary, detail) in cases {
            let sandbox = Sandbox::builder().start();
            let error = Workdir::new(host, &sandbox, &configuration).run(&["validate"]).error();
            assert_says(&error, &[summary, detail]);
            assert_eq!(sandbox.requests().len(), 0, "{configuration}");
        }
    });
}

#[test]
fn no_or_several_workspaces_found_then_error_lists_what_was_seen() {
    with_each_host(|host| {
        let workspaces =
            [Workspace::named("beta").id("2"), Workspace::named("alpha").id("1"), Workspace::named("beta").id("3")];
        let sandbox = Sandbox::builder().workspaces("ap-southeast-1", workspaces).start();
        let error = |name: &str| {
            plan_error(host, &sandbox, &format!("data \"maas_workspace\" \"x\" {{ name = \"{name}\" }}\n"))
        };
        assert_says(&error("gamma"), &["No such workspace", "has the name `gamma`", "alpha (1), beta (2), beta (3)"]);
        assert_says(&error("beta"), &["More than one workspace", "beta (2), beta (3)"]);
    });
}

#[test]
fn names_of_workspaces_with_escapes_or_the_token_then_neither_is_shown() {
    with_each_host(|host| {
        let long = "ä".repeat(500);
        let odd = [
            format!("\u{1b}[31mred\u{202e}\u{2066} {}\u{2028}and on\u{200b}\u{feff}", seed::TOKEN),
            format!("{long}{}", seed::TOKEN),
        ];
        let workspaces = odd.map(|name| Workspace::named(name).id(format!("\u{7}{}", seed::TOKEN)));
        let sandbox = Sandbox::builder().workspaces("ap-southeast-1", workspaces).start();
        let configuration = "data \"maas_workspace\" \"x\" { name = \"gamma\" }\n";
        let run = Workdir::new(host, &sandbox, configuration).env("TF_LOG_PROVIDER", "TRACE").run(&["plan"]);
        let left = [run.stdout.as_str(), &run.stderr].concat();
        let short = &long[..200];
        assert_says(&run.error(), &["[31mred (secret) and on ((secret))", &format!("{short} ((secret))")]);
        assert!(
            !left.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{2066}', '\u{2028}', '\u{200b}', '\u{feff}'])
                && !left.contains(seed::TOKEN),
            "{left}"
        );
    });
}

#[test]
fn provider_setting_known_only_after_apply_then_error_says_so() {
    with_each_host_that_has(&TERRAFORM_DATA, |host| {
        let sandbox = Sandbox::builder().start();
        let configuration = format!(
            "resource \"terraform_data\" \"later\" {{ input = \"p\" }}\n\
             provider \"maas\" {{ project_id = terraform_data.later.output }}\n{ALL}"
        );
        let error = plan_error(host, &sandbox, &configuration);
        assert_says(&error, &["not known yet", "`project_id`"]);
        assert_eq!(sandbox.requests().len(), 0);
    });
}
