use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::maas::WorkspaceInfo;
use crate::provider::workspace::{self, Workspace};
use crate::provider::{Client, messages};
use crate::terraform::{Argument, Attribute, AttributePath, Block, DataSource, Diagnostic, Diagnostics, Schema, Type};

/// `data "maas_workspaces"`: the workspaces of ModelArts real-time services in a region.
pub(super) struct MaasWorkspaces;

#[derive(Deserialize)]
pub(super) struct Config {
    region_id: Argument<String>,
    project_id: Argument<String>,
    name: Argument<String>,
    name_regex: Argument<String>,
    owner: Argument<String>,
    auth_type: Argument<String>,
}

#[derive(Serialize)]
pub(super) struct State {
    id: String,
    region_id: String,
    project_id: String,
    name: Option<String>,
    name_regex: Option<String>,
    owner: Option<String>,
    auth_type: Option<String>,
    total_count: Option<i64>,
    returned_count: Option<i64>,
    workspaces: Vec<Workspace>,
}

impl DataSource for MaasWorkspaces {
    type Client = Client;
    type Config = Config;
    type State = State;

    const TYPE_NAME: &'static str = "maas_workspaces";

    fn schema() -> Schema {
        let text = |name, description| Attribute::optional(name, Type::String, description);
        let mut workspace = vec![
            Attribute::computed("id", Type::String, "Id; `0` is the default workspace."),
            Attribute::computed("name", Type::String, "Name."),
        ];
        workspace.extend(workspace::attributes());
        let mut attributes = workspace::scope_attributes();
        attributes.extend([
            text("name", "Only workspaces of exactly this name."),
            text("name_regex", "Only workspaces whose name matches this regular expression (RE2 syntax)."),
            text("owner", "Only workspaces of this owner."),
            text("auth_type", "Only workspaces of this kind: `public`, `private` or `internal`, in either case."),
            Attribute::computed("id", Type::String, "`{project_id}/{region_id}`."),
            Attribute::computed("total_count", Type::Number, "How many workspaces the service has."),
            Attribute::computed("returned_count", Type::Number, "How many workspaces the service says it returned."),
            Attribute::computed_list("workspaces", workspace, "The workspaces that pass the filters, by name and id."),
        ]);
        let description = "Lists the workspaces of ModelArts real-time services in a region.";
        Schema { version: 0, block: Block { description, attributes, blocks: Vec::new() } }
    }

    fn validate(config: &Config, diagnostics: &mut Diagnostics) {
        workspace::check_scope(&config.region_id, &config.project_id, diagnostics);
        diagnostics.extend(name_pattern(&config.name_regex).err());
    }

    async fn read(client: &Client, config: Config, warnings: &mut Diagnostics) -> Result<State, Diagnostic> {
        let project_id = client.project_id(config.project_id)?;
        let region_id = client.region_id(config.region_id)?;
        let filter = Filter {
            name: config.name.into_known(),
            name_regex: name_pattern(&config.name_regex)?,
            owner: config.owner.into_known(),
            auth_type: config.auth_type.into_known(),
        };
        let list = client.maas()?.list_workspaces(&project_id, &region_id).await;
        let list = list.map_err(|error| messages::request_failed("List the workspaces", &error))?;
        if let Some(warning) = messages::incomplete_list("workspaces", list.total_count, list.workspaces.len()) {
            warnings.push(warning);
        }
        let mut workspaces = list.workspaces;
        workspaces.retain(|workspace| filter.passes(workspace));
        workspaces.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        Ok(State {
            id: format!("{project_id}/{region_id}"),
            region_id,
            project_id,
            name: filter.name,
            name_regex: filter.name_regex.map(|pattern| pattern.as_str().to_owned()),
            owner: filter.owner,
            auth_type: filter.auth_type,
            total_count: list.total_count,
            returned_count: list.count,
            workspaces: workspaces.into_iter().map(Workspace::from).collect(),
        })
    }
}

/// The pattern in `name_regex`, if it is known and set.
fn name_pattern(name_regex: &Argument<String>) -> Result<Option<Regex>, Diagnostic> {
    let pattern = name_regex.known().map(|pattern| Regex::new(pattern)).transpose();
    pattern.map_err(|error| messages::bad_regex("name_regex", &error).at(AttributePath::attribute("name_regex")))
}

struct Filter {
    name: Option<String>,
    name_regex: Option<Regex>,
    owner: Option<String>,
    auth_type: Option<String>,
}

impl Filter {
    fn passes(&self, workspace: &WorkspaceInfo) -> bool {
        let is = |wanted: &Option<String>, found: &Option<String>| wanted.is_none() || wanted == found;
        let name = workspace.name.as_deref().unwrap_or_default();
        let auth_type = workspace.auth_type.as_deref().unwrap_or_default();
        is(&self.name, &workspace.name)
            && is(&self.owner, &workspace.owner)
            && self.name_regex.as_ref().is_none_or(|pattern| pattern.is_match(name))
            && self.auth_type.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(auth_type))
    }
}
