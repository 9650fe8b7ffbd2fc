//! Answers that are told from other JSON objects. A service that was not asked, or a refusal with a good status, would
//! otherwise be an empty list, and whoever makes things for each item would destroy them.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, Visitor,
};

/// The answer of an API.
pub(super) trait Answer: DeserializeOwned {
    /// What is documented for it. One of these is in it, if only as null, unless it has no members at all.
    const MEMBERS: &'static [&'static str];

    /// Whether it counts nothing, so that it may leave out the list that would be empty.
    fn counts_none(&self) -> bool {
        false
    }
}

/// An object read as the answer that it has to be.
pub(super) struct Documented<T>(pub(super) T);

impl<'de, T: Answer> Deserialize<'de> for Documented<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(DocumentedVisitor(PhantomData))
    }
}

struct DocumentedVisitor<T>(PhantomData<T>);

impl<'de, T: Answer> Visitor<'de> for DocumentedVisitor<T> {
    type Value = Documented<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Documented<T>, A::Error> {
        let mut members = Members { map, expected: T::MEMBERS, any: false, documented: false, refusal: false };
        let answer = T::deserialize(MapAccessDeserializer::new(&mut members))?;
        let left_out = !members.any || (answer.counts_none() && !members.refusal);
        if members.documented || left_out {
            return Ok(Documented(answer));
        }
        let missing = T::MEMBERS.first().copied().unwrap_or_default();
        Err(A::Error::custom(format_args!("an object without `{missing}`")))
    }
}

/// The members of an object, and what is known of those that were read.
struct Members<A> {
    map: A,
    expected: &'static [&'static str],
    any: bool,
    documented: bool,
    refusal: bool,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Members<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let Some(name) = self.map.next_key::<String>()? else { return Ok(None) };
        self.any = true;
        self.documented |= self.expected.contains(&name.as_str());
        self.refusal |= name == "error_code";
        seed.deserialize(name.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct List {
        total: Option<u32>,
        items: Option<Vec<u32>>,
    }

    impl Answer for List {
        const MEMBERS: &'static [&'static str] = &["items"];

        fn counts_none(&self) -> bool {
            self.total == Some(0)
        }
    }

    fn read(json: &str) -> Result<List, serde_json::Error> {
        serde_json::from_str(json).map(|Documented(list)| list)
    }

    #[test]
    fn list_there_or_null_or_left_out_of_nothing_then_read() {
        for json in [r#"{"items":[]}"#, r#"{"items":null,"error_code":null}"#, "{}", r#"{"total":0,"request_id":"r"}"#]
        {
            assert!(read(json).expect("an answer").items.unwrap_or_default().is_empty(), "{json}");
        }
        assert_eq!(read(r#"{"x":{"items":1},"items":[1]}"#).expect("an answer").items, Some(vec![1]));
    }

    #[test]
    fn object_of_something_else_then_error_names_what_is_not_in_it() {
        for json in [
            r#"{"status":"ok"}"#,
            r#"{"total":3}"#,
            r#"{"total":null}"#,
            r#"{"error_code":"X","error_msg":"Y"}"#,
            r#"{"error_code":"X","total":0}"#,
            r#"{"data":{"items":[]}}"#,
        ] {
            let error = read(json).expect_err(json).to_string();
            assert!(error.starts_with("an object without `items` at "), "{error}");
        }
    }
}
