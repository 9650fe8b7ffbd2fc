use serde::{Deserialize, Serialize};

use super::adapter::ScopedDataSource;
use crate::maas::WorkspaceInfo;
use crate::provider::listing::ItemState;
use crate::provider::scope::{self, Context};
use crate::provider::workspace;
use crate::provider::{filter, messages};
use crate::terraform::{Argument, Attribute, Diagnostics, ReadError, Type};

/// `data "maas_workspace"`: exactly one workspace.
pub(super) struct MaasWorkspace;

#[derive(Deserialize)]
pub(super) struct Config {
    region_id: Argument<String>,
    name: Argument<String>,
    workspace_id: Argument<String>,
}

#[derive(Serialize)]
pub(super) struct State {
    region_id: String,
    workspace_id: Option<String>,
    #[serde(flatten)]
    workspace: ItemState<WorkspaceInfo>,
}

impl ScopedDataSource for MaasWorkspace {
    type Config = Config;
    type State = State;

    const TYPE_NAME: &'static str = "maas_workspace";
    const DESCRIPTION: &'static str =
        "Looks up exactly one workspace of ModelArts real-time services by its name or ID.";

    fn attributes() -> Vec<Attribute> {
        let mut attributes = vec![
            scope::region_id_attribute(),
            Attribute::optional(
                "name",
                Type::String,
                "Name of the workspace. At least one of `name` and `workspace_id` is required.",
            )
            .or_computed(),
            Attribute::optional(
                "workspace_id",
                Type::String,
                "ID of the workspace. At least one of `name` and `workspace_id` is required.",
            )
            .or_computed(),
            Attribute::computed("id", Type::String, "ID of the workspace."),
        ];
        attributes.extend(workspace::attributes());
        attributes
    }

    fn validate(config: &Config, diagnostics: &mut Diagnostics) {
        scope::check_filters([("name", &config.name)], diagnostics);
        scope::check_segment("region_id", &config.region_id, diagnostics);
        if config.name.is_null() && config.workspace_id.is_null() {
            diagnostics.push(messages::neither_set("name", "workspace_id"));
        }
    }

    async fn read(context: &Context<'_>, config: Config, warnings: &mut Diagnostics) -> Result<State, ReadError> {
        let region_id = context.region_id(&config.region_id);
        let list = context.maas.list_workspaces(&context.target, &region_id, context.deadline).await;
        let list = list.map_err(|error| context.failed("Find the workspace", &error))?;
        // The wanted item may be missing from an incomplete list, or share its name with a missing one.
        warnings.extend(messages::incomplete_list("workspaces", list.total_count, list.workspaces.len()));
        let found = filter::UniqueLookup {
            kind: "workspace",
            place: &region_id,
            name: config.name.into_known(),
            id: config.workspace_id.into_known(),
        };
        let found = found.find(&list.workspaces, |name| context.redacted(name))?;
        Ok(State { region_id, workspace_id: found.id.clone(), workspace: ItemState(found.clone()) })
    }
}
