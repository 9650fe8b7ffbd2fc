use serde::{Deserialize, Serialize};

use crate::maas::WorkspaceInfo;
use crate::provider::listing::Shown;
use crate::provider::scope::{self, Scope, ScopeState};
use crate::provider::workspace;
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
    workspace: Shown<WorkspaceInfo>,
}

impl DataSource for MaasWorkspace {
    type Client = Client;
    type Config = Config;
    type State = State;

    const TYPE_NAME: &'static str = "maas_workspace";

    fn schema() -> Schema {
        let mut attributes = scope::attributes();
        attributes.extend([
            scope::region_id_attribute(),
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
        Scope::of(&config.region, &config.project_id, &config.timeouts).check(diagnostics);
        scope::check_filters([("name", &config.name)], diagnostics);
        scope::check_segment("region_id", &config.region_id, diagnostics);
        if config.name.is_null() && config.workspace_id.is_null() {
            diagnostics.push(messages::neither_set("name", "workspace_id"));
        }
    }

    async fn read(client: &Client, config: Config, warnings: &mut Diagnostics) -> Result<State, ReadError> {
        let reach = Scope::of(&config.region, &config.project_id, &config.timeouts).reach(client).await?;
        let region_id = reach.region_id(&config.region_id);
        let maas = client.maas()?;
        let list = maas.list_workspaces(&reach.target, &region_id, reach.deadline).await;
        let list = list.map_err(|error| client.failed("Find the workspace", &error))?;
        // It may be among those that are missing, or its name may be theirs too.
        warnings.extend(messages::incomplete_list("workspaces", list.total_count, list.workspaces.len()));
        let found = filter::Exactly {
            kind: "workspace",
            place: &region_id,
            name: config.name.into_known(),
            id: config.workspace_id.into_known(),
        };
        let found = found.find(&list.workspaces, |name| maas.session().shown(name))?;
        Ok(State { region_id, scope: reach.state, workspace_id: found.id.clone(), workspace: Shown(found.clone()) })
    }
}
