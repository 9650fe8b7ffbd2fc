//! Credentials over the life of one process: settings that are not known yet, tokens that end before the process does.

use maas_plugin_host::tfplugin6::{self as tf};
use maas_plugin_host::value::{configuration, unknown};
use maas_plugin_host::{Launcher, Plugin, read_data_source};
use maas_sandbox::Api::{AssumeAgency, IdToken, Projects, SecurityKey, SecurityTokens, Tokens, Workspaces};
use maas_sandbox::{Fault, Metadata, Sandbox, seed};
use rmpv::Value;

use crate::host::{channel, configured, launcher, only_error, read_of, start_for};

/// A process in the environment of a sandbox without its token.
fn nobody(sandbox: &Sandbox) -> Launcher {
    let variables = sandbox.environment().into_iter().filter(|(name, _)| *name != "HW_AUTH_TOKEN");
    launcher().env("HW_ECS_METADATA_ENDPOINT", sandbox.url()).envs(variables)
}

fn user(sandbox: &Sandbox) -> Plugin {
    let launcher = nobody(sandbox).env("HW_USER_ID", seed::USER_ID).env("HW_USER_PASSWORD", seed::PASSWORD);
    launcher.start().expect("starts")
}

#[tokio::test]
async fn token_revoked_between_reads_then_one_new_sign_in() {
    let sandbox = Sandbox::builder().start();
    let plugin = user(&sandbox);
    let (mut client, schemas) = configured(&plugin).await;
    let mut read = async |region: &str| {
        let request = read_of(&schemas, &[("region_id", region.into())]);
        client.read_data_source(request).await.expect("answers").into_inner().diagnostics
    };
    assert_eq!(read("r1").await, []);
    sandbox.revoke_tokens();
    assert_eq!(read("r2").await, []);
    assert_eq!(read("r3").await, []);
    assert_eq!((sandbox.requests_to(Tokens).len(), sandbox.requests_to(Workspaces).len()), (2, 4));
}

#[tokio::test]
async fn token_revoked_before_many_reads_then_one_new_sign_in_for_all() {
    let sandbox = Sandbox::builder().start();
    let plugin = user(&sandbox);
    let (client, schemas) = configured(&plugin).await;
    let read = |region: String| {
        let (mut client, request) = (client.clone(), read_of(&schemas, &[("region_id", region.into())]));
        async move { client.read_data_source(request).await.expect("answers").into_inner().diagnostics }
    };
    assert_eq!(read("first".to_owned()).await, []);
    sandbox.revoke_tokens();
    let reads = (0..20).map(|region| tokio::spawn(read(format!("r{region}"))));
    for read in reads.collect::<Vec<_>>() {
        assert_eq!(read.await.expect("no panic"), []);
    }
    assert_eq!(sandbox.requests_to(Tokens).len(), 2);
}

/// A process with the temporary keys of an agency, for which a permanent key signs.
fn agency(sandbox: &Sandbox) -> Launcher {
    let launcher = nobody(sandbox).env("HW_ACCESS_KEY", seed::ACCESS_KEY).env("HW_SECRET_KEY", seed::SECRET_KEY);
    launcher.env("HW_ASSUME_ROLE_AGENCY_NAME", seed::AGENCY_NAME).env("HW_ASSUME_ROLE_DOMAIN_ID", seed::DOMAIN_ID)
}

/// The same, for whoever the launcher makes a process for.
fn agency_by_name(launcher: Launcher) -> Launcher {
    let launcher = launcher.env("HW_ASSUME_ROLE_AGENCY_NAME", seed::AGENCY_NAME);
    launcher.env("HW_ASSUME_ROLE_DOMAIN_NAME", seed::DOMAIN_NAME)
}

#[tokio::test]
async fn temporary_keys_revoked_between_reads_then_obtained_anew_once() {
    let token = |sandbox: &Sandbox| agency_by_name(nobody(sandbox).env("HW_AUTH_TOKEN", seed::TOKEN));
    let password = |sandbox: &Sandbox| {
        agency_by_name(nobody(sandbox).env("HW_USER_ID", seed::USER_ID).env("HW_USER_PASSWORD", seed::PASSWORD))
    };
    let oidc = |sandbox: &Sandbox| {
        let launcher = agency(sandbox).env("HW_ASSUME_ROLE_IDP_ID", seed::IDP_ID);
        launcher.env("HW_ASSUME_ROLE_ID_TOKEN", seed::ID_TOKEN)
    };
    for (launcher, api) in [
        (nobody as fn(&Sandbox) -> Launcher, SecurityKey),
        (agency, AssumeAgency),
        (token, SecurityTokens),
        (password, Tokens),
        (oidc, IdToken),
    ] {
        let sandbox = Sandbox::builder().metadata(Metadata::any()).start();
        let plugin = launcher(&sandbox).start().expect("starts");
        let (mut client, schemas) = configured(&plugin).await;
        let mut read = async |region: &str| {
            let request = read_of(&schemas, &[("region_id", region.into())]);
            client.read_data_source(request).await.expect("answers").into_inner().diagnostics
        };
        assert_eq!(read("r1").await, []);
        sandbox.revoke_keys();
        assert_eq!((read("r2").await, read("r3").await), (vec![], vec![]), "{api:?}");
        assert_eq!((sandbox.requests_to(api).len(), sandbox.requests_to(Workspaces).len()), (2, 4), "{api:?}");
    }
}

