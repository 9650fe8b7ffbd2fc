//! The way from a region to an inference service, and the data sources on it.

use maas_sandbox::Api::{Agreements, Endpoints, Regions, Services, Workspaces};
use maas_sandbox::{Api, Endpoint, Fault, Region, Sandbox, Service, seed};
use serde_json::{Value, json};

use crate::errors::assert_says;
use crate::reads::outputs;
use crate::terraform::hosts::{PRECONDITIONS, with_each_host_that_has};
use crate::terraform::{Workdir, with_each_host};

const JSON: &str = "application/json";

/// What a data source reads.
fn read(host: &str, sandbox: &Sandbox, data: &str, body: &str) -> Value {
    let configuration = format!("data \"{data}\" \"x\" {{\n{body}\n}}\noutput \"x\" {{ value = data.{data}.x }}\n");
    outputs(host, sandbox, &configuration)["x"].take()
}

fn error(host: &str, sandbox: &Sandbox, data: &str, body: &str) -> String {
    let configuration = format!("data \"{data}\" \"x\" {{\n{body}\n}}\n");
    Workdir::new(host, sandbox, &configuration).env("HW_MAX_RETRIES", "0").run(&["plan"]).error()
}

#[test]
fn whole_walk_in_one_configuration_then_one_read_of_each_api_and_an_applied_endpoint() {
    with_each_host_that_has(&PRECONDITIONS, |host| {
        let example = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/from-region-to-endpoint/main.tf");
        let configuration = std::fs::read_to_string(example).expect("an example");
        let sandbox = Sandbox::builder().start();
        let workdir = Workdir::new(host, &sandbox, &configuration);
        workdir.run(&["plan", "-out=plan.bin"]).succeeded();
        // The plan of the endpoint looks once more whether its name is in use.
        for (api, count) in [(Regions, 1), (Workspaces, 1), (Services, 1), (Endpoints, 2)] {
            assert_eq!(sandbox.requests_to(api).len(), count, "{api:?}");
        }
        assert_eq!(sandbox.requests().len(), 5);
        workdir.run(&["apply", "plan.bin"]).succeeded();
        let read: Value = serde_json::from_str(&workdir.run(&["output", "-json"]).succeeded().stdout).expect("JSON");
        let services = read["infer_services"]["value"].as_object().expect("a map").clone();
        assert!(!services.is_empty());
        assert!(services.iter().all(|(name, ids)| *ids == json!([Service::id_of(name)])), "{services:?}");
        let endpoint = sandbox.endpoint("chat-gateway-team-a").expect("created");
        assert_eq!(read["endpoint_id"]["value"], endpoint["id"]);
        let run = workdir.run(&["plan", "-detailed-exitcode"]);
        assert!(run.success, "there are changes:\n{}\n{}", run.stdout, run.stderr);
        workdir.run(&["destroy", "-auto-approve"]).succeeded();
        assert!(sandbox.endpoint("chat-gateway-team-a").is_none());
    });
}

#[test]
fn regions_in_any_order_then_by_id_with_their_names() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().regions([Region::named("r2"), Region::named("r1")]).start();
        let all = read(host, &sandbox, "maas_regions", "");
        assert_eq!(all["region_ids"], json!(["r1", "r2"]));
        assert_eq!(all["regions"][0]["region_id"], "r1");
        assert_eq!(all["id"], seed::PROJECT_ID);
        let odd = r#"{"region_items":[{"region_id":"r","locales":{"en_us":"R","zh_cn":"区"}},{"locales":null}]}"#;
        let sandbox = Sandbox::builder().fault(Fault::body(200, JSON, odd).on(Regions)).start();
        let all = read(host, &sandbox, "maas_regions", "");
        let nameless = json!({"region_id": null, "name_en_us": null, "name_zh_cn": null});
        assert_eq!(all["regions"], json!([nameless, {"region_id": "r", "name_en_us": "R", "name_zh_cn": "区"}]));
        assert_eq!(all["region_ids"], json!(["r"]));
    });
}

fn three_services() -> Sandbox {
    let body = r#"{"total":"5","pages":1,"data":[
        {"id":"2","name":"beta","status":"RUNNING","version":"0.0.1","version_count":"3","description":"","type":"REAL_TIME",
         "deploy_type":"SINGLE","user_name":"ann","workspace_id":"0","create_at":1680746333120,"tags":[]},
        {"id":"1","name":"alpha","status":"STOPPED"},{"id":"3","name":"beta","status":"running"}]}"#;
    Sandbox::builder().fault(Fault::body(200, JSON, body).on(Services)).start()
}

