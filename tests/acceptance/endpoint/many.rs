//! Many endpoints at once.

use maas_sandbox::Api::{CreateEndpoint, DeleteEndpoint, Endpoints};
use maas_sandbox::Sandbox;

use super::{Scene, endpoint};
use crate::terraform::with_each_host;

/// The most resources that a host works on at once.
const PARALLELISM: usize = 10;

#[test]
fn fifty_endpoints_then_created_once_each_and_refreshed_by_few_lists() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().endpoints([]).endpoint_quota(50).start();
        let body = "for_each = toset([for i in range(50) : \"team-${i}\"])\nname = each.key\nmodel_name = \"m\"";
        let scene = Scene::with(host, sandbox, &endpoint("team", body));
        scene.apply();
        assert_eq!((scene.names().len(), scene.writes()), (50, vec![CreateEndpoint; 50]));
        scene.sandbox.forget_requests();
        scene.expect_no_changes();
        // Two lists serve the reads of a batch; a few more where a busy machine draws a batch apart.
        let lists = scene.sandbox.requests_to(Endpoints).len();
        assert!(lists <= 50 / PARALLELISM * 3, "{lists} lists");
        scene.sandbox.forget_requests();
        scene.workdir.run(&["destroy", "-auto-approve"]).succeeded();
        assert_eq!((scene.names().len(), scene.writes()), (0, vec![DeleteEndpoint; 50]));
    });
}
