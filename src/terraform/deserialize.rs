use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer, UnitDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error, Expected, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use super::Value;

/// A configuration that does not fit a model: the model and its schema disagree, which is a mistake in the provider.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ModelError(String);

impl Error for ModelError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }

    // serde's own errors tell the value, which may be a secret.

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("invalid type: {}, expected {expected}", kind(unexpected)))
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("invalid value: {}, expected {expected}", kind(unexpected)))
    }
}

/// What serde says of a value, without the value.
fn kind(unexpected: Unexpected<'_>) -> Unexpected<'_> {
    match unexpected {
        Unexpected::Bool(_) => Unexpected::Other("a bool"),
        Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => Unexpected::Other("a number"),
        Unexpected::Char(_) | Unexpected::Str(_) | Unexpected::Bytes(_) => Unexpected::Other("a string"),
        other => other,
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

impl Value {
    /// The error of a model that expected something else.
    fn instead_of(&self, expected: &dyn Expected) -> ModelError {
        let unexpected = match self {
            Self::Null => Unexpected::Unit,
            Self::Unknown(_) => Unexpected::Other("an unknown value"),
            Self::Bool(value) => Unexpected::Bool(*value),
            Self::Number(_) => Unexpected::Other("a number"),
            Self::String(text) => Unexpected::Str(text),
            Self::Sequence(_) => Unexpected::Seq,
            Self::Mapping(_) => Unexpected::Map,
            Self::Dynamic(..) => Unexpected::Other("a dynamic value"),
        };
        Error::invalid_type(unexpected, expected)
    }
}

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
            Value::Number(number) => visitor.visit_f64(number.to_string().parse().map_err(Error::custom)?),
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

    // For structs and strings, which are most of a model, other kinds of value are refused here and not by each visitor,
    // for which all of them would be compiled: 36 kB of a binary.

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ModelError> {
        match self.0 {
            Value::Mapping(elements) => visitor.visit_map(MapDeserializer::new(elements.into_iter())),
            Value::Dynamic(_, value) => ValueDeserializer(*value).deserialize_struct("", &[], visitor),
            other => Err(other.instead_of(&visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ModelError> {
        match self.0 {
            Value::String(text) => visitor.visit_string(text),
            Value::Dynamic(_, value) => ValueDeserializer(*value).deserialize_string(visitor),
            other => Err(other.instead_of(&visitor)),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ModelError> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 char str bytes byte_buf unit unit_struct seq tuple
        tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Debug;

    use serde::Deserialize;
    use serde::de::DeserializeOwned;

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
    fn value_of_another_kind_then_refused_without_telling_it() {
        fn refusal<T: DeserializeOwned + Debug>(value: Value) -> String {
            from_value::<T>(value).expect_err("does not fit").to_string()
        }
        let secret = || Value::String("secret".to_owned());
        assert_eq!(refusal::<Model>(secret()), "invalid type: a string, expected struct Model");
        assert_eq!(refusal::<bool>(secret()), "invalid type: a string, expected a boolean");
        assert_eq!(refusal::<i64>(secret()), "invalid type: a string, expected i64");
        assert_eq!(refusal::<Vec<i64>>(secret()), "invalid type: a string, expected a sequence");
        assert_eq!(refusal::<String>(Value::Sequence(vec![secret()])), "invalid type: sequence, expected a string");
        assert_eq!(refusal::<u8>(Value::Number(Number::from(-4711_i64))), "invalid value: a number, expected u8");
        assert_eq!(refusal::<String>(Value::Bool(true)), "invalid type: a bool, expected a string");
        let values = object([("name", Value::Null), ("size", secret()), ("tags", Value::Null)]);
        assert_eq!(refusal::<Model>(values), "invalid type: a string, expected i64");
    }

    #[test]
    fn object_in_a_dynamic_place_then_as_anywhere_else() {
        let values = object([("name", Value::Null), ("size", Value::Null), ("tags", Value::Null)]);
        let dynamic = Value::Dynamic(Type::String, Box::new(values));
        let nothing = Model { name: Argument::Null, size: Argument::Null, tags: Argument::Null };
        assert_eq!(from_value::<Model>(dynamic).expect("fits"), nothing);
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
