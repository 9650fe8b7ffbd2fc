use serde::{Deserialize, Serialize};

use super::adapter::ScopedDataSource;
use crate::maas::{InferServerInfo, ServiceList};
use crate::provider::listing::ListState;
use crate::provider::re2::Pattern;
use crate::provider::scope::{self, Context};
use crate::provider::{filter, service};
use crate::terraform::{Argument, Attribute, Diagnostics, ReadError, Type};

/// `data "maas_services"`: the ModelArts inference services in a workspace of a region.
pub(super) struct MaasServices;

#[derive(Deserialize)]
pub(super) struct Config {
    region_id: Argument<String>,
    workspace_id: Argument<String>,
    name: Argument<String>,
    name_regex: Argument<String>,
    status: Argument<String>,
}

#[derive(Serialize)]
pub(super) struct State {
    id: String,
    region_id: String,
    workspace_id: Option<String>,
    name: Option<String>,
    name_regex: Option<String>,
    status: Option<String>,
    total_count: Option<i64>,
    page_count: Option<i64>,
    services: ListState<ServiceList, InferServerInfo>,
}

impl ScopedDataSource for MaasServices {
    type Config = Config;
    type State = State;

    const TYPE_NAME: &'static str = "maas_services";
    const DESCRIPTION: &'static str = "Lists the ModelArts inference services in a workspace of a region.";

    fn attributes() -> Vec<Attribute> {
        let text = |name, description| Attribute::optional(name, Type::String, description);
        let read = |name, description| Attribute::computed(name, Type::String, description);
        let mut service = vec![
            read("id", "ID of the service, which is the `infer_service_id` of a custom endpoint."),
            read("name", "Name of the service."),
            read("workspace_id", "ID of the workspace that contains the service."),
        ];
        service.extend(service::attributes());
        vec![
            scope::region_id_attribute(),
            service::workspace_id_attribute(),
            text("name", "Returns only services with exactly this name."),
            text(
                "name_regex",
                "Returns only services whose name matches this regular expression. Must be RE2 \
                 syntax, as in Terraform's `regex` function.",
            ),
            text("status", "Returns only services with this status, such as `RUNNING`. Case is ignored."),
            read("id", "`{project_id}/{region_id}/{workspace_id}`, with `default` if `workspace_id` is not set."),
            Attribute::computed(
                "total_count",
                Type::Number,
                "Total number of services in the workspace, as the API reports it.",
            ),
            Attribute::computed("page_count", Type::Number, "Number of pages that the API reports for these services."),
            Attribute::computed_list("services", service, "Services that match the filters, sorted by name and ID."),
        ]
    }

    fn validate(config: &Config, diagnostics: &mut Diagnostics) {
        scope::check_filters([("name", &config.name), ("status", &config.status)], diagnostics);
        scope::check_segment("region_id", &config.region_id, diagnostics);
        scope::check_segment("workspace_id", &config.workspace_id, diagnostics);
        diagnostics.extend(filter::pattern("name_regex", &config.name_regex).err());
    }

    async fn read(context: &Context<'_>, config: Config, warnings: &mut Diagnostics) -> Result<State, ReadError> {
        let filter = Filter {
            name_regex: filter::pattern("name_regex", &config.name_regex)?,
            name: config.name.into_known(),
            status: config.status.into_known(),
        };
        let workspace_id = config.workspace_id.into_known();
        let region_id = context.region_id(&config.region_id);
        let list =
            context.maas.list_services(&context.target, &region_id, workspace_id.as_deref(), context.deadline).await;
        let list = list.map_err(|error| context.failed("List the services", &error))?;
        warnings.extend(service::incomplete(&list));
        let statuses = list.data.iter().map(|service| service.status.as_deref());
        warnings.extend(filter.status().unmatched(statuses, |value| context.redacted(value)));
        let workspace = workspace_id.as_deref().unwrap_or("default");
        Ok(State {
            id: format!("{}/{region_id}/{workspace}", context.target.project_id),
            region_id,
            workspace_id,
            total_count: list.total,
            page_count: list.pages,
            services: ListState::of(&list, |list| &list.data, |service| filter.passes(service)),
            name: filter.name,
            name_regex: filter.name_regex.map(|pattern| pattern.as_str().to_owned()),
            status: filter.status,
        })
    }
}

struct Filter {
    name: Option<String>,
    name_regex: Option<Pattern>,
    status: Option<String>,
}

impl Filter {
    fn status(&self) -> filter::ValueFilter<'_> {
        filter::ValueFilter { argument: "status", wanted: self.status.as_ref(), passes: filter::equals_ignoring_case }
    }

    fn passes(&self, service: &InferServerInfo) -> bool {
        let name = service.name.as_deref();
        filter::equals(self.name.as_ref(), name)
            && filter::matches(self.name_regex.as_ref(), name)
            && filter::equals_ignoring_case(self.status.as_ref(), service.status.as_deref())
    }
}
