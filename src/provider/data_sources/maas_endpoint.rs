use serde::{Deserialize, Serialize};

use crate::maas::CustomEndpointInfo;
use crate::provider::listing::Shown;
use crate::provider::scope::{self, Scope, ScopeState};
use crate::provider::{Client, endpoint, filter, messages};
use crate::terraform::{Argument, Attribute, Block, DataSource, Diagnostics, ReadError, Schema, Type};

/// `data "maas_endpoint"`: exactly one custom endpoint.
pub(super) struct MaasEndpoint;

#[derive(Deserialize)]
pub(super) struct Config {
    region: Argument<String>,
    project_id: Argument<String>,
    timeouts: Argument<scope::Timeouts>,
    name: Argument<String>,
    endpoint_id: Argument<String>,
}

#[derive(Serialize)]
pub(super) struct State {
    #[serde(flatten)]
    scope: ScopeState,
    endpoint_id: Option<String>,
    #[serde(flatten)]
    endpoint: Shown<CustomEndpointInfo>,
}

impl DataSource for MaasEndpoint {
    type Client = Client;
    type Config = Config;
    type State = State;

    const TYPE_NAME: &'static str = "maas_endpoint";

    fn schema() -> Schema {
        let text = |name, description| Attribute::optional(name, Type::String, description).or_computed();
        let mut attributes = scope::attributes();
        attributes.extend([
            text("name", "Name of the endpoint. Set this or `endpoint_id`."),
            text("endpoint_id", "Id of the endpoint. Set this or `name`."),
            Attribute::computed("id", Type::String, "Id of the endpoint."),
        ]);
        attributes.extend(endpoint::attributes());
        let description = "Finds exactly one custom endpoint by its name or id.";
        Schema { version: 0, block: Block { description, attributes, blocks: Vec::new() } }
    }

    fn validate(config: &Config, diagnostics: &mut Diagnostics) {
        Scope::of(&config.region, &config.project_id, &config.timeouts).check(diagnostics);
        scope::check_filters([("name", &config.name), ("endpoint_id", &config.endpoint_id)], diagnostics);
        if config.name.is_null() && config.endpoint_id.is_null() {
            diagnostics.push(messages::neither_set("name", "endpoint_id"));
        }
    }

    async fn read(client: &Client, config: Config, warnings: &mut Diagnostics) -> Result<State, ReadError> {
        let reach = Scope::of(&config.region, &config.project_id, &config.timeouts).reach(client).await?;
        let maas = client.maas()?;
        let list = maas.list_endpoints(&reach.target, reach.deadline).await;
        let list = list.map_err(|error| client.failed("Find the endpoint", &error))?;
        warnings.extend(messages::incomplete_list("endpoints", list.total, list.items.len()));
        let wanted = filter::Exactly {
            kind: "endpoint",
            place: &reach.target.region,
            name: config.name.into_known(),
            id: config.endpoint_id.into_known(),
        };
        let found = wanted.find(&list.items, |name| maas.session().shown(name))?.clone();
        Ok(State { scope: reach.state, endpoint_id: found.id.clone(), endpoint: Shown(found) })
    }
}
