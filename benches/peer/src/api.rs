use std::env;

use anyhow::{Context, Result};
use serde::Deserialize;

/// The answer of the workspace API, as far as it is shown.
#[derive(Deserialize)]
pub(crate) struct WorkspaceList {
    pub(crate) workspaces: Vec<WorkspaceInfo>,
}

/// One workspace; times are in milliseconds since 1970.
#[derive(Deserialize)]
pub(crate) struct WorkspaceInfo {
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) owner: Option<String>,
    pub(crate) create_time: Option<i64>,
    pub(crate) update_time: Option<i64>,
    pub(crate) auth_type: Option<String>,
}

/// Lists the workspaces of the region, project and endpoint that the environment names.
pub(crate) async fn list_workspaces(client: &reqwest::Client) -> Result<WorkspaceList> {
    let endpoint = variable("HW_MAAS_ENDPOINT")?;
    let project = variable("HW_PROJECT_ID")?;
    let region = variable("HW_REGION_NAME")?;
    let request = client
        .get(format!("{endpoint}/v1/{project}/maas/services/workspace/{region}"))
        .header("Content-Type", "application/json")
        .header("X-Auth-Token", variable("HW_AUTH_TOKEN")?);
    Ok(request.send().await?.error_for_status()?.json().await?)
}

fn variable(name: &str) -> Result<String> {
    env::var(name).with_context(|| format!("{name} is not set"))
}
