//! HTTPS, proxies, and the hosts that regions and clouds stand for: the sandbox is behind a proxy that leads every host
//! to it.

use maas_sandbox::{Sandbox, seed};

use super::with_provider;
use crate::errors::assert_says;
use crate::terraform::hosts::messages_shown;
use crate::terraform::{Workdir, with_each_host};

/// A user with an access key behind a proxy, with no endpoint of their own.
fn behind_proxy(host: &str, sandbox: &Sandbox, configuration: &str) -> Workdir {
    let workdir = Workdir::without_sandbox(host, configuration);
    std::fs::write(workdir.path("ca.pem"), sandbox.ca_pem()).expect("writes");
    workdir
        .env("HTTPS_PROXY", sandbox.proxy_url())
        .env("HW_REGION_NAME", seed::HOST_REGION)
        .env("HW_ACCESS_KEY", seed::ACCESS_KEY)
        .env("HW_SECRET_KEY", seed::SECRET_KEY)
        .env("HW_MAX_RETRIES", "0")
}

#[test]
fn root_in_a_file_in_the_block_or_in_a_variable_then_trusted() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().https().start();
        let pem = format!("cacert_file = <<EOT\n{}EOT", sandbox.ca_pem());
        for block in ["cacert_file = \"ca.pem\"", "cacert_file = \"~/ca.pem\"", &pem, "insecure = true"] {
            behind_proxy(host, &sandbox, &with_provider(block)).run(&["plan"]).succeeded();
        }
        behind_proxy(host, &sandbox, &with_provider("")).env("OS_CACERT", "ca.pem").run(&["plan"]).succeeded();
        behind_proxy(host, &sandbox, &with_provider("")).env("SSL_CERT_FILE", "ca.pem").run(&["plan"]).succeeded();
        behind_proxy(host, &sandbox, &with_provider("")).env("HW_INSECURE", "1").run(&["plan"]).succeeded();
    });
}

#[test]
fn root_unknown_then_error_names_cacert_file_and_is_not_tried_again() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().https().start();
        let workdir = behind_proxy(host, &sandbox, &with_provider("project_id = \"p\"")).env("HW_MAX_RETRIES", "5");
        let error = workdir.run(&["plan"]).error();
        assert_says(
            &error,
            &["the TLS connection failed", "is not a trusted authority", "`cacert_file`", "Attempts: 1 in"],
        );
    });
}

#[test]
fn nothing_given_then_hosts_of_iam_and_modelarts_in_the_region_through_the_proxy() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().https().start();
        let workdir = behind_proxy(host, &sandbox, &with_provider("cacert_file = \"ca.pem\""));
        workdir.run(&["plan"]).succeeded();
        let hosts = ["iam.ap-southeast-1.myhuaweicloud.com:443", "modelarts.ap-southeast-1.myhuaweicloud.com:443"];
        assert_eq!(sandbox.proxied_hosts(), hosts);
    });
}

#[test]
fn region_mistyped_in_one_read_then_keys_for_the_others_are_obtained() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().https().start();
        let block = format!(
            "cacert_file = \"ca.pem\"\nproject_id = \"p\"\n\
             assume_role {{\n agency_name = \"{}\"\n domain_name = \"{}\"\n}}",
            seed::AGENCY_NAME,
            seed::DOMAIN_NAME
        );
        let reads = "data \"maas_regions\" \"wrong\" {\n region = \"ap-southeast-11\"\n}\n\
                     data \"maas_workspaces\" \"right\" {\n count = 8\n region_id = \"r${count.index}\"\n}\n";
        let error = behind_proxy(host, &sandbox, &format!("{}{reads}", with_provider(&block))).run(&["plan"]).error();
        assert_says(&error, &["get temporary keys: the TLS connection failed", "iam.ap-southeast-11."]);
        assert_eq!(error.matches("get temporary keys").count(), 1, "{error}");
    });
}

