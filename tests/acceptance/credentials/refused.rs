//! What does not work, and what the user is told.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use maas_sandbox::Api::{Projects, Tokens, Workspaces};
use maas_sandbox::{Fault, Metadata, Project, Sandbox, seed};
use serde_json::json;

use super::{ALL, asked, nobody, with_provider, write_shared_config};
use crate::errors::assert_says;
use crate::terraform::hosts::messages_shown;
use crate::terraform::{Workdir, with_each_host};

fn keys(workdir: Workdir, secret_key: &str) -> Workdir {
    workdir.env("HW_ACCESS_KEY", seed::ACCESS_KEY).env("HW_SECRET_KEY", secret_key)
}

fn user(workdir: Workdir, password: &str) -> Workdir {
    let workdir = workdir.env("HW_USER_NAME", seed::USER_NAME).env("HW_DOMAIN_NAME", seed::DOMAIN_NAME);
    workdir.env("HW_USER_PASSWORD", password)
}

#[test]
fn nothing_to_sign_in_with_then_every_source_is_listed_within_three_seconds() {
    with_each_host(|host| {
        let none = Sandbox::builder().start();
        let without_agency = Sandbox::builder().metadata(Metadata::without_agency()).start();
        // Nobody answers there, as at the real address on most machines.
        let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("binds");
        let silent = format!("http://{}", silent.local_addr().expect("bound"));
        for (metadata, ecs) in [
            (none.url(), "ECS instance: the metadata service refused"),
            (without_agency.url(), "configure Cloud Service Agency first"),
            (silent.as_str(), "this machine has no ECS metadata service"),
        ] {
            let workdir = nobody(host, &none, ALL).env("HW_ECS_METADATA_ENDPOINT", metadata);
            let started = Instant::now();
            let error = workdir.env("HW_ACCESS_KEY", "half").run(&["plan"]).error();
            assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
            let sources = [
                "No credentials",
                "provider block: token is not set; access_key is not set; user_name or user_id is not set",
                "neither profile nor shared_config_file is set",
                "HW_AUTH_TOKEN is not set; HW_ACCESS_KEY is set, HW_SECRET_KEY is not",
                "neither HW_PROFILE nor HW_SHARED_CONFIG_FILE is set",
                ecs,
            ];
            assert_says(&error, &sources);
        }
    });
}

#[test]
fn half_a_pair_then_refused_in_validation_at_its_attribute() {
    with_each_host(|host| {
        let agency = |inside: &str| format!("assume_role {{\n agency_name = \"a\"\n {inside}\n}}");
        let oidc = |inside: &str| {
            format!(
                "assume_role_with_oidc {{\n agency_name = \"a\"\n domain_id = \"d\"\n idp_id = \"i\"\n {inside}\n}}"
            )
        };
        let cases = [
            ("access_key = \"x\"".to_owned(), "`access_key` is set without `secret_key`"),
            ("secret_key = \"x\"".to_owned(), "`secret_key` is set without `access_key`"),
            ("security_token = \"x\"".to_owned(), "`security_token` is set without `access_key`"),
            ("user_id = \"x\"".to_owned(), "`user_id` is set without `password`"),
            ("password = \"x\"".to_owned(), "`password` is set without `user_name` or `user_id`"),
            ("user_name = \"x\"\npassword = \"y\"".to_owned(), "without `domain_name` or `domain_id`"),
            ("cert = \"x\"".to_owned(), "`cert` is set without `key`"),
            ("key = \"x\"".to_owned(), "`key` is set without `cert`"),
            (agency(""), "belongs to an account"),
            (agency("domain_id = \"d\"\n duration = 60"), "a whole number from 900 to 86400"),
            (oidc("id_token = \"x\"\n duration = 7200"), "a whole number from 900 to 3600"),
            (oidc(""), "One of `id_token` and `id_token_file`"),
            (oidc("id_token = \"x\"\n id_token_file = \"y\""), "Only one of `id_token` and `id_token_file`"),
            ("max_retries = -1".to_owned(), "a whole number from 0 to 100"),
            ("max_retries = 1.5".to_owned(), "a whole number from 0 to 100"),
            ("max_retries = 0.1".to_owned(), "a whole number from 0 to 100"),
            ("max_retries = 1e20".to_owned(), "a whole number from 0 to 100"),
            ("max_retries = 1e400".to_owned(), "a whole number from 0 to 100"),
            ("auth_url = \"ftp://x\"".to_owned(), "neither https nor http"),
            ("cloud = \"https://x\"".to_owned(), "cannot be the domain of a cloud"),
            ("region = \"a/b\"".to_owned(), "cannot be `a/b`"),
        ];
        for (block, message) in cases {
            let sandbox = Sandbox::builder().start();
            let workdir = Workdir::without_sandbox(host, &with_provider(&block));
            assert_says(&workdir.run(&["validate"]).error(), &[message]);
            assert_eq!(sandbox.requests().len(), 0, "{block}");
        }
        let complete = Workdir::without_sandbox(host, &with_provider("access_key = \"x\"")).env("HW_SECRET_KEY", "y");
        complete.run(&["validate"]).succeeded();
        let left_out = "access_key = \"\"\nauth_url = \"\"\nendpoints = { maas = \"\", iam = \"\" }";
        Workdir::without_sandbox(host, &with_provider(left_out)).run(&["validate"]).succeeded();
    });
}

