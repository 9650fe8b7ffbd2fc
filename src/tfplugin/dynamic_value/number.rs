//! Numbers as MessagePack has them, in a value or in what is known of an unknown one.

use std::fmt;

use serde::de::{Error, Visitor};

use crate::terraform::Number;

/// Any number, in any of its forms.
pub(super) struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_i64<E>(self, value: i64) -> Result<Number, E> {
        Ok(Number::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Number, E> {
        Ok(Number::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Number, E> {
        Number::from_f64(value).ok_or_else(|| E::custom("a finite number is required"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
        Number::from_decimal(text).ok_or_else(|| E::custom("a number is required"))
    }
}