#[test]
fn services_on_several_pages_without_a_total_then_a_warning() {
    with_each_host(|host| {
        for (data_source, argument) in [("maas_services", ""), ("maas_service", "name = \"a\"")] {
            let body = r#"{"total":null,"pages":3,"data":[{"id":"1","name":"a"}]}"#;
            let sandbox = Sandbox::builder().fault(Fault::body(200, JSON, body).on(Services)).start();
            let configuration = format!("data \"{data_source}\" \"x\" {{\n{argument}\n}}\n");
            let run = Workdir::new(host, &sandbox, &configuration).run(&["plan"]).succeeded();
            assert_says(&run.stdout, &["List is incomplete", "has 3 pages of services and sent the first one"]);
        }
    });
}

#[test]
fn services_then_every_attribute_sorted_and_a_warning_when_some_are_missing() {
    with_each_host(|host| {
        let all = read(host, &three_services(), "maas_services", "region_id = \"r\"");
        let ids: Vec<_> =
            all["services"].as_array().expect("a list").iter().map(|service| service["id"].clone()).collect();
        assert_eq!(ids, ["1", "2", "3"]);
        assert_eq!(
            all["services"][1],
            json!({
                "id": "2", "name": "beta", "status": "RUNNING", "version": "0.0.1", "version_count": 3, "description": "",
                "type": "REAL_TIME", "deploy_type": "SINGLE", "user_name": "ann", "workspace_id": "0",
                "create_at": "1680746333120", "created_at": "2023-04-06T01:58:53.120Z",
            })
        );
        assert_eq!((&all["total_count"], &all["page_count"]), (&json!(5), &json!(1)));
        assert_eq!(all["id"], format!("{}/r/default", seed::PROJECT_ID));
        let run = Workdir::new(host, &three_services(), "data \"maas_services\" \"x\" {}\n").run(&["plan"]).succeeded();
        assert!(run.stdout.contains("2 are missing"), "{}", run.stdout);
    });
}

#[test]
fn filters_of_services_then_only_what_passes_and_the_workspace_is_asked_for() {
    with_each_host(|host| {
        for (filters, expected) in [
            ("name = \"beta\"", json!(["2", "3"])),
            ("name_regex = \"^al\"", json!(["1"])),
            ("status = \"Running\"\nname_regex = \"a\"", json!(["2", "3"])),
            ("status = \"gone\"", json!([])),
        ] {
            let all = read(host, &three_services(), "maas_services", filters);
            let ids: Value = all["services"].as_array().expect("a list").iter().map(|one| one["id"].clone()).collect();
            assert_eq!(ids, expected, "{filters}");
        }
        let sandbox = Sandbox::builder().start();
        read(host, &sandbox, "maas_services", "workspace_id = \"a b\"");
        assert_eq!(sandbox.requests_to(Services)[0].query.as_deref(), Some("workspace_id=a%20b"));
        let sandbox = Sandbox::builder().start();
        read(host, &sandbox, "maas_services", "");
        assert_eq!(sandbox.requests_to(Services)[0].query, None);
    });
}

#[test]
fn one_service_by_name_or_id_then_its_attributes_and_none_or_several_are_an_error() {
    with_each_host(|host| {
        let one = read(host, &three_services(), "maas_service", "service_id = \"2\"");
        assert_eq!((&one["id"], &one["name"], &one["workspace_id"]), (&json!("2"), &json!("beta"), &json!("0")));
        let one = read(host, &three_services(), "maas_service", "name = \"alpha\"");
        assert_eq!((&one["service_id"], &one["status"]), (&json!("1"), &json!("STOPPED")));
        let several = error(host, &three_services(), "maas_service", "name = \"beta\"");
        assert_says(&several, &["More than one service", "beta (2), beta (3)"]);
        let none = error(host, &three_services(), "maas_service", "name = \"gamma\"");
        assert_says(&none, &["No such service", "alpha (1), beta (2), beta (3)"]);
        assert_says(&error(host, &three_services(), "maas_service", ""), &["One of `name` and `service_id`"]);
    });
}

#[test]
fn service_in_another_workspace_then_error_says_which_workspace_was_searched() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().start();
        let missing = |body: &str| error(host, &sandbox, "maas_service", body);
        let in_default = missing("name = \"card-scoring\"");
        assert_says(
            &in_default,
            &["No service in the default workspace of ap-southeast-1 has the name", "chat-gateway ("],
        );
        let in_other = missing("name = \"card-scoring\"\nworkspace_id = \"w\"");
        assert_says(&in_other, &["No service in the workspace w of ap-southeast-1 has the name", "ids: none"]);
    });
}

