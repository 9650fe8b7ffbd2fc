//! IAM: looking up projects.

use maas_sandbox::{Project, Sandbox, seed};
use serde_json::{Value, json};

use crate::client::{Answer, get};

fn ids(answer: &Answer) -> Vec<Value> {
    answer.json()["projects"].as_array().expect("an array").iter().map(|one| one["id"].clone()).collect()
}

#[test]
fn name_given_then_only_the_project_of_exactly_that_name() {
    let sandbox = Sandbox::builder().project(Project::named("ap-southeast-1_sub").id("1")).start();
    let answer = get("/v3/projects?name=ap-southeast-1").token(seed::TOKEN).send(&sandbox);
    assert_eq!((answer.status, ids(&answer)), (200, vec![json!(seed::PROJECT_ID)]));
}

#[test]
fn no_name_then_all_projects() {
    let answer = get("/v3/projects").token(seed::TOKEN).send(&Sandbox::builder().start());
    assert_eq!(ids(&answer), [seed::PROJECT_ID, seed::OTHER_PROJECT_ID]);
}

#[test]
fn name_nobody_has_then_an_empty_list() {
    let answer = get("/v3/projects?name=nowhere").token(seed::TOKEN).send(&Sandbox::builder().start());
    assert_eq!((answer.status, ids(&answer)), (200, vec![]));
}

#[test]
fn name_percent_encoded_then_decoded() {
    let sandbox = Sandbox::builder().project(Project::named("a b&c").id("1")).start();
    let answer = get("/v3/projects?name=a%20b%26c").token(seed::TOKEN).send(&sandbox);
    assert_eq!(ids(&answer), ["1"]);
}

#[test]
fn project_listed_then_every_documented_field() {
    let sandbox = Sandbox::builder().start();
    let answer = get("/v3/projects?name=ap-southeast-1").token(seed::TOKEN).send(&sandbox).json();
    let url = sandbox.url();
    assert_eq!(
        answer,
        json!({
            "links": {"self": format!("{url}/v3/projects"), "previous": null, "next": null},
            "projects": [{
                "id": seed::PROJECT_ID,
                "name": seed::HOST_REGION,
                "domain_id": seed::DOMAIN_ID,
                "parent_id": seed::DOMAIN_ID,
                "enabled": true,
                "is_domain": false,
                "description": "",
                "links": {"self": format!("{url}/v3/projects/{}", seed::PROJECT_ID)},
            }],
        })
    );
}

#[test]
fn no_token_then_401_of_the_gateway() {
    get("/v3/projects").send(&Sandbox::builder().start()).assert_gateway_error(401, "APIGW.0301");
}

#[test]
fn name_given_twice_then_400_of_keystone() {
    let request = get("/v3/projects?name=a&name=b").token(seed::TOKEN);
    request.send(&Sandbox::builder().start()).assert_keystone_error(400, "Bad Request");
}
