//! The data sources, one file each: model, schema, validate, read.

mod adapter;

use super::Client;
use crate::terraform::AnyDataSource;

/// Declares the module of each data source, and lists the data sources in `all`. rustfmt does not see these modules; a test
/// in `xtask/tests` checks their format.
macro_rules! data_sources {
    ($($module:ident::$source:ident,)*) => {
        $(mod $module;)*

        /// All data sources of the provider.
        pub(super) fn all() -> Vec<Box<dyn AnyDataSource<Client>>> {
            vec![$(adapter::scoped($module::$source)),*]
        }
    };
}

data_sources! {
    maas_agreement::MaasAgreement,
    maas_endpoint::MaasEndpoint,
    maas_endpoints::MaasEndpoints,
    maas_regions::MaasRegions,
    maas_service::MaasService,
    maas_services::MaasServices,
    maas_workspace::MaasWorkspace,
    maas_workspaces::MaasWorkspaces,
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
