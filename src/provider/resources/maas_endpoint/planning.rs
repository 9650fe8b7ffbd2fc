//! What the schema of an endpoint cannot plan: its source, its place, and names that are used up.
//!
//! The service never accepts a name twice. A replacement under the same name would delete a live endpoint and then fail, so
//! that the endpoint is lost for good: such plans are refused.

use super::{Endpoint, FROM_MAAS, FROM_MODELARTS, Model, lookup};
use crate::huaweicloud::same_name;
use crate::maas::EndpointList;
use crate::provider::scope::{Context, Operation};
use crate::provider::{Client, messages};
use crate::terraform::{Argument, AttributePath, Change, Diagnostic, Diagnostics, ReadError, Value};

pub(super) async fn plan(
    client: Option<&Client>,
    change: &mut Change<Model>,
    diagnostics: &mut Diagnostics,
) -> Result<(), ReadError> {
    plan_source(change);
    plan_status(change);
    diagnostics.extend(missing_agreement(change));
    let before = change.prior.as_ref().and_then(|prior| prior.own.name.known().cloned());
    let replaced = replaced_name(change);
    if let Some(name) = &before {
        // A host that replaces the endpoint plans again, without a prior state but with these bytes.
        change.private = name.clone().into_bytes();
    }
    let planned = change.planned.own.name.known().cloned();
    if let (Some(name), Some(replaced)) = (&planned, &replaced)
        && same_name(name, replaced)
    {
        diagnostics.push(at_name(messages::replacement_needs_a_new_name(name, change.replaced_by())));
        return Ok(());
    }
    // Another place than the one where the endpoint will be has another project and other names.
    let Some(client) = client.filter(|_| change.config.scope.is_place_known()) else { return Ok(()) };
    let is_new_name = match (&planned, &before) {
        (Some(name), Some(before)) => !same_name(name, before),
        (Some(_), None) => true,
        (None, _) => false,
    };
    let is_new = change.prior.is_none();
    if is_new || is_new_name {
        let context = change.planned.scope.context(Operation::Read, client).await?;
        plan_place(change, &context);
        if let (Some(name), true) = (planned, is_new_name) {
            diagnostics.extend(name_in_use(&context, &name, change.prior.as_ref()).await);
        }
    }
    Ok(())
}

/// The name of the endpoint that this change deletes.
fn replaced_name(change: &Change<Model>) -> Option<String> {
    match &change.prior {
        Some(prior) if change.is_replacement() => prior.own.name.known().cloned(),
        Some(_) => None,
        None => String::from_utf8(change.private.clone()).ok().filter(|name| !name.is_empty()),
    }
}

fn plan_source(change: &mut Change<Model>) {
    let config = &change.config.own;
    if !config.source.is_null() {
        return;
    }
    let source = match (&config.model_name, &config.infer_service_id) {
        (Argument::Known(_), _) | (Argument::Unknown, Argument::Null) => FROM_MAAS,
        (_, Argument::Known(_)) | (Argument::Null, Argument::Unknown) => FROM_MODELARTS,
        _ => return,
    };
    let before = change.prior.as_ref().and_then(|prior| prior.own.source.known().cloned());
    if before.as_deref() == Some(source) {
        return;
    }
    change.set("source", Value::String(source.to_owned()));
    if before.is_some() {
        change.replace("source");
    }
}

/// Only enabling and disabling changes the status.
fn plan_status(change: &mut Change<Model>) {
    let Some(prior) = &change.prior else { return };
    if prior.own.enabled != change.planned.own.enabled {
        change.set("status", Value::unknown());
        change.set("cbc_status", Value::unknown());
    }
}

/// Region and project of a new endpoint, where the configuration leaves them to the provider.
fn plan_place(change: &mut Change<Model>, context: &Context<'_>) {
    if change.prior.is_some() {
        return;
    }
    let scope = &change.config.scope;
    let places = [
        ("region", &scope.region, &context.target.region),
        ("project_id", &scope.project_id, &context.target.project_id),
    ];
    let left_out = places.map(|(name, configured, found)| configured.is_null().then(|| (name, found.clone())));
    for (name, found) in left_out.into_iter().flatten() {
        change.set(name, Value::String(found));
    }
}

/// Switching the moderation needs an agreement.
fn missing_agreement(change: &Change<Model>) -> Option<Diagnostic> {
    let switched = switched_moderation(change.prior.as_ref().map(|prior| &prior.own), &change.planned.own)?;
    let is_missing = change.config.own.agreement_id.is_null();
    is_missing.then(|| messages::missing_agreement(switched).at(AttributePath::attribute("agreement_id")))
}

/// What the moderation is switched to, if it is: a new endpoint has it on.
pub(super) fn switched_moderation(prior: Option<&Endpoint>, planned: &Endpoint) -> Option<bool> {
    let before = prior.is_none_or(Endpoint::moderates);
    planned.moderation.known().copied().filter(|moderation| *moderation != before)
}

/// The error of a name that another endpoint has. If the endpoints cannot be listed now, the change itself will report it.
async fn name_in_use(context: &Context<'_>, name: &str, own: Option<&Model>) -> Option<Diagnostic> {
    let list = context.maas.list_endpoints(&context.target, context.deadline).await.ok()?;
    name_in_list(context, &list, name, own)
}

/// The error of a name that another endpoint in the list has than `own`, which is the endpoint before the change.
pub(super) fn name_in_list(
    context: &Context<'_>,
    list: &EndpointList,
    name: &str,
    own: Option<&Model>,
) -> Option<Diagnostic> {
    let own_id = own.and_then(|own| own.own.id.known());
    let other = lookup::named(list, name).find(|item| own_id.is_none() || item.id.as_ref() != own_id)?;
    let id = other.id.as_deref().map(|id| context.redacted(id));
    Some(at_name(messages::endpoint_name_in_use(name, id.as_deref(), own.is_some())))
}

fn at_name(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.at(AttributePath::attribute("name"))
}
