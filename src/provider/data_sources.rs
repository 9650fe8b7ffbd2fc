//! The data sources, one file each.

mod maas_agreement;
mod maas_endpoint;
mod maas_endpoints;
mod maas_regions;
mod maas_service;
mod maas_services;
mod maas_workspace;
mod maas_workspaces;

use super::Client;
use crate::terraform::{AnyDataSource, data_source};

/// All data sources of the provider.
pub(super) fn all() -> Vec<Box<dyn AnyDataSource<Client>>> {
    vec![
        data_source(maas_agreement::MaasAgreement),
        data_source(maas_endpoint::MaasEndpoint),
        data_source(maas_endpoints::MaasEndpoints),
        data_source(maas_regions::MaasRegions),
        data_source(maas_service::MaasService),
        data_source(maas_services::MaasServices),
        data_source(maas_workspace::MaasWorkspace),
        data_source(maas_workspaces::MaasWorkspaces),
    ]
}

#[cfg(test)]
mod tests {
    use crate::terraform::{Attribute, AttributeType};

    fn check(attributes: &[Attribute], place: &str) {
        for attribute in attributes {
            let place = format!("{place}.{}", attribute.name);
            assert!(attribute.description.ends_with('.'), "{place} is not described in a sentence");
            assert!(attribute.required || attribute.optional || attribute.computed, "{place} is neither");
            assert!(!attribute.required || !attribute.computed, "{place} is both");
            let reserved = ["count", "for_each", "provider", "depends_on", "connection", "provisioner", "lifecycle"];
            assert!(!reserved.contains(&attribute.name), "{place} is a name that Terraform reserves");
            if let AttributeType::Nested(_, attributes) = &attribute.ty {
                check(attributes, &place);
            }
        }
    }

    #[test]
    fn every_schema_then_rules_of_terraform_and_of_this_project_hold() {
        for source in super::all() {
            assert!(source.type_name().starts_with("maas_"), "{}", source.type_name());
            check(&source.schema().block.attributes, source.type_name());
        }
    }
}
