//! The attributes of an inference service, which several data sources have.

use serde::Serialize;

use super::listing::{Identity, Item};
use super::messages;
use super::timestamp::rfc3339;
use crate::maas::{InferServerInfo, ServiceList};
use crate::terraform::{Attribute, Diagnostic, Type};

/// Returns the argument that selects the workspace whose services are listed.
pub(super) fn workspace_id_attribute() -> Attribute {
    Attribute::optional(
        "workspace_id",
        Type::String,
        "ID of the workspace whose services are read. Defaults to the default workspace of the region.",
    )
}

/// Describes where services are looked for, for messages: other workspaces of the region are not searched.
pub(super) fn place(region_id: &str, workspace_id: Option<&str>) -> String {
    match workspace_id {
        Some(id) => format!("the workspace {id} of {region_id}"),
        None => format!("the default workspace of {region_id}"),
    }
}

/// Returns a warning if the response is incomplete, by its total count or by its number of pages.
pub(super) fn incomplete(list: &ServiceList) -> Option<Diagnostic> {
    let by_number = messages::incomplete_list("services", list.total, list.data.len());
    by_number.or_else(|| messages::one_of_pages("services", list.pages))
}

/// Returns the read-only attributes of a service, apart from its id, its name and its workspace.
pub(super) fn attributes() -> Vec<Attribute> {
    let text = |name, description| Attribute::computed(name, Type::String, description);
    vec![
        text("status", "Status of the service, such as `RUNNING`, `STOPPED` or `FAILED`."),
        text("version", "Version of the service that is deployed."),
        Attribute::computed("version_count", Type::Number, "Number of versions."),
        text("description", "Description of the service."),
        text("type", "Type of the service: `REAL_TIME` or `ASYNC_REAL_TIME`."),
        text("deploy_type", "Deployment type of the service: `SINGLE` or `MULTI`."),
        text("user_name", "Name of the user who created the service."),
        text("create_at", "Creation time as returned by the API, in milliseconds since 1970."),
        text(
            "created_at",
            "Creation time in RFC 3339 format with three decimals, so that `sort` orders times correctly. Null if \
             the API's value cannot be parsed.",
        ),
    ]
}

/// The attributes of a service in a state.
#[derive(Debug, Serialize)]
pub(super) struct InferenceServiceAttributes<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
    status: Option<&'a str>,
    version: Option<&'a str>,
    version_count: Option<i64>,
    description: Option<&'a str>,
    r#type: Option<&'a str>,
    deploy_type: Option<&'a str>,
    user_name: Option<&'a str>,
    workspace_id: Option<&'a str>,
    create_at: Option<&'a str>,
    created_at: Option<String>,
}

impl Item for InferServerInfo {
    type Attributes<'a> = InferenceServiceAttributes<'a>;

    fn attributes(&self) -> InferenceServiceAttributes<'_> {
        InferenceServiceAttributes {
            id: self.id.as_deref(),
            name: self.name.as_deref(),
            status: self.status.as_deref(),
            version: self.version.as_deref(),
            version_count: self.version_count,
            description: self.description.as_deref(),
            r#type: self.kind.as_deref(),
            deploy_type: self.deploy_type.as_deref(),
            user_name: self.user_name.as_deref(),
            workspace_id: self.workspace_id.as_deref(),
            create_at: self.create_at.as_deref(),
            created_at: self.create_at.as_deref().and_then(rfc3339),
        }
    }

    fn identity(&self) -> Identity<'_> {
        Identity { name: self.name.as_deref(), id: self.id.as_deref() }
    }
}
