mod lookup;
mod planning;
mod validation;
mod writes;

use serde::{Deserialize, Serialize};

use crate::maas::CustomEndpointInfo;
use crate::provider::scope::{self, Operation, Scope, Scoped};
use crate::provider::{Client, messages};
use crate::terraform::{
    Apply, Argument, Attribute, Block, Change, Diagnostic, Diagnostics, Failure, ReadError, Resource, Schema, Type,
    Value,
};

/// `resource "maas_endpoint"`: a custom endpoint in front of a built-in model or of an inference service.
pub(super) struct MaasEndpoint;

/// The two kinds of things that an endpoint can front.
const FROM_MAAS: &str = "custom_from_maas";
const FROM_MODELARTS: &str = "custom_from_modelarts_v2";

/// Configuration, plan and state of an endpoint.
type Model = Scoped<Endpoint>;

#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub(super) struct Endpoint {
    id: Argument<String>,
    name: Argument<String>,
    source: Argument<String>,
    model_name: Argument<String>,
    infer_service_id: Argument<String>,
    region_id: Argument<String>,
    rpm: Argument<f64>,
    tpm: Argument<f64>,
    remark: Argument<String>,
    moderation: Argument<bool>,
    agreement_id: Argument<String>,
    enabled: Argument<bool>,
    status: Argument<String>,
    cbc_status: Argument<String>,
    served_model_name: Argument<String>,
    model_version_id: Argument<String>,
    resident_model_id: Argument<String>,
}

impl Resource for MaasEndpoint {
    type Client = Client;
    type Model = Model;

    const TYPE_NAME: &'static str = "maas_endpoint";

    fn schema() -> Schema {
        let mut attributes = scope::attributes(&Operation::ALL);
        for attribute in attributes.iter_mut().filter(|attribute| attribute.computed) {
            *attribute = attribute.clone().keeps_prior().replaces();
        }
        attributes.extend(own_attributes());
        let description = "Creates a custom endpoint in front of a built-in model or a ModelArts inference service, with \
                           limits of its own.";
        Schema { version: 0, block: Block { description, attributes, blocks: Vec::new() } }
    }

    fn validate(config: &Model, diagnostics: &mut Diagnostics) {
        config.scope.check(diagnostics);
        validation::check(&config.own, diagnostics);
    }

    async fn plan(
        client: Option<&Client>,
        change: &mut Change<Model>,
        diagnostics: &mut Diagnostics,
    ) -> Result<(), ReadError> {
        planning::plan(client, change, diagnostics).await
    }

    async fn create(apply: &mut Apply<'_, Client>, planned: Model) -> Result<Model, Failure<Model>> {
        writes::create(apply, planned).await
    }

    async fn read(client: &Client, state: Model, warnings: &mut Diagnostics) -> Result<Option<Model>, ReadError> {
        let context = state.scope.context(Operation::Read, client).await?;
        let id = state.own.id.known().cloned().unwrap_or_default();
        let found = match lookup::find(&context, &id).await? {
            lookup::Found::Endpoint(found) => found,
            lookup::Found::Incomplete { listed, total } => {
                warnings.push(messages::incomplete_list_of_endpoint(&id, listed, total));
                return Ok(Some(state));
            }
            lookup::Found::Gone => {
                let name = state.own.name.known().map(|name| context.redacted(name));
                warnings.push(messages::endpoint_is_gone(&id, name.as_deref()));
                return Ok(None);
            }
        };
        let Scoped { scope, mut own } = state;
        own.refresh(&found);
        Ok(Some(Scoped { scope: scope.at(&context.target), own }))
    }

    async fn update(apply: &mut Apply<'_, Client>, prior: Model, planned: Model) -> Result<Model, Failure<Model>> {
        writes::update(apply, prior, planned).await
    }

    async fn delete(apply: &mut Apply<'_, Client>, state: Model) -> Result<(), Diagnostic> {
        writes::delete(apply, &state).await
    }

    /// `ID`, or `REGION/PROJECT_ID/ID`.
    fn import(id: &str) -> Result<Model, Diagnostic> {
        let (scope, id) = match id.split('/').collect::<Vec<_>>()[..] {
            [id] => (Scope::default(), id),
            [region, project_id, id] => {
                let known = |text: &str| Argument::Known(text.to_owned());
                (Scope { region: known(region), project_id: known(project_id), ..Scope::default() }, id)
            }
            _ => return Err(messages::bad_endpoint_import_id(id)),
        };
        let mut diagnostics = Diagnostics::default();
        scope.check(&mut diagnostics);
        scope::check_segment("id", &Argument::Known(id.to_owned()), &mut diagnostics);
        if diagnostics.has_error() {
            return Err(messages::bad_endpoint_import_id(id));
        }
        Ok(Scoped { scope, own: Endpoint { id: Argument::Known(id.to_owned()), ..Endpoint::default() } })
    }
}

