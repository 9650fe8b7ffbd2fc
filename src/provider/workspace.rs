//! The attributes of a workspace, which several data sources have.

use serde::Serialize;

use super::listing::{Identity, Item};
use super::timestamp::rfc3339;
use crate::maas::WorkspaceInfo;
use crate::terraform::{Attribute, Type};

/// Returns the read-only attributes of a workspace, apart from its id and name.
pub(super) fn attributes() -> Vec<Attribute> {
    let text = |name, description| Attribute::computed(name, Type::String, description);
    vec![
        text("description", "Description of the workspace."),
        text("owner", "Name of the account or user that created the workspace."),
        text("create_time", "Creation time as returned by the API, in milliseconds since 1970."),
        text("update_time", "Time of the last change as returned by the API, in milliseconds since 1970."),
        text(
            "auth_type",
            "Authorization type: `public` (every user of the account), `private` (only its creator) or `internal`.",
        ),
        text(
            "created_at",
            "Creation time in RFC 3339 format with three decimals, so that `sort` orders times correctly. Null if \
             the API's value cannot be parsed.",
        ),
        text("updated_at", "Time of the last change, in the format of `created_at`."),
    ]
}

/// The attributes of a workspace in a state.
#[derive(Debug, Serialize)]
pub(super) struct WorkspaceAttributes<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
    description: Option<&'a str>,
    owner: Option<&'a str>,
    create_time: Option<&'a str>,
    update_time: Option<&'a str>,
    auth_type: Option<&'a str>,
    created_at: Option<String>,
    updated_at: Option<String>,
}

impl Item for WorkspaceInfo {
    type Attributes<'a> = WorkspaceAttributes<'a>;

    fn attributes(&self) -> WorkspaceAttributes<'_> {
        WorkspaceAttributes {
            id: self.id.as_deref(),
            name: self.name.as_deref(),
            description: self.description.as_deref(),
            owner: self.owner.as_deref(),
            create_time: self.create_time.as_deref(),
            update_time: self.update_time.as_deref(),
            auth_type: self.auth_type.as_deref(),
            created_at: self.create_time.as_deref().and_then(rfc3339),
            updated_at: self.update_time.as_deref().and_then(rfc3339),
        }
    }

    fn identity(&self) -> Identity<'_> {
        Identity { name: self.name.as_deref(), id: self.id.as_deref() }
    }
}
