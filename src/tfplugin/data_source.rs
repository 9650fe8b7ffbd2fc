//! Data sources: validation and reads.

use super::deferral;
use super::dynamic_value::{from_proto, to_proto};
use super::proto;
use super::proto::deferred::Reason;
use super::provider::{decoded, validated};
use super::rpc::{Outcome, outcome};
use super::service::{MAX_MESSAGE_BYTES, Service};
use crate::terraform::{AnyDataSource, Diagnostic, Diagnostics, Provider, ReadError, Schema, Value, messages, plan};

/// The largest state: a message also has to hold warnings.
const MAX_STATE_BYTES: usize = MAX_MESSAGE_BYTES - (1 << 20);

#[expect(clippy::unused_async, reason = "the table of RPCs awaits all methods")]
impl<P: Provider> Service<P> {
    pub(super) async fn validate_data_resource_config(
        &self,
        request: proto::validate_data_resource_config::Request,
    ) -> Outcome<proto::validate_data_resource_config::Response> {
        let diagnostics = self.validate_data_source(&request).unwrap_or_else(Into::into);
        (proto::validate_data_resource_config::Response::default(), diagnostics)
    }

    pub(super) async fn read_data_source(
        &self,
        request: proto::read_data_source::Request,
    ) -> Outcome<proto::read_data_source::Response> {
        let mut diagnostics = Diagnostics::default();
        let response = self.read(&request, &mut diagnostics).await;
        outcome(diagnostics, response)
    }

    fn data_source(&self, type_name: &str) -> Result<&dyn AnyDataSource<P::Client>, Diagnostic> {
        let found = self.provider().data_sources().iter().find(|source| source.type_name() == type_name);
        found.map(|source| &**source).ok_or_else(|| messages::no_such("data source", type_name))
    }

    fn validate_data_source(
        &self,
        request: &proto::validate_data_resource_config::Request,
    ) -> Result<Diagnostics, Diagnostic> {
        let source = self.data_source(&request.type_name)?;
        let config = decoded(request.config.as_ref(), source.value_type())?;
        Ok(validated(&source.schema().block, config, |config, diagnostics| source.validate(config, diagnostics)))
    }

    async fn read(
        &self,
        request: &proto::read_data_source::Request,
        warnings: &mut Diagnostics,
    ) -> Result<proto::read_data_source::Response, Diagnostic> {
        let source = self.data_source(&request.type_name)?;
        let config = decoded(request.config.as_ref(), source.value_type())?;
        if !config.is_wholly_known() {
            let error = messages::unknown_configuration();
            return later(request, Reason::ResourceConfigUnknown, source.schema(), &config, error);
        }
        let client = self.client().ok_or_else(messages::not_configured)?;
        let state = match source.read(&client, config.clone(), warnings).await {
            Ok(state) => state,
            Err(ReadError::Failed(error)) => return Err(error),
            Err(ReadError::ProviderUnknown(error)) => {
                return later(request, Reason::ProviderConfigUnknown, source.schema(), &config, error);
            }
        };
        let state = to_proto(&*state).map_err(|error| unencodable(&error))?;
        check_size(state.msgpack.len())?;
        debug_assert!(
            from_proto(Some(&state), source.value_type()).is_ok(),
            "the state of {} does not fit its schema",
            request.type_name
        );
        Ok(proto::read_data_source::Response { state: Some(state), ..Default::default() })
    }
}

/// A host that can come back later is asked to, and gets what is known meanwhile; any other one gets the error.
fn later(
    request: &proto::read_data_source::Request,
    reason: Reason,
    schema: &Schema,
    config: &Value,
    error: Diagnostic,
) -> Result<proto::read_data_source::Response, Diagnostic> {
    if !deferral::is_allowed(request.client_capabilities.as_ref()) {
        return Err(error);
    }
    let planned = plan(&schema.block, &Value::Null, config).state;
    let state = to_proto(&planned).map_err(|error| unencodable(&error))?;
    let deferred = Some(deferral::deferred(reason));
    Ok(proto::read_data_source::Response { state: Some(state), deferred, diagnostics: Vec::new() })
}

/// Checks that a message can carry a state; otherwise the call would fail with a status that says nothing to users.
fn check_size(bytes: usize) -> Result<(), Diagnostic> {
    if bytes <= MAX_STATE_BYTES { Ok(()) } else { Err(messages::too_much_read(bytes, MAX_STATE_BYTES)) }
}

fn unencodable(error: &rmp_serde::encode::Error) -> Diagnostic {
    messages::mistake(format_args!("What was read cannot be encoded: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_that_no_message_can_carry_then_error_that_tells_both_sizes() {
        assert_eq!(check_size(MAX_STATE_BYTES), Ok(()));
        let error = check_size(MAX_MESSAGE_BYTES).expect_err("too large");
        assert!(error.detail.contains("256 MiB") && error.detail.contains("255 MiB"), "{}", error.detail);
    }
}
