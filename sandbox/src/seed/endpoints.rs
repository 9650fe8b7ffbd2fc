//! The custom endpoints of the account.

use super::{HOST_REGION, OTHER_REGION};
use crate::record::Endpoint;

/// The endpoints a new sandbox has: two for built-in services and two for seeded [`services`](super::services).
#[must_use]
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::named("help-desk").remark("Chat of the help desk").rpm(60).tpm(100_000),
        Endpoint::named("help-desk-unlimited"),
        Endpoint::named("card-scoring").for_service(HOST_REGION, "card-scoring").rpm(600).tpm(0).moderation(false),
        Endpoint::named("translate_zh.en")
            .for_service(OTHER_REGION, "zh-en")
            .status("inactive")
            .remark("Waits for the new glossary")
            .rpm(30)
            .tpm(20_000),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::seed::{services, workspaces};

    #[test]
    fn endpoint_of_a_service_then_that_service_is_there_in_its_region() {
        let endpoints = endpoints().into_iter().map(|endpoint| endpoint.to_json());
        let of_services =
            endpoints.filter(|endpoint| endpoint["source"] == "custom_from_modelarts_v2").collect::<Vec<_>>();
        assert_eq!(of_services.len(), 2);
        for endpoint in of_services {
            let region = endpoint["region"].as_str().expect("text");
            let ids = workspaces(region).into_iter().map(|workspace| workspace.to_json()["id"].take());
            let services = ids.flat_map(|id| services(region, id.as_str().expect("text")));
            assert!(
                services.into_iter().any(|service| service.to_json()["id"] == endpoint["infer_service_id"]),
                "{endpoint}"
            );
        }
    }

    #[test]
    fn all_endpoints_then_one_has_no_limits_and_all_fit_the_quota() {
        let endpoints = endpoints();
        let unlimited = endpoints.iter().map(Endpoint::to_json).filter(|one| one["rpm"] == Value::Null);
        assert_eq!(unlimited.map(|one| one["tpm"].clone()).collect::<Vec<_>>(), [Value::Null]);
        assert!(endpoints.len() < crate::seed::ENDPOINT_QUOTA);
    }
}
