//! What `MaaS` knows: its regions, the workspaces and services in them, the endpoints of the account, and the agreement.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    endpoints::{EndpointError, Endpoints},
    listing::{Listing, Listings},
};
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
    pub(crate) endpoints: Endpoints,
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

    /// Creates an endpoint from the members of a request, and returns its id.
    pub(crate) fn create_endpoint(&mut self, members: &Map<String, Value>) -> Result<String, EndpointError> {
        let given = |member: &'static str| members.get(member).and_then(Value::as_str).filter(|text| !text.is_empty());
        let needed = |member: &'static str| given(member).ok_or(EndpointError::Missing(member));
        let mut endpoint = Endpoint::named(needed("endpoint_name")?);
        match needed("source")? {
            "custom_from_maas" => endpoint = endpoint.served_model_name(needed("model_name")?),
            source @ "custom_from_modelarts_v2" => {
                let (region, id) = (needed("region")?, needed("infer_service_id")?);
                if !self.is_connected(region, id)? {
                    return Err(EndpointError::NotConnected);
                }
                endpoint = endpoint.source(source).served_model_name("").raw("resident_model_id", "");
            }
            _ => return Err(EndpointError::Invalid("source")),
        }
        let moderation = members.get("moderation").and_then(Value::as_bool).unwrap_or(true);
        if !moderation && given("agreement_id") != self.agreement_id().as_deref() {
            return Err(EndpointError::NoAgreement);
        }
        endpoint = endpoint.moderation(moderation);
        for member in ["remark", "rpm", "tpm"] {
            if let Some(value) = members.get(member) {
                endpoint = endpoint.raw(member, value.clone());
            }
        }
        self.endpoints.create(endpoint)
    }

    /// Changes an endpoint as the members of a request say.
    pub(crate) fn update_endpoint(&mut self, id: &str, members: &Map<String, Value>) -> Result<(), EndpointError> {
        let agreement = self.agreement_id();
        self.endpoints.update(id, members, agreement.as_deref())
    }

    /// Whether a service can be called through the gateway: a running one, which is the sandbox's choice.
    fn is_connected(&self, region: &str, id: &str) -> Result<bool, EndpointError> {
        let services =
            self.services.iter().filter(|((of, _), _)| of == region).flat_map(|(_, services)| services.json());
        let service = services.into_iter().find(|service| service["id"] == id);
        Ok(service.ok_or(EndpointError::Invalid("infer_service_id"))?["status"] == "RUNNING")
    }

    fn agreement_id(&self) -> Option<String> {
        let agreement = self.agreements.values().next()?;
        agreement.to_json()["agreement_id"].as_str().map(str::to_owned)
    }
}
