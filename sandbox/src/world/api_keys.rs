//! The API keys of the account, and what calls and tests do with them.

use secrecy::{ExposeSecret, SecretString};

use crate::{record::ApiKey, seed};

/// The API keys, oldest first.
#[derive(Debug)]
pub(crate) struct ApiKeys {
    held: Vec<HeldKey>,
    /// How many keys the account may have.
    pub(crate) quota: usize,
    /// Whether the balance is too low for keys to be created or deleted.
    pub(crate) low_balance: bool,
    /// How many requests a new key is refused for before it works.
    pub(crate) refusals_of_new_keys: u32,
}

/// A key with what no list tells.
#[derive(Debug)]
struct HeldKey {
    record: ApiKey,
    plain: SecretString,
    project_id: String,
    /// How many more requests the key is refused for.
    refusals: u32,
}

impl Default for ApiKeys {
    fn default() -> Self {
        Self { held: Vec::new(), quota: seed::API_KEY_QUOTA, low_balance: false, refusals_of_new_keys: 0 }
    }
}

impl ApiKeys {
    /// Adds a key of a project, which works at once.
    pub(crate) fn add(&mut self, project_id: &str, record: ApiKey, plain: &str) {
        self.hold(project_id, record, plain, 0);
    }

    /// Adds a key that a request made, which works after as many refusals as were asked for.
    pub(crate) fn issue(&mut self, project_id: &str, record: ApiKey, plain: &str) {
        self.hold(project_id, record, plain, self.refusals_of_new_keys);
    }

    /// The keys of a project, oldest first.
    pub(crate) fn of_project(&self, project_id: &str) -> impl Iterator<Item = &ApiKey> {
        self.held.iter().filter(move |key| key.project_id == project_id).map(|key| &key.record)
    }

    /// All keys of the account, oldest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &ApiKey> {
        self.held.iter().map(|key| &key.record)
    }

    /// The key of that id.
    pub(crate) fn find(&self, id: &str) -> Option<&ApiKey> {
        self.all().find(|key| key.text("id") == Some(id))
    }

    /// Whether a key of the account has that label.
    pub(crate) fn has_label(&self, label: &str) -> bool {
        self.all().any(|key| key.text("label") == Some(label))
    }

    /// Whether the account has as many keys as it may.
    pub(crate) fn is_full(&self) -> bool {
        self.held.len() >= self.quota
    }

    /// Changes the key of that id. Returns whether there is one.
    pub(crate) fn change(&mut self, id: &str, change: impl FnOnce(ApiKey) -> ApiKey) -> bool {
        let Some(key) = self.held.iter_mut().find(|key| key.record.text("id") == Some(id)) else {
            return false;
        };
        key.record = change(key.record.clone());
        true
    }

    /// Deletes the key of that id. Returns whether there was one.
    pub(crate) fn remove(&mut self, id: &str) -> bool {
        let count = self.held.len();
        self.held.retain(|key| key.record.text("id") != Some(id));
        self.held.len() < count
    }

    /// The id of the project whose key this is, if it works by now; one that does not counts down.
    pub(crate) fn project_of(&mut self, plain: &str) -> Option<&str> {
        let key = self.held.iter_mut().find(|key| key.plain.expose_secret() == plain)?;
        let works = key.refusals == 0;
        key.refusals = key.refusals.saturating_sub(1);
        works.then_some(key.project_id.as_str())
    }

    fn hold(&mut self, project_id: &str, record: ApiKey, plain: &str, refusals: u32) {
        let (record, project_id) = (record.masked(plain), project_id.to_owned());
        self.held.push(HeldKey { record, plain: plain.into(), project_id, refusals });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> ApiKeys {
        let mut keys = ApiKeys::default();
        keys.add("p", ApiKey::labelled("a").id("1"), "plain-a");
        keys.refusals_of_new_keys = 2;
        keys.issue("q", ApiKey::labelled("b").id("2"), "plain-b");
        keys
    }

    #[test]
    fn key_added_then_it_works_at_once_and_an_issued_one_after_the_refusals() {
        let mut keys = keys();
        assert_eq!(keys.project_of("plain-a"), Some("p"));
        let works = [(); 3].map(|()| keys.project_of("plain-b").is_some());
        assert_eq!(works, [false, false, true]);
        assert_eq!(keys.project_of("made-up"), None);
    }

    #[test]
    fn keys_of_two_projects_then_each_sees_its_own_and_labels_are_shared() {
        let keys = keys();
        assert_eq!(keys.of_project("p").filter_map(|key| key.text("label")).collect::<Vec<_>>(), ["a"]);
        assert!(keys.has_label("a") && keys.has_label("b") && !keys.has_label("c"));
    }

    #[test]
    fn deleted_then_it_no_longer_works_and_a_second_time_there_is_none() {
        let mut keys = keys();
        assert!(keys.remove("1") && !keys.remove("1"));
        assert_eq!(keys.project_of("plain-a"), None);
        assert!(!keys.change("1", |key| key));
    }

    #[test]
    fn keys_printed_then_no_plain_key_is() {
        assert!(!format!("{:?}", keys()).contains("plain-a"));
    }
}