#[tokio::test]
async fn temporary_keys_revoked_before_many_reads_then_obtained_anew_once_for_all() {
    let sandbox = Sandbox::builder().start();
    let plugin = agency(&sandbox).start().expect("starts");
    let (client, schemas) = configured(&plugin).await;
    let read = |region: String| {
        let (mut client, request) = (client.clone(), read_of(&schemas, &[("region_id", region.into())]));
        async move { client.read_data_source(request).await.expect("answers").into_inner().diagnostics }
    };
    assert_eq!(read("first".to_owned()).await, []);
    sandbox.revoke_keys();
    let reads = (0..20).map(|region| tokio::spawn(read(format!("r{region}"))));
    for read in reads.collect::<Vec<_>>() {
        assert_eq!(read.await.expect("no panic"), []);
    }
    assert_eq!(sandbox.requests_to(AssumeAgency).len(), 2);
}

#[tokio::test]
async fn temporary_keys_refused_for_good_then_obtained_anew_once_unless_a_permission_is_missing() {
    for (fault, tried) in [(Fault::status(401), 2), (Fault::error(401, "ModelArts.8503", "No permission."), 1)] {
        let sandbox = Sandbox::builder().fault(fault).start();
        let plugin = agency(&sandbox).start().expect("starts");
        let (mut client, schemas) = configured(&plugin).await;
        let answer = client.read_data_source(read_of(&schemas, &[])).await.expect("answers").into_inner();
        assert!(only_error(&answer.diagnostics).contains("Status: 401"));
        assert_eq!((sandbox.requests_to(AssumeAgency).len(), sandbox.requests_to(Workspaces).len()), (tried, tried));
    }
}

#[tokio::test]
async fn project_lookup_refused_with_temporary_keys_then_obtained_anew_and_no_refusal_is_kept() {
    let sandbox = Sandbox::builder().start();
    let plugin = agency(&sandbox).env("HW_PROJECT_ID", "").start().expect("starts");
    let (mut client, schemas) = configured(&plugin).await;
    let mut read = async |given: &[(&str, Value)]| {
        client.read_data_source(read_of(&schemas, given)).await.expect("answers").into_inner().diagnostics
    };
    assert_eq!(read(&[("project_id", seed::PROJECT_ID.into())]).await, []);
    sandbox.inject(Fault::status(401).on(Projects).times(2));
    assert!(only_error(&read(&[]).await).contains("Status: 401"));
    sandbox.revoke_keys();
    assert_eq!(read(&[]).await, []);
    assert_eq!((sandbox.requests_to(AssumeAgency).len(), sandbox.requests_to(Projects).len()), (3, 4));
}

#[tokio::test]
async fn permanent_key_refused_in_a_project_lookup_then_not_tried_again() {
    let sandbox = Sandbox::builder().fault(Fault::status(401).on(Projects).times(1)).start();
    let launcher = nobody(&sandbox).env("HW_ACCESS_KEY", seed::ACCESS_KEY).env("HW_SECRET_KEY", seed::SECRET_KEY);
    let plugin = launcher.env("HW_PROJECT_ID", "").start().expect("starts");
    let (mut client, schemas) = configured(&plugin).await;
    for expected in ["Status: 401", "Another data source was refused with the same credentials"] {
        let answer = client.read_data_source(read_of(&schemas, &[])).await.expect("answers").into_inner();
        assert!(only_error(&answer.diagnostics).contains(expected));
    }
    assert_eq!(sandbox.requests().len(), 1);
}

#[tokio::test]
async fn keys_near_their_end_then_renewed_before_the_next_read() {
    // So near when they are handed out that every use renews them, after that during configuration. The service refuses
    // them without checking.
    let metadata = Metadata::any().expires_in(std::time::Duration::from_millis(1));
    let sandbox = Sandbox::builder().metadata(metadata).fault(Fault::status(403)).start();
    let plugin = nobody(&sandbox).start().expect("starts");
    let (mut client, schemas) = configured(&plugin).await;
    for region in ["r1", "r2"] {
        let request = read_of(&schemas, &[("region_id", region.into())]);
        drop(client.read_data_source(request).await.expect("answers"));
    }
    assert_eq!(sandbox.requests_to(SecurityKey).len(), 3);
}