#[test]
fn region_of_a_data_source_then_the_api_and_the_project_of_that_region() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().https().start();
        let configuration = "provider \"maas\" {\n cacert_file = \"ca.pem\"\n}\n\
                             data \"maas_workspaces\" \"other\" {\n region = \"cn-southwest-2\"\n region_id = \"r\"\n}\n\
                             output \"other\" { value = data.maas_workspaces.other }\n";
        let workdir = behind_proxy(host, &sandbox, configuration).env("HW_PROJECT_ID", seed::PROJECT_ID);
        workdir.run(&["apply", "-auto-approve"]).succeeded();
        let run = workdir.run(&["output", "-json"]).succeeded();
        let outputs: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
        let other = &outputs["other"]["value"];
        assert_eq!((&other["region"], &other["region_id"]), (&"cn-southwest-2".into(), &"r".into()));
        assert_eq!(other["project_id"], seed::OTHER_PROJECT_ID);
        let hosts = ["iam.cn-southwest-2.myhuaweicloud.com:443", "modelarts.cn-southwest-2.myhuaweicloud.com:443"];
        assert_eq!(sandbox.proxied_hosts(), hosts);
    });
}

#[test]
fn european_region_or_private_cloud_then_its_hosts() {
    with_each_host(|host| {
        for (cloud, region, expected) in [
            ("", "eu-west-101", "modelarts.eu-west-101.myhuaweicloud.eu:443"),
            ("cloud = \"example.test\"", "eu-west-101", "modelarts.eu-west-101.example.test:443"),
        ] {
            let sandbox = Sandbox::builder().https_name("*.eu-west-101.example.test").start();
            let block = format!(
                "cacert_file = \"ca.pem\"\nregion = \"{region}\"\nproject_id = \"{}\"\n{cloud}",
                seed::PROJECT_ID
            );
            behind_proxy(host, &sandbox, &with_provider(&block)).run(&["plan"]).succeeded();
            assert_eq!(sandbox.proxied_hosts(), [expected]);
        }
    });
}

#[test]
fn server_wants_a_client_certificate_then_the_given_one_is_shown() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().client_certificate_required().start();
        let block = "cacert_file = \"ca.pem\"\ncert = \"client.pem\"\nkey = \"client.key\"";
        let workdir = behind_proxy(host, &sandbox, &with_provider(block));
        std::fs::write(workdir.path("client.pem"), sandbox.client_certificate_pem()).expect("writes");
        std::fs::write(workdir.path("client.key"), sandbox.client_key_pem()).expect("writes");
        workdir.run(&["plan"]).succeeded();
        let without = behind_proxy(host, &sandbox, &with_provider("cacert_file = \"ca.pem\"\nproject_id = \"p\""));
        assert_says(&without.run(&["plan"]).error(), &["Problem: "]);
    });
}

#[test]
fn host_not_to_be_found_then_error_names_it_and_the_documented_regions() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().https().start();
        let block = "region = \"ap-southeast-99\"\nproject_id = \"p\"\ncloud = \"nowhere.invalid\"";
        let workdir = behind_proxy(host, &sandbox, &with_provider(block)).env("HTTPS_PROXY", "");
        let error = workdir.env("HW_MAX_RETRIES", "5").run(&["plan"]).error();
        let parts = ["modelarts.ap-southeast-99.nowhere.invalid cannot be found", "cn-southwest-2", "Attempts: 1 in"];
        assert_says(&error, &parts);
    });
}

/// The error of ten reads through a proxy that wants another sign-in.
fn ten_reads_error(host: &str, sandbox: &Sandbox, block: &str, proxy_url: &str) -> String {
    let reads = "data \"maas_workspaces\" \"more\" {\n count = 9\n region_id = \"r${count.index}\"\n}\n";
    let configuration = format!("{}{reads}", with_provider(block));
    let workdir = behind_proxy(host, sandbox, &configuration).env("HTTPS_PROXY", proxy_url);
    let error = workdir.env("HW_MAX_RETRIES", "5").run(&["plan"]).error();
    assert_eq!(error.matches("Problem: the proxy wants a sign-in").count(), 1, "{error}");
    let shown = error.matches("Another data source was refused with the same credentials").count();
    assert!(messages_shown(host, 9).contains(&shown), "{shown}: {error}");
    assert!(!error.contains("hunter2"), "{error}");
    error
}

