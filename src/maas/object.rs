//! Objects and lists of them, read strictly.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Lists have no more items than this. A body of the largest size that is read could hold 22 million empty objects, which
/// would take gigabytes; as many real ones as this do not fit into it.
const MOST_ITEMS: usize = 500_000;

/// A JSON object read as `T`. serde by itself would take an array for a struct, member by member.
pub(super) struct Object<T>(pub(super) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

/// A list of objects; null is an empty one.
pub(super) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::<List<T>>::deserialize(deserializer)?.map(|List(items)| items).unwrap_or_default())
}

/// A JSON array of objects.
struct List<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = List<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<List<T>, A::Error> {
        let mut items = Vec::new();
        while let Some(Object(item)) = seq.next_element()? {
            if items.len() == MOST_ITEMS {
                return Err(A::Error::custom(format_args!("the list has more than {MOST_ITEMS} items")));
            }
            items.push(item);
        }
        Ok(List(items))
    }
}

/// An object; null is one without members.
pub(super) fn object<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::<Object<T>>::deserialize(deserializer)?.map(|Object(object)| object).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::{MOST_ITEMS, Object, list, object};
    use crate::huaweicloud::{BodyProblem, decode_body};

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct Answer {
        #[serde(deserialize_with = "list")]
        items: Vec<Item>,
        #[serde(deserialize_with = "object")]
        only: Item,
    }

    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct Item {}

    fn read(json: &str) -> Result<Answer, serde_json::Error> {
        serde_json::from_str(json).map(|Object(answer)| answer)
    }

    #[test]
    fn list_or_object_missing_or_null_then_empty() {
        for json in ["{}", r#"{"items":null,"only":null}"#, r#"{"items":[],"only":{}}"#] {
            assert!(read(json).is_ok_and(|answer| answer.items.is_empty()), "{json}");
        }
    }

    #[test]
    fn anything_else_then_refused() {
        for json in [r#"{"items":{}}"#, r#"{"items":"a"}"#, r#"{"items":[[]]}"#, r#"{"items":[1]}"#, r#"{"only":[]}"#] {
            assert!(read(json).is_err(), "{json}");
        }
    }

    #[test]
    fn number_of_any_form_for_a_list_or_an_object_then_error_calls_it_a_number() {
        for json in ["5", "-5", "5.5", "123456789012345678901"] {
            for (member, expected) in [("items", "a list of objects"), ("only", "an object")] {
                let error = read(&format!(r#"{{"{member}":{json}}}"#)).expect_err(json).to_string();
                assert!(error.contains(expected) && !error.contains("map"), "{error}");
            }
        }
    }

    #[test]
    fn more_items_than_any_answer_can_have_then_refused() {
        let json = |count: usize| format!(r#"{{"items":[{}{{}}]}}"#, "{},".repeat(count - 1));
        assert_eq!(read(&json(MOST_ITEMS)).map(|answer| answer.items.len()).ok(), Some(MOST_ITEMS));
        for more in [1, 3] {
            match decode_body::<Object<Answer>>(json(MOST_ITEMS + more).as_bytes()) {
                Err(BodyProblem::WrongType { path, problem }) => {
                    assert_eq!(path, "items");
                    assert!(problem.contains("more than 500000 items"), "{problem}");
                }
                other => panic!("{:?}", other.map(|_| "an answer")),
            }
        }
    }
}
