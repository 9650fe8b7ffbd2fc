use serde::{Deserialize, Serialize};

use super::adapter::ScopedDataSource;
use crate::maas::InferServerInfo;
use crate::provider::listing::ItemState;
use crate::provider::scope::{self, Context};
use crate::provider::{filter, messages, service};
use crate::terraform::{Argument, Attribute, Diagnostics, ReadError, Type};

/// `data "maas_service"`: exactly one inference service.
pub(super) struct MaasService;

#[derive(Deserialize)]
pub(super) struct Config {
    region_id: Argument<String>,
    workspace_id: Argument<String>,
    name: Argument<String>,
    service_id: Argument<String>,
}

#[derive(Serialize)]
pub(super) struct State {
    region_id: String,
    service_id: Option<String>,
    #[serde(flatten)]
    service: ItemState<InferServerInfo>,
}

impl ScopedDataSource for MaasService {
    type Config = Config;
    type State = State;

    const TYPE_NAME: &'static str = "maas_service";
    const DESCRIPTION: &'static str = "Looks up exactly one ModelArts inference service by its name or ID.";

    fn attributes() -> Vec<Attribute> {
        let text = |name, description| Attribute::optional(name, Type::String, description).or_computed();
        let mut attributes = vec![
            scope::region_id_attribute(),
            service::workspace_id_attribute().or_computed(),
            text("name", "Name of the service. At least one of `name` and `service_id` is required."),
            text("service_id", "ID of the service. At least one of `name` and `service_id` is required."),
            Attribute::computed(
                "id",
                Type::String,
                "ID of the service, which is the `infer_service_id` of a custom endpoint.",
            ),
        ];
        attributes.extend(service::attributes());
        attributes
    }

    fn validate(config: &Config, diagnostics: &mut Diagnostics) {
        scope::check_filters([("name", &config.name), ("service_id", &config.service_id)], diagnostics);
        scope::check_segment("region_id", &config.region_id, diagnostics);
        scope::check_segment("workspace_id", &config.workspace_id, diagnostics);
        if config.name.is_null() && config.service_id.is_null() {
            diagnostics.push(messages::neither_set("name", "service_id"));
        }
    }

    async fn read(context: &Context<'_>, config: Config, warnings: &mut Diagnostics) -> Result<State, ReadError> {
        let workspace_id = config.workspace_id.into_known();
        let region_id = context.region_id(&config.region_id);
        let list =
            context.maas.list_services(&context.target, &region_id, workspace_id.as_deref(), context.deadline).await;
        let list = list.map_err(|error| context.failed("Find the service", &error))?;
        // The wanted item may be missing from an incomplete list, or share its name with a missing one.
        warnings.extend(service::incomplete(&list));
        let wanted = filter::UniqueLookup {
            kind: "service",
            place: &service::place(&region_id, workspace_id.as_deref()),
            name: config.name.into_known(),
            id: config.service_id.into_known(),
        };
        let mut found = wanted.find(&list.data, |name| context.redacted(name))?.clone();
        // A configured value has to stay as configured.
        found.workspace_id = workspace_id.or(found.workspace_id);
        Ok(State { region_id, service_id: found.id.clone(), service: ItemState(found) })
    }
}
