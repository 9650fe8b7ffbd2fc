//! Creating, changing and deleting endpoints.
//!
//! Once an endpoint exists, an error of its creation taints it: the host deletes it in the next apply, and its name is lost. So
//! whatever can be a warning is one.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::planning::{name_in_list, switched_moderation};
use super::{Endpoint, Model, limit, lookup};
use crate::huaweicloud::{Error, same_name};
use crate::maas::{CustomEndpointInfo, EndpointChange, EndpointRefusal, NewEndpoint, Patience};
use crate::provider::scope::{Context, Operation, Scoped};
use crate::provider::{Client, messages};
use crate::terraform::{Apply, Argument, AttributePath, Diagnostic, Failure, ReadError};

/// The wait between two calls that enable or disable a new endpoint.
const CONTROL_WAIT: Duration = Duration::from_secs(2);

const CREATE: &str = "Unable to create endpoint";
const UPDATE: &str = "Unable to update endpoint";
const DELETE: &str = "Unable to delete endpoint";

pub(super) async fn create(apply: &mut Apply<'_, Client>, planned: Model) -> Result<Model, Failure<Model>> {
    let Scoped { scope, own: planned } = planned;
    let context = scope.context(Operation::Create, apply.client).await.map_err(ReadError::into_diagnostic)?;
    let scope = scope.at(&context.target);
    let (id, found) = create_endpoint(&context, apply, &planned).await?;
    let mut endpoint = Endpoint { id: Argument::Known(id.clone()), ..planned.clone() };
    if let Some(found) = found {
        endpoint.refresh_computed(&found);
    }
    if !planned.is_enabled()
        && let Err(error) = disable(&context, &id).await
    {
        endpoint.enabled = Argument::Known(true);
        let error = messages::untaint_endpoint(failed(&context, "Unable to disable endpoint", &error));
        return Err(Failure { error, state: Some(Scoped { scope, own: endpoint }) });
    }
    let is_as_planned = |found: &CustomEndpointInfo| planned.differences(found).is_empty();
    match lookup::after_change(&context, |list| list.with_id(&id), is_as_planned).await {
        Ok(Some(found)) => endpoint.refresh_computed(&found),
        Ok(None) => apply.warnings.push(messages::endpoint_not_listed_yet(&id)),
        Err(error) => {
            apply.warnings.push(messages::endpoint_not_read(failed(&context, "Unable to read endpoint", &error)));
        }
    }
    Ok(Scoped { scope, own: endpoint })
}

/// Sends the request, and finds the new endpoint if its response has no ID.
async fn create_endpoint(
    context: &Context<'_>,
    apply: &mut Apply<'_, Client>,
    planned: &Endpoint,
) -> Result<(String, Option<CustomEndpointInfo>), Diagnostic> {
    let name = planned.name.known().cloned().unwrap_or_default();
    let list = context.maas.list_endpoints(&context.target, context.deadline).await;
    let list = list.map_err(|error| failed(context, CREATE, &error))?;
    if let Some(error) = name_in_list(context, &list, &name, None) {
        return Err(error);
    }
    let before = lookup::Before::of(&list);
    let patience = Patience { deadline: context.deadline, stopping: apply.stopping.clone() };
    let response = context.maas.create_endpoint(&context.target, &planned.to_new(), &patience).await;
    let failure = match response {
        Ok(Some(id)) => return Ok((id, None)),
        Ok(None) => None,
        Err(error) if error.may_have_taken_effect() => Some(error),
        Err(error) => return Err(refused(context, CREATE, &error)),
    };
    let found = lookup::after_change(context, |list| before.new_one(list, &name), |_| true).await;
    let found = found.ok().flatten();
    let id = found.as_ref().and_then(|found| found.id.clone());
    match (id, found, failure) {
        (Some(id), Some(found), None) => Ok((id, Some(found))),
        (Some(id), Some(found), Some(error)) if planned.is_created_as(&found) => {
            apply.warnings.push(messages::endpoint_adopted(&id, &failed(context, CREATE, &error)));
            Ok((id, Some(found)))
        }
        (Some(id), _, Some(error)) => {
            Err(messages::endpoint_of_others(&name, &context.redacted(&id), failed(context, CREATE, &error)))
        }
        (_, _, Some(error)) => Err(messages::endpoint_may_exist(&name, failed(context, CREATE, &error))),
        (_, _, None) => Err(messages::endpoint_without_id(&name)),
    }
}

