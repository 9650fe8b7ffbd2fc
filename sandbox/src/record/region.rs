//! One region of real-time services.

use serde_json::{Value, json};

use super::{Listed, fields::Fields, record};

record! {
    /// A region in which `ModelArts` real-time services can run: its id, and its names in two languages.
    Region
}

impl Region {
    /// The region of that id, which is its name in both languages too.
    #[must_use]
    pub fn named(region_id: impl Into<String>) -> Self {
        let id = region_id.into();
        let locales = json!({"en_us": id, "zh_cn": id});
        Self(Fields::new([("region_id", Value::from(id)), ("locales", locales)]))
    }

    /// Sets the names in English and in Chinese.
    #[must_use]
    pub fn locales(self, en_us: &str, zh_cn: &str) -> Self {
        self.raw("locales", json!({"en_us": en_us, "zh_cn": zh_cn}))
    }
}

impl Listed for Region {
    fn answer(items: &str, _: usize, _: &Value) -> String {
        format!(r#"{{"region_items":[{items}]}}"#)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_id_given_then_every_documented_field_in_documented_order() {
        let text = serde_json::to_string(&Region::named("r")).expect("JSON");
        assert_eq!(text, r#"{"region_id":"r","locales":{"en_us":"r","zh_cn":"r"}}"#);
    }

    #[test]
    fn names_given_then_they_are_told() {
        let region = Region::named("r").locales("Rome", "罗马");
        assert_eq!(region.to_json()["locales"], json!({"en_us": "Rome", "zh_cn": "罗马"}));
    }
}