#[tokio::test]
async fn ecs_instance_reads_in_two_regions_then_one_set_of_keys_for_both() {
    let sandbox = Sandbox::builder().metadata(Metadata::any()).start();
    let plugin = nobody(&sandbox).env("HW_REGION_NAME", "").start().expect("starts");
    let (mut client, schemas) = configured(&plugin).await;
    for region in [seed::HOST_REGION, seed::OTHER_REGION] {
        let request = read_of(&schemas, &[("region", region.into()), ("region_id", region.into())]);
        let answer = client.read_data_source(request).await.expect("answers").into_inner();
        assert_eq!(answer.diagnostics, []);
    }
    assert_eq!((sandbox.requests_to(SecurityKey).len(), sandbox.requests_to(Workspaces).len()), (1, 2));
}

#[tokio::test]
async fn configured_then_nothing_is_sent() {
    let sandbox = Sandbox::builder().start();
    let plugin = user(&sandbox);
    let _ = configured(&plugin).await;
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn setting_unknown_then_read_is_deferred_where_the_host_allows_it_and_an_error_elsewhere() {
    let sandbox = Sandbox::builder().start();
    let plugin = start_for(&sandbox);
    let (mut client, schemas) = configured(&plugin).await;
    let provider = schemas.provider.as_ref().expect("a schema");
    let config = Some(configuration(provider, &[("project_id", unknown())]));
    let request = tf::configure_provider::Request { config, ..Default::default() };
    assert_eq!(client.configure_provider(request).await.expect("answers").into_inner().diagnostics, []);

    let request = read_of(&schemas, &[("name", "x".into())]);
    let answer = client.read_data_source(request.clone()).await.expect("answers").into_inner();
    let error = only_error(&answer.diagnostics);
    assert!(error.contains("not known yet") && error.contains("`project_id`"), "{error}");

    let client_capabilities = Some(tf::ClientCapabilities { deferral_allowed: true, ..Default::default() });
    let request = tf::read_data_source::Request { client_capabilities, ..request };
    let answer = client.read_data_source(request).await.expect("answers").into_inner();
    assert_eq!(answer.diagnostics, []);
    assert_eq!(answer.deferred.expect("deferred").reason(), tf::deferred::Reason::ProviderConfigUnknown);
    let state = rmpv::decode::read_value(&mut &*answer.state.expect("a state").msgpack).expect("a value");
    let attribute = |name: &str| {
        let found = state.as_map().expect("an object").iter().find(|(key, _)| key.as_str() == Some(name));
        found.map(|(_, value)| value.clone()).expect("an attribute")
    };
    assert_eq!((attribute("name"), attribute("workspaces")), (Value::from("x"), unknown()));

    let own = read_of(&schemas, &[("project_id", seed::PROJECT_ID.into())]);
    let answer = client.read_data_source(own).await.expect("answers").into_inner();
    assert_eq!(answer.diagnostics, [], "a read that does not need the setting goes on");
}

#[tokio::test]
async fn variable_that_would_leave_its_place_in_the_url_then_refused_and_nothing_is_sent() {
    let sandbox = Sandbox::builder().start();
    for (variable, value, expected) in [
        ("HW_PROJECT_ID", "..", "Invalid value: `project_id` becomes a part of the request's URL and cannot be `..`"),
        ("HW_REGION_NAME", "..", "Invalid region: `region` cannot be `..`"),
        ("HW_REGION_NAME", "ap-southeast-1 ", "Invalid region: `region` cannot be `ap-southeast-1 `"),
    ] {
        let plugin = launcher().envs(sandbox.environment()).env(variable, value).start().expect("starts");
        let (mut client, schemas) = configured(&plugin).await;
        let answer = client.read_data_source(read_of(&schemas, &[])).await.expect("answers").into_inner();
        let error = only_error(&answer.diagnostics);
        assert!(error.starts_with(expected), "{error}");
    }
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn twenty_identical_reads_then_two_requests_at_most_and_none_is_shared_between_aliases() {
    let sandbox = Sandbox::builder().start();
    let (first, second) = (start_for(&sandbox), start_for(&sandbox));
    for plugin in [&first, &second] {
        sandbox.forget_requests();
        let (client, schemas) = configured(plugin).await;
        let reads = (0..20).map(|_| {
            let (mut client, request) = (client.clone(), read_of(&schemas, &[]));
            tokio::spawn(async move { client.read_data_source(request).await.expect("answers").into_inner() })
        });
        for read in reads.collect::<Vec<_>>() {
            assert_eq!(read.await.expect("no panic").diagnostics, []);
        }
        let sent = sandbox.requests().len();
        assert!((1..=2).contains(&sent), "{sent}");
    }
    sandbox.forget_requests();
    // Another configuration of the same process, as an alias is in debug mode, shares nothing either.
    let reading = read_data_source(channel(&first).await, "maas_workspaces", &[], &[]).await.expect("answers");
    assert_eq!(reading.diagnostics, []);
    assert_eq!(sandbox.requests().len(), 1);
}
