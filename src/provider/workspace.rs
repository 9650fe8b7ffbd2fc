//! One workspace as Terraform sees it, the same in every data source that shows one.

use serde::Serialize;

use super::timestamp::rfc3339;
use crate::maas::WorkspaceInfo;
use crate::terraform::{Attribute, Type};

/// The read-only attributes of a workspace, apart from its id and name.
pub(super) fn attributes() -> Vec<Attribute> {
    let text = |name, description| Attribute::computed(name, Type::String, description);
    vec![
        text("description", "Description."),
        text("owner", "Name of the account or user that made it."),
        text("create_time", "When it was made, as the service says it: milliseconds since 1970."),
        text("update_time", "When it was last changed, as the service says it: milliseconds since 1970."),
        text("auth_type", "Who may use it: `public` (everyone in the account), `private` (who made it) or `internal`."),
        text("created_at", "When it was made, in RFC 3339; null if the service's time cannot be understood."),
        text("updated_at", "When it was last changed, likewise."),
    ]
}

/// The values of a workspace.
#[derive(Debug, Serialize)]
pub(super) struct Workspace {
    id: Option<String>,
    name: Option<String>,
    description: Option<String>,
    owner: Option<String>,
    create_time: Option<String>,
    update_time: Option<String>,
    auth_type: Option<String>,
    created_at: Option<String>,
    updated_at: Option<String>,
}

impl From<WorkspaceInfo> for Workspace {
    fn from(info: WorkspaceInfo) -> Self {
        Self {
            created_at: info.create_time.as_deref().and_then(rfc3339),
            updated_at: info.update_time.as_deref().and_then(rfc3339),
            id: info.id,
            name: info.name,
            description: info.description,
            owner: info.owner,
            create_time: info.create_time,
            update_time: info.update_time,
            auth_type: info.auth_type,
        }
    }
}
