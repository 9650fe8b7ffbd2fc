//! Refusals as services and gateways write them.

use std::fmt;

use serde_json::{Map, Value};

use super::WebPage;

/// What a service says about a refusal. Gateways and services use several shapes; this is what they have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceError {
    /// The code, such as `ModelArts.0104` or `APIGW.0301`.
    pub code: Option<String>,
    /// The message.
    pub message: Option<String>,
    /// The web page that the body was instead, which no service sends.
    pub web_page: Option<Box<WebPage>>,
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.code, &self.message) {
            (Some(code), Some(message)) => write!(f, "{code}: {message}"),
            (Some(only), None) | (None, Some(only)) => f.write_str(only),
            (None, None) if self.web_page.is_some() => f.write_str("a web page"),
            (None, None) => f.write_str("no reason given"),
        }
    }
}

/// A refusal with a longer body is not read; those of services have a few hundred bytes.
const LONGEST_REFUSAL: usize = 256 << 10;

/// The text or the number that a member holds.
fn text(members: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| match members.get(*name)? {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// All texts in it, as they are: secrets are looked for in what is made of them.
fn collect_texts<'j>(json: &'j Value, texts: &mut Vec<&'j str>) {
    match json {
        Value::String(text) => texts.push(text),
        Value::Array(items) => items.iter().for_each(|item| collect_texts(item, texts)),
        Value::Object(members) => members.values().for_each(|member| collect_texts(member, texts)),
        _ => {}
    }
}

impl ServiceError {
    pub(super) fn map_text(self, change: impl Fn(String) -> String) -> Self {
        let Self { code, message, web_page } = self;
        Self {
            code: code.map(&change),
            message: message.map(&change),
            web_page: web_page.map(|page| Box::new(page.map_text(change))),
        }
    }

    /// Whether it is `ModelArts.8503`, a missing permission in the dress of a 401.
    pub(super) fn is_missing_permission(&self) -> bool {
        self.code.as_deref() == Some("ModelArts.8503")
    }

    /// Reads a refusal from a body, and the request id if it is there.
    pub(super) fn from_body(body: &[u8]) -> (Self, Option<String>) {
        let json = if body.len() <= LONGEST_REFUSAL { serde_json::from_slice(body).ok() } else { None };
        let Some(json) = json else { return (Self::from_text(body), None) };
        Self::from_json(&json)
    }

    /// Reads a refusal from JSON: from the members that explain it, or else from all texts.
    pub(super) fn from_json(json: &Value) -> (Self, Option<String>) {
        let (mut refusal, request_id) = Self::explained(json).unwrap_or_default();
        if refusal == Self::default() && json.is_object() {
            let mut texts = Vec::new();
            collect_texts(json, &mut texts);
            refusal.message = Some(texts.join("; ").trim().to_owned()).filter(|text| !text.is_empty());
        }
        (refusal, request_id)
    }

    /// Reads it from the members in which services and gateways explain themselves, or from objects further inside: IAM
    /// nests it, `{"error":{"code":401,"message":"…"}}`.
    fn explained(json: &Value) -> Option<(Self, Option<String>)> {
        let members = match json {
            Value::Object(members) => members,
            Value::Array(items) => return items.iter().find_map(Self::explained),
            _ => return None,
        };
        let code = text(members, &["error_code", "errorCode", "code"]);
        let message = text(members, &["error_msg", "errorMsg", "error_message", "errorMessage", "message"]);
        let (code, message) = match (code, text(members, &["error_description"])) {
            (None, Some(description)) => (text(members, &["error"]), message.or(Some(description))),
            (code, description) => (code, message.or(description)),
        };
        let request_id = text(members, &["request_id", "requestId"]);
        if code.is_some() || message.is_some() {
            return Some((Self { code, message, web_page: None }, request_id));
        }
        let (inner, inner_id) = members.values().find_map(Self::explained).unwrap_or_default();
        let found = (inner, request_id.or(inner_id));
        (found != Default::default()).then_some(found)
    }

    /// Reads a refusal from a body that is plain text, as some gateways and proxies send it.
    fn from_text(body: &[u8]) -> Self {
        let text = std::str::from_utf8(body).unwrap_or_default().trim_start();
        let is_other = text.starts_with('<') || serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
        let message = Some(text.trim_end().to_owned()).filter(|text| !is_other && !text.is_empty());
        Self { message, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_REFUSAL, ServiceError};

    fn read(body: &str) -> (Option<String>, Option<String>, Option<String>) {
        let (error, request_id) = ServiceError::from_body(body.as_bytes());
        (error.code, error.message, request_id)
    }

    #[test]
    fn every_shape_of_refusal_then_code_and_message() {
        let service = r#"{"error_msg":"Invalid token.","error_code":"ModelArts.0104"}"#;
        assert_eq!(read(service), (Some("ModelArts.0104".to_owned()), Some("Invalid token.".to_owned()), None));
        let gateway = r#"{"error_msg":"no","error_code":"APIGW.0301","request_id":"r1"}"#;
        assert_eq!(read(gateway), (Some("APIGW.0301".to_owned()), Some("no".to_owned()), Some("r1".to_owned())));
        let iam = r#"{"error":{"message":"The password is wrong.","code":401,"title":"Unauthorized"}}"#;
        assert_eq!(read(iam), (Some("401".to_owned()), Some("The password is wrong.".to_owned()), None));
        assert_eq!(read(r#"{"code":"X.1","message":"m"}"#), (Some("X.1".to_owned()), Some("m".to_owned()), None));
    }

    #[test]
    fn members_of_other_kinds_beside_the_reason_then_the_reason() {
        for (body, code, message) in [
            (r#"{"timestamp":1,"status":404,"error":"Not Found","message":"No route"}"#, None, "No route"),
            (r#"{"error_code":"APIGW.0301","error_msg":"no","error":"Unauthorized"}"#, Some("APIGW.0301"), "no"),
            (r#"{"error_code":"APIGW.0301","error_msg":"no","request_id":17}"#, Some("APIGW.0301"), "no"),
            (r#"{"error_code":"ModelArts.8503","error_msg":"no","error":{}}"#, Some("ModelArts.8503"), "no"),
            (r#"{"unauthorized":{"code":401,"message":"no"}}"#, Some("401"), "no"),
            (r#"{"errors":[{"code":"X","message":"no"}]}"#, Some("X"), "no"),
            (r#"[{"error_code":"X","error_msg":"no"}]"#, Some("X"), "no"),
            (r#"{"detail":"quota","limits":["a \"b\""]}"#, None, "quota; a \"b\""),
            (r#"{"error":"text","error_code":null}"#, None, "text"),
        ] {
            let (found_code, found_message, _) = read(body);
            assert_eq!((found_code.as_deref(), found_message.as_deref()), (code, Some(message)), "{body}");
        }
        assert_eq!(read(r#"{"request_id":17,"error":{"message":"no"}}"#).2.as_deref(), Some("17"));
    }

    #[test]
    fn anything_else_then_no_reason_and_no_panic() {
        for body in ["", "<html>", "[]", "null", "\"text\"", "{}", r#"{"error_code":null,"status":404}"#] {
            assert_eq!(read(body), (None, None, None), "{body}");
        }
        let nested = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(read(&nested) == (None, None, None), "JSON, but no reason");
    }

    #[test]
    fn refusal_as_long_as_an_answer_then_not_taken_apart() {
        let body = format!(r#"{{"error_code":"X","padding":[{}0]}}"#, "0,".repeat(LONGEST_REFUSAL));
        assert_eq!(read(&body), (None, None, None));
    }

    #[test]
    fn plain_text_then_it_is_the_message() {
        assert_eq!(read("upstream connect error\n"), (None, Some("upstream connect error".to_owned()), None));
    }
}
