//! One API key.

use serde_json::{Value, json};

use super::{CREATE_TIME, fields::Fields, id, record};

record! {
    /// An API key of the model API, as a list tells it: with its key masked. The documentation that is known breaks off
    /// behind `label`; the other fields have the names of the request that makes a key.
    ApiKey
}

impl ApiKey {
    /// A key of that label, good from any address. Its id is made from its label.
    #[must_use]
    pub fn labelled(label: impl Into<String>) -> Self {
        let label = label.into();
        Self(Fields::new([
            ("id", Value::from(id::dashed("api key", &label))),
            ("api_key", Value::from(MASK)),
            ("label", Value::from(label)),
            ("description", Value::from("")),
            ("allow_all", Value::from(true)),
            ("ip_whitelist", json!([])),
            ("resident_model_version_whitelist", json!([])),
            ("endpoint_whitelist", json!([])),
            ("create_at", Value::from(CREATE_TIME)),
        ]))
    }

    /// Sets the id: a UUID in the real cloud.
    #[must_use]
    pub fn id(self, id: impl Into<String>) -> Self {
        self.raw("id", id.into())
    }

    /// Sets the description.
    #[must_use]
    pub fn description(self, description: impl Into<String>) -> Self {
        self.raw("description", description.into())
    }

    /// Makes the key good from these addresses, ranges and networks only.
    #[must_use]
    pub fn ip_whitelist<'a>(self, addresses: impl IntoIterator<Item = &'a str>) -> Self {
        self.raw("allow_all", false).raw("ip_whitelist", addresses.into_iter().collect::<Value>())
    }

    /// Sets the creation time, in milliseconds since the epoch.
    #[must_use]
    pub fn create_at(self, milliseconds: i64) -> Self {
        self.raw("create_at", milliseconds)
    }

    /// Shows no more of a plain key than its last four characters. How the service masks is not documented.
    pub(crate) fn masked(self, plain: &str) -> Self {
        let shown = plain.char_indices().rev().nth(3).map_or("", |(start, _)| &plain[start..]);
        self.raw("api_key", format!("{MASK}{shown}"))
    }
}

/// What stands for the part of a key that is not shown.
const MASK: &str = "****";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_label_given_then_good_from_any_address_and_masked() {
        let key = ApiKey::labelled("ci").id("1").masked("sandbox-secret-wxyz");
        assert_eq!(
            serde_json::to_string(&key).expect("JSON"),
            r#"{"id":"1","api_key":"****wxyz","label":"ci","description":"","allow_all":true,"ip_whitelist":[],"resident_model_version_whitelist":[],"endpoint_whitelist":[],"create_at":1680746333000}"#
        );
    }

    #[test]
    fn every_setter_used_then_every_field_changed() {
        let key = ApiKey::labelled("ci").id("1").description("d").ip_whitelist(["10.0.0.1"]).create_at(5).to_json();
        assert_eq!((&key["description"], &key["create_at"]), (&json!("d"), &json!(5)));
        assert_eq!((&key["allow_all"], &key["ip_whitelist"]), (&json!(false), &json!(["10.0.0.1"])));
    }

    #[test]
    fn key_too_short_to_show_any_of_it_then_all_of_it_is_masked() {
        assert_eq!(ApiKey::labelled("a").masked("abc").text("api_key"), Some("****"));
    }
}
