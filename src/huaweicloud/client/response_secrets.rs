//! Secrets that a response brings, such as a new API key.

use serde_json::Value;

use super::super::request::Request;
use super::Client;

impl Client {
    /// Takes note of the secrets that a response holds where the request says so. A body in which they cannot be found is
    /// not kept.
    pub(super) fn note_secrets(&self, request: &Request, body: &mut Vec<u8>) {
        if request.secret_members.is_empty() {
            return;
        }
        match serde_json::from_slice(body) {
            Ok(json) => self.note_members(request.secret_members, &json),
            // A web page does not come from the service.
            Err(_) if body.trim_ascii_start().starts_with(b"<") => {}
            Err(_) => body.clear(),
        }
    }

    fn note_members(&self, names: &[&str], json: &Value) {
        match json {
            Value::Array(items) => items.iter().for_each(|item| self.note_members(names, item)),
            Value::Object(members) => {
                for (name, value) in members {
                    match value {
                        Value::String(secret) if names.contains(&name.as_str()) => {
                            self.keep_secret(&secret.as_str().into());
                        }
                        value => self.note_members(names, value),
                    }
                }
            }
            _ => {}
        }
    }
}
