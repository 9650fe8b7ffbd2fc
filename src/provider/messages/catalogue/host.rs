//! The messages about the host and its protocol.

use super::{Entry, ReadError, general, section, unknown_setting};

pub(super) fn host() -> Vec<Entry> {
    let ReadError::ProviderUnknown(unknown) = unknown_setting("project_id") else { return Vec::new() };
    section(
        "Terraform and OpenTofu",
        [
            (
                unknown,
                "The provider block depends on a resource that is not there yet, and a data source is read before it.",
                "Apply that resource first, or give the provider a value that is known.",
            ),
            (
                general::unknown_configuration(),
                "The host asked for a read before it knew all arguments.",
                "Report it to the host's project.",
            ),
            (
                general::interrupted("ReadDataSource"),
                "The run was interrupted, for example by Ctrl-C, while a read was under way.",
                "Run it again.",
            ),
            (
                general::panicked("ReadDataSource", "index out of bounds"),
                "A bug in the provider. Only that one call failed.",
                "Report it.",
            ),
            (
                general::too_much_read(300 << 20, 256 << 20),
                "The list is larger than what the plugin protocol can carry.",
                "Ask for less, with filters.",
            ),
            (
                general::malformed(&"a bool is required"),
                "The host and the provider disagree about the schema, for example after the provider was replaced while \
                 a debug session was attached.",
                "Run `init` again; report it if it stays so.",
            ),
            (general::not_configured(), "The host skipped a step of the protocol.", "Report it to the host's project."),
            (
                general::no_such("data source", "maas_workspacs"),
                "The installed version does not have that object.",
                "Correct the name, or install a newer version.",
            ),
            (
                general::later_state("maas_endpoint", 2, 1),
                "The state was stored by a later version of the provider.",
                "Upgrade the provider.",
            ),
            (
                general::unreadable_state("maas_endpoint", &"it is not an object"),
                "The stored state was damaged or edited.",
                "Restore a backup of the state.",
            ),
            (
                general::cannot_move("other_endpoint", "maas_endpoint"),
                "A `moved` block changes the type of a resource.",
                "Import the object instead.",
            ),
        ],
    )
}
