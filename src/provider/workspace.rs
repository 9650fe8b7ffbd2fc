//! One workspace as Terraform sees it, and where it is looked for: the same in every data source that shows one.

use serde::Serialize;

use super::messages;
use super::timestamp::rfc3339;
use crate::huaweicloud::Endpoint;
use crate::maas::WorkspaceInfo;
use crate::terraform::{Argument, Attribute, AttributePath, Diagnostics, Type};

/// Where workspaces are looked for, the same for one and for many.
pub(super) fn scope_attributes() -> Vec<Attribute> {
    vec![
        Attribute::optional(
            "region_id",
            Type::String,
            "Region of the ModelArts real-time services. It is independent of the provider's `region`, whose API is \
             asked; that region is taken when this is left out, as a convenience.",
        )
        .or_computed(),
        Attribute::optional(
            "project_id",
            Type::String,
            "Project that owns the workspaces; the provider's `project_id` when this is left out.",
        )
        .or_computed(),
    ]
}

/// Both become parts of a path.
pub(super) fn check_scope(region_id: &Argument<String>, project_id: &Argument<String>, diagnostics: &mut Diagnostics) {
    for (name, argument) in [("region_id", region_id), ("project_id", project_id)] {
        if let Some(value) = argument.known()
            && !Endpoint::is_segment(value)
        {
            diagnostics.push(messages::bad_path_segment(name, value).at(AttributePath::attribute(name)));
        }
    }
}

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
