//! The custom endpoints of the account, and what calls and tests do with them.

use std::collections::BTreeSet;

use axum::body::Bytes;
use serde_json::{Value, json};

use crate::{record::Endpoint, seed};

/// The custom endpoints, with every name that was ever used.
#[derive(Debug)]
pub(crate) struct Endpoints {
    held: Vec<Endpoint>,
    /// Names are used up for ever: a deleted or renamed endpoint's name stays in here.
    used_names: BTreeSet<String>,
    quota: usize,
    claimed_total: Option<Value>,
    /// Ids of endpoints that the list leaves out, though its total counts them.
    hidden: BTreeSet<String>,
    /// Members that an update leaves as they are.
    ignored_members: BTreeSet<String>,
    /// How many lists after a write still show what was there before it.
    delay: u32,
    /// The list as it was before a write, and how many times it is still shown instead of the current one.
    outdated: Option<(Bytes, u32)>,
    body: Bytes,
}

impl Default for Endpoints {
    fn default() -> Self {
        let mut endpoints = Self {
            held: Vec::new(),
            used_names: BTreeSet::new(),
            quota: seed::ENDPOINT_QUOTA,
            claimed_total: None,
            hidden: BTreeSet::new(),
            ignored_members: BTreeSet::new(),
            delay: 0,
            outdated: None,
            body: Bytes::new(),
        };
        endpoints.render();
        endpoints
    }
}

impl Endpoints {
    /// Replaces all endpoints and forgets the names of the former ones.
    pub(crate) fn replace(&mut self, endpoints: impl IntoIterator<Item = Endpoint>) {
        self.held.clear();
        self.used_names.clear();
        endpoints.into_iter().for_each(|endpoint| self.hold(endpoint));
        self.render();
    }

    /// Adds an endpoint behind the others.
    pub(crate) fn add(&mut self, endpoint: Endpoint) {
        self.hold(endpoint);
        self.render();
    }

    /// Uses a name up, as an endpoint that was deleted long ago did.
    pub(crate) fn use_up(&mut self, name: String) {
        self.used_names.insert(name);
    }

    /// Sets how many endpoints the account may have.
    pub(crate) fn set_quota(&mut self, quota: usize) {
        self.quota = quota;
        self.render();
    }

    /// Sends this as the total instead of the number of endpoints.
    pub(crate) fn claim(&mut self, total: Value) {
        self.claimed_total = Some(total);
        self.render();
    }

    /// All endpoints, in the order in which they were created.
    pub(crate) fn all(&self) -> &[Endpoint] {
        &self.held
    }

    /// The endpoint of that id.
    pub(crate) fn find(&self, id: &str) -> Option<&Endpoint> {
        self.held.iter().find(|endpoint| endpoint.has_id(id))
    }

    /// Whether an endpoint has, or ever had, that name.
    pub(crate) fn has_used(&self, name: &str) -> bool {
        self.used_names.contains(name)
    }

    /// Whether the account has as many endpoints as it may.
    pub(crate) fn is_full(&self) -> bool {
        self.held.len() >= self.quota
    }

    /// Changes the endpoint of that id. Returns whether there is one.
    pub(crate) fn change(&mut self, id: &str, change: impl FnOnce(Endpoint) -> Endpoint) -> bool {
        let Some(endpoint) = self.held.iter_mut().find(|endpoint| endpoint.has_id(id)) else {
            return false;
        };
        *endpoint = change(endpoint.clone());
        self.used_names.extend(endpoint.text("endpoint_name").map(str::to_owned));
        self.render();
        true
    }

    /// Replaces the endpoint of that id, but for the members that updates [`ignore`](Self::ignore). Returns whether there is
    /// one.
    pub(crate) fn update(&mut self, id: &str, updated: Endpoint) -> bool {
        let ignored = self.ignored_members.clone();
        self.change(id, |prior| {
            ignored.into_iter().fold(updated, |updated, member| match prior.get(&member) {
                Some(kept) => updated.raw(member, kept.clone()),
                None => updated.without(&member),
            })
        })
    }

    /// Deletes the endpoint of that id; its name stays used up. Returns whether there was one.
    pub(crate) fn remove(&mut self, id: &str) -> bool {
        let count = self.held.len();
        self.held.retain(|endpoint| !endpoint.has_id(id));
        self.render();
        self.held.len() < count
    }

    /// Keeps what is there now for the lists that are to show it still after a write.
    pub(crate) fn before_write(&mut self) {
        self.outdated = (self.delay > 0).then(|| (self.body.clone(), self.delay));
    }

    /// Makes that many lists after each write show what was there before it.
    pub(crate) fn set_delay(&mut self, lists: u32) {
        self.delay = lists;
    }

    /// Makes updates leave this member as it is.
    pub(crate) fn ignore(&mut self, member: &str) {
        self.ignored_members.insert(member.to_owned());
    }

