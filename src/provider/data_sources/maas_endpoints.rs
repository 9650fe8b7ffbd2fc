use serde::{Deserialize, Serialize};

use super::adapter::ScopedDataSource;
use crate::maas::{CustomEndpointInfo, EndpointList};
use crate::provider::listing::ListState;
use crate::provider::re2::Pattern;
use crate::provider::scope::{self, Context};
use crate::provider::{endpoint, filter, messages};
use crate::terraform::{Argument, Attribute, Diagnostics, ReadError, Type};

/// `data "maas_endpoints"`: the custom endpoints of the account.
pub(super) struct MaasEndpoints;

#[derive(Deserialize)]
pub(super) struct Config {
    name: Argument<String>,
    name_regex: Argument<String>,
    source: Argument<String>,
    status: Argument<String>,
}

#[derive(Serialize)]
pub(super) struct State {
    id: String,
    name: Option<String>,
    name_regex: Option<String>,
    source: Option<String>,
    status: Option<String>,
    total_count: Option<i64>,
    quota: Option<i64>,
    endpoints: ListState<EndpointList, CustomEndpointInfo>,
}

impl ScopedDataSource for MaasEndpoints {
    type Config = Config;
    type State = State;

    const TYPE_NAME: &'static str = "maas_endpoints";
    const DESCRIPTION: &'static str = "Lists the custom endpoints of the account.";

    fn attributes() -> Vec<Attribute> {
        let text = |name, description| Attribute::optional(name, Type::String, description);
        let mut endpoint = vec![
            Attribute::computed("id", Type::String, "ID of the endpoint."),
            Attribute::computed(
                "name",
                Type::String,
                "Name of the endpoint. A name can never be used again, not even after the endpoint was deleted.",
            ),
        ];
        endpoint.extend(endpoint::attributes());
        vec![
            text("name", "Returns only endpoints with exactly this name."),
            text(
                "name_regex",
                "Returns only endpoints whose name matches this regular expression. Must be RE2 \
                 syntax, as in Terraform's `regex` function.",
            ),
            text(
                "source",
                "Returns only endpoints with this source: `custom_from_maas` (a built-in \
                 model) or `custom_from_modelarts_v2` (a ModelArts inference service).",
            ),
            text("status", "Returns only endpoints with this status. Case is ignored."),
            Attribute::computed("id", Type::String, "ID of the project."),
            Attribute::computed(
                "total_count",
                Type::Number,
                "Total number of endpoints in the account, as the API reports it.",
            ),
            Attribute::computed("quota", Type::Number, "Maximum number of endpoints in the account."),
            Attribute::computed_list("endpoints", endpoint, "Endpoints that match the filters, sorted by name and ID."),
        ]
    }

    fn validate(config: &Config, diagnostics: &mut Diagnostics) {
        scope::check_filters(
            [("name", &config.name), ("source", &config.source), ("status", &config.status)],
            diagnostics,
        );
        diagnostics.extend(filter::pattern("name_regex", &config.name_regex).err());
    }

    async fn read(context: &Context<'_>, config: Config, warnings: &mut Diagnostics) -> Result<State, ReadError> {
        let filter = Filter {
            name_regex: filter::pattern("name_regex", &config.name_regex)?,
            name: config.name.into_known(),
            source: config.source.into_known(),
            status: config.status.into_known(),
        };
        let list = context.maas.list_endpoints(&context.target, context.deadline).await;
        let list = list.map_err(|error| context.failed("List the endpoints", &error))?;
        warnings.extend(messages::incomplete_list("endpoints", list.total, list.items.len()));
        let shown = |value: &str| context.redacted(value);
        let sources = list.items.iter().map(|endpoint| endpoint.source.as_deref());
        warnings.extend(filter.source().unmatched(sources, shown));
        let statuses = list.items.iter().map(|endpoint| endpoint.status.as_deref());
        warnings.extend(filter.status().unmatched(statuses, shown));
        Ok(State {
            id: context.target.project_id.clone(),
            total_count: list.total,
            quota: list.quantity_limit,
            endpoints: ListState::of(&list, |list| &list.items, |endpoint| filter.passes(endpoint)),
            name: filter.name,
            name_regex: filter.name_regex.map(|pattern| pattern.as_str().to_owned()),
            source: filter.source,
            status: filter.status,
        })
    }
}

struct Filter {
    name: Option<String>,
    name_regex: Option<Pattern>,
    source: Option<String>,
    status: Option<String>,
}

impl Filter {
    fn source(&self) -> filter::ValueFilter<'_> {
        filter::ValueFilter { argument: "source", wanted: self.source.as_ref(), passes: filter::equals }
    }

    fn status(&self) -> filter::ValueFilter<'_> {
        filter::ValueFilter { argument: "status", wanted: self.status.as_ref(), passes: filter::equals_ignoring_case }
    }

    fn passes(&self, endpoint: &CustomEndpointInfo) -> bool {
        let name = endpoint.endpoint_name.as_deref();
        filter::equals(self.name.as_ref(), name)
            && filter::matches(self.name_regex.as_ref(), name)
            && filter::equals(self.source.as_ref(), endpoint.source.as_deref())
            && filter::equals_ignoring_case(self.status.as_ref(), endpoint.status.as_deref())
    }
}