#[test]
fn one_thing_sought_in_an_incomplete_list_then_a_warning_comes_with_it_and_with_its_absence() {
    with_each_host(|host| {
        let sandbox = || {
            Sandbox::builder()
                .total_count(seed::HOST_REGION, 100)
                .services_total(seed::HOST_REGION, seed::DEFAULT_WORKSPACE_ID, 100)
                .endpoints_total(100)
                .start()
        };
        for (data, name) in
            [("maas_workspace", "default"), ("maas_service", "chat-gateway"), ("maas_endpoint", "help-desk")]
        {
            let plan = |name: &str| {
                let configuration = format!("data \"{data}\" \"x\" {{ name = \"{name}\" }}\n");
                Workdir::new(host, &sandbox(), &configuration).run(&["plan"])
            };
            let (found, absent) = (plan(name).succeeded(), plan("nobody"));
            for run in [&found, &absent] {
                assert!(run.stdout.contains("List is incomplete"), "{data}: {}{}", run.stdout, run.stderr);
            }
            assert!(absent.error().contains("No such "), "{data}");
        }
    });
}

#[test]
fn services_of_another_region_and_workspace_then_asked_for_there_and_otherwise_in_the_region_asked() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().services("r", "w", [Service::named("alpha").workspace_id("w")]).start();
        let place = "region_id = \"r\"\nworkspace_id = \"w\"";
        let all = read(host, &sandbox, "maas_services", place);
        assert_eq!((&all["region_id"], &all["region"]), (&json!("r"), &json!(seed::HOST_REGION)));
        assert_eq!(all["id"], format!("{}/r/w", seed::PROJECT_ID));
        assert_eq!(all["services"][0]["name"], "alpha");
        let one = read(host, &sandbox, "maas_service", &format!("{place}\nname = \"alpha\""));
        assert_eq!((&one["region_id"], &one["workspace_id"]), (&json!("r"), &json!("w")));
        let own = read(host, &sandbox, "maas_services", "");
        assert_eq!((&own["region_id"], &own["workspace_id"]), (&json!(seed::HOST_REGION), &Value::Null));
    });
}

#[test]
fn empty_workspace_id_then_refused_before_any_request() {
    with_each_host(|host| {
        for (data, name) in [("maas_services", ""), ("maas_service", "name = \"alpha\"")] {
            let sandbox = Sandbox::builder().start();
            let error = error(host, &sandbox, data, &format!("workspace_id = \"\"\n{name}"));
            assert_says(&error, &["`workspace_id` becomes a part of the request's URL"]);
            assert_eq!(sandbox.requests().len(), 0);
        }
    });
}

fn two_endpoints() -> Sandbox {
    let body = r#"{"total":2,"count":"2","quantity_limit":"10","items":[
        {"id":"2","endpoint_name":"beta","source":"custom_from_maas","status":"active","cbc_status":"normal","remark":"",
         "rpm":null,"tpm":600,"served_model_name":"m","model_version_id":"","resident_model_id":"x","moderation":true},
        {"id":"1","endpoint_name":"alpha","source":"custom_from_modelarts_v2","status":"inactive","moderation":false}]}"#;
    Sandbox::builder().fault(Fault::body(200, JSON, body).on(Endpoints)).start()
}

#[test]
fn endpoints_then_every_attribute_quota_filters_and_a_warning_when_some_are_missing() {
    with_each_host(|host| {
        let all = read(host, &two_endpoints(), "maas_endpoints", "");
        assert_eq!((&all["total_count"], &all["quota"]), (&json!(2), &json!(10)));
        assert_eq!(all["endpoints"][0]["name"], "alpha");
        assert_eq!(
            all["endpoints"][1],
            json!({
                "id": "2", "name": "beta", "source": "custom_from_maas", "status": "active", "cbc_status": "normal",
                "remark": "", "rpm": null, "tpm": 600, "served_model_name": "m", "model_version_id": "",
                "resident_model_id": "x", "moderation": true,
            })
        );
        for (filters, expected) in [
            ("source = \"custom_from_maas\"", json!(["beta"])),
            ("status = \"INACTIVE\"", json!(["alpha"])),
            ("name_regex = \"a$\"\nname = \"beta\"", json!(["beta"])),
        ] {
            let all = read(host, &two_endpoints(), "maas_endpoints", filters);
            let names: Value =
                all["endpoints"].as_array().expect("a list").iter().map(|one| one["name"].clone()).collect();
            assert_eq!(names, expected, "{filters}");
        }
        let sandbox = Sandbox::builder().endpoints([Endpoint::named("alpha")]).endpoints_total(8).start();
        let run = Workdir::new(host, &sandbox, "data \"maas_endpoints\" \"x\" {}\n").run(&["plan"]).succeeded();
        assert!(run.stdout.contains("7 are missing"), "{}", run.stdout);
    });
}

