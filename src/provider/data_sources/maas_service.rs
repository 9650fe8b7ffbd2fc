use serde::{Deserialize, Serialize};

use crate::maas::InferServerInfo;
use crate::provider::listing::Shown;
use crate::provider::scope::{self, Scope, ScopeState};
use crate::provider::{Client, filter, messages, service};
use crate::terraform::{Argument, Attribute, Block, DataSource, Diagnostics, ReadError, Schema, Type};

/// `data "maas_service"`: exactly one inference service.
pub(super) struct MaasService;

#[derive(Deserialize)]
pub(super) struct Config {
    region: Argument<String>,
    project_id: Argument<String>,
    timeouts: Argument<scope::Timeouts>,
    region_id: Argument<String>,
    workspace_id: Argument<String>,
    name: Argument<String>,
    service_id: Argument<String>,
}

#[derive(Serialize)]
pub(super) struct State {
    #[serde(flatten)]
    scope: ScopeState,
    region_id: String,
    service_id: Option<String>,
    #[serde(flatten)]
    service: Shown<InferServerInfo>,
}

impl DataSource for MaasService {
    type Client = Client;
    type Config = Config;
    type State = State;

    const TYPE_NAME: &'static str = "maas_service";

    fn schema() -> Schema {
        let text = |name, description| Attribute::optional(name, Type::String, description).or_computed();
        let mut attributes = scope::attributes();
        attributes.extend([
            scope::region_id_attribute(),
            service::workspace_id_attribute().or_computed(),
            text("name", "Name of the service. Set this or `service_id`."),
            text("service_id", "Id of the service. Set this or `name`."),
            Attribute::computed(
                "id",
                Type::String,
                "Id of the service, which is the `infer_service_id` of a custom endpoint.",
            ),
        ]);
        attributes.extend(service::attributes());
        let description = "Finds exactly one ModelArts inference service by its name or id.";
        Schema { version: 0, block: Block { description, attributes, blocks: Vec::new() } }
    }

    fn validate(config: &Config, diagnostics: &mut Diagnostics) {
        Scope::of(&config.region, &config.project_id, &config.timeouts).check(diagnostics);
        scope::check_filters([("name", &config.name), ("service_id", &config.service_id)], diagnostics);
        scope::check_segment("region_id", &config.region_id, diagnostics);
        scope::check_segment("workspace_id", &config.workspace_id, diagnostics);
        if config.name.is_null() && config.service_id.is_null() {
            diagnostics.push(messages::neither_set("name", "service_id"));
        }
    }

    async fn read(client: &Client, config: Config, warnings: &mut Diagnostics) -> Result<State, ReadError> {
        let workspace_id = config.workspace_id.into_known();
        let reach = Scope::of(&config.region, &config.project_id, &config.timeouts).reach(client).await?;
        let region_id = reach.region_id(&config.region_id);
        let maas = client.maas()?;
        let list = maas.list_services(&reach.target, &region_id, workspace_id.as_deref(), reach.deadline).await;
        let list = list.map_err(|error| client.failed("Find the service", &error))?;
        // It may be among those that are missing, or its name may be theirs too.
        warnings.extend(service::incomplete(&list));
        let wanted = filter::Exactly {
            kind: "service",
            place: &service::place(&region_id, workspace_id.as_deref()),
            name: config.name.into_known(),
            id: config.service_id.into_known(),
        };
        let mut found = wanted.find(&list.data, |name| maas.session().shown(name))?.clone();
        // What was asked for stays as it was asked for.
        found.workspace_id = workspace_id.or(found.workspace_id);
        Ok(State { region_id, scope: reach.state, service_id: found.id.clone(), service: Shown(found) })
    }
}
