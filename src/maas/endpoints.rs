use std::sync::Arc;

use serde::Deserialize;

use super::{Client, object, scalar};
use crate::huaweicloud::{Deadline, Error, Target};

impl Client {
    /// Lists the custom endpoints of the account.
    ///
    /// `GET /v1/{project_id}/maas/services/custom-endpoint/endpoint`, see
    /// <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0015.html>.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::huaweicloud::ErrorKind).
    pub async fn list_endpoints(&self, target: &Target, deadline: Deadline) -> Result<Arc<EndpointList>, Error> {
        self.get(target, &["services", "custom-endpoint", "endpoint"], &[], deadline).await
    }
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
    use crate::maas::object::Object;

    #[test]
    fn limits_null_or_numbers_and_moderation_in_any_form_then_read() {
        let read = |item: &str| {
            let json = format!(r#"{{"total":1,"count":"1","quantity_limit":"10","items":[{item}]}}"#);
            serde_json::from_str::<Object<EndpointList>>(&json).map(|Object(list)| list)
        };
        let list = read(r#"{"rpm":null,"tpm":600,"moderation":true}"#).expect("an answer");
        assert_eq!((list.quantity_limit, list.items[0].rpm, list.items[0].tpm), (Some(10), None, Some(600)));
        assert_eq!(list.items[0].moderation, Some(true));
        assert_eq!(read(r#"{"moderation":"false"}"#).expect("an answer").items[0].moderation, Some(false));
        assert!(read(r#"{"moderation":"maybe"}"#).is_err() && read(r#"{"moderation":1}"#).is_err());
    }
}
