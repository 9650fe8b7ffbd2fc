//! The place of a mistake in a JSON text, in the words of its author: `workspaces[3].id` instead of a line and a column.

/// Where a value stands in the one around it.
enum Step<'a> {
    /// The member of an object, by its name as it is written. Empty up to the first name.
    Member(&'a str),
    /// The element of an array.
    Element(usize),
}

/// The path to the value that a parser had just read, or was about to refuse, at a line and a column of a text, both as
/// `serde_json` counts them. Empty for the whole. Up to that place, the text has to be JSON.
pub(super) fn path(text: &str, line: usize, column: usize) -> String {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let text = text.get(..before + column).unwrap_or(text);
    let mut steps: Vec<Step<'_>> = Vec::new();
    let mut named = false;
    let mut place = 0;
    while let Some(byte) = text.as_bytes().get(place) {
        match byte {
            b'{' => {
                steps.push(Step::Member(""));
                named = false;
            }
            b'[' => steps.push(Step::Element(0)),
            b'}' | b']' => {
                steps.pop();
            }
            b':' => named = true,
            b',' => match steps.last_mut() {
                Some(Step::Element(index)) => *index += 1,
                _ => named = false,
            },
            b'"' => {
                let inside = &text[place + 1..];
                let length = string_length(inside);
                if let (Some(Step::Member(name)), false) = (steps.last_mut(), named) {
                    *name = &inside[..length];
                }
                place += 1 + length;
            }
            _ => {}
        }
        place += 1;
    }
    written(&steps)
}

/// How long a string is whose first quote has been read, up to its last one or the end of the text.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().position(|byte| {
        let end = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        end
    });
    end.unwrap_or(text.len())
}

fn written(steps: &[Step<'_>]) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Member("") => {}
            Step::Member(name) if path.is_empty() => path.push_str(name),
            Step::Member(name) => path.extend([".", name]),
            Step::Element(index) => path.extend(["[", &index.to_string(), "]"]),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Deserialize;
    use serde_json::Value;

    use super::path;

    fn path_of_mistake(text: &str) -> String {
        let error = serde_json::from_str::<Node>(text).expect_err("a mistake");
        path(text, error.line(), error.column())
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "only the mistakes matter")]
    struct Node {
        id: Option<String>,
        size: Option<u32>,
        items: Option<Vec<Node>>,
        named: Option<BTreeMap<String, Node>>,
    }

    #[test]
    fn mistake_beside_all_that_looks_like_structure_then_its_path() {
        for (text, expected) in [
            (r#"{"items":[{"id":"a"},{"id":{"#, "items[1].id"),
            (r#"{"x":[[{"}":"]"}],"{\\"],"items":[{}, {"id":"\",[{", "size":-1}"#, "items[1].size"),
            ("{\n \"items\" : [ {},\n{\"id\":\n true", "items[1].id"),
            (r#"{"named":{"a b":{"items":[{"named":{"ü\"":{"id":1"#, r#"named.a b.items[0].named.ü\".id"#),
            (r#"{"items":{"id":1}}"#, "items"),
            (r#"{"items":[[]]}"#, "items[0]"),
        ] {
            assert_eq!(path_of_mistake(text), expected, "{text}");
        }
        assert_eq!(path("1", 1, 1), "");
        assert_eq!(path("", 9, 9), "");
    }

    /// Objects with the names that a node knows and one that it does not.
    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-1_i64..3).prop_map(Value::from),
            r#"[\[\]{}:,"\\\na-cü]{0,6}"#.prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 4, |inner| {
            let name = prop::sample::select(vec!["id", "size", "items", "named", "other"]).prop_map(str::to_owned);
            let object = |value| prop::collection::btree_map(name.clone(), value, 0..4);
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                object(inner).prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_json_then_the_path_that_a_parser_keeps(value in json(), pretty in any::<bool>()) {
            let text = if pretty { format!("{value:#}") } else { value.to_string() };
            let tracked = serde_path_to_error::deserialize::<_, Node>(&mut serde_json::Deserializer::from_str(&text));
            if let Err(error) = tracked {
                let expected = error.path().to_string();
                prop_assert_eq!(path_of_mistake(&text), if expected == "." { "" } else { &expected }, "{}", text);
            }
        }
    }
}
