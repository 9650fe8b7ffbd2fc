//! One workspace as the API tells it, odd types included.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::seed;

/// Times of the documented example: milliseconds since the epoch.
const CREATE_TIME: i64 = 1_680_746_333_000;
const UPDATE_TIME: i64 = 1_764_128_642_000;

/// A workspace of a region: the seven documented fields, in the documented order, each open to being overridden with
/// any JSON or being left out.
///
/// ```
/// use maas_sandbox::Workspace;
/// use serde_json::json;
///
/// let odd = Workspace::named("alpha").raw("create_time", json!("1680746333000")).without("description");
/// assert_eq!(odd.to_json()["create_time"], json!("1680746333000"));
/// assert!(odd.to_json().get("description").is_none());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Workspace {
    fields: Vec<(Cow<'static, str>, Value)>,
}

impl Workspace {
    /// A workspace of that name. Its id is 32 hexadecimal digits made from the name (the same name, the same id), its
    /// description is empty, its owner is the seeded user, its times are those of the documented example, and its
    /// authentication type is `public`.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        let name = name.into();
        let fields = [
            ("id", Value::from(id_of(&name))),
            ("name", Value::from(name)),
            ("description", Value::from("")),
            ("owner", Value::from(seed::USER_NAME)),
            ("create_time", Value::from(CREATE_TIME)),
            ("update_time", Value::from(UPDATE_TIME)),
            ("auth_type", Value::from("public")),
        ];
        Self { fields: fields.map(|(field, value)| (Cow::Borrowed(field), value)).into() }
    }

    /// `count` workspaces, the same ones every time: names, ids and times differ from one to the next, and owners and
    /// authentication types take turns.
    pub fn many(count: usize) -> impl Iterator<Item = Self> {
        const OWNERS: [&str; 3] = ["alice", "bob", "mei"];
        const AUTH_TYPES: [&str; 3] = ["public", "private", "internal"];
        (0_i64..).take(count).enumerate().map(|(index, offset)| {
            Self::named(format!("workspace-{index:06}"))
                .description(format!("Workspace number {index}"))
                .owner(OWNERS[index % OWNERS.len()])
                .create_time(CREATE_TIME + offset * 1_000)
                .update_time(UPDATE_TIME + offset)
                .auth_type(AUTH_TYPES[index / OWNERS.len() % AUTH_TYPES.len()])
        })
    }

    /// Sets the id: `0` for the default workspace, else 32 lower-case hexadecimal digits in the real cloud.
    #[must_use]
    pub fn id(self, id: impl Into<String>) -> Self {
        self.raw("id", Value::from(id.into()))
    }

    /// Sets the description.
    #[must_use]
    pub fn description(self, description: impl Into<String>) -> Self {
        self.raw("description", Value::from(description.into()))
    }

    /// Sets the owner: the name of an account or of a user.
    #[must_use]
    pub fn owner(self, owner: impl Into<String>) -> Self {
        self.raw("owner", Value::from(owner.into()))
    }

    /// Sets the creation time, in milliseconds since the epoch.
    #[must_use]
    pub fn create_time(self, milliseconds: i64) -> Self {
        self.raw("create_time", Value::from(milliseconds))
    }

    /// Sets the time of the last update, in milliseconds since the epoch.
    #[must_use]
    pub fn update_time(self, milliseconds: i64) -> Self {
        self.raw("update_time", Value::from(milliseconds))
    }

    /// Sets the authentication type: `public`, `private` or `internal` in the real cloud.
    #[must_use]
    pub fn auth_type(self, auth_type: impl Into<String>) -> Self {
        self.raw("auth_type", Value::from(auth_type.into()))
    }

    /// Sets any field, documented or not, to any JSON: a number where a string belongs, `null`, an object...
    #[must_use]
    pub fn raw(mut self, field: impl Into<String>, value: impl Into<Value>) -> Self {
        let (field, value) = (field.into(), value.into());
        match self.fields.iter_mut().find(|(name, _)| *name == field) {
            Some((_, old)) => *old = value,
            None => self.fields.push((Cow::Owned(field), value)),
        }
        self
    }

    /// Leaves a field out of the answer altogether.
    #[must_use]
    pub fn without(mut self, field: &str) -> Self {
        self.fields.retain(|(name, _)| name != field);
        self
    }

    /// The workspace as the answer holds it, for a test to compare with.
    #[must_use]
    pub fn to_json(&self) -> Value {
        self.fields.iter().map(|(field, value)| (field.clone().into_owned(), value.clone())).collect()
    }
}

