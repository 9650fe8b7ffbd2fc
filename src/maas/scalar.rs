//! Scalars as the service sends them: its documents and its examples disagree about texts and numbers, so that either
//! is read for either. A text without anything in it is nothing where a number or a truth belongs.

use std::fmt;

use serde::de::{Deserializer, Error, Expected, SeqAccess, Unexpected, Visitor};

use super::object;

/// Text, or a number as its digits, or nothing.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_any(TextVisitor)
}

/// An integer, be it written as `60.0`, or text that spells one, or nothing.
pub(super) fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    deserializer.deserialize_any(IntegerVisitor)
}

/// A boolean, or text that spells one, or nothing.
pub(super) fn boolean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    deserializer.deserialize_any(BooleanVisitor)
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a number")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        Err(unexpected(list, &self))
    }
}

/// Floats beyond this, 2 to the power of 53, do not tell one integer from the next.
const LARGEST_EXACT: f64 = 9_007_199_254_740_992.0;

struct IntegerVisitor;

impl<'de> Visitor<'de> for IntegerVisitor {
    type Value = Option<i64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        i64::try_from(number).map(Some).map_err(|_| E::custom("the integer is too large"))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        whole(number).map(Some).ok_or_else(|| E::custom("the number is not an integer, or too large"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let integer = text.parse().ok().or_else(|| whole(text.parse().ok()?));
        integer.map(Some).ok_or_else(|| E::custom("the string does not spell an integer"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        Err(unexpected(list, &self))
    }
}

/// The integer that a float stands for, if it is one for certain.
fn whole(number: f64) -> Option<i64> {
    // It prints without an exponent and exactly.
    let is_whole = number.fract() == 0.0 && number.abs() <= LARGEST_EXACT;
    if is_whole { format!("{number:.0}").parse().ok() } else { None }
}

struct BooleanVisitor;

impl<'de> Visitor<'de> for BooleanVisitor {
    type Value = Option<bool>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a boolean")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        match text.trim() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| E::custom("the string does not spell a boolean")),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        Err(unexpected(list, &self))
    }
}

/// The error of a list where a scalar belongs.
fn unexpected<'de, A: SeqAccess<'de>>(mut list: A, expected: &dyn Expected) -> A::Error {
    object::pass_over(&mut list);
    Error::invalid_type(Unexpected::Seq, expected)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct Model {
        #[serde(deserialize_with = "super::integer")]
        integer: Option<i64>,
        #[serde(deserialize_with = "super::boolean")]
        boolean: Option<bool>,
    }

    fn integer(json: &str) -> Result<Option<i64>, serde_json::Error> {
        serde_json::from_str(&format!(r#"{{"integer":{json}}}"#)).map(|model: Model| model.integer)
    }

    fn boolean(json: &str) -> Result<Option<bool>, serde_json::Error> {
        serde_json::from_str(&format!(r#"{{"boolean":{json}}}"#)).map(|model: Model| model.boolean)
    }

    #[test]
    fn empty_or_blank_text_then_none() {
        for json in [r#""""#, r#"" ""#, r#""\t\n""#, "null"] {
            assert_eq!(integer(json).expect("an integer"), None, "{json}");
            assert_eq!(boolean(json).expect("a boolean"), None, "{json}");
        }
    }

    #[test]
    fn whole_number_in_any_spelling_then_that_integer() {
        let cases = [
            ("60", 60),
            ("60.0", 60),
            ("-0.0", 0),
            ("6e1", 60),
            (r#"" 60 ""#, 60),
            (r#""60.0""#, 60),
            ("9007199254740992.0", 9_007_199_254_740_992),
            ("-9223372036854775808", i64::MIN),
        ];
        for (json, number) in cases {
            assert_eq!(integer(json).expect("an integer"), Some(number), "{json}");
        }
    }

    #[test]
    fn truth_as_a_boolean_or_a_text_then_read() {
        for (json, truth) in [("true", true), (r#""true""#, true), (r#"" false ""#, false)] {
            assert_eq!(boolean(json).expect("a boolean"), Some(truth), "{json}");
        }
    }

    #[test]
    fn anything_else_then_refused() {
        let integers = [
            "60.5",
            r#""60.5""#,
            "1e300",
            "9223372036854775808",
            "9223372036854775808.0",
            "-9223372036854777856.0",
            "9007199254740994.0",
            r#""many""#,
            r#""NaN""#,
            r#""inf""#,
            "true",
            "[]",
            "{}",
        ];
        for json in integers {
            assert!(integer(json).is_err(), "{json}");
        }
        for json in [r#""yes""#, "1", "0.0", "[]", "{}"] {
            assert!(boolean(json).is_err(), "{json}");
        }
    }
}
