use serde::{Deserialize, Serialize};

use super::adapter::ScopedDataSource;
use crate::maas::{RegionInfo, RegionList};
use crate::provider::listing::{Identity, Item, ListState};
use crate::provider::scope::Context;
use crate::terraform::{Attribute, Diagnostics, ReadError, Type};

/// `data "maas_regions"`: the regions of ModelArts real-time services.
pub(super) struct MaasRegions;

#[derive(Deserialize)]
pub(super) struct Config {}

#[derive(Serialize)]
pub(super) struct State {
    id: String,
    region_ids: Vec<String>,
    regions: ListState<RegionList, RegionInfo>,
}

/// The attributes of a region in a state.
#[derive(Serialize)]
pub(in crate::provider) struct RegionAttributes<'a> {
    region_id: Option<&'a str>,
    name_en_us: Option<&'a str>,
    name_zh_cn: Option<&'a str>,
}

impl Item for RegionInfo {
    type Attributes<'a> = RegionAttributes<'a>;

    fn attributes(&self) -> RegionAttributes<'_> {
        RegionAttributes {
            region_id: self.region_id.as_deref(),
            name_en_us: self.locales.en_us.as_deref(),
            name_zh_cn: self.locales.zh_cn.as_deref(),
        }
    }

    /// A region has an id and no name of its own.
    fn identity(&self) -> Identity<'_> {
        Identity { name: None, id: self.region_id.as_deref() }
    }
}

impl ScopedDataSource for MaasRegions {
    type Config = Config;
    type State = State;

    const TYPE_NAME: &'static str = "maas_regions";
    const DESCRIPTION: &'static str = "Lists the regions of ModelArts real-time services.";

    fn attributes() -> Vec<Attribute> {
        let text = |name, description| Attribute::computed(name, Type::String, description);
        let region = vec![
            text(
                "region_id",
                "ID of the region, such as `cn-southwest-2`. Other data sources accept it as `region_id`.",
            ),
            text("name_en_us", "Name of the region in English."),
            text("name_zh_cn", "Name of the region in Chinese. Null if the service returns none."),
        ];
        vec![
            text("id", "ID of the project."),
            Attribute::computed("region_ids", Type::list(Type::String), "IDs of the regions, for use in `for_each`."),
            Attribute::computed_list("regions", region, "Regions, sorted by ID."),
        ]
    }

    fn validate(_: &Config, _: &mut Diagnostics) {}

    async fn read(context: &Context<'_>, _: Config, _: &mut Diagnostics) -> Result<State, ReadError> {
        let list = context.maas.list_regions(&context.target, context.deadline).await;
        let list = list.map_err(|error| context.failed("List the regions", &error))?;
        let regions = ListState::of(&list, |list| &list.region_items, |_| true);
        Ok(State {
            id: context.target.project_id.clone(),
            region_ids: regions.iter().filter_map(|region| region.region_id.clone()).collect(),
            regions,
        })
    }
}
