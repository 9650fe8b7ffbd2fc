//! How the responses carry diagnostics.

use super::{convert, proto};
use crate::terraform::Diagnostics;

/// A response that can say what went wrong.
pub(super) trait Reply: Default {
    /// Adds the diagnostics of the call.
    fn report(&mut self, diagnostics: Diagnostics);
}

impl Reply for proto::call_function::Response {
    /// A function has no diagnostics, but one error.
    fn report(&mut self, diagnostics: Diagnostics) {
        if let Some(diagnostic) = diagnostics.into_iter().next() {
            self.error = Some(proto::FunctionError { text: diagnostic.detail, function_argument: None });
        }
    }
}

impl Reply for proto::stop_provider::Response {
    fn report(&mut self, diagnostics: Diagnostics) {
        if let Some(diagnostic) = diagnostics.into_iter().next() {
            self.error = diagnostic.detail;
        }
    }
}

/// Implements [`Reply`] for the responses of messages that have a list of diagnostics.
macro_rules! with_diagnostics {
    ($($message:ident),+ $(,)?) => {$(
        impl Reply for proto::$message::Response {
            fn report(&mut self, diagnostics: Diagnostics) {
                self.diagnostics = convert::diagnostics(diagnostics);
            }
        }
    )+};
}

with_diagnostics! {
    get_metadata, get_provider_schema, get_resource_identity_schemas, validate_provider_config, configure_provider,
    validate_data_resource_config, read_data_source,
    validate_resource_config, upgrade_resource_state, upgrade_resource_identity, read_resource, plan_resource_change,
    apply_resource_change, import_resource_state, move_resource_state, generate_resource_config,
    get_functions,
    validate_ephemeral_resource_config, open_ephemeral_resource, renew_ephemeral_resource, close_ephemeral_resource,
    validate_list_resource_config,
    validate_state_store, configure_state_store, write_state_bytes, lock_state, unlock_state, get_states, delete_state,
    plan_action, validate_action_config,
}
