use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::documented::Answer;
use super::{Client, object, scalar};
use crate::huaweicloud::{Deadline, Error, Target};

/// The path of the endpoints, below `/v1/{project_id}/maas`.
pub(super) const ENDPOINTS: [&str; 3] = ["services", "custom-endpoint", "endpoint"];

impl Client {
    /// Lists the custom endpoints of the account.
    ///
    /// `GET /v1/{project_id}/maas/services/custom-endpoint/endpoint`, see
    /// <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0015.html>.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::huaweicloud::ErrorKind).
    pub async fn list_endpoints(&self, target: &Target, deadline: Deadline) -> Result<Arc<EndpointList>, Error> {
        self.get(target, &ENDPOINTS, &[], deadline).await
    }
}

/// The endpoints with all their members, documented or not.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct EndpointMembers {
    #[serde(deserialize_with = "object::list")]
    pub(super) items: Vec<Map<String, Value>>,
}

impl Answer for EndpointMembers {
    const MEMBERS: &'static [&'static str] = EndpointList::MEMBERS;
}

/// The answer of the endpoint API. What is missing or null is `None` or empty here; what is not documented is passed over.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct EndpointList {
    /// How many endpoints the account has.
    #[serde(deserialize_with = "scalar::integer")]
    pub total: Option<i64>,
    /// How many it may have.
    #[serde(deserialize_with = "scalar::integer")]
    pub quantity_limit: Option<i64>,
    /// The endpoints.
    #[serde(deserialize_with = "object::list")]
    pub items: Vec<CustomEndpointInfo>,
}

impl Answer for EndpointList {
    const MEMBERS: &'static [&'static str] = &["items"];

    fn counts_none(&self) -> bool {
        self.total == Some(0)
    }
}

/// One custom endpoint.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct CustomEndpointInfo {
    /// The id.
    #[serde(deserialize_with = "scalar::text")]
    pub id: Option<String>,
    /// The name.
    #[serde(deserialize_with = "scalar::text")]
    pub endpoint_name: Option<String>,
    /// What it fronts: `custom_from_maas` or `custom_from_modelarts_v2`.
    #[serde(deserialize_with = "scalar::text")]
    pub source: Option<String>,
    /// The status.
    #[serde(deserialize_with = "scalar::text")]
    pub status: Option<String>,
    /// The status at the billing system.
    #[serde(deserialize_with = "scalar::text")]
    pub cbc_status: Option<String>,
    /// A remark of its maker.
    #[serde(deserialize_with = "scalar::text")]
    pub remark: Option<String>,
    /// Requests that it takes per minute, if that is limited.
    #[serde(deserialize_with = "scalar::integer")]
    pub rpm: Option<i64>,
    /// Tokens that it takes per minute, if that is limited.
    #[serde(deserialize_with = "scalar::integer")]
    pub tpm: Option<i64>,
    /// The built-in model that it calls.
    #[serde(deserialize_with = "scalar::text")]
    pub served_model_name: Option<String>,
    /// The version of that model.
    #[serde(deserialize_with = "scalar::text")]
    pub model_version_id: Option<String>,
    /// The id of the built-in service.
    #[serde(deserialize_with = "scalar::text")]
    pub resident_model_id: Option<String>,
    /// Whether content is moderated.
    #[serde(deserialize_with = "scalar::boolean")]
    pub moderation: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maas::documented::Documented;

    fn read(json: &str) -> Result<EndpointList, serde_json::Error> {
        serde_json::from_str(json).map(|Documented(list)| list)
    }

    #[test]
    fn every_documented_member_then_read() {
        let json = r#"{"total":1,"count":"1","quantity_limit":10,"items":[{"id":"i","source":"custom_from_maas","status":"s",
            "cbc_status":"c","endpoint_name":"n","remark":"r","rpm":60,"tpm":600,"served_model_name":"m",
            "model_version_id":"","resident_model_id":"x","moderation":true}]}"#;
        let text = |text: &str| Some(text.to_owned());
        let endpoint = CustomEndpointInfo {
            id: text("i"),
            endpoint_name: text("n"),
            source: text("custom_from_maas"),
            status: text("s"),
            cbc_status: text("c"),
            remark: text("r"),
            rpm: Some(60),
            tpm: Some(600),
            served_model_name: text("m"),
            model_version_id: text(""),
            resident_model_id: text("x"),
            moderation: Some(true),
        };
        let list = EndpointList { total: Some(1), quantity_limit: Some(10), items: vec![endpoint] };
        assert_eq!(read(json).expect("an answer"), list);
    }

    #[test]
    fn limits_null_or_numbers_and_moderation_in_any_form_then_read() {
        let read = |item: &str| read(&format!(r#"{{"total":"1","quantity_limit":"10","items":[{item}]}}"#));
        let list = read(r#"{"rpm":null,"tpm":600,"moderation":true}"#).expect("an answer");
        assert_eq!((list.quantity_limit, list.items[0].rpm, list.items[0].tpm), (Some(10), None, Some(600)));
        assert_eq!(list.items[0].moderation, Some(true));
        assert_eq!(read(r#"{"moderation":"false"}"#).expect("an answer").items[0].moderation, Some(false));
        assert!(read(r#"{"moderation":"maybe"}"#).is_err() && read(r#"{"moderation":1}"#).is_err());
    }

    #[test]
    fn missing_null_and_unknown_members_then_none_and_passed_over() {
        for json in ["{}", r#"{"items":null,"total":null,"quantity_limit":null,"x":{}}"#, r#"{"items":[]}"#] {
            assert_eq!(read(json).expect("an answer"), EndpointList::default(), "{json}");
        }
        let list = read(r#"{"items":[{"moderation":null,"remark":null,"region":"r","infer_service_id":"i"}]}"#);
        assert_eq!(list.expect("an answer").items, [CustomEndpointInfo::default()]);
    }

    #[test]
    fn anything_but_objects_and_scalars_where_they_belong_then_refused() {
        for json in [
            "[]",
            r#"{"items":{}}"#,
            r#"{"items":["a"]}"#,
            r#"{"items":[["i","custom_from_maas"]]}"#,
            r#"{"items":[{"endpoint_name":{}}]}"#,
            r#"{"items":[{"rpm":[]}]}"#,
            r#"{"items":[{"tpm":"many"}]}"#,
            r#"{"total":{}}"#,
        ] {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
