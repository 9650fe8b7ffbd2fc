//! The APIs of MaaS beside the workspaces.

use maas_sandbox::{Agreement, Api, Endpoint, Fault, Region, Sandbox, Service, seed};
use serde_json::{Value, json};

use crate::client::{Answer, Request, get};

const REGIONS: &str = "services/custom-endpoint/regions";
const ENDPOINTS: &str = "services/custom-endpoint/endpoint";
const SERVICES: &str = "services/custom-endpoint/services";
const AGREEMENTS: &str = "compliance/agreements";

/// A request as the documentation wants it, as the seeded user.
fn maas(path: &str) -> Request {
    get(format!("/v1/{}/maas/{path}", seed::PROJECT_ID)).token(seed::TOKEN).json()
}

fn services_of(region: &str, query: &str) -> Request {
    maas(&format!("{SERVICES}/{region}{query}"))
}

/// The id of a seeded workspace.
fn workspace_id(region: &str, name: &str) -> String {
    let workspaces = seed::workspaces(region).into_iter().map(|workspace| workspace.to_json());
    let mut named = workspaces.filter(|workspace| workspace["name"] == name);
    named.next().expect("a seeded workspace")["id"].as_str().expect("text").to_owned()
}

fn names(answer: &Answer) -> Vec<Value> {
    answer.json()["data"].as_array().expect("an array").iter().map(|one| one["name"].clone()).collect()
}

#[test]
fn regions_asked_for_then_the_seeded_ones_in_the_documented_shape() {
    let answer = maas(REGIONS).send(&Sandbox::builder().start());
    assert_eq!((answer.status, answer.header("Content-Type")), (200, Some("application/json")));
    assert_eq!(answer.json(), json!({"region_items": seed::regions().iter().map(Region::to_json).collect::<Value>()}));
    assert_eq!(answer.json()["region_items"][1]["region_id"], seed::OTHER_REGION);
    assert_eq!(answer.json()["region_items"][1]["locales"]["zh_cn"], "西南-贵阳一");
}

#[test]
fn regions_given_then_they_are_told_odd_fields_and_all() {
    let sandbox = Sandbox::builder().regions([Region::named("r").without("locales").raw("open", true)]).start();
    assert_eq!(maas(REGIONS).send(&sandbox).json(), json!({"region_items": [{"region_id": "r", "open": true}]}));
}

#[test]
fn services_asked_for_then_the_seeded_ones_in_the_documented_shape() {
    let id = workspace_id(seed::HOST_REGION, "fraud-detection");
    let answer = services_of(seed::HOST_REGION, &format!("?workspace_id={id}")).send(&Sandbox::builder().start());
    let seeded = seed::services(seed::HOST_REGION, &id);
    assert_eq!(
        answer.json(),
        json!({"data": seeded.iter().map(Service::to_json).collect::<Value>(), "pages": 1, "total": seeded.len()})
    );
    let first = &answer.json()["data"][0];
    assert_eq!((&first["name"], &first["workspace_id"]), (&json!("card-scoring"), &json!(id)));
    assert!(first["version_count"].is_u64() && first["create_at"].is_u64());
}

#[test]
fn no_workspace_given_then_the_services_of_the_default_one() {
    let sandbox = Sandbox::builder().start();
    for query in ["", "?workspace_id=", "?workspace_id=0", "?limit=1"] {
        assert_eq!(names(&services_of(seed::HOST_REGION, query).send(&sandbox)), ["chat-gateway", "batch-embedding"]);
    }
    assert_eq!(names(&services_of(seed::OTHER_REGION, "").send(&sandbox)), ["health-probe"]);
}

#[test]
fn every_seeded_workspace_then_its_services_are_found_by_the_id_that_it_tells() {
    let sandbox = Sandbox::builder().start();
    for region in [seed::HOST_REGION, seed::OTHER_REGION] {
        let workspaces = maas(&format!("services/workspace/{region}")).send(&sandbox).json()["workspaces"].take();
        for workspace in workspaces.as_array().expect("an array") {
            let id = workspace["id"].as_str().expect("text");
            let services = services_of(region, &format!("?workspace_id={id}")).send(&sandbox).json();
            assert!(services["total"].as_u64() > Some(0), "{workspace}");
        }
    }
}

#[test]
fn region_or_workspace_nobody_knows_then_an_empty_list() {
    let sandbox = Sandbox::builder().start();
    for request in [services_of("eu-west-101", ""), services_of(seed::HOST_REGION, "?workspace_id=nobody")] {
        assert_eq!(request.send(&sandbox).json(), json!({"data": [], "pages": 0, "total": 0}));
    }
}

#[test]
fn services_given_and_a_total_claimed_then_both_are_told() {
    let sandbox = Sandbox::builder()
        .services("r", "w", [Service::named("alpha").raw("create_at", "1"), Service::named("beta")])
        .services_total("r", "w", 5)
        .start();
    let answer = services_of("r", "?workspace_id=w").send(&sandbox).json();
    assert_eq!((&answer["total"], &answer["pages"]), (&json!(5), &json!(3)));
    assert_eq!((&answer["data"][0]["create_at"], &answer["data"][1]["name"]), (&json!("1"), &json!("beta")));
}

#[test]
fn workspace_given_twice_then_400_of_the_service() {
    let request = services_of(seed::HOST_REGION, "?workspace_id=0&workspace_id=1");
    request.send(&Sandbox::builder().start()).assert_service_error(400, "ModelArts.0104");
}

