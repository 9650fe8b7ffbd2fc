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
        text("description", "Description."),
        text("owner", "Name of the account or user that made it."),
        text("create_time", "When it was made, as the service says it: milliseconds since 1970."),
        text("update_time", "When it was last changed, as the service says it: milliseconds since 1970."),
        text("auth_type", "Who may use it: `public` (everyone in the account), `private` (who made it) or `internal`."),
        text(
            "created_at",
            "When it was made, in RFC 3339 with three decimals, so that `sort` puts times in order; null if the \
             service's time cannot be understood.",
        ),
        text("updated_at", "When it was last changed, likewise."),
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
