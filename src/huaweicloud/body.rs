//! From the body of an answer to a model, with a problem for each way in which it can be bad.

use serde::de::DeserializeOwned;

use super::error::clean;
use super::{BodyProblem, ErrorKind};

/// The largest body that is read, after decompression.
const MAX_BODY_MIB: usize = 64;

/// Room is made at once for what a server announces, up to this; a server may announce anything.
const MAX_RESERVED: u64 = 8 << 20;

/// Reads a body, all of it or up to where it breaks off.
pub(super) async fn read(response: &mut reqwest::Response) -> (Vec<u8>, Result<(), ErrorKind>) {
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
    if text.trim_start().starts_with('<') {
        return Err(BodyProblem::Html);
    }
    serde_json::from_str(text).map_err(|error| located::<T>(text, &error))
}

/// What is wrong with a text that could not be read, and where. It is read once more for that: keeping track of the place
/// costs time that good answers need not spend.
fn located<T: DeserializeOwned>(text: &str, error: &serde_json::Error) -> BodyProblem {
    let mut json = serde_json::Deserializer::from_str(text);
    match serde_path_to_error::deserialize::<_, T>(&mut json) {
        Err(error) => {
            let path = error.path().to_string();
            problem(path, &error.into_inner())
        }
        // The value is good, and something follows it.
        Ok(_) => problem(String::new(), error),
    }
}

fn problem(path: String, error: &serde_json::Error) -> BodyProblem {
    match error.classify() {
        // So serde_path_to_error writes the place of the whole.
        serde_json::error::Category::Data if path == "." => BodyProblem::WrongWhole(clean(&error.to_string())),
        serde_json::error::Category::Data => BodyProblem::WrongType { path, problem: clean(&error.to_string()) },
        serde_json::error::Category::Eof => BodyProblem::Truncated,
        _ => BodyProblem::NotJson(clean(&error.to_string())),
    }
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
        assert_eq!(problem(b" <!DOCTYPE html><title>Sign in</title>"), BodyProblem::Html);
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
