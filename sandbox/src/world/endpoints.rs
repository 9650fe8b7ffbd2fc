//! The custom endpoints of the account, which change: names are used up for ever, and lists may lag behind.

use std::collections::BTreeSet;

use axum::body::Bytes;
use serde_json::{Map, Value};

use super::listing::Listing;
use crate::{record::Endpoint, seed};

/// Members that a request cannot change.
const REPORTED: [&str; 9] = [
    "id",
    "source",
    "status",
    "cbc_status",
    "served_model_name",
    "model_version_id",
    "resident_model_id",
    "region",
    "infer_service_id",
];

/// Why a change of an endpoint is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndpointError {
    /// A member that has to be there is not.
    Missing(&'static str),
    /// A member has a value that it cannot have.
    Invalid(&'static str),
    /// The moderation is switched without the agreement that this needs.
    NoAgreement,
    NameTaken,
    InvalidName,
    NotFound,
    QuotaExceeded,
    /// The service cannot be reached through the gateway of `MaaS`.
    NotConnected,
}

/// The endpoints, and how their list shows them.
#[derive(Debug)]
pub(crate) struct Endpoints {
    records: Vec<Endpoint>,
    used_names: BTreeSet<String>,
    quota: usize,
    listing: Listing<Endpoint>,
    claimed_total: Option<Value>,
    /// Ids that the list leaves out, though its total counts them.
    hidden: BTreeSet<String>,
    /// Members that a change leaves as they are.
    ignored: BTreeSet<String>,
    /// How many lists after a change still show what was before it.
    lag: u32,
    /// What was before the last change, and how many lists show it still.
    stale: Option<(Bytes, u32)>,
}

impl Default for Endpoints {
    fn default() -> Self {
        Self {
            records: Vec::new(),
            used_names: BTreeSet::new(),
            quota: seed::ENDPOINT_QUOTA,
            listing: Listing::default(),
            claimed_total: None,
            hidden: BTreeSet::new(),
            ignored: BTreeSet::new(),
            lag: 0,
            stale: None,
        }
    }
}

impl Endpoints {
    /// Replaces the endpoints. The names of those that were there before are free again.
    pub(crate) fn replace(&mut self, records: impl IntoIterator<Item = Endpoint>) {
        self.records = records.into_iter().collect();
        self.used_names = self.records.iter().map(|record| text(record, "endpoint_name")).collect();
        self.render();
    }

    /// Answers this as the total instead of the number of endpoints.
    pub(crate) fn claim(&mut self, total: Value) {
        self.claimed_total = Some(total);
        self.render();
    }

    pub(crate) fn set_quota(&mut self, quota: usize) {
        self.quota = quota;
    }

    /// Leaves an endpoint out of the list, whose total still counts it.
    pub(crate) fn hide(&mut self, id: &str) {
        self.hidden.insert(id.to_owned());
        self.render();
    }

    /// Shows all endpoints in the list again.
    pub(crate) fn show_all(&mut self) {
        self.hidden.clear();
        self.render();
    }

    /// Makes changes leave this member as it is.
    pub(crate) fn ignore(&mut self, member: &str) {
        self.ignored.insert(member.to_owned());
    }

    /// Makes that many lists after each change show what was before it.
    pub(crate) fn set_lag(&mut self, lists: u32) {
        self.lag = lists;
    }

    pub(crate) fn records(&self) -> &[Endpoint] {
        &self.records
    }

    /// The body of the list.
    pub(crate) fn body(&mut self) -> Bytes {
        if let Some((body, remaining)) = &mut self.stale
            && *remaining > 0
        {
            *remaining -= 1;
            return body.clone();
        }
        self.listing.body()
    }

    /// Adds an endpoint, whose name is used up from now on. Returns its id.
    pub(super) fn create(&mut self, endpoint: Endpoint) -> Result<String, EndpointError> {
        if self.records.len() >= self.quota {
            return Err(EndpointError::QuotaExceeded);
        }
        self.use_name(&text(&endpoint, "endpoint_name"))?;
        let id = text(&endpoint, "id");
        self.change(|records| records.push(endpoint));
        Ok(id)
    }

    /// Replaces what can be changed: a member that is not among `members` is reset.
    pub(super) fn update(
        &mut self,
        id: &str,
        members: &Map<String, Value>,
        agreement: Option<&str>,
    ) -> Result<(), EndpointError> {
        let place = self.place(id)?;
        let current = self.records[place].to_json();
        let moderation = members.get("moderation").and_then(Value::as_bool).unwrap_or(true);
        if current["moderation"] != moderation && members.get("agreement_id").and_then(Value::as_str) != agreement {
            return Err(EndpointError::NoAgreement);
        }
        for (member, limit) in [("rpm", 1), ("tpm", 1)] {
            if members.get(member).and_then(Value::as_i64).is_some_and(|value| value < limit) {
                return Err(EndpointError::Invalid(member));
            }
        }
        if members.get("remark").and_then(Value::as_str).is_some_and(|remark| remark.chars().count() > 256) {
            return Err(EndpointError::Invalid("remark"));
        }
        let name = members.get("endpoint_name").and_then(Value::as_str).map(str::to_owned);
        let name = name.unwrap_or_else(|| text(&self.records[place], "endpoint_name"));
        if current["endpoint_name"] != name.as_str() {
            self.use_name(&name)?;
        }
        let mut changed = self.records[place].clone();
        for member in current.as_object().map(Map::keys).into_iter().flatten() {
            let is_kept = REPORTED.contains(&member.as_str()) || self.ignored.contains(member);
            if !is_kept && !members.contains_key(member) {
                changed = changed.without(member);
            }
        }
        let defaults = [
            ("remark", Value::from("")),
            ("rpm", Value::Null),
            ("tpm", Value::Null),
            ("moderation", moderation.into()),
            ("endpoint_name", name.into()),
        ];
        let defaults = defaults.into_iter().filter(|(member, _)| !members.contains_key(*member));
        let given = members.iter().map(|(member, value)| (member.as_str(), value.clone()));
        for (member, value) in defaults.chain(given) {
            let is_fixed = REPORTED.contains(&member) || member == "agreement_id" || self.ignored.contains(member);
            if !is_fixed {
                changed = changed.raw(member, value);
            }
        }
        self.change(|records| records[place] = changed);
        Ok(())
    }

    /// Enables or disables an endpoint. The values of its status are the sandbox's choice.
    pub(crate) fn enable(&mut self, id: &str, enabled: bool) -> Result<(), EndpointError> {
        let place = self.place(id)?;
        let status = if enabled { "active" } else { "inactive" };
        self.change(|records| records[place] = records[place].clone().status(status));
        Ok(())
    }

    /// Deletes an endpoint. Its name stays used up.
    pub(crate) fn delete(&mut self, id: &str) -> Result<(), EndpointError> {
        let place = self.place(id)?;
        self.change(|records| drop(records.remove(place)));
        Ok(())
    }

    /// Changes an endpoint past the API, as somebody else would in the console.
    pub(crate) fn alter(&mut self, name: &str, alter: impl FnOnce(Endpoint) -> Endpoint) {
        let place = self.records.iter().position(|record| text(record, "endpoint_name") == name);
        let place = place.unwrap_or_else(|| panic!("no endpoint is named {name}"));
        self.records[place] = alter(self.records[place].clone());
        self.used_names.insert(text(&self.records[place], "endpoint_name"));
        self.render();
    }

    fn use_name(&mut self, name: &str) -> Result<(), EndpointError> {
        let is_inner = |c: char| c.is_alphanumeric() || "-_.".contains(c);
        let begins_well = name.starts_with(char::is_alphabetic);
        if !begins_well || !name.chars().all(is_inner) || name.chars().count() > 64 {
            return Err(EndpointError::InvalidName);
        }
        if self.used_names.insert(name.to_owned()) { Ok(()) } else { Err(EndpointError::NameTaken) }
    }

    fn place(&self, id: &str) -> Result<usize, EndpointError> {
        let place = self.records.iter().position(|record| text(record, "id") == id);
        place.ok_or(EndpointError::NotFound)
    }

    fn change(&mut self, change: impl FnOnce(&mut Vec<Endpoint>)) {
        let before = self.listing.body();
        change(&mut self.records);
        self.render();
        self.stale = Some((before, self.lag));
    }

    fn render(&mut self) {
        let shown = self.records.iter().filter(|record| !self.hidden.contains(&text(record, "id")));
        self.listing.replace(shown.cloned());
        let total = self.claimed_total.clone();
        self.listing.claim(total.unwrap_or_else(|| self.records.len().into()));
    }
}

/// The text of a member; empty if it has none.
fn text(record: &Endpoint, member: &str) -> String {
    record.to_json()[member].as_str().unwrap_or_default().to_owned()
}