impl Serialize for Workspace {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.fields.iter().map(|(field, value)| (field, value)))
    }
}

/// A stable id for a name: its 128-bit FNV-1a hash.
fn id_of(name: &str) -> String {
    const OFFSET_BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let hash = name.bytes().fold(OFFSET_BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
    format!("{hash:032x}")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_name_given_then_every_documented_field_in_documented_order() {
        let text = serde_json::to_string(&Workspace::named("alpha").id("0")).expect("JSON");
        assert_eq!(
            text,
            r#"{"id":"0","name":"alpha","description":"","owner":"sandbox-user","create_time":1680746333000,"update_time":1764128642000,"auth_type":"public"}"#
        );
    }

    #[test]
    fn every_setter_used_then_every_field_changed() {
        let workspace = Workspace::named("alpha")
            .id("7")
            .description("first")
            .owner("bob")
            .create_time(1)
            .update_time(2)
            .auth_type("private");
        assert_eq!(
            workspace.to_json(),
            json!({
                "id": "7", "name": "alpha", "description": "first", "owner": "bob",
                "create_time": 1, "update_time": 2, "auth_type": "private",
            })
        );
    }

    #[test]
    fn raw_value_for_a_known_field_then_it_is_replaced_in_place() {
        let workspace = Workspace::named("alpha").raw("owner", Value::Null).raw("create_time", "1680746333000");
        assert_eq!(workspace.to_json()["owner"], Value::Null);
        assert_eq!(workspace.to_json()["create_time"], json!("1680746333000"));
        assert_eq!(workspace.fields.len(), 7);
    }

    #[test]
    fn raw_value_for_an_unknown_field_then_it_is_added() {
        let workspace = Workspace::named("alpha").raw("status_info", json!({"code": 1}));
        assert_eq!(workspace.to_json()["status_info"]["code"], 1);
    }

    #[test]
    fn field_left_out_then_it_is_absent_rather_than_null() {
        let workspace = Workspace::named("alpha").without("description");
        assert_eq!(workspace.to_json().get("description"), None);
    }

    #[test]
    fn same_name_twice_then_same_id_and_other_name_then_other_id() {
        assert_eq!(Workspace::named("alpha"), Workspace::named("alpha"));
        assert_ne!(Workspace::named("alpha").to_json()["id"], Workspace::named("beta").to_json()["id"]);
    }

    #[test]
    fn name_hashed_then_the_published_fnv_1a_value() {
        assert_eq!(id_of(""), "6c62272e07bb014262b821756295c58d");
        assert_eq!(id_of("a"), "d228cb696f1a8caf78912b704e4a8964");
    }

    #[test]
    fn many_asked_for_then_that_many_distinct_ids_and_the_same_ones_each_time() {
        let ids = Workspace::many(1_000).map(|one| one.to_json()["id"].to_string()).collect::<HashSet<_>>();
        assert_eq!(ids.len(), 1_000);
        assert_eq!(Workspace::many(20).collect::<Vec<_>>(), Workspace::many(20).collect::<Vec<_>>());
    }

    #[test]
    fn nine_generated_then_every_pair_of_owner_and_auth_type_occurs() {
        let pairs =
            Workspace::many(9).map(|one| (one.to_json()["owner"].to_string(), one.to_json()["auth_type"].to_string()));
        assert_eq!(pairs.collect::<HashSet<_>>().len(), 9);
    }
}
