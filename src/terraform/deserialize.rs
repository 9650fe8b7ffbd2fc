use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer, UnitDeserializer};
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::Value;

/// A configuration that does not fit a model: the model and its schema disagree, which is a mistake in the provider.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ModelError(String);

impl serde::de::Error for ModelError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Fills the model `T` from a configuration.
///
/// # Errors
/// When the model does not fit the value, for example an `Option` where the value is unknown.
pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, ModelError> {
    T::deserialize(ValueDeserializer(value))
}

/// Presents a [`Value`] to serde.
#[derive(Debug)]
pub struct ValueDeserializer(Value);

impl IntoDeserializer<'_, ModelError> for Value {
    type Deserializer = ValueDeserializer;

    fn into_deserializer(self) -> ValueDeserializer {
        ValueDeserializer(self)
    }
}

impl<'de> Deserializer<'de> for ValueDeserializer {
    type Error = ModelError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ModelError> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Unknown(_) => visitor.visit_newtype_struct(UnitDeserializer::new()),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(integer), _) => visitor.visit_i64(integer),
                (None, Some(float)) => visitor.visit_f64(float),
                (None, None) => visitor.visit_string(number.to_string()),
            },
            Value::String(text) => visitor.visit_string(text),
            Value::Sequence(elements) => visitor.visit_seq(SeqDeserializer::new(elements.into_iter())),
            Value::Mapping(elements) => visitor.visit_map(MapDeserializer::new(elements.into_iter())),
            Value::Dynamic(_, value) => ValueDeserializer(*value).deserialize_any(visitor),
        }
    }

    /// A model's binary fraction takes any number; one that is too large becomes infinite.
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ModelError> {
        match &self.0 {
            Value::Number(number) => visitor.visit_f64(number.to_string().parse().map_err(serde::de::Error::custom)?),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ModelError> {
        match self.0 {
            Value::Null => visitor.visit_none(),
            Value::Unknown(_) => visitor.visit_newtype_struct(UnitDeserializer::new()),
            Value::Dynamic(_, value) => ValueDeserializer(*value).deserialize_option(visitor),
            value => visitor.visit_some(ValueDeserializer(value)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ModelError> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::super::{Argument, Number, Type, Value};
    use super::from_value;

    fn object<const N: usize>(attributes: [(&str, Value); N]) -> Value {
        Value::Mapping(attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Model {
        name: Argument<String>,
        size: Argument<i64>,
        tags: Argument<BTreeMap<String, Argument<String>>>,
    }

    #[test]
    fn known_null_and_unknown_then_each_told_apart() {
        let tags = object([("a", Value::String("x".to_owned())), ("b", Value::unknown()), ("c", Value::Null)]);
        let value = object([("name", Value::unknown()), ("size", Value::Number(Number::from(3_i64))), ("tags", tags)]);
        let model: Model = from_value(value).expect("fits");
        let tags = BTreeMap::from([
            ("a".to_owned(), Argument::Known("x".to_owned())),
            ("b".to_owned(), Argument::Unknown),
            ("c".to_owned(), Argument::Null),
        ]);
        assert_eq!(model, Model { name: Argument::Unknown, size: Argument::Known(3), tags: Argument::Known(tags) });
    }

    #[test]
    fn number_of_any_form_then_the_nearest_binary_fraction() {
        for (digits, float) in [("3", 3.0), ("0.1", 0.1), ("1e20", 1e20), ("1e400", f64::INFINITY)] {
            let number = Number::from_decimal(digits).expect("a number");
            let read = from_value::<f64>(Value::Number(number)).expect("fits");
            assert_eq!(read.to_bits(), f64::to_bits(float), "{digits}");
        }
    }

    #[test]
    fn null_or_unknown_in_a_dynamic_place_then_as_anywhere_else() {
        let dynamic = |value| Value::Dynamic(Type::String, Box::new(value));
        assert_eq!(from_value::<Argument<String>>(dynamic(Value::Null)).expect("fits"), Argument::Null);
        assert_eq!(from_value::<Argument<String>>(dynamic(Value::unknown())).expect("fits"), Argument::Unknown);
    }

    #[test]
    fn unknown_for_plain_option_then_refused() {
        #[derive(Debug, Deserialize)]
        struct Plain {
            #[allow(dead_code, reason = "only the refusal matters")]
            name: Option<String>,
        }
        assert!(from_value::<Plain>(object([("name", Value::unknown())])).is_err());
        assert!(from_value::<Plain>(object([("name", Value::Null)])).is_ok());
    }
}