fn own_attributes() -> Vec<Attribute> {
    let optional = |name, description| Attribute::optional(name, Type::String, description);
    let computed = |name, description| Attribute::computed(name, Type::String, description).keeps_prior();
    vec![
        Attribute::required(
            "name",
            Type::String,
            "Name of the endpoint. Must have 1 to 64 characters, start with a letter, and contain only letters, digits, `-`, \
             `_` and `.`. **The service never accepts a name twice**, not even after its endpoint was deleted or renamed.",
        ),
        optional(
            "model_name",
            "Name of the built-in model that the endpoint fronts, with the same capital letters as in the model list. Conflicts \
             with `infer_service_id`. Changing this creates a new endpoint, which needs a new `name`.",
        )
        .replaces(),
        optional(
            "infer_service_id",
            "ID of the ModelArts inference service that the endpoint fronts. Requires `region_id`. Conflicts with \
             `model_name`. Changing this creates a new endpoint, which needs a new `name`.",
        )
        .replaces(),
        optional(
            "region_id",
            "Region of the inference service `infer_service_id`. Changing this creates a new endpoint, which needs a new \
             `name`.",
        )
        .replaces(),
        optional(
            "source",
            "Kind of the fronted service: `custom_from_maas` for a built-in model or `custom_from_modelarts_v2` for an \
             inference service. Defaults to the one that `model_name` or `infer_service_id` implies.",
        )
        .or_computed()
        .keeps_prior()
        .replaces(),
        Attribute::optional(
            "rpm",
            Type::Number,
            "Maximum number of requests per minute. Must be a whole number within the limit of the model. Defaults to no limit \
             of its own.",
        ),
        Attribute::optional(
            "tpm",
            Type::Number,
            "Maximum number of tokens per minute. Must be a whole number within the limit of the model. Defaults to no limit \
             of its own.",
        ),
        optional("remark", "Remark about the endpoint. Must have at most 256 characters."),
        Attribute::optional(
            "moderation",
            Type::Bool,
            "Whether the service moderates content. Defaults to `true`. Switching it requires `agreement_id`.",
        )
        .default(Value::Bool(true)),
        optional(
            "agreement_id",
            "ID of the content moderation agreement, from the data source `maas_agreement`. Required to create an endpoint with \
             `moderation = false` and to change `moderation`.",
        ),
        Attribute::optional("enabled", Type::Bool, "Whether the endpoint accepts calls. Defaults to `true`.")
            .default(Value::Bool(true)),
        computed("id", "ID of the endpoint."),
        computed("status", "Status of the endpoint."),
        computed("cbc_status", "Status of the endpoint in the billing system."),
        computed("served_model_name", "Name of the built-in model that the endpoint calls."),
        computed("model_version_id", "Version of that model; empty for the whole model."),
        computed("resident_model_id", "ID of the built-in service."),
    ]
}

/// Statuses of an endpoint that accepts calls, and of one that does not. No values are documented: others say neither.
const ENABLED: [&str; 6] = ["active", "activated", "enabled", "normal", "running", "available"];
const DISABLED: [&str; 6] = ["inactive", "deactivated", "disabled", "stopped", "stop", "unavailable"];

/// Whether a status says that the endpoint accepts calls.
fn is_enabled(status: &str) -> Option<bool> {
    let is_one_of = |values: [&str; 6]| values.iter().any(|value| value.eq_ignore_ascii_case(status.trim()));
    if is_one_of(ENABLED) {
        Some(true)
    } else if is_one_of(DISABLED) {
        Some(false)
    } else {
        None
    }
}

impl Endpoint {
    /// Takes over what the service reports. What it does not report stays as it is.
    fn refresh(&mut self, found: &CustomEndpointInfo) {
        let text =
            |value: &Option<String>, now: &Argument<String>| value.clone().map_or_else(|| now.clone(), Argument::Known);
        self.id = text(&found.id, &self.id);
        self.name = text(&found.endpoint_name, &self.name);
        self.source = text(&found.source, &self.source);
        self.status = found.status.clone().into();
        self.cbc_status = found.cbc_status.clone().into();
        self.served_model_name = found.served_model_name.clone().into();
        self.model_version_id = found.model_version_id.clone().into();
        self.resident_model_id = found.resident_model_id.clone().into();
        self.rpm = limit_of(found.rpm);
        self.tpm = limit_of(found.tpm);
        // An empty remark and none are the same to the service.
        match found.remark.as_ref().filter(|remark| !remark.is_empty()) {
            Some(remark) => self.remark = Argument::Known(remark.clone()),
            None if self.remark.known().is_some_and(String::is_empty) => {}
            None => self.remark = Argument::Null,
        }
        if let Some(moderation) = found.moderation.or_else(|| self.moderation.is_null().then_some(true)) {
            self.moderation = Argument::Known(moderation);
        }
        let enabled = found.status.as_deref().and_then(is_enabled);
        if let Some(enabled) = enabled.or_else(|| self.enabled.is_null().then_some(true)) {
            self.enabled = Argument::Known(enabled);
        }
        // An imported endpoint has no model yet; the built-in model that it calls is the one that it was created for.
        let is_imported = self.model_name.is_null() && self.infer_service_id.is_null();
        if is_imported && found.source.as_deref() == Some(FROM_MAAS) {
            self.model_name = found.served_model_name.clone().filter(|name| !name.is_empty()).into();
        }
    }

    fn moderates(&self) -> bool {
        self.moderation.known().copied().unwrap_or(true)
    }

    fn is_enabled(&self) -> bool {
        self.enabled.known().copied().unwrap_or(true)
    }
}

/// A limit as the service takes it.
#[expect(clippy::cast_possible_truncation, reason = "the configuration is checked to have whole numbers of this size")]
fn limit(value: &Argument<f64>) -> Option<i64> {
    value.known().map(|value| *value as i64)
}

/// A limit as the service reports it.
#[expect(clippy::cast_precision_loss, reason = "limits are far below 2^53")]
fn limit_of(value: Option<i64>) -> Argument<f64> {
    value.map(|value| value as f64).into()
}

#[cfg(test)]
mod tests;
