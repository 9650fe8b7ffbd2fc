//! One custom endpoint.

use serde_json::Value;

use super::{Service, fields::Fields, id, record};

record! {
    /// A custom endpoint: the documented fields, in the documented order. The documentation that is known breaks off behind
    /// `moderation`, and names no values of the two states: those are the sandbox's choice.
    Endpoint
}

/// The built-in model of an endpoint that is not given another one.
const DEFAULT_MODEL: &str = "sandbox-chat-32k";

impl Endpoint {
    /// An endpoint of that name for a built-in service of `MaaS`: active, moderated, without limits of its own. Its id
    /// is made from its name.
    #[must_use]
    pub fn named(endpoint_name: impl Into<String>) -> Self {
        let name = endpoint_name.into();
        Self(Fields::new([
            ("id", Value::from(id::dashed("endpoint", &name))),
            ("source", Value::from("custom_from_maas")),
            ("status", Value::from("active")),
            ("cbc_status", Value::from("normal")),
            ("endpoint_name", Value::from(name)),
            ("remark", Value::from("")),
            ("rpm", Value::Null),
            ("tpm", Value::Null),
            ("served_model_name", Value::from(DEFAULT_MODEL)),
            ("model_version_id", Value::from("")),
            ("resident_model_id", Value::from(id::dashed("model", DEFAULT_MODEL))),
            ("moderation", Value::from(true)),
        ]))
    }

    /// Makes it an endpoint for the built-in model of that name.
    #[must_use]
    pub fn for_model(self, model_name: &str) -> Self {
        self.raw("served_model_name", model_name).raw("resident_model_id", id::dashed("model", model_name))
    }

    /// Makes it an endpoint for the `ModelArts` real-time service of that name in that region, instead of a built-in one.
    /// That it tells the service's region and id, by the names of the request that makes an endpoint, is the sandbox's
    /// choice.
    #[must_use]
    pub fn for_service(self, region: &str, service_name: &str) -> Self {
        self.for_unnamed_service().raw("region", region).raw("infer_service_id", Service::id_of(service_name))
    }

    /// Makes it an endpoint for a `ModelArts` real-time service that it does not tell, as the service does of those that
    /// it creates.
    #[must_use]
    pub fn for_unnamed_service(self) -> Self {
        self.raw("source", "custom_from_modelarts_v2").raw("served_model_name", "").raw("resident_model_id", "")
    }

    /// Whether this is the endpoint's id.
    pub(crate) fn has_id(&self, id: &str) -> bool {
        self.text("id") == Some(id)
    }

    /// Sets the id: a UUID in the real cloud.
    #[must_use]
    pub fn id(self, id: impl Into<String>) -> Self {
        self.raw("id", id.into())
    }

    /// Sets the source: `custom_from_maas` or `custom_from_modelarts_v2` in the real cloud.
    #[must_use]
    pub fn source(self, source: impl Into<String>) -> Self {
        self.raw("source", source.into())
    }

    /// Sets the state.
    #[must_use]
    pub fn status(self, status: impl Into<String>) -> Self {
        self.raw("status", status.into())
    }

    /// Sets the state of its billing.
    #[must_use]
    pub fn cbc_status(self, cbc_status: impl Into<String>) -> Self {
        self.raw("cbc_status", cbc_status.into())
    }

    /// Sets the remark.
    #[must_use]
    pub fn remark(self, remark: impl Into<String>) -> Self {
        self.raw("remark", remark.into())
    }

    /// Sets how many requests a minute it takes.
    #[must_use]
    pub fn rpm(self, requests: u64) -> Self {
        self.raw("rpm", requests)
    }

    /// Sets how many tokens a minute it takes.
    #[must_use]
    pub fn tpm(self, tokens: u64) -> Self {
        self.raw("tpm", tokens)
    }

    /// Sets the name of the built-in model that is called.
    #[must_use]
    pub fn served_model_name(self, name: impl Into<String>) -> Self {
        self.raw("served_model_name", name.into())
    }

    /// Sets whether what goes through it is moderated.
    #[must_use]
    pub fn moderation(self, moderation: bool) -> Self {
        self.raw("moderation", moderation)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_name_given_then_every_documented_field_in_documented_order() {
        let endpoint = Endpoint::named("alpha").id("1").raw("resident_model_id", "2");
        assert_eq!(
            serde_json::to_string(&endpoint).expect("JSON"),
            r#"{"id":"1","source":"custom_from_maas","status":"active","cbc_status":"normal","endpoint_name":"alpha","remark":"","rpm":null,"tpm":null,"served_model_name":"sandbox-chat-32k","model_version_id":"","resident_model_id":"2","moderation":true}"#
        );
    }

    #[test]
    fn every_setter_used_then_every_field_changed() {
        let endpoint = Endpoint::named("alpha")
            .id("7")
            .source("system")
            .status("inactive")
            .cbc_status("frozen")
            .remark("first")
            .rpm(1)
            .tpm(2)
            .served_model_name("m")
            .moderation(false)
            .without("resident_model_id");
        assert_eq!(
            endpoint.to_json(),
            json!({
                "id": "7", "source": "system", "status": "inactive", "cbc_status": "frozen", "endpoint_name": "alpha",
                "remark": "first", "rpm": 1, "tpm": 2, "served_model_name": "m", "model_version_id": "",
                "moderation": false,
            })
        );
    }

    #[test]
    fn for_a_service_then_it_tells_which_and_no_model() {
        let endpoint = Endpoint::named("alpha").for_service("r", "scoring").to_json();
        assert_eq!(endpoint["source"], "custom_from_modelarts_v2");
        assert_eq!(
            (&endpoint["region"], &endpoint["infer_service_id"]),
            (&json!("r"), &Service::named("scoring").to_json()["id"])
        );
        assert_eq!(endpoint["served_model_name"], "");
    }
}