    /// Leaves the endpoint of that id out of the list, whose total still counts it.
    pub(crate) fn hide(&mut self, id: &str) {
        self.hidden.insert(id.to_owned());
        self.render();
    }

    /// Lists all endpoints again.
    pub(crate) fn show_all(&mut self) {
        self.hidden.clear();
        self.render();
    }

    /// The body of the next list.
    pub(crate) fn list(&mut self) -> Bytes {
        let Some((outdated, lists)) = &mut self.outdated else {
            return self.body.clone();
        };
        let body = outdated.clone();
        *lists -= 1;
        if *lists == 0 {
            self.outdated = None;
        }
        body
    }

    fn hold(&mut self, endpoint: Endpoint) {
        self.used_names.extend(endpoint.text("endpoint_name").map(str::to_owned));
        self.held.push(endpoint);
    }

    fn render(&mut self) {
        let is_hidden = |endpoint: &&Endpoint| endpoint.text("id").is_some_and(|id| self.hidden.contains(id));
        let shown = self.held.iter().filter(|endpoint| !is_hidden(endpoint)).collect::<Vec<_>>();
        let total = self.claimed_total.clone().unwrap_or_else(|| Value::from(self.held.len()));
        let count = shown.len();
        let items = serde_json::to_string(&shown).expect("maps with text keys are JSON");
        let body =
            format!(r#"{{"total":{total},"count":{count},"items":{items},"quantity_limit":{}}}"#, json!(self.quota));
        self.body = body.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoints<const N: usize>(names: [&str; N]) -> Endpoints {
        let mut endpoints = Endpoints::default();
        endpoints.replace(names.map(|name| Endpoint::named(name).id(name)));
        endpoints
    }

    fn listed(endpoints: &mut Endpoints) -> Vec<String> {
        let body = serde_json::from_slice::<Value>(&endpoints.list()).expect("JSON");
        let items = body["items"].as_array().expect("an array").iter();
        items.map(|item| item["endpoint_name"].as_str().expect("text").to_owned()).collect()
    }

    #[test]
    fn none_then_zeros_an_empty_array_and_the_quota() {
        assert_eq!(Endpoints::default().list(), r#"{"total":0,"count":0,"items":[],"quantity_limit":10}"#);
    }

    #[test]
    fn total_claimed_or_quota_set_then_they_are_listed() {
        let mut endpoints = endpoints(["a"]);
        endpoints.claim(Value::from("9"));
        endpoints.set_quota(1);
        let body = serde_json::from_slice::<Value>(&endpoints.list()).expect("JSON");
        assert_eq!((&body["total"], &body["count"]), (&json!("9"), &json!(1)));
        assert_eq!(body["quantity_limit"], 1);
        assert!(endpoints.is_full());
    }

    #[test]
    fn deleted_or_renamed_then_the_old_name_stays_used() {
        let mut endpoints = endpoints(["a", "b"]);
        assert!(endpoints.remove("a") && !endpoints.remove("a"));
        assert!(endpoints.change("b", |endpoint| endpoint.raw("endpoint_name", "c")));
        assert!(["a", "b", "c"].iter().all(|name| endpoints.has_used(name)));
        assert_eq!(listed(&mut endpoints), ["c"]);
    }

    #[test]
    fn changes_delayed_then_so_many_lists_show_the_former_state() {
        let mut endpoints = endpoints(["a"]);
        endpoints.set_delay(2);
        endpoints.before_write();
        endpoints.add(Endpoint::named("b"));
        assert_eq!(endpoints.all().len(), 2);
        assert_eq!([(); 3].map(|()| listed(&mut endpoints).len()), [1, 1, 2]);
    }

    #[test]
    fn member_ignored_then_an_update_changes_the_others_only() {
        let mut endpoints = endpoints(["a"]);
        endpoints.ignore("rpm");
        endpoints.ignore("odd");
        let updated = endpoints.find("a").expect("held").clone().rpm(1).remark("new").raw("odd", 1);
        assert!(endpoints.update("a", updated));
        let endpoint = endpoints.find("a").expect("held");
        assert_eq!((endpoint.get("rpm"), endpoint.get("odd")), (Some(&Value::Null), None));
        assert_eq!(endpoint.text("remark"), Some("new"));
    }

    #[test]
    fn endpoint_hidden_then_the_total_counts_it_until_all_are_shown() {
        let mut endpoints = endpoints(["a", "b"]);
        endpoints.hide("a");
        assert_eq!(listed(&mut endpoints), ["b"]);
        let body = serde_json::from_slice::<Value>(&endpoints.list()).expect("JSON");
        assert_eq!((&body["total"], &body["count"]), (&json!(2), &json!(1)));
        endpoints.show_all();
        assert_eq!(listed(&mut endpoints), ["a", "b"]);
    }
}
