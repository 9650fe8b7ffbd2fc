//! The workspaces of one region as one answer, rendered when they change and not when they are asked for: a hundred
//! thousand of them cost a request no more than one.

use axum::body::Bytes;
use serde_json::Value;

use crate::workspace::Workspace;

/// What the workspace API answers for one region.
#[derive(Debug)]
pub(crate) struct Listing {
    /// The workspaces, each as JSON, separated by commas.
    items: String,
    count: usize,
    claimed_total: Option<Value>,
    body: Bytes,
}

impl Default for Listing {
    fn default() -> Self {
        let mut listing = Self { items: String::new(), count: 0, claimed_total: None, body: Bytes::new() };
        listing.render();
        listing
    }
}

impl Listing {
    /// Replaces the workspaces.
    pub(crate) fn replace(&mut self, workspaces: impl IntoIterator<Item = Workspace>) {
        self.items.clear();
        self.count = 0;
        for workspace in workspaces {
            if self.count > 0 {
                self.items.push(',');
            }
            self.items.push_str(&serde_json::to_string(&workspace).expect("a map with text keys is JSON"));
            self.count += 1;
        }
        self.render();
    }

    /// Answers `total_count` with this instead of the number of workspaces.
    pub(crate) fn claim(&mut self, total_count: Value) {
        self.claimed_total = Some(total_count);
        self.render();
    }

    /// The body of the answer; cheap, as it was rendered before.
    pub(crate) fn body(&self) -> Bytes {
        self.body.clone()
    }

    fn render(&mut self) {
        let Self { items, count, claimed_total, body } = self;
        let total = claimed_total.clone().unwrap_or_else(|| Value::from(*count));
        *body = format!(r#"{{"total_count":{total},"count":{count},"workspaces":[{items}]}}"#).into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(listing: &Listing) -> String {
        String::from_utf8(listing.body().into()).expect("UTF-8")
    }

    #[test]
    fn nothing_listed_then_zeros_and_an_empty_array() {
        assert_eq!(text(&Listing::default()), r#"{"total_count":0,"count":0,"workspaces":[]}"#);
    }

    #[test]
    fn two_listed_then_both_counted_and_separated() {
        let mut listing = Listing::default();
        listing.replace(Workspace::many(2));
        let json = serde_json::from_str::<Value>(&text(&listing)).expect("JSON");
        assert_eq!((&json["total_count"], &json["count"]), (&Value::from(2), &Value::from(2)));
        assert_eq!(json["workspaces"], Workspace::many(2).map(|one| one.to_json()).collect::<Value>());
    }

    #[test]
    fn replaced_by_fewer_then_the_former_ones_are_gone() {
        let mut listing = Listing::default();
        listing.replace(Workspace::many(5));
        listing.replace(Workspace::many(1));
        assert!(text(&listing).starts_with(r#"{"total_count":1,"count":1,"#));
        assert!(!text(&listing).contains("workspace-000001"));
    }

    #[test]
    fn total_claimed_then_only_total_count_changes() {
        let mut listing = Listing::default();
        listing.replace(Workspace::many(1));
        listing.claim(Value::from(1_200));
        assert!(text(&listing).starts_with(r#"{"total_count":1200,"count":1,"#));
    }

    #[test]
    fn total_claimed_as_text_then_it_is_sent_as_text() {
        let mut listing = Listing::default();
        listing.claim(Value::from("0"));
        assert_eq!(text(&listing), r#"{"total_count":"0","count":0,"workspaces":[]}"#);
    }

    #[test]
    fn asked_twice_then_the_same_bytes_in_memory() {
        let mut listing = Listing::default();
        listing.replace(Workspace::many(10));
        assert_eq!(listing.body().as_ptr(), listing.body().as_ptr());
    }
}
