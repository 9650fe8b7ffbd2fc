//! One real-time service.

use serde_json::Value;

use super::{CREATE_TIME, DEFAULT_WORKSPACE_ID, Listed, OWNER, fields::Fields, id, record};

record! {
    /// A `ModelArts` real-time service: the documented fields, in the documented order. `version_count` and `create_at`
    /// are integers, as the service they come from sends them, whatever the table says.
    Service
}

impl Service {
    /// A service of that name in the default workspace: running, in real time, of one version, made by the seeded user.
    /// Its id is made from its name.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        let name = name.into();
        Self(Fields::new([
            ("id", Value::from(Self::id_of(&name))),
            ("name", Value::from(name)),
            ("status", Value::from("RUNNING")),
            ("version", Value::from("0.0.1")),
            ("version_count", Value::from(1)),
            ("description", Value::from("")),
            ("type", Value::from("REAL_TIME")),
            ("deploy_type", Value::from("SINGLE")),
            ("user_name", Value::from(OWNER)),
            ("workspace_id", Value::from(DEFAULT_WORKSPACE_ID)),
            ("create_at", Value::from(CREATE_TIME)),
        ]))
    }

    /// The id that a service of that name has unless it is given another one.
    #[must_use]
    pub fn id_of(name: &str) -> String {
        id::dashed("service", name)
    }

    /// Sets the id: a UUID in the real cloud.
    #[must_use]
    pub fn id(self, id: impl Into<String>) -> Self {
        self.raw("id", id.into())
    }

    /// Sets the status: `RUNNING`, `STOPPED`, `FAILED`, `DEPLOYING`, `CONCERNING`... in the real cloud.
    #[must_use]
    pub fn status(self, status: impl Into<String>) -> Self {
        self.raw("status", status.into())
    }

    /// Sets the current version, and how many there are.
    #[must_use]
    pub fn version(self, version: impl Into<String>, version_count: u32) -> Self {
        self.raw("version", version.into()).raw("version_count", version_count)
    }

    /// Sets the description.
    #[must_use]
    pub fn description(self, description: impl Into<String>) -> Self {
        self.raw("description", description.into())
    }

    /// Sets the field `type`: `REAL_TIME` or `ASYNC_REAL_TIME` in the real cloud.
    #[must_use]
    pub fn service_type(self, service_type: impl Into<String>) -> Self {
        self.raw("type", service_type.into())
    }

    /// Sets how it is deployed: `SINGLE` or `MULTI` in the real cloud.
    #[must_use]
    pub fn deploy_type(self, deploy_type: impl Into<String>) -> Self {
        self.raw("deploy_type", deploy_type.into())
    }

    /// Sets the name of the user who made it.
    #[must_use]
    pub fn user_name(self, user_name: impl Into<String>) -> Self {
        self.raw("user_name", user_name.into())
    }

    /// Sets the id of its workspace, as it tells it; where it is listed is another matter.
    #[must_use]
    pub fn workspace_id(self, workspace_id: impl Into<String>) -> Self {
        self.raw("workspace_id", workspace_id.into())
    }

    /// Sets the creation time, in milliseconds since the epoch.
    #[must_use]
    pub fn create_at(self, milliseconds: i64) -> Self {
        self.raw("create_at", milliseconds)
    }
}

impl Listed for Service {
    /// `pages` is how many pages of this size the total takes, which is the sandbox's choice: neither a page's size nor a
    /// way to ask for the next page is documented.
    fn answer(items: &str, count: usize, total: &Value) -> String {
        let pages = total.as_u64().map_or(1, |total| total.div_ceil(count.max(1) as u64));
        format!(r#"{{"data":[{items}],"pages":{pages},"total":{total}}}"#)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_name_given_then_every_documented_field_in_documented_order() {
        let text = serde_json::to_string(&Service::named("alpha").id("1")).expect("JSON");
        assert_eq!(
            text,
            r#"{"id":"1","name":"alpha","status":"RUNNING","version":"0.0.1","version_count":1,"description":"","type":"REAL_TIME","deploy_type":"SINGLE","user_name":"sandbox-user","workspace_id":"0","create_at":1680746333000}"#
        );
    }

    #[test]
    fn every_setter_used_then_every_field_changed() {
        let service = Service::named("alpha")
            .id("7")
            .status("FAILED")
            .version("0.0.2", 2)
            .description("first")
            .service_type("ASYNC_REAL_TIME")
            .deploy_type("MULTI")
            .user_name("bob")
            .workspace_id("8")
            .create_at(1);
        assert_eq!(
            service.to_json(),
            json!({
                "id": "7", "name": "alpha", "status": "FAILED", "version": "0.0.2", "version_count": 2,
                "description": "first", "type": "ASYNC_REAL_TIME", "deploy_type": "MULTI", "user_name": "bob",
                "workspace_id": "8", "create_at": 1,
            })
        );
    }

    #[test]
    fn total_beyond_what_is_listed_then_that_many_pages() {
        let pages = |count, total: Value| {
            let answer = serde_json::from_str::<Value>(&Service::answer("", count, &total)).expect("JSON");
            answer["pages"].as_u64().expect("a number")
        };
        assert_eq!((pages(0, json!(0)), pages(3, json!(3)), pages(10, json!(21))), (0, 1, 3));
        assert_eq!(pages(3, json!("many")), 1);
    }
}
