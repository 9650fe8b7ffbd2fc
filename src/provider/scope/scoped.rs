use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use super::Scope;

/// A model together with its [`Scope`], whose arguments stand beside the model's own.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(in crate::provider) struct Scoped<M> {
    #[serde(flatten)]
    pub(in crate::provider) scope: Scope,
    /// What only this data source or resource has.
    #[serde(flatten)]
    pub(in crate::provider) own: M,
}

/// serde's own `flatten` reads values through a buffer that cannot hold unknown ones.
impl<'de, M: Deserialize<'de>> Deserialize<'de> for Scoped<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ScopedVisitor(PhantomData))
    }
}

struct ScopedVisitor<M>(PhantomData<M>);

impl<'de, M: Deserialize<'de>> Visitor<'de> for ScopedVisitor<M> {
    type Value = Scoped<M>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Scoped<M>, A::Error> {
        let mut scope = Scope::default();
        let own = M::deserialize(MapAccessDeserializer::new(OwnAttributes { map, scope: &mut scope }))?;
        Ok(Scoped { scope, own })
    }
}

/// The attributes of an object without those of its scope, which are stored in `scope` on the way.
struct OwnAttributes<'a, A> {
    map: A,
    scope: &'a mut Scope,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for OwnAttributes<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        while let Some(name) = self.map.next_key::<String>()? {
            match name.as_str() {
                "region" => self.scope.region = self.map.next_value()?,
                "project_id" => self.scope.project_id = self.map.next_value()?,
                "timeouts" => self.scope.timeouts = self.map.next_value()?,
                _ => return seed.deserialize(IntoDeserializer::<A::Error>::into_deserializer(name)).map(Some),
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::terraform::{Argument, Value, from_value};

    #[derive(Debug, Deserialize, PartialEq, Serialize)]
    struct Own {
        name: Argument<String>,
        size: Argument<i64>,
    }

    fn object<const N: usize>(attributes: [(&str, Value); N]) -> Value {
        Value::Mapping(attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    fn text(text: &str) -> Value {
        Value::String(text.to_owned())
    }

    #[test]
    fn attributes_in_any_order_then_each_in_its_model() {
        let timeouts = object([("create", text("1m")), ("read", Value::Null)]);
        let value = object([
            ("name", text("n")),
            ("region", text("r")),
            ("timeouts", timeouts),
            ("size", Value::unknown()),
            ("project_id", Value::unknown()),
        ]);
        let scoped: Scoped<Own> = from_value(value).expect("fits");
        assert_eq!(scoped.own, Own { name: Argument::Known("n".to_owned()), size: Argument::Unknown });
        assert_eq!(scoped.scope.region, Argument::Known("r".to_owned()));
        assert_eq!(scoped.scope.project_id, Argument::Unknown);
        assert!(scoped.scope.timeouts.known().is_some());
    }

    #[test]
    fn model_with_its_scope_then_serialized_as_one_object() {
        let timeouts = object([("read", text("1m")), ("create", Value::Null)]);
        let value = object([
            ("name", text("n")),
            ("size", Value::Null),
            ("region", Value::Null),
            ("project_id", text("p")),
            ("timeouts", timeouts),
        ]);
        let scoped: Scoped<Own> = from_value(value).expect("fits");
        assert_eq!(
            serde_json::to_value(&scoped).expect("JSON"),
            json!({
                "name": "n", "size": null, "region": null, "project_id": "p",
                "timeouts": {"read": "1m", "create": null}
            })
        );
    }

    #[test]
    fn value_of_another_kind_then_refused_without_its_text() {
        let error = from_value::<Scoped<Own>>(object([("name", Value::Sequence(vec![text("secret")]))]));
        assert_eq!(error.expect_err("does not fit").to_string(), "invalid type: sequence, expected a string");
    }
}
