//! What works: each source of credentials, and the requests that it takes, no more.

use maas_sandbox::Api::{
    AssumeAgency, IdToken, MetadataToken, Projects, SecurityKey, SecurityTokens, Tokens, Workspaces,
};
use maas_sandbox::{AccessKey, Agency, Api, Metadata, Project, Sandbox, seed};
use serde_json::json;

use super::{asked, nobody, with_provider, write_shared_config};
use crate::terraform::with_each_host;

/// Plans with these variables and this provider block, and checks which APIs were asked.
fn check(host: &str, variables: &[(&str, &str)], block: &str, expected: &[Api]) {
    let metadata = if expected.contains(&SecurityKey) && !expected.contains(&MetadataToken) {
        Metadata::v1_only()
    } else {
        Metadata::v2_only()
    };
    let temporary = AccessKey::new("TEMPORARYKEY00000001", seed::SECRET_KEY).security_token("sandbox-security-token");
    let second = Agency::named("second").of(seed::DOMAIN_NAME, seed::DOMAIN_ID);
    let sandbox = Sandbox::builder().metadata(metadata).access_key(temporary).agency(second).start();
    let workdir = nobody(host, &sandbox, &with_provider(block));
    let workdir = variables.iter().fold(workdir, |workdir, (name, value)| workdir.env(name, value));
    std::fs::write(workdir.path("id-token"), format!("{}\n", seed::ID_TOKEN)).expect("writes");
    write_shared_config(&workdir, &profiles());
    workdir.run(&["plan"]).succeeded();
    assert_eq!(asked(&sandbox), expected, "{variables:?} {block}");
}

fn profiles() -> serde_json::Value {
    let keys = json!({"accessKeyId": seed::ACCESS_KEY, "secretAccessKey": seed::SECRET_KEY});
    let sso = json!({
        "accessKeyId": "TEMPORARYKEY00000001", "secretAccessKey": seed::SECRET_KEY,
        "securityToken": "sandbox-security-token"
    });
    let mut main = json!({"name": "main", "mode": "AKSK"});
    main.as_object_mut().expect("an object").extend(keys.as_object().expect("an object").clone());
    json!([
        main,
        {"name": "sso", "mode": "SSO", "ssoAuth": {"stsToken": sso}},
        {"name": "token", "mode": "token", "xAuthToken": seed::TOKEN},
        {"name": "ecs", "mode": "ecsAgency"},
        {"name": "agency", "mode": "agency", "sourceProfile": "main", "agencyName": seed::AGENCY_NAME,
         "agencyDomainName": seed::DOMAIN_NAME},
    ])
}

const KEYS: [(&str, &str); 2] = [("HW_ACCESS_KEY", seed::ACCESS_KEY), ("HW_SECRET_KEY", seed::SECRET_KEY)];

const USER: [(&str, &str); 3] =
    [("HW_USER_NAME", seed::USER_NAME), ("HW_USER_PASSWORD", seed::PASSWORD), ("HW_DOMAIN_NAME", seed::DOMAIN_NAME)];

fn assume(agency: &str, account: &str) -> String {
    format!("assume_role {{\n agency_name = \"{agency}\"\n {account}\n duration = 1800\n}}\n")
}

fn by_name() -> String {
    format!("domain_name = \"{}\"", seed::DOMAIN_NAME)
}

fn by_id() -> String {
    format!("domain_id = \"{}\"", seed::DOMAIN_ID)
}

#[test]
fn token_then_one_request() {
    with_each_host(|host| {
        check(host, &[], &format!("token = \"{}\"", seed::TOKEN), &[Workspaces]);
        check(host, &[("HW_AUTH_TOKEN", seed::TOKEN)], "", &[Workspaces]);
        check(host, &[("OS_AUTH_TOKEN", seed::TOKEN)], "", &[Workspaces]);
    });
}

#[test]
fn access_key_then_one_signed_request() {
    with_each_host(|host| {
        let block = format!("access_key = \"{}\"\nsecret_key = \"{}\"", seed::ACCESS_KEY, seed::SECRET_KEY);
        check(host, &[], &block, &[Workspaces]);
        check(host, &KEYS, "", &[Workspaces]);
        check(host, &[KEYS[1]], &format!("access_key = \"{}\"", seed::ACCESS_KEY), &[Workspaces]);
        let temporary =
            [("HW_ACCESS_KEY", "TEMPORARYKEY00000001"), KEYS[1], ("HW_SECURITY_TOKEN", "sandbox-security-token")];
        check(host, &temporary, "", &[Workspaces]);
    });
}

#[test]
fn password_then_one_sign_in() {
    with_each_host(|host| {
        check(host, &USER, "", &[Tokens, Workspaces]);
        let block = format!("user_id = \"{}\"\npassword = \"{}\"", seed::USER_ID, seed::PASSWORD);
        check(host, &[], &block, &[Tokens, Workspaces]);
    });
}