#[test]
fn endpoints_asked_for_then_the_seeded_ones_in_the_documented_shape() {
    let answer = maas(ENDPOINTS).send(&Sandbox::builder().start()).json();
    let seeded = seed::endpoints();
    assert_eq!(
        answer,
        json!({
            "total": seeded.len(),
            "count": seeded.len(),
            "items": seeded.iter().map(Endpoint::to_json).collect::<Value>(),
            "quantity_limit": 10,
        })
    );
}

#[test]
fn endpoint_of_a_service_then_the_service_is_found_where_it_says() {
    let sandbox = Sandbox::builder().start();
    let endpoints = maas(ENDPOINTS).send(&sandbox).json()["items"].take();
    let mut of_services = endpoints.as_array().expect("an array").iter().filter(|one| one["region"].is_string());
    let endpoint = of_services.next().expect("an endpoint of a service");
    assert_eq!(endpoint["source"], "custom_from_modelarts_v2");
    let workspace = workspace_id(seed::HOST_REGION, "fraud-detection");
    let services = services_of(endpoint["region"].as_str().expect("text"), &format!("?workspace_id={workspace}"));
    assert_eq!(services.send(&sandbox).json()["data"][0]["id"], endpoint["infer_service_id"]);
}

#[test]
fn endpoints_given_and_a_total_claimed_then_both_are_told() {
    let sandbox = Sandbox::builder().endpoints([Endpoint::named("alpha")]).endpoints_total(12).start();
    let answer = maas(ENDPOINTS).send(&sandbox).json();
    assert_eq!((&answer["total"], &answer["count"]), (&json!(12), &json!(1)));
    assert_eq!((&answer["items"][0]["rpm"], &answer["items"][0]["tpm"]), (&Value::Null, &Value::Null));
}

#[test]
fn agreement_asked_for_then_in_that_language() {
    let sandbox = Sandbox::builder().start();
    for lang in ["zh", "en"] {
        let answer = maas(&format!("{AGREEMENTS}?lang={lang}")).send(&sandbox);
        assert_eq!((answer.status, answer.json()), (200, seed::agreement(lang).to_json()));
    }
}

#[test]
fn agreement_given_then_it_replaces_that_language_only() {
    let sandbox = Sandbox::builder().agreement("en", Agreement::named("1").data("text").raw("id", "2")).start();
    let answer = maas(&format!("{AGREEMENTS}?lang=en")).send(&sandbox);
    let expected = r#"{"agreement_id":"1","agreement_data":"text","open_notice":"","close_notice":"","id":"2"}"#;
    assert_eq!(String::from_utf8_lossy(&answer.body), expected);
    assert_eq!(maas(&format!("{AGREEMENTS}?lang=zh")).send(&sandbox).json(), seed::agreement("zh").to_json());
}

#[test]
fn language_missing_or_unknown_then_400_of_the_service() {
    let sandbox = Sandbox::builder().start();
    for query in ["", "?lang=", "?lang=fr", "?lang=EN", "?lang=zh&lang=en"] {
        maas(&format!("{AGREEMENTS}{query}")).send(&sandbox).assert_service_error(400, "ModelArts.0104");
    }
}

#[test]
fn credentials_missing_or_of_another_project_then_each_api_refuses() {
    let sandbox = Sandbox::builder().start();
    for path in [REGIONS, ENDPOINTS, &format!("{SERVICES}/r"), &format!("{AGREEMENTS}?lang=en")] {
        let of = |project: &str| get(format!("/v1/{project}/maas/{path}")).json();
        of(seed::PROJECT_ID).send(&sandbox).assert_gateway_error(401, "APIGW.0301");
        let foreign = of(seed::OTHER_PROJECT_ID).token(seed::TOKEN);
        foreign.send(&sandbox).assert_service_error(403, "ModelArts.0010");
        of("").token(seed::TOKEN).send(&sandbox).assert_gateway_error(404, "APIGW.0101");
    }
}

#[test]
fn content_type_missing_then_400_where_it_is_documented_and_fine_where_not() {
    let sandbox = Sandbox::builder().start();
    let without = |path: &str| get(format!("/v1/{}/maas/{path}", seed::PROJECT_ID)).token(seed::TOKEN).send(&sandbox);
    for path in [REGIONS, &format!("{SERVICES}/r"), &format!("{AGREEMENTS}?lang=en")] {
        without(path).assert_service_error(400, "ModelArts.2115");
    }
    assert_eq!(without(ENDPOINTS).status, 200);
}

#[test]
fn each_api_asked_then_recorded_as_such_and_open_to_faults_of_its_own() {
    let apis = [
        (Api::Regions, maas(REGIONS)),
        (Api::Services, services_of("r", "")),
        (Api::Endpoints, maas(ENDPOINTS)),
        (Api::Agreements, maas(&format!("{AGREEMENTS}?lang=en"))),
    ];
    let sandbox = Sandbox::builder().start();
    for (api, request) in apis {
        sandbox.inject(Fault::status(503).on(api).times(1));
        request.send(&sandbox).assert_gateway_error(503, "APIG.0201");
        assert_eq!(sandbox.requests_to(api).len(), 1);
    }
}

#[test]
fn method_that_would_change_something_then_404_of_the_gateway() {
    let sandbox = Sandbox::builder().start();
    maas(REGIONS).method("POST").send(&sandbox).assert_gateway_error(404, "APIGW.0101");
}
