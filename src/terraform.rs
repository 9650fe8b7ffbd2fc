//! Terraform's concepts without the protocol: types, values, schemas, attribute paths, diagnostics and the traits of a
//! provider.
//!
//! This module knows neither how values are encoded (see `tfplugin`) nor what they mean (see `provider`).

mod argument;
mod cached_schema;
mod config_rules;
mod data_source;
mod deserialize;
mod diagnostics;
mod function;
#[cfg(test)]
pub(crate) mod host_rules;
pub mod messages;
mod number;
mod path;
mod plan;
mod provider;
mod resource;
mod schema;
mod types;
mod value;

pub use argument::Argument;
pub use config_rules::check_config;
pub use data_source::{AnyDataSource, DataSource, ReadError, State, data_source};
pub use deserialize::{ModelError, from_value};
pub use diagnostics::{Diagnostic, Diagnostics, Severity};
pub use function::{Function, FunctionError, Parameter, Signature};
pub use number::Number;
pub use path::{AttributePath, Step};
pub use plan::{Planned, plan};
pub use provider::{Host, Provider};
pub use resource::{AnyResource, Apply, Change, Changed, Failure, PlannedChange, Resource, Upgrade, Values, resource};
pub use schema::{Attribute, AttributeType, Block, BlockNesting, NestedBlock, Nesting, Planning, Schema};
pub use types::{ObjectType, Type};
pub use value::{Bound, Refinement, Value};
