//! What creating and updating an API key have in common: the members that may change, and their rules.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{admission::bad_parameter, ip_range, members::Members};
use crate::{answer::Refusal, record::ApiKey, world::ApiKeys};

/// How many characters a description may have.
const LONGEST_DESCRIPTION: usize = 100;

/// How many entries the list of addresses may have.
const MOST_ADDRESSES: usize = 100;

/// Gives a key the members that a request has; those that it omits become empty, but for `allow_all`, which it must have.
pub(super) fn apply(key: ApiKey, members: &Members) -> Result<ApiKey, Refusal> {
    let allow_all = members.flag("allow_all")?.ok_or_else(|| bad_parameter("allow_all is a required field"))?;
    let addresses = addresses(members)?;
    if allow_all && !addresses.is_empty() {
        return Err(bad_parameter("ip_whitelist must be empty if allow_all is true"));
    }
    let list = |name: &str| members.get(name).cloned().unwrap_or_else(|| json!([]));
    Ok(key
        .description(members.text_up_to("description", LONGEST_DESCRIPTION)?.unwrap_or_default())
        .raw("allow_all", allow_all)
        .raw("ip_whitelist", addresses)
        .raw("resident_model_version_whitelist", list("resident_model_version_whitelist"))
        .raw("endpoint_whitelist", list("endpoint_whitelist")))
}

/// Checks that the balance is high enough for a key to be created or deleted.
pub(super) fn check_balance(keys: &ApiKeys) -> Result<(), Refusal> {
    let message = "Insufficient account balance.";
    if keys.low_balance { Err(bad_parameter(message)) } else { Ok(()) }
}

/// The list of addresses, ranges and networks: at most 100, all different.
fn addresses(members: &Members) -> Result<Vec<Value>, Refusal> {
    let invalid = || bad_parameter("ip_whitelist must have at most 100 different IPv4 addresses, ranges or networks");
    let Some(list) = members.get("ip_whitelist") else { return Ok(Vec::new()) };
    let list = list.as_array().ok_or_else(invalid)?;
    let texts = list.iter().filter_map(Value::as_str).filter(|text| ip_range::is_valid(text)).collect::<BTreeSet<_>>();
    if texts.len() != list.len() || list.len() > MOST_ADDRESSES {
        return Err(invalid());
    }
    Ok(list.clone())
}
