//! One workspace as the API tells it, odd types included.

use serde_json::Value;

use super::{CREATE_TIME, Listed, OWNER, UPDATE_TIME, fields::Fields, id, record};

record! {
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
    Workspace
}

impl Workspace {
    /// A workspace of that name. Its id is 32 hexadecimal digits made from the name (the same name, the same id), its
    /// description is empty, its owner is the seeded user, its times are those of the documented example, and its
    /// authentication type is `public`.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        let name = name.into();
        let fields = [
            ("id", Value::from(id::plain(&name))),
            ("name", Value::from(name)),
            ("description", Value::from("")),
            ("owner", Value::from(OWNER)),
            ("create_time", Value::from(CREATE_TIME)),
            ("update_time", Value::from(UPDATE_TIME)),
            ("auth_type", Value::from("public")),
        ];
        Self(Fields::new(fields))
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
        self.raw("id", id.into())
    }

    /// Sets the description.
    #[must_use]
    pub fn description(self, description: impl Into<String>) -> Self {
        self.raw("description", description.into())
    }

    /// Sets the owner: the name of an account or of a user.
    #[must_use]
    pub fn owner(self, owner: impl Into<String>) -> Self {
        self.raw("owner", owner.into())
    }

    /// Sets the creation time, in milliseconds since the epoch.
    #[must_use]
    pub fn create_time(self, milliseconds: i64) -> Self {
        self.raw("create_time", milliseconds)
    }

    /// Sets the time of the last update, in milliseconds since the epoch.
    #[must_use]
    pub fn update_time(self, milliseconds: i64) -> Self {
        self.raw("update_time", milliseconds)
    }

    /// Sets the authentication type: `public`, `private` or `internal` in the real cloud.
    #[must_use]
    pub fn auth_type(self, auth_type: impl Into<String>) -> Self {
        self.raw("auth_type", auth_type.into())
    }
}

impl Listed for Workspace {
    fn answer(items: &str, count: usize, total: &Value) -> String {
        format!(r#"{{"total_count":{total},"count":{count},"workspaces":[{items}]}}"#)
    }
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
    fn same_name_twice_then_same_id_and_other_name_then_other_id() {
        assert_eq!(Workspace::named("alpha"), Workspace::named("alpha"));
        assert_ne!(Workspace::named("alpha").to_json()["id"], Workspace::named("beta").to_json()["id"]);
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
