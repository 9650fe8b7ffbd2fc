use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tf_provider::schema::{Attribute, AttributeConstraint, AttributeType, Block, Description, Schema};
use tf_provider::value::{Value, ValueEmpty, ValueList};
use tf_provider::{DataSource, Diagnostics, map};

use crate::api::{self, WorkspaceInfo};

/// `data "maas_workspaces"`.
#[derive(Default)]
pub(crate) struct Workspaces {
    client: reqwest::Client,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct State {
    workspaces: ValueList<Workspace>,
}

#[derive(Serialize, Deserialize)]
struct Workspace {
    id: Value<String>,
    name: Value<String>,
    description: Value<String>,
    owner: Value<String>,
    create_time: Value<String>,
    update_time: Value<String>,
    auth_type: Value<String>,
    created_at: Value<String>,
    updated_at: Value<String>,
}

#[async_trait]
impl DataSource for Workspaces {
    type State<'a> = State;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        // Terraform refuses tf-provider's nested attributes, which have both a type and a nested type.
        let workspace = AttributeType::Object(map! {
            "id" => AttributeType::String,
            "name" => AttributeType::String,
            "description" => AttributeType::String,
            "owner" => AttributeType::String,
            "create_time" => AttributeType::String,
            "update_time" => AttributeType::String,
            "auth_type" => AttributeType::String,
            "created_at" => AttributeType::String,
            "updated_at" => AttributeType::String,
        });
        let workspaces = Attribute {
            attr_type: AttributeType::List(workspace.into()),
            description: Description::plain("The workspaces, by name and id."),
            constraint: AttributeConstraint::Computed,
            ..Default::default()
        };
        let block = Block {
            attributes: map! { "workspaces" => workspaces },
            description: Description::plain("Lists the workspaces of ModelArts real-time services in a region."),
            ..Default::default()
        };
        Some(Schema { version: 0, block })
    }

    async fn read<'a>(&self, diags: &mut Diagnostics, _: State, _: ValueEmpty) -> Option<State> {
        match api::list_workspaces(&self.client).await {
            Ok(list) => {
                let mut workspaces = list.workspaces;
                workspaces.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
                let workspaces: Vec<_> = workspaces.into_iter().map(Workspace::from).collect();
                Some(State { workspaces: workspaces.into() })
            }
            Err(error) => {
                diags.root_error("List the workspaces", format!("{error:#}"));
                None
            }
        }
    }
}

impl From<WorkspaceInfo> for Workspace {
    fn from(info: WorkspaceInfo) -> Self {
        let text = |milliseconds: i64| milliseconds.to_string();
        Self {
            id: info.id.into(),
            name: info.name.into(),
            description: info.description.into(),
            owner: info.owner.into(),
            create_time: info.create_time.map(text).into(),
            update_time: info.update_time.map(text).into(),
            auth_type: info.auth_type.into(),
            created_at: info.create_time.and_then(rfc3339).into(),
            updated_at: info.update_time.and_then(rfc3339).into(),
        }
    }
}

fn rfc3339(milliseconds: i64) -> Option<String> {
    Timestamp::from_millisecond(milliseconds).ok().map(|instant| format!("{instant:.3}"))
}
