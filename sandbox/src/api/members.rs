//! The members of a request's JSON object, each read with the check that its documentation asks for.

use serde_json::{Map, Value};

use super::admission::bad_parameter;
use crate::answer::Refusal;
use axum::http::StatusCode;

/// The JSON object that a request has as its body. A member that is `null` counts as omitted, which is the sandbox's
/// choice.
#[derive(Debug)]
pub(super) struct Members(Map<String, Value>);

impl Members {
    /// Reads a body.
    ///
    /// # Errors
    ///
    /// 400 `ModelArts.2115`, the documented code of an invalid JSON body, unless the body is a JSON object. The message is
    /// the sandbox's choice.
    pub(super) fn read(body: &[u8]) -> Result<Self, Refusal> {
        let invalid = |why: String| {
            Refusal::service(StatusCode::BAD_REQUEST, "ModelArts.2115", format!("Invalid request body: {why}."))
        };
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(_) => Err(invalid("not a JSON object".to_owned())),
            Err(error) => Err(invalid(error.to_string())),
        }
    }

    /// The value of a member, unless it is omitted.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// The text of a member, unless it is omitted.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        self.typed(name, "a string", Value::as_str)
    }

    /// The text of a member of at most that many characters, unless it is omitted.
    pub(super) fn text_up_to(&self, name: &str, characters: usize) -> Result<Option<&str>, Refusal> {
        let text = self.text(name)?;
        if text.is_some_and(|text| text.chars().count() > characters) {
            return Err(bad_parameter(format!("{name} must have at most {characters} characters")));
        }
        Ok(text)
    }

    /// The text of a member that must not be omitted or empty.
    pub(super) fn required_text(&self, name: &str) -> Result<&str, Refusal> {
        let missing = || bad_parameter(format!("{name} is a required field"));
        self.text(name)?.filter(|text| !text.is_empty()).ok_or_else(missing)
    }

    /// The boolean of a member, unless it is omitted.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        self.typed(name, "a boolean", Value::as_bool)
    }

    /// The whole number of a member, from 0 up to that, unless it is omitted.
    pub(super) fn number_up_to(&self, name: &str, most: u64) -> Result<Option<u64>, Refusal> {
        let number = self.typed(name, "a whole number that is not negative", Value::as_u64)?;
        if number.is_some_and(|number| number > most) {
            return Err(bad_parameter(format!("{name} must be at most {most}")));
        }
        Ok(number)
    }

    fn typed<'a, T>(
        &'a self,
        name: &str,
        expected: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Refusal> {
        let read = |value| read(value).ok_or_else(|| bad_parameter(format!("{name} must be {expected}")));
        self.get(name).map(read).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(body: &str) -> Members {
        Members::read(body.as_bytes()).expect("an object")
    }

    #[test]
    fn body_that_is_no_object_then_refused_as_invalid_json() {
        for body in ["", "{", "[]", "1", "\"text\"", "null"] {
            let refusal = Members::read(body.as_bytes()).expect_err(body);
            assert!(format!("{refusal:?}").contains("ModelArts.2115"), "{body}");
        }
    }

    #[test]
    fn member_of_the_right_type_then_its_value_and_omitted_or_null_then_none() {
        let members = members(r#"{"a": "x", "b": true, "c": 3, "n": null}"#);
        assert_eq!(members.text("a").expect("text"), Some("x"));
        assert_eq!(members.flag("b").expect("boolean"), Some(true));
        assert_eq!(members.number_up_to("c", 3).expect("number"), Some(3));
        assert_eq!(members.text("n").expect("omitted"), None);
        assert_eq!(members.flag("m").expect("omitted"), None);
    }

    #[test]
    fn member_of_another_type_or_out_of_range_then_refused_by_name() {
        let members = members(r#"{"a": "four", "b": -1, "c": 1.5, "e": ""}"#);
        let refused = |outcome: Result<(), Refusal>, name: &str| {
            let refusal = format!("{:?}", outcome.expect_err(name));
            assert!(refusal.contains("ModelArts.0104") && refusal.contains(name), "{refusal}");
        };
        refused(members.flag("a").map(drop), "a");
        refused(members.text("b").map(drop), "b");
        refused(members.number_up_to("b", 9).map(drop), "b");
        refused(members.number_up_to("c", 9).map(drop), "c");
        refused(members.text_up_to("a", 3).map(drop), "a");
        refused(members.required_text("e").map(drop), "e");
        refused(members.required_text("m").map(drop), "m");
    }
}
