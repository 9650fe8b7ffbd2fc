//! What `MaaS` knows: its regions, the workspaces and services in them, the endpoints of the account, and the agreement.

use std::collections::BTreeMap;

use super::listing::{Listing, Listings};
use crate::{
    record::{Agreement, Endpoint, Region, Service, Workspace},
    seed,
};

/// The answers that `MaaS` gives. All projects see the same ones.
#[derive(Debug)]
pub(crate) struct Inventory {
    pub(crate) regions: Listing<Region>,
    /// By region.
    pub(crate) workspaces: Listings<String, Workspace>,
    /// By region and id of the workspace.
    pub(crate) services: Listings<(String, String), Service>,
    pub(crate) endpoints: Listing<Endpoint>,
    /// By language.
    pub(crate) agreements: BTreeMap<String, Agreement>,
}

impl Inventory {
    /// That of [`seed`].
    pub(crate) fn seeded() -> Self {
        let mut inventory = Self {
            regions: Listing::default(),
            workspaces: Listings::default(),
            services: Listings::default(),
            endpoints: Listing::default(),
            agreements: seed::LANGUAGES.map(|lang| (lang.to_owned(), seed::agreement(lang))).into(),
        };
        inventory.regions.replace(seed::regions());
        inventory.endpoints.replace(seed::endpoints());
        for region in [seed::HOST_REGION, seed::OTHER_REGION] {
            let workspaces = seed::workspaces(region);
            for id in workspaces.iter().filter_map(|workspace| workspace.to_json()["id"].as_str().map(str::to_owned)) {
                let services = seed::services(region, &id);
                inventory.services.at((region.to_owned(), id)).replace(services);
            }
            inventory.workspaces.at(region.to_owned()).replace(workspaces);
        }
        inventory
    }
}
