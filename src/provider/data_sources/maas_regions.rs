use serde::{Deserialize, Serialize};

use crate::maas::{RegionInfo, RegionList};
use crate::provider::Client;
use crate::provider::listing::{Identity, Item, Listed};
use crate::provider::scope::{self, Scope, ScopeState};
use crate::terraform::{Argument, Attribute, Block, DataSource, Diagnostics, ReadError, Schema, Type};

/// `data "maas_regions"`: the regions of ModelArts real-time services.
pub(super) struct MaasRegions;

#[derive(Deserialize)]
pub(super) struct Config {
    region: Argument<String>,
    project_id: Argument<String>,
    timeouts: Argument<scope::Timeouts>,
}

#[derive(Serialize)]
pub(super) struct State {
    #[serde(flatten)]
    scope: ScopeState,
    id: String,
    region_ids: Vec<String>,
    regions: Listed<RegionList, RegionInfo>,
}

/// The values of a region.
#[derive(Serialize)]
pub(in crate::provider) struct RegionValues<'a> {
    region_id: Option<&'a str>,
    name_en_us: Option<&'a str>,
    name_zh_cn: Option<&'a str>,
}

impl Item for RegionInfo {
    type Values<'a> = RegionValues<'a>;

    fn values(&self) -> RegionValues<'_> {
        RegionValues {
            region_id: self.region_id.as_deref(),
            name_en_us: self.locales.en_us.as_deref(),
            name_zh_cn: self.locales.zh_cn.as_deref(),
        }
    }

    /// A region is known by its id alone.
    fn identity(&self) -> Identity<'_> {
        Identity { name: None, id: self.region_id.as_deref() }
    }
}

impl DataSource for MaasRegions {
    type Client = Client;
    type Config = Config;
    type State = State;

    const TYPE_NAME: &'static str = "maas_regions";

    fn schema() -> Schema {
        let text = |name, description| Attribute::computed(name, Type::String, description);
        let region = vec![
            text("region_id", "Id, such as `cn-southwest-2`, which other data sources take as `region_id`."),
            text("name_en_us", "Name in English."),
            text("name_zh_cn", "Name in Chinese; null where the service does not tell it."),
        ];
        let mut attributes = scope::attributes();
        attributes.extend([
            text("id", "The project's id."),
            Attribute::computed("region_ids", Type::list(Type::String), "The ids alone, for `for_each`."),
            Attribute::computed_list("regions", region, "The regions, by id."),
        ]);
        let description = "Lists the regions of ModelArts real-time services.";
        Schema { version: 0, block: Block { description, attributes, blocks: Vec::new() } }
    }

    fn validate(config: &Config, diagnostics: &mut Diagnostics) {
        Scope::of(&config.region, &config.project_id, &config.timeouts).check(diagnostics);
    }

    async fn read(client: &Client, config: Config, _: &mut Diagnostics) -> Result<State, ReadError> {
        let reach = Scope::of(&config.region, &config.project_id, &config.timeouts).reach(client).await?;
        let list = client.maas()?.list_regions(&reach.target, reach.deadline).await;
        let list = list.map_err(|error| client.failed("List the regions", &error))?;
        let regions = Listed::of(&list, |list| &list.region_items, |_| true);
        Ok(State {
            id: reach.target.project_id,
            scope: reach.state,
            region_ids: regions.iter().filter_map(|region| region.region_id.clone()).collect(),
            regions,
        })
    }
}
