//! The attributes of a custom endpoint, which several data sources have.

use serde::Serialize;

use super::listing::{Identity, Item};
use crate::maas::CustomEndpointInfo;
use crate::terraform::{Attribute, Type};

/// Returns the read-only attributes of an endpoint, apart from its id and name.
pub(super) fn attributes() -> Vec<Attribute> {
    let text = |name, description| Attribute::computed(name, Type::String, description);
    vec![
        text(
            "source",
            "Source of the endpoint: `custom_from_maas` (a built-in model) or \
         `custom_from_modelarts_v2` (a ModelArts inference service).",
        ),
        text("status", "Status of the endpoint."),
        text("cbc_status", "Status of the endpoint in the billing system."),
        text("remark", "Remark of the endpoint's creator."),
        Attribute::computed("rpm", Type::Number, "Maximum number of requests per minute. Null if there is no limit."),
        Attribute::computed("tpm", Type::Number, "Maximum number of tokens per minute. Null if there is no limit."),
        text("served_model_name", "Built-in model that the endpoint calls."),
        text("model_version_id", "Version of that model. Empty if the endpoint calls the whole model."),
        text("resident_model_id", "ID of the built-in service."),
        Attribute::computed("moderation", Type::Bool, "Whether content moderation is switched on."),
    ]
}

/// The attributes of an endpoint in a state.
#[derive(Debug, Serialize)]
pub(super) struct CustomEndpointAttributes<'a> {
    id: Option<&'a str>,
    name: Option<&'a str>,
    source: Option<&'a str>,
    status: Option<&'a str>,
    cbc_status: Option<&'a str>,
    remark: Option<&'a str>,
    rpm: Option<i64>,
    tpm: Option<i64>,
    served_model_name: Option<&'a str>,
    model_version_id: Option<&'a str>,
    resident_model_id: Option<&'a str>,
    moderation: Option<bool>,
}

impl Item for CustomEndpointInfo {
    type Attributes<'a> = CustomEndpointAttributes<'a>;

    fn attributes(&self) -> CustomEndpointAttributes<'_> {
        CustomEndpointAttributes {
            id: self.id.as_deref(),
            name: self.endpoint_name.as_deref(),
            source: self.source.as_deref(),
            status: self.status.as_deref(),
            cbc_status: self.cbc_status.as_deref(),
            remark: self.remark.as_deref(),
            rpm: self.rpm,
            tpm: self.tpm,
            served_model_name: self.served_model_name.as_deref(),
            model_version_id: self.model_version_id.as_deref(),
            resident_model_id: self.resident_model_id.as_deref(),
            moderation: self.moderation,
        }
    }

    fn identity(&self) -> Identity<'_> {
        Identity { name: self.endpoint_name.as_deref(), id: self.id.as_deref() }
    }
}