#[test]
fn wrong_secret_key_in_ten_reads_then_sent_once_and_one_error_says_why() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().start();
        let configuration = "data \"maas_workspaces\" \"all\" {\n count = 10\n region_id = \"r${count.index}\"\n}\n";
        let wrong = "wrong0SECRET0wrong0SECRET0wrong0SECRET00";
        let error = keys(nobody(host, &sandbox, configuration), wrong).run(&["plan"]).error();
        assert_says(&error, &["Status: 401", "error_code: APIGW.0301", "verify aksk signature fail", "Request id: "]);
        assert_eq!(error.matches("Status: 401").count(), 1, "{error}");
        let shown = error.matches("Another data source was refused with the same credentials").count();
        assert!(messages_shown(host, 9).contains(&shown), "{shown}: {error}");
        assert_eq!(asked(&sandbox), [Workspaces], "five wrong signatures would lock the key");
        assert!(!error.contains(wrong) && !error.contains(seed::ACCESS_KEY), "{error}");
    });
}

#[test]
fn wrong_password_then_what_iam_says_and_tried_once_for_all_reads() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().start();
        let configuration = "data \"maas_workspaces\" \"all\" {\n count = 10\n project_id = \"p${count.index}\"\n}\n";
        let error = user(nobody(host, &sandbox, configuration), "mistaken-password").run(&["plan"]).error();
        let parts = [
            "sign in with the password: the service answered 401",
            "POST http://127.0.0.1:",
            "/v3/auth/tokens?nocatalog=...",
            "error_msg: The username or password is wrong.",
            "Request id: ",
            "Check the user, the password and the account",
        ];
        assert_says(&error, &parts);
        assert!(asked(&sandbox).iter().all(|api| *api == Tokens));
        assert_eq!(sandbox.requests().len(), 1);
    });
}

#[test]
fn permission_missing_in_the_dress_of_a_401_then_no_second_sign_in() {
    with_each_host(|host| {
        let fault = Fault::error(401, "ModelArts.8503", "No permission.");
        let sandbox = Sandbox::builder().fault(fault).start();
        let error = user(nobody(host, &sandbox, ALL), seed::PASSWORD).run(&["plan"]).error();
        assert_says(&error, &["error_code: ModelArts.8503", "lacks a permission"]);
        assert_eq!(asked(&sandbox), [Tokens, Workspaces]);
    });
}

#[test]
fn token_refused_again_after_it_was_renewed_then_given_up() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().fault(Fault::status(401)).start();
        let error = user(nobody(host, &sandbox, ALL), seed::PASSWORD).run(&["plan"]).error();
        assert_says(&error, &["Status: 401", "wrong or have expired"]);
        assert_eq!(asked(&sandbox), [Tokens, Workspaces, Tokens, Workspaces]);
    });
}

#[test]
fn clock_off_by_twenty_minutes_then_error_says_by_how_much() {
    with_each_host(|host| {
        for (minutes, direction) in [(20, "behind"), (-20, "ahead of")] {
            let sandbox = Sandbox::builder().clock_offset(SignedDuration::from_mins(minutes)).start();
            let error = keys(nobody(host, &sandbox, ALL), seed::SECRET_KEY).run(&["plan"]).error();
            let off =
                error.split("minutes").next().unwrap_or_default().rsplit(' ').nth(1).unwrap_or_default().to_owned();
            assert!(off == "20" || off == "19", "{error}");
            assert_says(&error, &["Status: 401", &format!("minutes {direction} the service's"), "Set the clock"]);
        }
    });
}

