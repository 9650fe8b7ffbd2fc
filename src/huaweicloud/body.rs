//! Reads and decodes the body of a response, with one problem for each way in which it can be invalid.

use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::text::{clean, without_byte_order_mark};
use super::{BodyProblem, ErrorKind};

/// The largest body that is read, after decompression.
const MAX_BODY_MIB: usize = 64;

/// Room is made at once for what a server announces, up to this; a server may announce anything.
const MAX_RESERVED: u64 = 8 << 20;

/// Reads a body without its byte order mark, all of it or up to where it breaks off.
pub(super) async fn read(response: &mut reqwest::Response) -> (Vec<u8>, Result<(), ErrorKind>) {
    let (mut body, outcome) = read_bytes(response).await;
    let mark = body.len() - without_byte_order_mark(&body).len();
    body.drain(..mark);
    (body, outcome)
}

async fn read_bytes(response: &mut reqwest::Response) -> (Vec<u8>, Result<(), ErrorKind>) {
    let announced = response.content_length().unwrap_or_default().min(MAX_RESERVED);
    let mut body = Vec::with_capacity(usize::try_from(announced).unwrap_or_default());
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > MAX_BODY_MIB << 20 => {
                return (body, Err(ErrorKind::Body(BodyProblem::TooLong(MAX_BODY_MIB))));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return (body, Ok(())),
            Err(_) => return (body, Err(ErrorKind::Body(BodyProblem::Truncated))),
        }
    }
}

/// Reads the JSON in a body.
///
/// # Errors
/// See [`BodyProblem`].
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, BodyProblem> {
    if body.trim_ascii().is_empty() {
        return Err(BodyProblem::Empty);
    }
    let text = std::str::from_utf8(body).map_err(|_| BodyProblem::NotUtf8)?;
    serde_json::from_str(text).map_err(|error| problem::<T>(text, &error))
}

fn problem<T: DeserializeOwned>(text: &str, error: &serde_json::Error) -> BodyProblem {
    let problem = clean(&error.to_string());
    match error.classify() {
        Category::Data => match path::<T>(text) {
            Some(path) => BodyProblem::WrongType { path, problem },
            None => BodyProblem::WrongWhole(problem),
        },
        Category::Eof => BodyProblem::Truncated,
        Category::Syntax | Category::Io => BodyProblem::NotJson(problem),
    }
}

/// Returns the path of the value for which decoding fails, such as `workspaces[3].id`, or nothing for the whole. Decodes the
/// text again, since keeping the path would slow down every valid response.
fn path<T: DeserializeOwned>(text: &str) -> Option<String> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let error = serde_path_to_error::deserialize::<_, T>(&mut deserializer).err()?;
    let is_whole = error.path().iter().next().is_none();
    (!is_whole).then(|| clean(&error.path().to_string()))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Model {
        #[allow(dead_code, reason = "only the failure matters")]
        items: Vec<Item>,
    }

    #[derive(Debug, Deserialize)]
    struct Item {
        #[allow(dead_code, reason = "only the failure matters")]
        id: String,
    }

    fn problem(body: &[u8]) -> BodyProblem {
        decode::<Model>(body).expect_err("not a model")
    }

    #[test]
    fn each_bad_body_then_a_problem_of_its_own() {
        assert_eq!(problem(b""), BodyProblem::Empty);
        assert_eq!(problem(b" \n"), BodyProblem::Empty);
        assert_eq!(problem(b"{\"items\":\"\xff\"}"), BodyProblem::NotUtf8);
        assert_eq!(problem(br#"{"items":[{"id":"#), BodyProblem::Truncated);
        assert!(matches!(problem(b"upstream failed"), BodyProblem::NotJson(_)));
        assert!(matches!(problem(br#"{"items":[]} x"#), BodyProblem::NotJson(_)));
    }

    #[test]
    fn wrong_type_deep_inside_then_its_path() {
        let body = br#"{"items":[{"id":"a"},{"id":{}}]}"#;
        assert!(matches!(problem(body), BodyProblem::WrongType { path, .. } if path == "items[1].id"));
    }

    #[test]
    fn invalid_value_beside_text_that_looks_like_structure_then_its_path() {
        for (body, expected) in [
            (r#"{"x":[[{"}":"]"}],"{\\"],"items":[{"id":"\",[{"}, {"id":true}]}"#, "items[1].id"),
            ("{\n \"items\" : [ {\"id\":\"\"},\n{\"id\":\n true}]}", "items[1].id"),
            (r#"{"items":{"id":1}}"#, "items"),
            (r#"{"items":[[]]}"#, "items[0]"),
        ] {
            let problem = problem(body.as_bytes());
            assert!(matches!(&problem, BodyProblem::WrongType { path, .. } if path == expected), "{body}: {problem:?}");
        }
    }

    #[test]
    fn invalid_value_below_a_name_with_control_characters_then_path_without_them() {
        let error = decode::<std::collections::BTreeMap<String, String>>(br#"{"a\u001b\nb":1}"#).expect_err("no text");
        assert!(matches!(&error, BodyProblem::WrongType { path, .. } if path == "a  b"), "{error:?}");
    }

    #[test]
    fn wrong_as_a_whole_then_no_path() {
        assert!(matches!(problem(b"1"), BodyProblem::WrongWhole(_)));
        assert!(
            matches!(problem(b"{}"), BodyProblem::WrongWhole(problem) if problem.contains("missing field `items`"))
        );
    }

    #[test]
    fn nesting_without_end_then_error_not_a_crash() {
        let body = format!(r#"{{"x":{}"#, "[".repeat(100_000));
        assert_eq!(problem(body.as_bytes()), BodyProblem::Truncated);
        let body = format!(r#"{{"items":[{{"id":{}"#, "[".repeat(100_000));
        assert!(matches!(problem(body.as_bytes()), BodyProblem::WrongType { .. }));
        assert!(decode::<serde_json::Value>("[".repeat(100_000).as_bytes()).is_err());
    }
}
