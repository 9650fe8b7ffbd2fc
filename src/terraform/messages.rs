//! Texts about the protocol and the rules of configurations, the same for any provider.

use std::fmt::Display;

use super::{AttributePath, Diagnostic};

/// An attribute is set that only the provider sets.
#[must_use]
pub fn read_only(path: &AttributePath) -> Diagnostic {
    Diagnostic::error(
        "Read-only attribute is set",
        format!("`{path}` is set by the provider and cannot be set in a configuration. Remove it."),
    )
    .at(path.clone())
}

/// A required argument is null.
#[must_use]
pub fn required_is_null(path: &AttributePath) -> Diagnostic {
    Diagnostic::error(
        "Required argument is null",
        format!("`{path}` is required, but it is null here. Give it a value."),
    )
    .at(path.clone())
}

/// An argument is used that will go away.
#[must_use]
pub fn deprecated(path: &AttributePath, instead: &str) -> Diagnostic {
    Diagnostic::warning("Deprecated argument", format!("`{path}` will go away. {instead}")).at(path.clone())
}

/// A read was asked for while arguments of it are unknown, which Terraform itself never does.
#[must_use]
pub fn unknown_configuration() -> Diagnostic {
    Diagnostic::error(
        "Configuration is not known yet",
        "A data source can be read only when all of its arguments are known.",
    )
}

/// The host or the user stopped the call.
#[must_use]
pub fn interrupted(rpc: &str) -> Diagnostic {
    Diagnostic::error("Interrupted", format!("{rpc} was stopped before it finished, because the run was interrupted."))
}

/// The call ended in a panic.
#[must_use]
pub fn panicked(rpc: &str, message: &str) -> Diagnostic {
    mistake(format_args!("{rpc} ended in a panic: {message}. Other calls are not affected"))
}

/// The provider contradicts itself.
#[must_use]
pub fn mistake(what: impl Display) -> Diagnostic {
    Diagnostic::error(
        "The provider made a mistake",
        format!("{what}. This is a bug in the provider: please report it with the log that TF_LOG=trace gives."),
    )
}

/// A state is larger than a message can be.
#[must_use]
pub fn too_much_read(bytes: usize, most_bytes: usize) -> Diagnostic {
    let mebibytes = |bytes: usize| bytes.div_ceil(1 << 20);
    Diagnostic::error(
        "Too much was read",
        format!(
            "The answer takes {} MiB, and Terraform's protocol carries {} MiB at most. Read less at a time.",
            mebibytes(bytes),
            mebibytes(most_bytes)
        ),
    )
}

/// The host sent something that is no value of the schema.
#[must_use]
pub fn malformed(error: &dyn Display) -> Diagnostic {
    Diagnostic::error(
        "Configuration cannot be read",
        format!("The host sent a configuration that does not fit the schema: {error}."),
    )
}

/// The host asked for a read too early.
#[must_use]
pub fn not_configured() -> Diagnostic {
    Diagnostic::error(
        "Provider is not configured",
        "The host sent a request that needs the service before it configured the provider.",
    )
}

/// A state was stored by a later version of the provider.
#[must_use]
pub fn later_state(type_name: &str, version: i64, current: i64) -> Diagnostic {
    Diagnostic::error(
        "Unsupported state version",
        format!(
            "The state of `{type_name}` has schema version {version}, and this version of the provider supports versions \
             up to {current}. Upgrade the provider to the version that stored the state."
        ),
    )
}

/// A stored state is not what the host should have stored.
#[must_use]
pub fn unreadable_state(type_name: &str, problem: &dyn Display) -> Diagnostic {
    Diagnostic::error(
        "Invalid state",
        format!(
            "The stored state of `{type_name}` cannot be read: {problem}. Restore the state from a backup, or remove the \
             object with `terraform state rm` and import it again."
        ),
    )
}

/// A `moved` block changes the type of a resource.
#[must_use]
pub fn cannot_move(from: &str, to: &str) -> Diagnostic {
    Diagnostic::error(
        "Unsupported move",
        format!(
            "The state of `{from}` cannot become one of `{to}`. Remove the object from the state with a `removed` block or \
             `terraform state rm`, and import it as `{to}`."
        ),
    )
}

/// The host asked for something that this provider does not have.
#[must_use]
pub fn no_such(kind: &str, name: &str) -> Diagnostic {
    Diagnostic::error(
        format!("Unsupported {kind}"),
        format!(
            "This version of the provider has no {kind} named `{name}`. Check the name and the provider's version."
        ),
    )
}