/// Disables a new endpoint, with all the time that there is: an error would taint the endpoint.
async fn disable(context: &Context<'_>, id: &str) -> Result<(), Error> {
    let patience = Patience { deadline: context.deadline, stopping: CancellationToken::new() };
    loop {
        let error = match context.maas.enable_endpoint(&context.target, id, false, &patience).await {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        let is_final = !error.may_have_taken_effect() && error.status().is_some_and(|status| status.as_u16() != 429);
        // A new endpoint may not be known everywhere at once.
        let is_unknown_yet = EndpointRefusal::of(&error) == Some(EndpointRefusal::NotFound);
        if (is_final && !is_unknown_yet) || context.deadline.remaining() <= CONTROL_WAIT {
            return Err(error);
        }
        tokio::time::sleep(CONTROL_WAIT).await;
    }
}

pub(super) async fn update(
    apply: &mut Apply<'_, Client>,
    prior: Model,
    planned: Model,
) -> Result<Model, Failure<Model>> {
    let (Scoped { own: prior, .. }, Scoped { scope, own: planned }) = (prior, planned);
    let id = prior.id.known().cloned().unwrap_or_default();
    let mut endpoint = planned.with_computed_of(&prior);
    let (is_changed, is_switched) = (prior.is_changed_by(&planned), prior.is_enabled() != planned.is_enabled());
    if !is_changed && !is_switched {
        return Ok(Scoped { scope, own: endpoint });
    }
    let context = scope.context(Operation::Update, apply.client).await.map_err(ReadError::into_diagnostic)?;
    let scope = scope.at(&context.target);
    let patience = Patience { deadline: context.deadline, stopping: apply.stopping.clone() };
    let mut sent = Ok(());
    if is_changed {
        sent = replace(&context, &id, &prior, &planned, &patience).await;
    }
    if is_switched && sent.is_ok() {
        let control = context.maas.enable_endpoint(&context.target, &id, planned.is_enabled(), &patience).await;
        sent = control.map_err(|error| refused(&context, UPDATE, &error));
    }
    let is_as_planned = |found: &CustomEndpointInfo| sent.is_err() || planned.differences(found).is_empty();
    let found = lookup::after_change(&context, |list| list.with_id(&id), is_as_planned).await;
    match (sent, found) {
        (Ok(()), Ok(Some(found))) => {
            endpoint.refresh_computed(&found);
            let differences = planned.differences(&found);
            if differences.is_empty() {
                return Ok(Scoped { scope, own: endpoint });
            }
            endpoint.refresh(&found);
            let error = messages::endpoint_change_ignored(&differences).at(AttributePath::attribute(differences[0]));
            Err(Failure { error, state: Some(Scoped { scope, own: endpoint }) })
        }
        (Ok(()), Ok(None)) => {
            apply.warnings.push(messages::endpoint_not_listed_yet(&id));
            Ok(Scoped { scope, own: endpoint })
        }
        (Ok(()), Err(error)) => {
            apply.warnings.push(messages::endpoint_not_read(failed(&context, "Unable to read endpoint", &error)));
            Ok(Scoped { scope, own: endpoint })
        }
        (Err(error), Ok(Some(found))) => {
            let mut now = prior;
            now.refresh(&found);
            Err(Failure { error, state: Some(Scoped { scope, own: now }) })
        }
        (Err(error), _) => Err(error.into()),
    }
}

/// Sends one request with everything that can be changed.
async fn replace(
    context: &Context<'_>,
    id: &str,
    prior: &Endpoint,
    planned: &Endpoint,
    patience: &Patience,
) -> Result<(), Diagnostic> {
    let current = context.maas.endpoint_members(&context.target, id, context.deadline).await;
    let current = current.map_err(|error| failed(context, UPDATE, &error))?;
    let current = current.ok_or_else(|| messages::endpoint_to_update_not_listed(id))?;
    let change = EndpointChange {
        endpoint_name: planned.name.known().cloned().unwrap_or_default(),
        remark: planned.remark.known().cloned().unwrap_or_default(),
        rpm: limit(&planned.rpm),
        tpm: limit(&planned.tpm),
        moderation: planned.moderates(),
        agreement_id: switched_moderation(Some(prior), planned).and(planned.agreement_id.known().cloned()),
    };
    let sent = context.maas.update_endpoint(&context.target, id, &current, &change, patience).await;
    sent.map_err(|error| refused(context, UPDATE, &error))
}

pub(super) async fn delete(apply: &mut Apply<'_, Client>, state: &Model) -> Result<(), Diagnostic> {
    let context = state.scope.context(Operation::Delete, apply.client).await.map_err(ReadError::into_diagnostic)?;
    let id = state.own.id.known().cloned().unwrap_or_default();
    let patience = Patience { deadline: context.deadline, stopping: apply.stopping.clone() };
    let Err(error) = context.maas.delete_endpoint(&context.target, &id, &patience).await else { return Ok(()) };
    let may_be_gone = error.may_have_taken_effect()
        || error.status().is_some_and(|status| status.as_u16() == 404)
        || EndpointRefusal::of(&error) == Some(EndpointRefusal::NotFound);
    if may_be_gone && matches!(lookup::find(&context, &id).await, Ok(lookup::Found::Gone)) {
        return Ok(());
    }
    Err(failed(&context, DELETE, &error))
}

impl Endpoint {
    fn to_new(&self) -> NewEndpoint {
        let switched = switched_moderation(None, self);
        NewEndpoint {
            endpoint_name: self.name.known().cloned().unwrap_or_default(),
            source: self.source.known().cloned().unwrap_or_default(),
            model_name: self.model_name.known().cloned(),
            region: self.region_id.known().cloned(),
            infer_service_id: self.infer_service_id.known().cloned(),
            remark: self.remark.known().cloned(),
            rpm: limit(&self.rpm),
            tpm: limit(&self.tpm),
            moderation: switched,
            agreement_id: switched.and(self.agreement_id.known().cloned()),
        }
    }

    /// Whether an endpoint in the list can be the one that was to be created.
    fn is_created_as(&self, found: &CustomEndpointInfo) -> bool {
        let is_source = found.source.as_deref() == self.source.known().map(String::as_str);
        let served = found.served_model_name.as_deref().filter(|name| !name.is_empty());
        is_source && self.model_name.known().is_none_or(|model| served.is_none_or(|served| served == model))
    }

    /// Takes over what the service reports, but none of what can be configured.
    fn refresh_computed(&mut self, found: &CustomEndpointInfo) {
        let mut now = self.clone();
        now.refresh(found);
        let Self { status, cbc_status, served_model_name, model_version_id, resident_model_id, .. } = now;
        *self = Self { status, cbc_status, served_model_name, model_version_id, resident_model_id, ..self.clone() };
    }

    /// The planned endpoint, with the prior values of what is known only after a request.
    fn with_computed_of(&self, prior: &Self) -> Self {
        let or = |planned: &Argument<String>, prior: &Argument<String>| {
            if planned.is_unknown() { prior.clone() } else { planned.clone() }
        };
        Self {
            id: or(&self.id, &prior.id),
            source: or(&self.source, &prior.source),
            status: or(&self.status, &prior.status),
            cbc_status: or(&self.cbc_status, &prior.cbc_status),
            served_model_name: or(&self.served_model_name, &prior.served_model_name),
            model_version_id: or(&self.model_version_id, &prior.model_version_id),
            resident_model_id: or(&self.resident_model_id, &prior.resident_model_id),
            ..self.clone()
        }
    }

    /// Whether a change needs a request: of something other than whether the endpoint is enabled.
    fn is_changed_by(&self, planned: &Self) -> bool {
        let Self { name, remark, rpm, tpm, .. } = planned;
        let texts = [(&self.name, name), (&self.remark, remark)];
        let text = |text: &Argument<String>| text.known().cloned().unwrap_or_default();
        texts.into_iter().any(|(before, after)| text(before) != text(after))
            || limit(&self.rpm) != limit(rpm)
            || limit(&self.tpm) != limit(tpm)
            || self.moderates() != planned.moderates()
    }

    /// The arguments whose values the service does not report as they should be.
    fn differences(&self, found: &CustomEndpointInfo) -> Vec<&'static str> {
        let remark = self.remark.known().map(String::as_str).unwrap_or_default();
        let enabled = found.status.as_deref().and_then(super::is_enabled);
        let name = found.endpoint_name.as_deref().unwrap_or_default();
        let is_named = self.name.known().is_none_or(|own| same_name(own, name));
        let checks = [
            ("name", is_named),
            ("remark", found.remark.as_deref().unwrap_or_default() == remark),
            ("rpm", found.rpm == limit(&self.rpm)),
            ("tpm", found.tpm == limit(&self.tpm)),
            ("moderation", found.moderation.is_none_or(|found| found == self.moderates())),
            ("enabled", enabled.is_none_or(|enabled| enabled == self.is_enabled())),
        ];
        checks.into_iter().filter(|(_, is_equal)| !is_equal).map(|(name, _)| name).collect()
    }
}

fn failed(context: &Context<'_>, title: &str, error: &Error) -> Diagnostic {
    context.failed(title, error).into_diagnostic()
}

/// The error of a refused change, at the argument that the refusal is about.
fn refused(context: &Context<'_>, title: &str, error: &Error) -> Diagnostic {
    let diagnostic = failed(context, title, error);
    let argument = match EndpointRefusal::of(error) {
        Some(EndpointRefusal::NameTaken | EndpointRefusal::InvalidName) => "name",
        Some(EndpointRefusal::ServiceNotConnected) => "infer_service_id",
        _ => return diagnostic,
    };
    diagnostic.at(AttributePath::attribute(argument))
}
