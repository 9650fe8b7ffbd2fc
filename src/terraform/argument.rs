use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use super::Value;

/// An argument in a data source's or provider's model: set, left out, or not known until apply.
///
/// A plain `Option` in a model refuses unknown values, so that none is ever taken for a missing one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Argument<T> {
    /// Not set.
    #[default]
    Null,
    /// Not known until apply.
    Unknown,
    /// Set to this.
    Known(T),
}

impl<T> Argument<T> {
    /// The value if it is known and set.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// The value by itself if it is known and set.
    pub fn into_known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Null | Self::Unknown => None,
        }
    }

    /// The same argument, borrowed.
    pub fn as_ref(&self) -> Argument<&T> {
        match self {
            Self::Null => Argument::Null,
            Self::Unknown => Argument::Unknown,
            Self::Known(value) => Argument::Known(value),
        }
    }

    /// Whether it is left out.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether it is not known until apply.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// The same argument with a known value changed by `change`.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Argument<U> {
        match self {
            Self::Null => Argument::Null,
            Self::Unknown => Argument::Unknown,
            Self::Known(value) => Argument::Known(change(value)),
        }
    }
}

impl<T> From<Option<T>> for Argument<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Known)
    }
}

/// `Value`'s deserializer presents null as "none" and unknown as an empty newtype, see `terraform::deserialize`.
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Argument<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(ArgumentVisitor(PhantomData))
    }
}

/// An unknown argument is written as an unknown [`Value`].
impl<T: Serialize> Serialize for Argument<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Unknown => Value::unknown().serialize(serializer),
            Self::Known(value) => serializer.serialize_some(value),
        }
    }
}

struct ArgumentVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ArgumentVisitor<T> {
    type Value = Argument<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an argument")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Argument::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        T::deserialize(deserializer).map(Argument::Known)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, _: D) -> Result<Self::Value, D::Error> {
        Ok(Argument::Unknown)
    }
}
