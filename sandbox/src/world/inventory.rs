//! What `MaaS` knows: its regions, the workspaces and services in them, the endpoints of the account, and the agreement.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    api_keys::ApiKeys,
    endpoints::Endpoints,
    listing::{Listing, Listings},
};
use crate::{
    record::{Agreement, ApiKey, Region, Service, Workspace},
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
    pub(crate) endpoints: Endpoints,
    /// The names of the built-in models that the account has subscribed to; an endpoint may be for any model if this is
    /// none.
    pub(crate) models: Option<Vec<String>>,
    pub(crate) api_keys: ApiKeys,
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
            endpoints: Endpoints::default(),
            api_keys: ApiKeys::default(),
            models: None,
            agreements: seed::LANGUAGES.map(|lang| (lang.to_owned(), seed::agreement(lang))).into(),
        };
        inventory.regions.replace(seed::regions());
        inventory.endpoints.replace(seed::endpoints());
        inventory.api_keys.add(seed::PROJECT_ID, ApiKey::labelled(seed::API_KEY_LABEL), seed::API_KEY);
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

    /// Whether the account has subscribed to the built-in model of that name.
    pub(crate) fn has_model(&self, name: &str) -> bool {
        self.models.as_ref().is_none_or(|models| models.iter().any(|model| model == name))
    }

    /// The built-in models that a list tells.
    pub(crate) fn model_names(&self) -> Vec<String> {
        self.models.clone().unwrap_or_else(|| seed::MODELS.map(str::to_owned).into())
    }

    /// The service of that id in any workspace of the region, as JSON.
    pub(crate) fn service(&self, region: &str, id: &str) -> Option<Value> {
        let in_region = self.services.iter().filter(|((place, _), _)| place == region);
        in_region.flat_map(|(_, services)| services.records()).find(|service| service["id"] == id)
    }

    /// Whether this is the id of an agreement that the account may sign.
    pub(crate) fn has_agreement(&self, agreement_id: &str) -> bool {
        self.agreements.values().any(|agreement| agreement.text("agreement_id") == Some(agreement_id))
    }
}
