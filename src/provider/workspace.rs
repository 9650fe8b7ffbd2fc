//! One workspace as Terraform sees it, the same in every data source that shows one.

use std::sync::Arc;

use serde::ser::{Serialize, Serializer};

use super::timestamp::rfc3339;
use crate::maas::{WorkspaceInfo, WorkspaceList};
use crate::terraform::{Attribute, Type};

/// Where workspaces are looked for, the same for one and for many.
pub(super) fn region_id_attribute() -> Attribute {
    Attribute::optional(
        "region_id",
        Type::String,
        "Region of the ModelArts real-time services. It is independent of `region`, whose API is asked; that region is \
         taken when this is left out, as a convenience.",
    )
    .or_computed()
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
#[derive(Debug, serde::Serialize)]
pub(super) struct Workspace<'a> {
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

impl<'a> From<&'a WorkspaceInfo> for Workspace<'a> {
    fn from(info: &'a WorkspaceInfo) -> Self {
        Self {
            id: info.id.as_deref(),
            name: info.name.as_deref(),
            description: info.description.as_deref(),
            owner: info.owner.as_deref(),
            create_time: info.create_time.as_deref(),
            update_time: info.update_time.as_deref(),
            auth_type: info.auth_type.as_deref(),
            created_at: info.create_time.as_deref().and_then(rfc3339),
            updated_at: info.update_time.as_deref().and_then(rfc3339),
        }
    }
}

/// One workspace of an answer; written as its values, which are made while they are written.
#[derive(Debug)]
pub(super) struct Shown(pub(super) WorkspaceInfo);

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Workspace::from(&self.0).serialize(serializer)
    }
}

/// Some workspaces of an answer, in order, likewise. The answer is shared, not copied.
#[derive(Debug)]
pub(super) struct Listed {
    list: Arc<WorkspaceList>,
    order: Vec<usize>,
}

impl Listed {
    /// The workspaces that pass, sorted by name and id.
    pub(super) fn of(list: Arc<WorkspaceList>, passes: impl Fn(&WorkspaceInfo) -> bool) -> Self {
        let workspaces = &list.workspaces;
        let mut order: Vec<_> = (0..workspaces.len()).filter(|index| passes(&workspaces[*index])).collect();
        order.sort_by_key(|index| (&workspaces[*index].name, &workspaces[*index].id));
        Self { list, order }
    }
}

impl Serialize for Listed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.order.iter().map(|index| Workspace::from(&self.list.workspaces[*index])))
    }
}
