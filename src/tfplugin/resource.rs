//! Managed resources: validation, plans, changes, reads and imports. Identities are not supported.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

use super::convert;
use super::deferral;
use super::dynamic_value::{from_proto, to_proto};
use super::proto;
use super::proto::deferred::Reason;
use super::provider::{decoded, validated};
use super::rpc::{Outcome, outcome, panicked};
use super::service::Service;
use super::stored_state::upgraded;
use super::unsupported::unsupported;
use crate::terraform::{
    AnyResource, Apply, Changed, Diagnostic, Diagnostics, PlannedChange, Provider, ReadError, State, Type, Value,
    Values, messages,
};

unsupported! {
    "managed resource" {
        upgrade_resource_identity(upgrade_resource_identity.type_name);
        generate_resource_config(generate_resource_config.type_name);
    }
}

#[expect(clippy::unused_async, reason = "the table of RPCs awaits all methods")]
impl<P: Provider> Service<P> {
    pub(super) async fn get_resource_identity_schemas(
        &self,
        _: proto::get_resource_identity_schemas::Request,
    ) -> Outcome<proto::get_resource_identity_schemas::Response> {
        Outcome::default()
    }

    pub(super) async fn validate_resource_config(
        &self,
        request: proto::validate_resource_config::Request,
    ) -> Outcome<proto::validate_resource_config::Response> {
        let diagnostics = self.validate_resource(&request).unwrap_or_else(Into::into);
        (proto::validate_resource_config::Response::default(), diagnostics)
    }

    pub(super) async fn upgrade_resource_state(
        &self,
        request: proto::upgrade_resource_state::Request,
    ) -> Outcome<proto::upgrade_resource_state::Response> {
        outcome(Diagnostics::default(), self.upgrade(&request))
    }

    pub(super) async fn read_resource(
        &self,
        request: proto::read_resource::Request,
    ) -> Outcome<proto::read_resource::Response> {
        let mut warnings = Diagnostics::default();
        let response = self.refresh(request, &mut warnings).await;
        outcome(warnings, response)
    }

    pub(super) async fn plan_resource_change(
        &self,
        request: proto::plan_resource_change::Request,
    ) -> Outcome<proto::plan_resource_change::Response> {
        let mut diagnostics = Diagnostics::default();
        let response = self.plan(request, &mut diagnostics).await;
        outcome(diagnostics, response)
    }

    pub(super) async fn apply_resource_change(
        &self,
        request: proto::apply_resource_change::Request,
    ) -> Outcome<proto::apply_resource_change::Response> {
        let mut diagnostics = Diagnostics::default();
        let response = self.apply(request, &mut diagnostics).await;
        outcome(diagnostics, response)
    }

    pub(super) async fn import_resource_state(
        &self,
        request: proto::import_resource_state::Request,
    ) -> Outcome<proto::import_resource_state::Response> {
        outcome(Diagnostics::default(), self.import(request))
    }

    pub(super) async fn move_resource_state(
        &self,
        request: proto::move_resource_state::Request,
    ) -> Outcome<proto::move_resource_state::Response> {
        let (from, to) = (&request.source_type_name, &request.target_type_name);
        let error = self.resource(to).err().unwrap_or_else(|| messages::cannot_move(from, to));
        (proto::move_resource_state::Response::default(), error.into())
    }

    fn resource(&self, type_name: &str) -> Result<&dyn AnyResource<P::Client>, Diagnostic> {
        let found = self.provider().resources().iter().find(|resource| resource.type_name() == type_name);
        found.map(|resource| &**resource).ok_or_else(|| messages::no_such("managed resource", type_name))
    }

    fn validate_resource(&self, request: &proto::validate_resource_config::Request) -> Result<Diagnostics, Diagnostic> {
        let resource = self.resource(&request.type_name)?;
        let config = decoded(request.config.as_ref(), resource.value_type())?;
        Ok(validated(&resource.schema().block, config, |config, diagnostics| resource.validate(config, diagnostics)))
    }

    fn upgrade(
        &self,
        request: &proto::upgrade_resource_state::Request,
    ) -> Result<proto::upgrade_resource_state::Response, Diagnostic> {
        let resource = self.resource(&request.type_name)?;
        let state = upgraded(resource, request.version, request.raw_state.as_ref())?;
        let upgraded_state = Some(encoded(&state)?);
        Ok(proto::upgrade_resource_state::Response { upgraded_state, ..Default::default() })
    }

    async fn refresh(
        &self,
        request: proto::read_resource::Request,
        warnings: &mut Diagnostics,
    ) -> Result<proto::read_resource::Response, Diagnostic> {
        let resource = self.resource(&request.type_name)?;
        let state = decoded(request.current_state.as_ref(), resource.value_type())?;
        let private = request.private;
        if state.is_null() {
            return Ok(proto::read_resource::Response { private, ..Default::default() });
        }
        let client = self.client().ok_or_else(messages::not_configured)?;
        match resource.read(&client, state, warnings).await {
            Ok(state) => {
                // What is kept of an object that is gone would make its successor look like a replacement.
                let private = if state.is_some() { private } else { Vec::new() };
                let state = state.map(|state| checked(&state, resource.value_type())).transpose()?;
                let new_state = Some(encoded(&state.unwrap_or(Value::Null))?);
                Ok(proto::read_resource::Response { new_state, private, ..Default::default() })
            }
            Err(ReadError::ProviderUnknown(_)) if deferral::is_allowed(request.client_capabilities.as_ref()) => {
                let (new_state, deferred) =
                    (request.current_state, Some(deferral::deferred(Reason::ProviderConfigUnknown)));
                Ok(proto::read_resource::Response { new_state, private, deferred, ..Default::default() })
            }
            Err(ReadError::ProviderUnknown(error) | ReadError::Failed(error)) => Err(error),
        }
    }

