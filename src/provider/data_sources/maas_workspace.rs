use serde::{Deserialize, Serialize};

use crate::provider::workspace::{self, Workspace};
use crate::provider::{Client, messages};
use crate::terraform::{Argument, Attribute, Block, DataSource, Diagnostic, Diagnostics, Schema, Type};

/// `data "maas_workspace"`: exactly one workspace.
pub(super) struct MaasWorkspace;

#[derive(Deserialize)]
pub(super) struct Config {
    region_id: Argument<String>,
    project_id: Argument<String>,
    name: Argument<String>,
    workspace_id: Argument<String>,
}

#[derive(Serialize)]
pub(super) struct State {
    region_id: String,
    project_id: String,
    workspace_id: Option<String>,
    #[serde(flatten)]
    workspace: Workspace,
}

impl DataSource for MaasWorkspace {
    type Client = Client;
    type Config = Config;
    type State = State;

    const TYPE_NAME: &'static str = "maas_workspace";

    fn schema() -> Schema {
        let mut attributes = workspace::scope_attributes();
        attributes.extend([
            Attribute::optional("name", Type::String, "Name of the workspace. Set this or `workspace_id`.")
                .or_computed(),
            Attribute::optional("workspace_id", Type::String, "Id of the workspace. Set this or `name`.").or_computed(),
            Attribute::computed("id", Type::String, "Id of the workspace."),
        ]);
        attributes.extend(workspace::attributes());
        let description = "Finds exactly one workspace of ModelArts real-time services by its name or id.";
        Schema { version: 0, block: Block { description, attributes, blocks: Vec::new() } }
    }

    fn validate(config: &Config, diagnostics: &mut Diagnostics) {
        workspace::check_scope(&config.region_id, &config.project_id, diagnostics);
        if config.name.is_null() && config.workspace_id.is_null() {
            diagnostics.push(messages::neither_set("name", "workspace_id"));
        }
    }

    async fn read(client: &Client, config: Config, _: &mut Diagnostics) -> Result<State, Diagnostic> {
        let project_id = client.project_id(config.project_id)?;
        let region_id = client.region_id(config.region_id)?;
        let (name, id) = (config.name.into_known(), config.workspace_id.into_known());
        let list = client.maas()?.list_workspaces(&project_id, &region_id).await;
        let mut workspaces = list.map_err(|error| messages::request_failed("Find the workspace", &error))?.workspaces;
        let mut seen: Vec<_> = workspaces.iter().filter_map(|workspace| workspace.name.clone()).collect();
        workspaces
            .retain(|workspace| (name.is_none() || workspace.name == name) && (id.is_none() || workspace.id == id));
        if workspaces.len() > 1 {
            seen = workspaces.iter().filter_map(|workspace| workspace.id.clone()).collect();
        }
        match (workspaces.pop(), workspaces.is_empty()) {
            (Some(found), true) => {
                Ok(State { region_id, project_id, workspace_id: found.id.clone(), workspace: found.into() })
            }
            (None, _) => Err(messages::none_found("workspace", &region_id, seen)),
            (Some(_), false) => Err(messages::several_found("workspace", &region_id, seen)),
        }
    }
}
