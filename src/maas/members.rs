//! Members of JSON objects whose names or completeness the documents leave open.

use serde_json::{Map, Value};

/// Times that the API may report of an object. No request sends them.
const TIMES: [&str; 6] = ["create_at", "create_time", "created_at", "update_at", "update_time", "updated_at"];

/// Returns the first text or number that an object has under one of these names, unless it is blank.
pub(super) fn text_of(members: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match members.get(*name)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// Returns the same from a response: from its own members, or else from those of the objects in it that `inside` names.
pub(super) fn text_in(response: &Value, inside: &[&str], names: &[&str]) -> Option<String> {
    let inner = inside.iter().map(|name| response.get(*name));
    let objects = [Some(response)].into_iter().chain(inner).flatten().filter_map(Value::as_object);
    objects.into_iter().find_map(|members| text_of(members, names))
}

/// Returns the members that a `PUT` sends back as they are: all but those that the API only reports.
pub(super) fn changeable(members: &Map<String, Value>, reported: &[&str]) -> Map<String, Value> {
    let is_reported = |name: &str| TIMES.contains(&name) || reported.contains(&name);
    members.iter().filter(|(name, _)| !is_reported(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Whether a list has all items that there are, as far as it says: absence from another one proves nothing.
pub(super) fn is_complete<'a>(total: Option<i64>, mut ids: impl ExactSizeIterator<Item = &'a Option<String>>) -> bool {
    let listed = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    total.is_some_and(|total| total <= listed) && ids.all(Option::is_some)
}
