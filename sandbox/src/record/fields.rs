//! The fields of a record, and what every record can do with them.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::Value;

/// Fields in the order in which they are told.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fields(Vec<(Cow<'static, str>, Value)>);

impl Fields {
    pub(super) fn new<const N: usize>(fields: [(&'static str, Value); N]) -> Self {
        Self(fields.map(|(field, value)| (Cow::Borrowed(field), value)).into())
    }

    /// Replaces a field where it stands, or adds it behind the others.
    pub(super) fn set(&mut self, field: String, value: Value) {
        match self.0.iter_mut().find(|(name, _)| *name == field) {
            Some((_, old)) => *old = value,
            None => self.0.push((Cow::Owned(field), value)),
        }
    }

    pub(super) fn remove(&mut self, field: &str) {
        self.0.retain(|(name, _)| name != field);
    }

    pub(super) fn get(&self, field: &str) -> Option<&Value> {
        self.0.iter().find(|(name, _)| name == field).map(|(_, value)| value)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_ref())
    }

    pub(super) fn to_json(&self) -> Value {
        self.0.iter().map(|(field, value)| (field.clone().into_owned(), value.clone())).collect()
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(field, value)| (field, value)))
    }
}

/// Declares a record, each field of which is open to being overridden with any JSON or being left out.
macro_rules! record {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name($crate::record::fields::Fields);

        impl $name {
            /// Sets any field, documented or not, to any JSON: a number where a string belongs, `null`, an object...
            #[must_use]
            pub fn raw(mut self, field: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
                self.0.set(field.into(), value.into());
                self
            }

            /// Leaves a field out of the answer altogether.
            #[must_use]
            pub fn without(mut self, field: &str) -> Self {
                self.0.remove(field);
                self
            }

            /// The value of a field, documented or not.
            #[must_use]
            pub fn get(&self, field: &str) -> Option<&serde_json::Value> {
                self.0.get(field)
            }

            /// The value of a field that is text.
            #[must_use]
            pub fn text(&self, field: &str) -> Option<&str> {
                self.get(field)?.as_str()
            }

            /// The names of all fields, in their order.
            pub fn field_names(&self) -> impl Iterator<Item = &str> {
                self.0.names()
            }

            /// The record as the answer holds it, for a test to compare with.
            #[must_use]
            pub fn to_json(&self) -> serde_json::Value {
                self.0.to_json()
            }
        }
    };
}
pub(crate) use record;

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::record::Region;

    fn region() -> Region {
        Region::named("r").raw("locales", 1)
    }

    fn text(region: &Region) -> String {
        serde_json::to_string(region).expect("JSON")
    }

    #[test]
    fn written_then_the_fields_are_in_their_order() {
        assert_eq!(text(&region()), r#"{"region_id":"r","locales":1}"#);
        assert_eq!(region().to_json(), json!({"locales": 1, "region_id": "r"}));
    }

    #[test]
    fn raw_value_for_a_known_field_then_it_is_replaced_in_place() {
        assert_eq!(text(&region().raw("region_id", Value::Null)), r#"{"region_id":null,"locales":1}"#);
    }

    #[test]
    fn raw_value_for_an_unknown_field_then_it_is_added() {
        assert_eq!(text(&region().raw("open", json!([1]))), r#"{"region_id":"r","locales":1,"open":[1]}"#);
    }

    #[test]
    fn field_left_out_then_it_is_absent_rather_than_null() {
        assert_eq!(text(&region().without("region_id")), r#"{"locales":1}"#);
    }
}
