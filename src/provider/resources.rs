//! The managed resources, one file each: model, schema, validate, plan, create, read, update, delete, import.

use super::Client;
use crate::terraform::{AnyResource, resource};

/// Declares the module of each resource, and lists the resources in `all`. rustfmt does not see these modules; a test in
/// `xtask/tests` checks their format.
macro_rules! resources {
    ($($module:ident::$resource:ident,)*) => {
        $(mod $module;)*

        /// All managed resources of the provider.
        pub(super) fn all() -> Vec<Box<dyn AnyResource<Client>>> {
            vec![$(resource($module::$resource)),*]
        }
    };
}

resources! {
    maas_endpoint::MaasEndpoint,
}
