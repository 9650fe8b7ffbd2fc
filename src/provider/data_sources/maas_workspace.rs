use serde::{Deserialize, Serialize};

use crate::provider::scope::{self, Reach, Scope, ScopeState};
use crate::provider::workspace::{self, Shown};
use crate::provider::{Client, filter, messages};
use crate::terraform::{Argument, Attribute, Block, DataSource, Diagnostics, ReadError, Schema, Type};

/// `data "maas_workspace"`: exactly one workspace.
pub(super) struct MaasWorkspace;

#[derive(Deserialize)]
pub(super) struct Config {
    region: Argument<String>,
    project_id: Argument<String>,
    timeouts: Argument<scope::Timeouts>,
    region_id: Argument<String>,
    name: Argument<String>,
    workspace_id: Argument<String>,
}

#[derive(Serialize)]
pub(super) struct State {
    #[serde(flatten)]
    scope: ScopeState,
    region_id: String,
    workspace_id: Option<String>,
    #[serde(flatten)]
    workspace: Shown,
}

impl Config {
    fn scope(&self) -> Scope {
        let Self { region, project_id, timeouts, .. } = self;
        Scope { region: region.clone(), project_id: project_id.clone(), timeouts: timeouts.clone() }
    }
}

impl DataSource for MaasWorkspace {
    type Client = Client;
    type Config = Config;
    type State = State;

    const TYPE_NAME: &'static str = "maas_workspace";

    fn schema() -> Schema {
        let mut attributes = scope::attributes();
        attributes.extend([
            workspace::region_id_attribute(),
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
        config.scope().check(diagnostics);
        scope::check_segment("region_id", &config.region_id, diagnostics);
        if config.name.is_null() && config.workspace_id.is_null() {
            diagnostics.push(messages::neither_set("name", "workspace_id"));
        }
    }

    async fn read(client: &Client, config: Config, _: &mut Diagnostics) -> Result<State, ReadError> {
        let Reach { target, deadline, state: scope } = config.scope().reach(client).await?;
        let region_id = config.region_id.into_known().unwrap_or_else(|| target.region.clone());
        let list = client.maas()?.list_workspaces(&target, &region_id, deadline).await;
        let list = list.map_err(|error| client.failed("Find the workspace", &error))?;
        let found = filter::Exactly {
            kind: "workspace",
            place: &region_id,
            name: config.name.into_known(),
            id: config.workspace_id.into_known(),
        };
        let found = found.find(&list.workspaces, |workspace| (workspace.id.as_ref(), workspace.name.as_ref()))?;
        Ok(State { scope, region_id, workspace_id: found.id.clone(), workspace: Shown(found.clone()) })
    }
}