#[test]
fn one_endpoint_by_name_or_id_then_its_attributes_and_none_or_several_are_an_error() {
    with_each_host(|host| {
        let endpoints = [("alpha", "1"), ("beta", "2"), ("twin", "3"), ("twin", "4")];
        let endpoints = endpoints.map(|(name, id)| Endpoint::named(name).id(id));
        let sandbox = Sandbox::builder().endpoints(endpoints).start();
        let one = read(host, &sandbox, "maas_endpoint", "endpoint_id = \"2\"");
        assert_eq!((&one["id"], &one["name"]), (&json!("2"), &json!("beta")));
        assert_eq!(read(host, &sandbox, "maas_endpoint", "name = \"alpha\"")["endpoint_id"], "1");
        assert_says(
            &error(host, &sandbox, "maas_endpoint", "name = \"x\""),
            &["No such endpoint", "alpha (1), beta (2)"],
        );
        let several = error(host, &sandbox, "maas_endpoint", "name = \"twin\"");
        assert_says(&several, &["More than one endpoint", "ids: twin (3), twin (4)."]);
        assert_says(&error(host, &sandbox, "maas_endpoint", ""), &["One of `name` and `endpoint_id`"]);
    });
}

#[test]
fn agreement_in_either_language_then_its_text_and_other_languages_are_refused() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().start();
        let english = read(host, &sandbox, "maas_agreement", "");
        assert_eq!((&english["lang"], &english["id"]), (&json!("en"), &json!(format!("{}/en", seed::PROJECT_ID))));
        assert!(english["agreement_id"].is_string() && english["agreement_data"].is_string());
        let chinese = read(host, &sandbox, "maas_agreement", "lang = \"zh\"");
        assert_ne!(english["agreement_data"], chinese["agreement_data"]);
        let queries: Vec<_> = sandbox.requests_to(Agreements).into_iter().filter_map(|request| request.query).collect();
        assert_eq!(queries, ["lang=en", "lang=zh"]);
        assert_says(&error(host, &sandbox, "maas_agreement", "lang = \"de\""), &["`lang` is `de`", "en, zh"]);
    });
}

#[test]
fn wrong_shape_of_each_answer_then_error_names_the_place() {
    with_each_host(|host| {
        let cases: [(&str, Api, &str, &str); 4] = [
            ("maas_regions", Regions, r#"{"region_items":[{"locales":[]}]}"#, "`region_items[0].locales`"),
            ("maas_services", Services, r#"{"data":[{},{"id":{}}]}"#, "`data[1].id`"),
            ("maas_endpoints", Endpoints, r#"{"items":{}}"#, "`items`"),
            ("maas_agreement", Agreements, "[]", "wrong type"),
        ];
        for (data, api, body, place) in cases {
            let sandbox = Sandbox::builder().fault(Fault::body(200, JSON, body).on(api)).start();
            assert_says(&error(host, &sandbox, data, ""), &[place, "GET http://127.0.0.1:"]);
        }
        for (data, api) in [("maas_regions", Regions), ("maas_services", Services), ("maas_endpoints", Endpoints)] {
            let sandbox = Sandbox::builder().fault(Fault::body(200, JSON, "{}").on(api)).start();
            Workdir::new(host, &sandbox, &format!("data \"{data}\" \"x\" {{}}\n")).run(&["plan"]).succeeded();
        }
    });
}

#[test]
fn object_of_another_service_or_a_refusal_with_a_good_status_then_error_not_an_empty_list() {
    with_each_host(|host| {
        let cases: [(&str, Api, &str); 4] = [
            ("maas_regions", Regions, "an object without `region_items`"),
            ("maas_services", Services, "an object without `data`"),
            ("maas_endpoints", Endpoints, "an object without `items`"),
            ("maas_agreement", Agreements, "an object without `agreement_data`"),
        ];
        for (data, api, problem) in cases {
            let answers = |body: &str| Sandbox::builder().fault(Fault::body(200, JSON, body).on(api)).start();
            let refusal = answers(r#"{"error_code":"ModelArts.0010","error_msg":"No permission."}"#);
            let parts = ["the service answered 200", "error_code: ModelArts.0010", "error_msg: No permission."];
            assert_says(&error(host, &refusal, data, ""), &parts);
            assert_says(&error(host, &answers(r#"{"status":"ok"}"#), data, ""), &[problem, "`endpoints`"]);
        }
    });
}