#[test]
fn proxy_wants_a_sign_in_then_error_is_about_the_proxy_and_it_is_not_tried_again() {
    with_each_host(|host| {
        for sign_in in ["http://ann:hunter2@", "ann:hunter2@", "http://hunter2@"] {
            let sandbox = Sandbox::builder().https().proxy_sign_in_page().start();
            let url = sandbox.proxy_url().replace("http://", sign_in);
            let error = ten_reads_error(host, &sandbox, "project_id = \"p\"", &url);
            assert_says(
                &error,
                &["the proxy wants a sign-in", "HTTPS_PROXY=http://user:password@host:port", "Attempts: 1 in"],
            );
            assert_eq!(sandbox.proxied_hosts().len(), 1, "a wrong password is not tried again: {sign_in}");
        }
        let sandbox = Sandbox::builder().https().proxy_sign_in_page().start();
        let plain = "project_id = \"p\"\nendpoints = { maas = \"http://modelarts.example.com\" }";
        let workdir = behind_proxy(host, &sandbox, &with_provider(plain)).env("HTTP_PROXY", sandbox.proxy_url());
        assert_says(&workdir.run(&["plan"]).error(), &["is a web page", "HTTPS_PROXY"]);
    });
}

#[test]
fn success_past_the_proxy_then_its_password_is_still_tried_once() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().https().proxy_sign_in_page().start();
        let url = sandbox.proxy_url().replace("http://", "http://ann:hunter2@");
        // The project is looked up on this machine, past the proxy.
        let block = format!("auth_url = \"{}\"\nproject_name = \"{}\"", sandbox.url(), seed::HOST_REGION);
        ten_reads_error(host, &sandbox, &block, &url);
        assert_eq!(sandbox.requests().len(), 1, "the project is found");
        assert_eq!(sandbox.proxied_hosts().len(), 1, "a wrong password is not tried again");
    });
}

#[test]
fn this_machine_then_reached_without_the_proxy() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().start();
        let workdir = Workdir::new(host, &sandbox, &with_provider("")).env("HTTP_PROXY", "http://127.0.0.1:9");
        workdir.run(&["plan"]).succeeded();
    });
}

#[test]
fn host_among_the_exceptions_then_not_asked_of_the_proxy() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().https_name("*.ap-southeast-1.nowhere.invalid").start();
        let block =
            format!("cacert_file = \"ca.pem\"\ncloud = \"nowhere.invalid\"\nproject_id = \"{}\"", seed::PROJECT_ID);
        let workdir = behind_proxy(host, &sandbox, &with_provider(&block));
        workdir.run(&["plan"]).succeeded();
        assert_eq!(sandbox.proxied_hosts().len(), 1);
        let error = workdir.env("NO_PROXY", "example.com,.nowhere.invalid").run(&["plan"]).error();
        assert_says(&error, &["modelarts.ap-southeast-1.nowhere.invalid cannot be found"]);
        assert_eq!(sandbox.proxied_hosts().len(), 1);
    });
}

#[test]
fn server_of_plain_http_behind_an_https_url_then_error_names_the_scheme_and_is_not_tried_again() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().start();
        let url = sandbox.url().replace("http://", "https://");
        let block = format!("project_id = \"p\"\nendpoints = {{ maas = \"{url}\" }}");
        let error =
            Workdir::new(host, &sandbox, &with_provider(&block)).env("HW_MAX_RETRIES", "5").run(&["plan"]).error();
        assert_says(&error, &["is not TLS; it may serve plain HTTP on this port", "Use `http://`", "Attempts: 1 in"]);
    });
}
