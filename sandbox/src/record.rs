//! What the APIs tell, as they tell it: documented fields in the documented order, odd types included.

use serde::Serialize;
use serde_json::Value;

mod agreement;
mod api_key;
mod endpoint;
mod fields;
mod id;
mod region;
mod service;
mod workspace;

pub use agreement::Agreement;
pub use api_key::ApiKey;
pub use endpoint::Endpoint;
pub(crate) use fields::record;
pub use region::Region;
pub use service::Service;
pub use workspace::Workspace;

/// Times of the documented example of workspaces: milliseconds since the epoch.
const CREATE_TIME: i64 = 1_680_746_333_000;
const UPDATE_TIME: i64 = 1_764_128_642_000;

/// The owner of a record that is not given another one.
pub(crate) const OWNER: &str = "sandbox-user";

/// The id of the workspace that every region has.
pub(crate) const DEFAULT_WORKSPACE_ID: &str = "0";

/// What an API lists.
pub(crate) trait Listed: Serialize {
    /// The whole answer: JSON around `items`, which are the records, each as JSON, separated by commas. There are `count`
    /// of them; the total told is `total`.
    fn answer(items: &str, count: usize, total: &Value) -> String;
}
