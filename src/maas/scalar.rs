//! Scalars as the service sends them: its documents and its examples disagree about texts and numbers, so that either
//! is read for either. A text without anything in it is nothing where a number or a truth belongs.

use std::{fmt, iter};

use serde::de::value::{self, MapDeserializer};
use serde::de::{Deserialize, Deserializer, Error, Expected, MapAccess, Unexpected, Visitor};
use serde_json::Number;

use super::decimal;

/// Text, or a number as it is spelt, or nothing.
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

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        number(map, &self).map(Some)
    }
}

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
        i64::try_from(number).map(Some).map_err(|_| E::custom(decimal::IntegerError::TooLarge))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        decimal::integer(&number(map, &self)?).map(Some).map_err(A::Error::custom)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        decimal::integer(text)
            .map(Some)
            .map_err(|error| E::custom(format_args!("the string is not an integer: {error}")))
    }
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

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        number(map, &self)?;
        Err(Error::invalid_type(Unexpected::Other("number"), &self))
    }
}

/// Returns the text of a number that is not an integer of 64 bits, which `serde_json` presents as a map so that no digit is
/// lost.
///
/// # Errors
/// When the map is an object.
fn number<'de, A: MapAccess<'de>>(mut map: A, expected: &dyn Expected) -> Result<String, A::Error> {
    match map.next_key::<String>()? {
        Some(name) if is_of_number(&name) => map.next_value(),
        _ => Err(Error::invalid_type(Unexpected::Map, expected)),
    }
}

/// Whether a map whose first member has this name is a number.
fn is_of_number(name: &str) -> bool {
    let map = MapDeserializer::<_, value::Error>::new(iter::once((name, "0")));
    Number::deserialize(map).is_ok()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct Model {
        #[serde(deserialize_with = "super::text")]
        text: Option<String>,
        #[serde(deserialize_with = "super::integer")]
        integer: Option<i64>,
        #[serde(deserialize_with = "super::boolean")]
        boolean: Option<bool>,
    }

    fn text(json: &str) -> Result<Option<String>, serde_json::Error> {
        serde_json::from_str(&format!(r#"{{"text":{json}}}"#)).map(|model: Model| model.text)
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
            ("9007199254740993.0", 9_007_199_254_740_993),
            ("-9223372036854775808", i64::MIN),
        ];
        for (json, number) in cases {
            assert_eq!(integer(json).expect("an integer"), Some(number), "{json}");
        }
    }

    #[test]
    fn number_for_a_text_then_every_digit_as_it_is_spelt() {
        for json in [
            "7",
            "-7",
            "-0",
            "18446744073709551615",
            "18446744073709551616",
            "-9223372036854775809",
            "123456789012345678901",
            "0.10",
            "5.0",
            "1e+400",
        ] {
            assert_eq!(text(json).expect("a text").as_deref(), Some(json));
        }
    }

    #[test]
    fn anything_but_a_scalar_then_error_says_what_it_is() {
        let problem = |json| text(json).expect_err("refused").to_string();
        for (json, expected) in [
            ("true", "invalid type: boolean `true`, expected a string or a number"),
            ("[1.5]", "invalid type: sequence, expected a string or a number"),
            ("{}", "invalid type: map, expected a string or a number"),
            (r#"{"a":{"b":[1.5]},"c":2}"#, "invalid type: map, expected a string or a number"),
        ] {
            assert!(problem(json).starts_with(expected), "{json}: {}", problem(json));
        }
        let problem = boolean("1.5").expect_err("refused").to_string();
        assert!(problem.starts_with("invalid type: number, expected a boolean"), "{problem}");
        let problem = integer("9223372036854775808").expect_err("refused").to_string();
        assert!(problem.starts_with("the integer is not between -9223372036854775808 and"), "{problem}");
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
            "-9223372036854775809",
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
