use std::sync::Arc;

use serde::Deserialize;

use super::{Client, object, scalar};
use crate::huaweicloud::{Deadline, Error, Target};

impl Client {
    /// Lists the ModelArts inference services in a workspace of a region; in the default workspace if none is given.
    ///
    /// `GET /v1/{project_id}/maas/services/custom-endpoint/services/{region_id}?workspace_id=`, see
    /// <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0021.html>.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::huaweicloud::ErrorKind).
    pub async fn list_services(
        &self,
        target: &Target,
        region_id: &str,
        workspace_id: Option<&str>,
        deadline: Deadline,
    ) -> Result<Arc<ServiceList>, Error> {
        let query: Vec<_> = workspace_id.map(|id| ("workspace_id", id)).into_iter().collect();
        self.get(target, &["services", "custom-endpoint", "services", region_id], &query, deadline).await
    }
}

/// The answer of the service API. What is missing or null is `None` or empty here; what is not documented is passed over.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct ServiceList {
    /// How many services there are.
    #[serde(deserialize_with = "scalar::integer")]
    pub total: Option<i64>,
    /// How many pages they fill.
    #[serde(deserialize_with = "scalar::integer")]
    pub pages: Option<i64>,
    /// The services.
    #[serde(deserialize_with = "object::list")]
    pub data: Vec<InferServerInfo>,
}

/// One inference service.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct InferServerInfo {
    /// The id, which custom endpoints know as `infer_service_id`.
    #[serde(deserialize_with = "scalar::text")]
    pub id: Option<String>,
    /// The name.
    #[serde(deserialize_with = "scalar::text")]
    pub name: Option<String>,
    /// The status, such as `RUNNING`.
    #[serde(deserialize_with = "scalar::text")]
    pub status: Option<String>,
    /// The version that serves.
    #[serde(deserialize_with = "scalar::text")]
    pub version: Option<String>,
    /// How many versions there are.
    #[serde(deserialize_with = "scalar::integer")]
    pub version_count: Option<i64>,
    /// The description.
    #[serde(deserialize_with = "scalar::text")]
    pub description: Option<String>,
    /// The kind, such as `REAL_TIME`.
    #[serde(deserialize_with = "scalar::text", rename = "type")]
    pub kind: Option<String>,
    /// How it is deployed, such as `SINGLE`.
    #[serde(deserialize_with = "scalar::text")]
    pub deploy_type: Option<String>,
    /// The user who made it.
    #[serde(deserialize_with = "scalar::text")]
    pub user_name: Option<String>,
    /// The workspace that it is in.
    #[serde(deserialize_with = "scalar::text")]
    pub workspace_id: Option<String>,
    /// When it was made, in milliseconds since 1970 in all known answers.
    #[serde(deserialize_with = "scalar::text")]
    pub create_at: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maas::object::Object;

    #[test]
    fn counts_and_times_as_texts_or_numbers_then_read_alike() {
        let read = |json: &str| serde_json::from_str::<Object<ServiceList>>(json).map(|Object(list)| list);
        let texts = r#"{"total":"1","pages":"1","data":[{"version_count":"2","create_at":"1700000000000","type":"REAL_TIME"}]}"#;
        let numbers =
            r#"{"total":1,"pages":1,"data":[{"version_count":2,"create_at":1700000000000,"type":"REAL_TIME"}]}"#;
        let list = read(texts).expect("an answer");
        assert_eq!(list, read(numbers).expect("an answer"));
        assert_eq!((list.data[0].version_count, list.data[0].kind.as_deref()), (Some(2), Some("REAL_TIME")));
    }
}
