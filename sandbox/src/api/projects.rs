//! IAM: querying projects, see <https://support.huaweicloud.com/intl/en-us/api-iam/iam_06_0001.html>.

use std::sync::Arc;

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    answer::{Refusal, json_value},
    caller::Caller,
    calls::Call,
    cloud::Cloud,
    world::Project,
};

/// The one filter that counts here; the other documented ones are ignored.
#[derive(Debug, Deserialize)]
pub(super) struct Filter {
    name: Option<String>,
}

/// Lists the projects of the account that the caller acts in, only those of exactly that name if one is given. Any valid
/// credentials will do.
pub(super) async fn list(
    State(cloud): State<Arc<Cloud>>,
    caller: Caller,
    filter: Result<Query<Filter>, QueryRejection>,
) -> Result<Response, Refusal> {
    let world = cloud.world();
    let Query(Filter { name }) =
        filter.map_err(|error| Refusal::keystone(StatusCode::BAD_REQUEST, error.body_text()))?;
    let wanted = |project: &&Project| name.as_ref().is_none_or(|name| *name == project.name);
    let projects = world.projects_of(&caller.domain_id).filter(wanted).map(|project| describe(project, &cloud.url));
    let body = json!({
        "links": {"self": format!("{}{path}", cloud.url, path = Call::Projects.path()), "previous": null, "next": null},
        "projects": projects.collect::<Value>(),
    });
    Ok(json_value(StatusCode::OK, &body))
}

fn describe(project: &Project, url: &str) -> Value {
    json!({
        "id": project.id,
        "name": project.name,
        "domain_id": project.domain_id,
        "parent_id": project.domain_id,
        "enabled": true,
        "is_domain": false,
        "description": "",
        "links": {"self": format!("{url}{path}/{}", project.id, path = Call::Projects.path())},
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed;

    #[test]
    fn project_described_then_every_documented_field() {
        let project = describe(&Project::named("cn-north-4").id("1"), "http://127.0.0.1:1");
        assert_eq!(
            project,
            json!({
                "id": "1", "name": "cn-north-4", "domain_id": seed::DOMAIN_ID, "parent_id": seed::DOMAIN_ID,
                "enabled": true, "is_domain": false, "description": "",
                "links": {"self": "http://127.0.0.1:1/v3/projects/1"},
            })
        );
    }
}
