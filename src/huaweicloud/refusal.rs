//! Refusals with a good status: a body that names an error is no response to the request, whatever stands beside it.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::ServiceError;

/// Members that make a body a refusal. No documented response has one of them, except as null or empty.
const NAMES: [&str; 3] = ["error_code", "errorCode", "error"];

/// Members that explain a refusal.
const DETAILS: [&str; 7] =
    ["error_msg", "errorMsg", "error_message", "errorMessage", "error_description", "request_id", "requestId"];

/// Reads the refusal and the request id from a body with a good status, if the body names an error. No documented response is
/// a list; a list is a refusal if one of its objects is.
///
/// A `code` or a `message` alone is not enough, since responses may have members of these names.
pub(super) fn of_good_body(body: &[u8]) -> Option<(ServiceError, Option<String>)> {
    let text = std::str::from_utf8(body).ok()?;
    // Most responses have neither an error nor a name with escapes, and are not read twice.
    if !text.contains("error") && !text.contains("\\u00") {
        return None;
    }
    let members: Members = serde_json::from_str(text).ok()?;
    members.name_an_error().then(|| ServiceError::from_json(&Value::Object(members.0)))
}

/// Whether a value names an error. Zero is what C programs return for success.
fn names_an_error(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(error) => *error,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => items.iter().any(names_an_error),
        Value::Object(members) => members.values().any(names_an_error),
    }
}

/// The members of an object that concern a refusal and are not empty. Of members of one name, the first such one. Of a list,
/// those of its first object that names an error; of anything else, none.
struct Members(Map<String, Value>);

impl Members {
    fn name_an_error(&self) -> bool {
        NAMES.iter().any(|name| self.0.contains_key(*name))
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if NAMES.contains(&name.as_str()) || DETAILS.contains(&name.as_str()) {
                let value = map.next_value::<Value>()?;
                if names_an_error(&value) && !members.contains_key(&name) {
                    members.insert(name, value);
                }
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Members(members))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Members, A::Error> {
        let mut found = Members(Map::new());
        while let Some(members) = list.next_element::<Members>()? {
            if !found.name_an_error() {
                found = members;
            }
        }
        Ok(found)
    }

    fn visit_unit<E>(self) -> Result<Members, E> {
        Ok(Members(Map::new()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Members, E> {
        Ok(Members(Map::new()))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Members, E> {
        Ok(Members(Map::new()))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Members, E> {
        Ok(Members(Map::new()))
    }

    fn visit_str<E>(self, _: &str) -> Result<Members, E> {
        Ok(Members(Map::new()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(body: &str) -> Option<(String, Option<String>)> {
        of_good_body(body.as_bytes()).map(|(refusal, request_id)| (refusal.to_string(), request_id))
    }

    #[test]
    fn error_code_of_any_shape_beside_anything_then_a_refusal() {
        for (body, text) in [
            (r#"{"error_code":"X","error_msg":"Y","workspaces":null}"#, "X: Y"),
            (r#"{"workspaces":[{"id":"0"}],"error_code":"X"}"#, "X"),
            (r#"{"error_code":"","error_code":"X","total":0}"#, "X"),
            (r#"{"errorCode":"X","errorMsg":"Y","items":[]}"#, "X: Y"),
            (r#"{"errorCode":"X","errorMessage":"Y"}"#, "X: Y"),
            (r#"{"\u0065rror_code":"X"}"#, "X"),
            (r#"{"error_code":104,"error_msg":"Y"}"#, "104: Y"),
            (r#"{"error":{"code":401,"message":"Y"},"projects":[]}"#, "401: Y"),
            (r#"{"error":"invalid_grant","error_description":"Y"}"#, "invalid_grant: Y"),
            (r#"{"error":"denied","data":null}"#, "denied"),
            (r#"{"error":true,"error_msg":"Y"}"#, "Y"),
            (r#"[{"error_code":"X","error_msg":"Y"}]"#, "X: Y"),
            (r#" [null, 1, -1, 1.5, true, "error", [], {"id":"0"}, [{"error":"X"}], {"error":"Z"}]"#, "X"),
        ] {
            assert_eq!(refusal(body).map(|(text, _)| text).as_deref(), Some(text), "{body}");
        }
        let body = r#"{"error_code":"X","request_id":"r"}"#;
        assert_eq!(refusal(body), Some(("X".to_owned(), Some("r".to_owned()))));
    }

    #[test]
    fn no_error_named_then_no_refusal() {
        for body in [
            "",
            "[]",
            "{}",
            "error",
            r#"{"error_code":" ","error_msg":"","errorCode":null,"error":{},"workspaces":[]}"#,
            r#"{"error_code":0,"error_msg":"success"}"#,
            r#"{"error":{"code":null,"message":""},"error_code":null}"#,
            r#"{"code":"X","message":"Y"}"#,
            r#"{"workspaces":[{"error_code":"X","error":"Y"}]}"#,
            r#"["error_code",{"id":"error"},{"error_code":0}]"#,
            r#"[{"error_code":"X"}"#,
        ] {
            assert_eq!(refusal(body), None, "{body}");
        }
    }

    #[test]
    fn refusal_longer_than_any_other_then_still_one() {
        let body = format!(r#"{{"error_code":"X","padding":[{}0]}}"#, "0,".repeat(1 << 20));
        assert_eq!(refusal(&body).map(|(text, _)| text).as_deref(), Some("X"));
    }
}
