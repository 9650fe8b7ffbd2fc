use std::sync::Arc;

use serde::Deserialize;

use super::documented::Answer;
use super::{Client, object, scalar};
use crate::huaweicloud::{Deadline, Error, Target};

impl Client {
    /// Lists the ModelArts inference services in a workspace of a region. The workspace defaults to the default workspace.
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

/// The response of the service API. Missing and null members are `None` or empty. Undocumented members are ignored.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct ServiceList {
    /// The total number of services.
    #[serde(deserialize_with = "scalar::integer")]
    pub total: Option<i64>,
    /// The number of pages.
    #[serde(deserialize_with = "scalar::integer")]
    pub pages: Option<i64>,
    /// The services.
    #[serde(deserialize_with = "object::list")]
    pub data: Vec<InferServerInfo>,
}

impl Answer for ServiceList {
    const MEMBERS: &'static [&'static str] = &["data"];

    fn counts_none(&self) -> bool {
        self.total == Some(0)
    }
}

/// An inference service.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct InferServerInfo {
    /// The ID, which custom endpoints refer to as `infer_service_id`.
    #[serde(deserialize_with = "scalar::text")]
    pub id: Option<String>,
    /// The name.
    #[serde(deserialize_with = "scalar::text")]
    pub name: Option<String>,
    /// The status, such as `RUNNING`.
    #[serde(deserialize_with = "scalar::text")]
    pub status: Option<String>,
    /// The deployed version.
    #[serde(deserialize_with = "scalar::text")]
    pub version: Option<String>,
    /// The number of versions.
    #[serde(deserialize_with = "scalar::integer")]
    pub version_count: Option<i64>,
    /// The description.
    #[serde(deserialize_with = "scalar::text")]
    pub description: Option<String>,
    /// The type, such as `REAL_TIME`.
    #[serde(deserialize_with = "scalar::text", rename = "type")]
    pub kind: Option<String>,
    /// The deployment type, such as `SINGLE`.
    #[serde(deserialize_with = "scalar::text")]
    pub deploy_type: Option<String>,
    /// The name of the user who created the service.
    #[serde(deserialize_with = "scalar::text")]
    pub user_name: Option<String>,
    /// The ID of the workspace.
    #[serde(deserialize_with = "scalar::text")]
    pub workspace_id: Option<String>,
    /// The creation time, in milliseconds since 1970 in all known responses.
    #[serde(deserialize_with = "scalar::text")]
    pub create_at: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maas::documented::Documented;

    fn read(json: &str) -> Result<ServiceList, serde_json::Error> {
        serde_json::from_str(json).map(|Documented(list)| list)
    }

    #[test]
    fn every_documented_member_then_read() {
        let json = r#"{"data":[{"id":"i","name":"n","status":"RUNNING","version":"0.0.1","version_count":1,"description":"",
            "type":"REAL_TIME","deploy_type":"SINGLE","user_name":"u","workspace_id":"0","create_at":1700000000000}],
            "pages":1,"total":1}"#;
        let text = |text: &str| Some(text.to_owned());
        let service = InferServerInfo {
            id: text("i"),
            name: text("n"),
            status: text("RUNNING"),
            version: text("0.0.1"),
            version_count: Some(1),
            description: text(""),
            kind: text("REAL_TIME"),
            deploy_type: text("SINGLE"),
            user_name: text("u"),
            workspace_id: text("0"),
            create_at: text("1700000000000"),
        };
        let list = ServiceList { total: Some(1), pages: Some(1), data: vec![service] };
        assert_eq!(read(json).expect("an answer"), list);
    }

    #[test]
    fn counts_and_times_as_texts_or_numbers_then_read_alike() {
        let texts = r#"{"total":"1","pages":"1","data":[{"version_count":"2","create_at":"1700000000000","type":"REAL_TIME"}]}"#;
        let numbers =
            r#"{"total":1,"pages":1,"data":[{"version_count":2,"create_at":1700000000000,"type":"REAL_TIME"}]}"#;
        let list = read(texts).expect("an answer");
        assert_eq!(list, read(numbers).expect("an answer"));
        assert_eq!((list.data[0].version_count, list.data[0].kind.as_deref()), (Some(2), Some("REAL_TIME")));
    }

    #[test]
    fn missing_null_and_unknown_members_then_none_and_passed_over() {
        for json in ["{}", r#"{"data":null,"total":null,"pages":null,"size":[1]}"#, r#"{"data":[]}"#] {
            assert_eq!(read(json).expect("an answer"), ServiceList::default(), "{json}");
        }
        let list = read(r#"{"data":[{"version_count":null,"type":null,"schedule":[{}],"tags":null}]}"#);
        assert_eq!(list.expect("an answer").data, [InferServerInfo::default()]);
    }

    #[test]
    fn anything_but_objects_and_scalars_where_they_belong_then_refused() {
        for json in [
            "[]",
            r#"{"data":{}}"#,
            r#"{"data":["a"]}"#,
            r#"{"data":[["i","n"]]}"#,
            r#"{"data":[{"id":{}}]}"#,
            r#"{"data":[{"create_at":[]}]}"#,
            r#"{"data":[{"version_count":"many"}]}"#,
            r#"{"total":1.5}"#,
            r#"{"pages":{}}"#,
        ] {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