#[test]
fn profile_of_each_mode_then_what_it_holds() {
    with_each_host(|host| {
        check(host, &[("HW_PROFILE", "main")], "", &[Workspaces]);
        check(host, &[("HW_SHARED_CONFIG_FILE", "~/.hcloud/config.json")], "", &[Workspaces]);
        check(host, &[], "profile = \"sso\"", &[Workspaces]);
        check(host, &[], "profile = \"token\"", &[Workspaces]);
        check(host, &[], "profile = \"ecs\"", &[MetadataToken, SecurityKey, Workspaces]);
        check(host, &[], "profile = \"agency\"", &[SecurityTokens, Workspaces]);
    });
}

#[test]
fn ecs_instance_then_its_agency_in_either_version_of_the_metadata_service() {
    with_each_host(|host| {
        check(host, &[], "", &[MetadataToken, SecurityKey, Workspaces]);
        let sandbox = Sandbox::builder().metadata(Metadata::v1_only()).start();
        nobody(host, &sandbox, &with_provider("")).run(&["plan"]).succeeded();
        assert_eq!(asked(&sandbox), [MetadataToken, SecurityKey, Workspaces]);
    });
}

#[test]
fn agencies_on_top_then_iam_for_accounts_by_name_and_sts_by_id() {
    with_each_host(|host| {
        check(host, &KEYS, &assume(seed::AGENCY_NAME, &by_name()), &[SecurityTokens, Workspaces]);
        check(host, &KEYS, &assume(seed::AGENCY_NAME, &by_id()), &[AssumeAgency, Workspaces]);
        let chain = assume(seed::AGENCY_NAME, &by_name()) + &assume("second", &by_id());
        check(host, &KEYS, &chain, &[SecurityTokens, AssumeAgency, Workspaces]);
        check(host, &USER, &assume(seed::AGENCY_NAME, &by_name()), &[Tokens, SecurityTokens, Workspaces]);
        let variables = [
            KEYS[0],
            KEYS[1],
            ("HW_ASSUME_ROLE_AGENCY_NAME", seed::AGENCY_NAME),
            ("HW_ASSUME_ROLE_DOMAIN_ID", seed::DOMAIN_ID),
            ("HW_ASSUME_ROLE_DURATION", "900"),
        ];
        check(host, &variables, "", &[AssumeAgency, Workspaces]);
    });
}

#[test]
fn agencies_of_other_accounts_then_each_request_is_on_behalf_of_the_account_whose_keys_sign_it() {
    with_each_host(|host| {
        let operators = [("domain_id = \"0b\"", Some("0b")), ("domain_name = \"ops\"", None)];
        let auditors = [("domain_id = \"0a\"", Some("0a")), ("domain_name = \"audit\"", None)];
        for (first, second) in operators.iter().flat_map(|first| auditors.iter().map(move |second| (first, second))) {
            let operator = Agency::named("operator").of("ops", "0b");
            let auditor = Agency::named("auditor").of("audit", "0a").project(Project::named(seed::HOST_REGION).id("p"));
            let sandbox = Sandbox::builder().agency(operator).agency(auditor).start();
            let block = assume("operator", first.0) + &assume("auditor", second.0);
            let workdir = nobody(host, &sandbox, &with_provider(&block)).env("HW_PROJECT_ID", "");
            let workdir = workdir.env("HW_DOMAIN_ID", seed::DOMAIN_ID);
            let workdir = KEYS.iter().fold(workdir, |workdir, (name, value)| workdir.env(name, value));
            workdir.run(&["plan"]).succeeded();
            let requests = sandbox.requests();
            let accounts: Vec<_> = requests.iter().map(|request| request.header("X-Domain-Id")).collect();
            // Two agencies, the project, and what is read in it.
            assert_eq!(accounts, [Some(seed::DOMAIN_ID), first.1, second.1, None]);
        }
    });
}

#[test]
fn id_token_then_exchanged_and_the_agency_assumed() {
    with_each_host(|host| {
        let steps = [IdToken, SecurityTokens, AssumeAgency, Workspaces];
        let block = |token: &str| {
            format!(
                "assume_role_with_oidc {{\n agency_name = \"{}\"\n idp_id = \"{}\"\n {}\n {token}\n}}",
                seed::AGENCY_NAME,
                seed::IDP_ID,
                by_id()
            )
        };
        check(host, &[], &block(&format!("id_token = \"{}\"", seed::ID_TOKEN)), &steps);
        check(host, &[], &block("id_token_file = \"id-token\""), &steps);
        let variables = [
            ("HW_ASSUME_ROLE_IDP_ID", seed::IDP_ID),
            ("HW_ASSUME_ROLE_ID_TOKEN", seed::ID_TOKEN),
            ("HW_ASSUME_ROLE_AGENCY_NAME", seed::AGENCY_NAME),
            ("HW_ASSUME_ROLE_DOMAIN_ID", seed::DOMAIN_ID),
        ];
        check(host, &variables, "", &steps);
    });
}