    async fn plan(
        &self,
        request: proto::plan_resource_change::Request,
        diagnostics: &mut Diagnostics,
    ) -> Result<proto::plan_resource_change::Response, Diagnostic> {
        let resource = self.resource(&request.type_name)?;
        let ty = resource.value_type();
        let prior = decoded(request.prior_state.as_ref(), ty)?;
        let config = decoded(request.config.as_ref(), ty)?;
        if config.is_null() {
            // A destroy, which nothing can be planned for.
            let planned_state = Some(encoded(&Value::Null)?);
            let planned_private = request.prior_private;
            return Ok(proto::plan_resource_change::Response { planned_state, planned_private, ..Default::default() });
        }
        let client = self.client();
        let values = Values { prior, config, private: request.prior_private };
        let PlannedChange { planned, private, unknown } = resource.plan(client.as_deref(), values, diagnostics).await?;
        let is_deferred = unknown.is_some() && deferral::is_allowed(request.client_capabilities.as_ref());
        let deferred = is_deferred.then(|| deferral::deferred(Reason::ProviderConfigUnknown));
        Ok(proto::plan_resource_change::Response {
            planned_state: Some(encoded(&planned.state)?),
            requires_replace: planned.replace.iter().map(convert::path).collect(),
            planned_private: private,
            deferred,
            ..Default::default()
        })
    }

    async fn apply(
        &self,
        request: proto::apply_resource_change::Request,
        diagnostics: &mut Diagnostics,
    ) -> Result<proto::apply_resource_change::Response, Diagnostic> {
        let resource = self.resource(&request.type_name)?;
        let ty = resource.value_type();
        let prior = decoded(request.prior_state.as_ref(), ty)?;
        let planned = decoded(request.planned_state.as_ref(), ty)?;
        let Some(client) = self.client() else {
            // Nothing is sent, and the object stays what it was.
            diagnostics.push(messages::not_configured());
            let (new_state, private) = (request.prior_state, request.planned_private);
            return Ok(proto::apply_resource_change::Response { new_state, private, ..Default::default() });
        };
        let stopping = self.connection.stop().next();
        let apply = Apply { client: &*client, stopping, warnings: &mut *diagnostics };
        // A panic must not lose the object either.
        let work = AssertUnwindSafe(changed(resource, apply, prior.clone(), planned)).catch_unwind();
        let outcome = work.await.unwrap_or_else(|payload| Err(panicked("ApplyResourceChange", payload.as_ref())));
        let (state, error) = outcome.unwrap_or_else(|error| (prior, Some(error)));
        diagnostics.extend(error);
        let (new_state, private) = (Some(encoded(&state)?), request.planned_private);
        Ok(proto::apply_resource_change::Response { new_state, private, ..Default::default() })
    }

    fn import(
        &self,
        request: proto::import_resource_state::Request,
    ) -> Result<proto::import_resource_state::Response, Diagnostic> {
        let resource = self.resource(&request.type_name)?;
        let state = checked(&resource.import(&request.id)?, resource.value_type())?;
        let imported = proto::import_resource_state::ImportedResource {
            type_name: request.type_name,
            state: Some(encoded(&state)?),
            ..Default::default()
        };
        Ok(proto::import_resource_state::Response { imported_resources: vec![imported], ..Default::default() })
    }
}

/// Makes a change, and returns the new state and what went wrong. A null `planned` deletes.
///
/// # Errors
/// When there is no new state, so that the prior one holds.
async fn changed<C>(
    resource: &dyn AnyResource<C>,
    apply: Apply<'_, C>,
    prior: Value,
    planned: Value,
) -> Result<(Value, Option<Diagnostic>), Diagnostic> {
    if planned.is_null() {
        resource.delete(apply, prior).await?;
        return Ok((Value::Null, None));
    }
    let Changed { state, error } = resource.change(apply, prior.clone(), planned.clone()).await;
    let state = state.map(|state| checked(&state, resource.value_type())).transpose()?;
    Ok(match (state, error) {
        (Some(state), None) => (as_planned(known(state), &planned), None),
        (state, error) => (state.map_or(prior, known), error),
    })
}

fn encoded(state: &Value) -> Result<proto::DynamicValue, Diagnostic> {
    to_proto(state).map_err(|error| messages::mistake(format_args!("A state cannot be encoded: {error}")))
}

/// The value of a model, which has to fit the schema.
fn checked(state: &State, ty: &Type) -> Result<Value, Diagnostic> {
    let mistake = |error: &dyn std::fmt::Display| messages::mistake(format_args!("A state does not fit: {error}"));
    let bytes = to_proto(&**state).map_err(|error| mistake(&error))?;
    from_proto(Some(&bytes), ty).map_err(|error| mistake(&error))
}

/// A new state in which everything that was planned as known is as planned, even if the service has changed it meanwhile: the
/// next read shows that.
fn as_planned(state: Value, planned: &Value) -> Value {
    match (state, planned) {
        (_, planned) if planned.is_wholly_known() => planned.clone(),
        (Value::Mapping(mut state), Value::Mapping(planned)) => {
            for (name, planned) in planned {
                let value = state.remove(name).unwrap_or(Value::Null);
                state.insert(name.clone(), as_planned(value, planned));
            }
            Value::Mapping(state)
        }
        (state, _) => state,
    }
}

/// A state without unknown values: null where the service gives no value.
fn known(state: Value) -> Value {
    match state {
        Value::Unknown(_) => Value::Null,
        Value::Mapping(values) => {
            Value::Mapping(values.into_iter().map(|(name, value)| (name, known(value))).collect())
        }
        Value::Sequence(values) => Value::Sequence(values.into_iter().map(known).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests;
