//! The real-time services of the seeded workspaces.

use super::{DEFAULT_WORKSPACE_ID, FRAUD_DETECTION, HOST_REGION, OTHER_REGION, SCRATCH, SEARCH_RANKING, TRANSLATION};
use crate::record::Service;

/// The services a new sandbox has in a workspace of `region`; none for a workspace that [`workspaces`](super::workspaces)
/// does not have there.
#[must_use]
pub fn services(region: &str, workspace_id: &str) -> Vec<Service> {
    let services = match (region, workspace_id) {
        (HOST_REGION, DEFAULT_WORKSPACE_ID) => default_workspace(),
        (HOST_REGION, FRAUD_DETECTION) => fraud_detection(),
        (HOST_REGION, SEARCH_RANKING) => vec![
            Service::named("ranker").status("FAILED").description("Learning to rank").user_name("bob"),
            Service::named("ranker-baseline").status("RUNNING").version("1.4.2", 12).user_name("bob"),
        ],
        (HOST_REGION, SCRATCH) => {
            vec![Service::named("notebook-demo").status("STOPPED").user_name("alice").create_at(1_735_689_600_000)]
        }
        (OTHER_REGION, DEFAULT_WORKSPACE_ID) => {
            vec![Service::named("health-probe").description("Watched by the duty team")]
        }
        (OTHER_REGION, TRANSLATION) => vec![
            Service::named("zh-en").version("2.0.0", 2).deploy_type("MULTI").user_name("mei"),
            Service::named("en-zh").status("CONCERNING").version("2.0.0", 2).user_name("mei"),
        ],
        _ => Vec::new(),
    };
    services.into_iter().map(|service| service.workspace_id(workspace_id)).collect()
}

fn default_workspace() -> Vec<Service> {
    vec![
        Service::named("chat-gateway").description("Chat for the help desk"),
        Service::named("batch-embedding")
            .status("STOPPED")
            .version("0.3.0", 3)
            .service_type("ASYNC_REAL_TIME")
            .create_at(1_712_000_000_123),
    ]
}

fn fraud_detection() -> Vec<Service> {
    vec![
        Service::named("card-scoring")
            .version("3.1.0", 7)
            .description("Scores card payments")
            .deploy_type("MULTI")
            .user_name("alice")
            .create_at(1_704_164_700_000),
        Service::named("card-scoring-next").status("DEPLOYING").user_name("alice").create_at(1_763_999_999_999),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::seed::workspaces;

    /// One field of all services in all workspaces of both regions.
    fn all(field: &str) -> Vec<String> {
        let workspaces = [HOST_REGION, OTHER_REGION].map(|region| (region, workspaces(region)));
        let services = workspaces.iter().flat_map(|(region, workspaces)| {
            workspaces.iter().flat_map(move |workspace| {
                let id = workspace.to_json()["id"].as_str().expect("text").to_owned();
                let services = services(region, &id);
                assert!(!services.is_empty(), "{region} {id}");
                assert!(services.iter().all(|service| service.to_json()["workspace_id"] == id), "{region} {id}");
                services
            })
        });
        services.map(|service| service.to_json()[field].to_string()).collect()
    }

    #[test]
    fn every_seeded_workspace_then_it_has_services_that_say_so_and_no_id_twice() {
        let ids = all("id");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    }

    #[test]
    fn all_services_then_several_states_and_both_types_and_deployments_occur() {
        let several = |field: &str| all(field).into_iter().collect::<BTreeSet<_>>().len();
        assert_eq!((several("status"), several("type"), several("deploy_type")), (5, 2, 2));
    }

    #[test]
    fn workspace_nobody_seeded_then_no_services() {
        assert!(services(HOST_REGION, TRANSLATION).is_empty());
        assert!(services("eu-west-101", DEFAULT_WORKSPACE_ID).is_empty());
    }
}