#[test]
fn duration_given_then_asked_for() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().start();
        let workdir = nobody(host, &sandbox, &with_provider(&assume(seed::AGENCY_NAME, &by_name())));
        let workdir = KEYS.iter().fold(workdir, |workdir, (name, value)| workdir.env(name, value));
        workdir.run(&["plan"]).succeeded();
        let request = sandbox.requests_to(SecurityTokens).remove(0);
        let body: serde_json::Value = serde_json::from_slice(&request.body).expect("JSON");
        assert_eq!(body["auth"]["identity"]["assume_role"]["duration_seconds"], 1800);
    });
}

#[test]
fn project_not_given_then_looked_up_by_the_name_of_the_region_and_only_once() {
    with_each_host(|host| {
        let configuration = "data \"maas_workspaces\" \"all\" {\n count = 3\n region_id = \"r${count.index}\"\n}\n";
        for (variables, steps) in [(&KEYS[..], [Projects, Workspaces]), (&USER[..], [Tokens, Workspaces])] {
            let sandbox = Sandbox::builder().start();
            let workdir = nobody(host, &sandbox, configuration).env("HW_PROJECT_ID", "");
            let workdir = variables.iter().fold(workdir, |workdir, (name, value)| workdir.env(name, value));
            workdir.run(&["plan"]).succeeded();
            assert_eq!(asked(&sandbox), [steps[0], steps[1], Workspaces, Workspaces]);
            let paths = sandbox.requests_to(Workspaces);
            assert!(paths.iter().all(|request| request.path.contains(seed::PROJECT_ID)));
        }
    });
}

#[test]
fn project_named_then_that_one_is_looked_up() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().project(Project::named("ap-southeast-1_dev").id("d3v")).start();
        let workdir = nobody(host, &sandbox, &with_provider("project_name = \"ap-southeast-1_dev\""));
        let workdir =
            KEYS.iter().fold(workdir.env("HW_PROJECT_ID", ""), |workdir, (name, value)| workdir.env(name, value));
        workdir.run(&["plan"]).succeeded();
        assert_eq!(sandbox.requests_to(Projects)[0].query.as_deref(), Some("name=ap-southeast-1_dev"));
        assert!(sandbox.requests_to(Workspaces)[0].path.starts_with("/v1/d3v/"));
    });
}

#[test]
fn project_and_profile_with_names_in_another_normal_form_then_found() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().project(Project::named("cafe\u{301}").id("d3v")).start();
        let workdir = nobody(host, &sandbox, &with_provider("profile = \"cafe\\u0301\"\nproject_name = \"café\""));
        let profile =
            json!([{"name": "cafe\u{301}", "accessKeyId": seed::ACCESS_KEY, "secretAccessKey": seed::SECRET_KEY}]);
        write_shared_config(&workdir, &profile);
        workdir.env("HW_PROJECT_ID", "").run(&["plan"]).succeeded();
        assert!(sandbox.requests_to(Workspaces)[0].path.starts_with("/v1/d3v/"));
    });
}

#[test]
fn argument_and_profile_then_the_argument_wins() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().start();
        let block = format!("profile = \"main\"\nproject_id = \"{}\"", seed::OTHER_PROJECT_ID);
        let workdir = nobody(host, &sandbox, &with_provider(&block));
        let profile = json!([{"name": "main", "accessKeyId": seed::ACCESS_KEY, "secretAccessKey": seed::SECRET_KEY,
                              "projectId": seed::PROJECT_ID, "region": "from-the-profile"}]);
        write_shared_config(&workdir, &profile);
        workdir.run(&["plan"]).succeeded();
        let path = sandbox.requests()[0].path.clone();
        assert_eq!(path, format!("/v1/{}/maas/services/workspace/from-the-profile", seed::OTHER_PROJECT_ID));
    });
}

#[test]
fn odd_characters_in_the_region_id_then_signed_correctly() {
    with_each_host(|host| {
        for region_id in ["a b", "a:b", "ü+&=?#%*~'()!", "模型"] {
            let sandbox = Sandbox::builder().start();
            let configuration = format!("data \"maas_workspaces\" \"all\" {{\n region_id = \"{region_id}\"\n}}\n");
            let workdir = nobody(host, &sandbox, &configuration);
            let workdir = KEYS.iter().fold(workdir, |workdir, (name, value)| workdir.env(name, value));
            workdir.run(&["plan"]).succeeded();
        }
    });
}
