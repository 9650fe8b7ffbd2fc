use serde::{Deserialize, Serialize};

use super::adapter::ScopedDataSource;
use crate::maas::CustomEndpointInfo;
use crate::provider::listing::ItemState;
use crate::provider::scope::{self, Context};
use crate::provider::{endpoint, filter, messages};
use crate::terraform::{Argument, Attribute, Diagnostics, ReadError, Type};

/// `data "maas_endpoint"`: exactly one custom endpoint.
pub(super) struct MaasEndpoint;

#[derive(Deserialize)]
pub(super) struct Config {
    name: Argument<String>,
    endpoint_id: Argument<String>,
}

#[derive(Serialize)]
pub(super) struct State {
    endpoint_id: Option<String>,
    #[serde(flatten)]
    endpoint: ItemState<CustomEndpointInfo>,
}

impl ScopedDataSource for MaasEndpoint {
    type Config = Config;
    type State = State;

    const TYPE_NAME: &'static str = "maas_endpoint";
    const DESCRIPTION: &'static str = "Looks up exactly one custom endpoint by its name or ID.";

    fn attributes() -> Vec<Attribute> {
        let text = |name, description| Attribute::optional(name, Type::String, description).or_computed();
        let mut attributes = vec![
            text("name", "Name of the endpoint. At least one of `name` and `endpoint_id` is required."),
            text("endpoint_id", "ID of the endpoint. At least one of `name` and `endpoint_id` is required."),
            Attribute::computed("id", Type::String, "ID of the endpoint."),
        ];
        attributes.extend(endpoint::attributes());
        attributes
    }

    fn validate(config: &Config, diagnostics: &mut Diagnostics) {
        scope::check_filters([("name", &config.name), ("endpoint_id", &config.endpoint_id)], diagnostics);
        if config.name.is_null() && config.endpoint_id.is_null() {
            diagnostics.push(messages::neither_set("name", "endpoint_id"));
        }
    }

    async fn read(context: &Context<'_>, config: Config, warnings: &mut Diagnostics) -> Result<State, ReadError> {
        let list = context.maas.list_endpoints(&context.target, context.deadline).await;
        let list = list.map_err(|error| context.failed("Find the endpoint", &error))?;
        warnings.extend(messages::incomplete_list("endpoints", list.total, list.items.len()));
        let wanted = filter::UniqueLookup {
            kind: "endpoint",
            place: &context.target.region,
            name: config.name.into_known(),
            id: config.endpoint_id.into_known(),
        };
        let found = wanted.find(&list.items, |name| context.redacted(name))?.clone();
        Ok(State { endpoint_id: found.id.clone(), endpoint: ItemState(found) })
    }
}
