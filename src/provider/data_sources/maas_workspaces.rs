use serde::{Deserialize, Serialize};

use super::adapter::ScopedDataSource;
use crate::maas::{WorkspaceInfo, WorkspaceList};
use crate::provider::listing::ListState;
use crate::provider::re2::Pattern;
use crate::provider::scope::{self, Context};
use crate::provider::workspace;
use crate::provider::{filter, messages};
use crate::terraform::{Argument, Attribute, Diagnostics, ReadError, Type};

/// `data "maas_workspaces"`: the workspaces of ModelArts real-time services in a region.
pub(super) struct MaasWorkspaces;

#[derive(Deserialize)]
pub(super) struct Config {
    region_id: Argument<String>,
    name: Argument<String>,
    name_regex: Argument<String>,
    owner: Argument<String>,
    auth_type: Argument<String>,
}

#[derive(Serialize)]
pub(super) struct State {
    id: String,
    region_id: String,
    name: Option<String>,
    name_regex: Option<String>,
    owner: Option<String>,
    auth_type: Option<String>,
    total_count: Option<i64>,
    returned_count: Option<i64>,
    workspaces: ListState<WorkspaceList, WorkspaceInfo>,
}

impl ScopedDataSource for MaasWorkspaces {
    type Config = Config;
    type State = State;

    const TYPE_NAME: &'static str = "maas_workspaces";
    const DESCRIPTION: &'static str = "Lists the workspaces of ModelArts real-time services in a region.";

    fn attributes() -> Vec<Attribute> {
        let text = |name, description| Attribute::optional(name, Type::String, description);
        let mut workspace = vec![
            Attribute::computed("id", Type::String, "ID of the workspace. The default workspace has the ID `0`."),
            Attribute::computed("name", Type::String, "Name of the workspace."),
        ];
        workspace.extend(workspace::attributes());
        vec![
            scope::region_id_attribute(),
            text("name", "Returns only workspaces with exactly this name."),
            text(
                "name_regex",
                "Returns only workspaces whose name matches this regular expression. Must be RE2 \
                 syntax, as in Terraform's `regex` function.",
            ),
            text("owner", "Returns only workspaces with this owner."),
            text(
                "auth_type",
                "Returns only workspaces with this authorization type: `public`, \
                 `private` or `internal`. Case is ignored.",
            ),
            Attribute::computed("id", Type::String, "`{project_id}/{region_id}`."),
            Attribute::computed("total_count", Type::Number, "Total number of workspaces, as the API reports it."),
            Attribute::computed(
                "returned_count",
                Type::Number,
                "Number of workspaces that the API reports for its response.",
            ),
            Attribute::computed_list(
                "workspaces",
                workspace,
                "Workspaces that match the filters, sorted by name and ID.",
            ),
        ]
    }

    fn validate(config: &Config, diagnostics: &mut Diagnostics) {
        scope::check_filters(
            [("name", &config.name), ("owner", &config.owner), ("auth_type", &config.auth_type)],
            diagnostics,
        );
        scope::check_segment("region_id", &config.region_id, diagnostics);
        diagnostics.extend(filter::pattern("name_regex", &config.name_regex).err());
    }

    async fn read(context: &Context<'_>, config: Config, warnings: &mut Diagnostics) -> Result<State, ReadError> {
        let filter = Filter {
            name_regex: filter::pattern("name_regex", &config.name_regex)?,
            name: config.name.into_known(),
            owner: config.owner.into_known(),
            auth_type: config.auth_type.into_known(),
        };
        let region_id = context.region_id(&config.region_id);
        let list = context.maas.list_workspaces(&context.target, &region_id, context.deadline).await;
        let list = list.map_err(|error| context.failed("List the workspaces", &error))?;
        warnings.extend(messages::incomplete_list("workspaces", list.total_count, list.workspaces.len()));
        let auth_types = list.workspaces.iter().map(|workspace| workspace.auth_type.as_deref());
        warnings.extend(filter.auth_type().unmatched(auth_types, |value| context.redacted(value)));
        Ok(State {
            id: format!("{}/{region_id}", context.target.project_id),
            region_id,
            total_count: list.total_count,
            returned_count: list.count,
            workspaces: ListState::of(&list, |list| &list.workspaces, |workspace| filter.passes(workspace)),
            name: filter.name,
            name_regex: filter.name_regex.map(|pattern| pattern.as_str().to_owned()),
            owner: filter.owner,
            auth_type: filter.auth_type,
        })
    }
}

struct Filter {
    name: Option<String>,
    name_regex: Option<Pattern>,
    owner: Option<String>,
    auth_type: Option<String>,
}

impl Filter {
    fn auth_type(&self) -> filter::ValueFilter<'_> {
        filter::ValueFilter {
            argument: "auth_type",
            wanted: self.auth_type.as_ref(),
            passes: filter::equals_ignoring_case,
        }
    }

    fn passes(&self, workspace: &WorkspaceInfo) -> bool {
        let name = workspace.name.as_deref();
        filter::equals(self.name.as_ref(), name)
            && filter::matches(self.name_regex.as_ref(), name)
            && filter::equals(self.owner.as_ref(), workspace.owner.as_deref())
            && filter::equals_ignoring_case(self.auth_type.as_ref(), workspace.auth_type.as_deref())
    }
}
