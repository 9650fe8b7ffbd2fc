use std::collections::BTreeMap;
use std::fmt;

use super::{Number, Type};

/// A value as it stands in a configuration: known, null, or not known until apply.
///
/// Its `Debug` form shows shapes and lengths but never text, since any text may be a secret.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// Not set.
    Null,
    /// Not known until apply, with what is known about it already.
    Unknown(Refinement),
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    String(String),
    /// The elements of a list, set or tuple.
    Sequence(Vec<Value>),
    /// The elements of a map or the attributes of an object.
    Mapping(BTreeMap<String, Value>),
    /// A value in a place of dynamic type, with the type it has.
    Dynamic(Type, Box<Value>),
}

/// What is known about an unknown value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refinement {
    /// Whether it will be null.
    pub null: Option<bool>,
    /// How its text begins.
    pub prefix: Option<String>,
    /// The least number that it can be.
    pub number_min: Option<Bound>,
    /// The greatest number that it can be.
    pub number_max: Option<Bound>,
    /// The least number of elements that it can have.
    pub length_min: Option<u64>,
    /// The greatest number of elements that it can have.
    pub length_max: Option<u64>,
}

/// One end of a range.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// The end of the range.
    pub number: Number,
    /// Whether the end itself is in the range.
    pub inclusive: bool,
}

impl Value {
    /// A value of which nothing is known.
    #[must_use]
    pub fn unknown() -> Self {
        Self::Unknown(Refinement::default())
    }

    /// Whether the value is not set. A null of dynamic type counts too.
    #[must_use]
    pub fn is_null(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Dynamic(_, value) => value.is_null(),
            _ => false,
        }
    }

    /// Whether neither the value nor anything inside it is unknown.
    #[must_use]
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::Sequence(elements) => elements.iter().all(Self::is_wholly_known),
            Self::Mapping(elements) => elements.values().all(Self::is_wholly_known),
            Self::Dynamic(_, value) => value.is_wholly_known(),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => true,
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Unknown(_) => f.write_str("unknown"),
            Self::Bool(value) => value.fmt(f),
            Self::Number(_) => f.write_str("number"),
            Self::String(text) => write!(f, "string of {} bytes", text.len()),
            Self::Sequence(elements) => f.debug_list().entries(elements).finish(),
            Self::Mapping(elements) => f.debug_map().entries(elements).finish(),
            Self::Dynamic(_, value) => value.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Type, Value};

    #[test]
    fn text_then_debug_does_not_show_it() {
        let value = Value::Mapping(BTreeMap::from([("token".to_owned(), Value::String("hunter2".to_owned()))]));
        assert_eq!(format!("{value:?}"), r#"{"token": string of 7 bytes}"#);
    }

    #[test]
    fn unknown_deep_inside_then_not_wholly_known() {
        let inner = Value::Dynamic(Type::String, Box::new(Value::unknown()));
        assert!(!Value::Sequence(vec![Value::Null, inner]).is_wholly_known());
        assert!(Value::Sequence(vec![Value::Null, Value::Bool(true)]).is_wholly_known());
    }

    #[test]
    fn typed_null_then_null() {
        assert!(Value::Dynamic(Type::Number, Box::new(Value::Null)).is_null());
    }
}
