//! Credentials that expire, and how they are refreshed.

use std::time::{Duration, Instant};

use maas_plugin_host::tfplugin6 as tf;
use maas_plugin_host::tfplugin6::provider_client::ProviderClient;
use maas_sandbox::Api::{Tokens, Workspaces};
use maas_sandbox::{Fault, Sandbox, seed};
use tonic::transport::Channel;

use crate::host::{configured, launcher, read_of};

/// A token is refreshed after half of this. Both halves leave time to a slow machine.
const LIFETIME: Duration = Duration::from_secs(12);

async fn read(mut client: ProviderClient<Channel>, request: tf::read_data_source::Request) -> Vec<tf::Diagnostic> {
    client.read_data_source(request).await.expect("responds").into_inner().diagnostics
}

#[tokio::test]
async fn token_endpoint_hangs_before_the_token_expires_then_reads_succeed_and_one_of_them_waits_shortly() {
    // The first response comes when the token is to be refreshed.
    let slow = Fault::delay(LIFETIME / 2).on(Workspaces).times(1);
    let sandbox = Sandbox::builder().token_lifetime(LIFETIME).fault(slow).start();
    let variables = sandbox.environment().into_iter().filter(|(name, _)| *name != "HW_AUTH_TOKEN");
    let password = [("HW_USER_ID", seed::USER_ID), ("HW_USER_PASSWORD", seed::PASSWORD)];
    let plugin = launcher().envs(variables).envs(password).start().expect("starts");
    let (client, schemas) = configured(&plugin).await;
    assert_eq!(read(client.clone(), read_of(&schemas, &[])).await, []);
    sandbox.inject(Fault::hang().on(Tokens));
    let started = Instant::now();
    let reads = (0..5).map(|read_number| {
        let request = read_of(&schemas, &[("name_regex", format!("{read_number}").into())]);
        tokio::spawn(read(client.clone(), request))
    });
    for read in reads.collect::<Vec<_>>() {
        assert_eq!(read.await.expect("no panic"), []);
    }
    assert!(started.elapsed() < LIFETIME / 2, "{:?}", started.elapsed());
    assert_eq!(sandbox.requests_to(Tokens).len(), 2, "one refresh hangs, and no other caller makes one");
}
