//! States as hosts store them: JSON of some schema version.

use serde_json::{Map, Value as Json};

use super::dynamic_value::{Encoding, decode};
use super::proto;
use crate::terraform::{AnyResource, Diagnostic, Type, Value, messages};

/// Brings a stored state to the current schema version. Members that the schema does not have are dropped, and missing ones are
/// null.
///
/// # Errors
/// When the state is of a later version, or cannot be read.
pub(super) fn upgraded<C>(
    resource: &dyn AnyResource<C>,
    version: i64,
    stored: Option<&proto::RawState>,
) -> Result<Value, Diagnostic> {
    let (name, current) = (resource.type_name(), resource.schema().version);
    if version > current {
        return Err(messages::later_state(name, version, current));
    }
    let json = stored.map_or(&[][..], |state| &state.json);
    if json.is_empty() {
        return Err(messages::unreadable_state(name, &"it is not JSON, as states of Terraform 0.12 and later are"));
    }
    let unreadable = |error: &dyn std::fmt::Display| messages::unreadable_state(name, error);
    let mut state = match serde_json::from_slice(json).map_err(|error| unreadable(&error))? {
        Json::Object(members) => members,
        Json::Null => return Ok(Value::Null),
        _ => return Err(unreadable(&"it is not an object")),
    };
    let done = usize::try_from(version).unwrap_or_default();
    for upgrade in resource.upgrades().iter().skip(done) {
        upgrade(&mut state);
    }
    let ty = resource.value_type();
    let state = shaped(Json::Object(state), ty).to_string();
    decode(state.as_bytes(), Encoding::Json, ty).map_err(|error| unreadable(&error))
}

/// A stored value with exactly the members that its type has.
fn shaped(json: Json, ty: &Type) -> Json {
    match (json, ty) {
        (Json::Object(mut members), Type::Object(object)) => {
            let attributes = object.attributes.iter();
            let shaped = attributes
                .map(|(name, ty)| (name.clone(), members.remove(name).map_or(Json::Null, |member| shaped(member, ty))));
            Json::Object(shaped.collect::<Map<_, _>>())
        }
        (Json::Object(members), Type::Map(element)) => {
            Json::Object(members.into_iter().map(|(key, member)| (key, shaped(member, element))).collect())
        }
        (Json::Array(items), Type::List(element) | Type::Set(element)) => {
            Json::Array(items.into_iter().map(|item| shaped(item, element)).collect())
        }
        (json, _) => json,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ty() -> Type {
        let inner = Type::object([("read", Type::String)]);
        Type::object([
            ("name", Type::String),
            ("rpm", Type::Number),
            ("timeouts", inner.clone()),
            ("all", Type::list(inner)),
        ])
    }

    #[test]
    fn unknown_members_dropped_and_missing_ones_null_at_every_depth() {
        let stored = serde_json::json!({
            "name": "a", "gone": {"x": 1}, "timeouts": {"read": "5m", "old": true}, "all": [{"old": 1}],
        });
        let expected = serde_json::json!({
            "name": "a", "rpm": null, "timeouts": {"read": "5m"}, "all": [{"read": null}],
        });
        assert_eq!(shaped(stored, &ty()), expected);
    }
}