#[test]
fn no_or_several_projects_of_that_name_then_error_names_it() {
    with_each_host(|host| {
        let twins = || [Project::named("twin").id("1"), Project::named("twin").id("2")];
        let sandbox = twins().into_iter().fold(Sandbox::builder(), maas_sandbox::Builder::project).start();
        let error = |name: &str| {
            let workdir = nobody(host, &sandbox, &with_provider(&format!("project_name = \"{name}\"")));
            keys(workdir.env("HW_PROJECT_ID", ""), seed::SECRET_KEY).run(&["plan"]).error()
        };
        assert_says(&error("gone"), &["Find the project: there is no project named `gone`", "Set `project_id`"]);
        assert_says(&error("twin"), &["several projects are named `twin`: 1, 2", "Set `project_id`"]);
        assert_eq!(asked(&sandbox), [Projects, Projects]);
    });
}

#[test]
fn ids_of_projects_with_escapes_or_the_key_then_neither_is_shown() {
    with_each_host(|host| {
        let long = format!("1{}", "0".repeat(500));
        let odd = [format!("\u{1b}[31m{}", seed::SECRET_KEY), long.clone()];
        let twins = odd.map(|id| Project::named("twin").id(id));
        let sandbox = twins.into_iter().fold(Sandbox::builder(), maas_sandbox::Builder::project).start();
        let workdir = nobody(host, &sandbox, &with_provider("project_name = \"twin\"")).env("HW_PROJECT_ID", "");
        let error = keys(workdir, seed::SECRET_KEY).run(&["plan"]).error();
        assert_says(&error, &["several projects are named `twin`: [31m(secret), 1000"]);
        assert!(!error.contains('\u{1b}') && !error.contains(&long[..101]), "{error}");
    });
}

#[test]
fn agency_refused_then_hint_is_about_the_agency_and_nothing_is_read() {
    with_each_host(|host| {
        for account in
            [format!("domain_name = \"{}\"", seed::DOMAIN_NAME), format!("domain_id = \"{}\"", seed::DOMAIN_ID)]
        {
            let sandbox = Sandbox::builder().start();
            let block = format!("assume_role {{\n agency_name = \"gone\"\n {account}\n}}");
            let error = keys(nobody(host, &sandbox, &with_provider(&block)), seed::SECRET_KEY).run(&["plan"]).error();
            assert_says(&error, &["get temporary keys: the service answered 40", "Check the agency's name"]);
            assert_eq!(sandbox.requests().len(), 1);
        }
    });
}

#[test]
fn profile_that_cannot_be_used_then_a_message_of_its_own() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().start();
        let error = |write: &dyn Fn(&Workdir)| {
            let workdir = nobody(host, &sandbox, &with_provider("profile = \"main\""));
            write(&workdir);
            workdir.run(&["plan"]).error()
        };
        let encrypted = json!([{"name": "main", "accessKeyId": "a+b/c==", "secretAccessKey": "hunter2+=="}]);
        let other = json!([{"name": "dev"}, {"name": "prod"}]);
        assert_says(&error(&|_| ()), &["config.json: the file cannot be read", "hcloud configure init"]);
        assert_says(&error(&|workdir| write_shared_config(workdir, &other)), &["no profile `main`; it has: dev, prod"]);
        let told = error(&|workdir| write_shared_config(workdir, &encrypted));
        assert_says(&told, &["are encrypted", "hcloud configure set --cli-auth-encrypt=false"]);
        assert!(!told.contains("hunter2"));
        let broken = |workdir: &Workdir| {
            write_shared_config(workdir, &json!([]));
            std::fs::write(workdir.path(".hcloud/config.json"), "{\"profiles\": [").expect("writes");
        };
        assert_says(&error(&broken), &["not a configuration of KooCLI: line 1"]);
        assert_eq!(sandbox.requests().len(), 0);
    });
}

#[test]
fn region_of_a_data_source_behind_an_endpoint_of_ones_own_then_error_at_it() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().start();
        let configuration = "data \"maas_workspaces\" \"all\" {\n region = \"cn-southwest-2\"\n}\n";
        let error = keys(nobody(host, &sandbox, configuration), seed::SECRET_KEY).run(&["plan"]).error();
        assert_says(&error, &["Region does not go with the endpoint", "region = \"cn-southwest-2\"", "alias"]);
        assert_eq!(sandbox.requests().len(), 0);
    });
}
