use std::sync::Arc;

use serde::Deserialize;

use super::documented::Answer;
use super::{Client, object, scalar};
use crate::huaweicloud::{Deadline, Error, Target};

impl Client {
    /// Lists the regions of ModelArts real-time services.
    ///
    /// `GET /v1/{project_id}/maas/services/custom-endpoint/regions`, see
    /// <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0019.html>.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::huaweicloud::ErrorKind).
    pub async fn list_regions(&self, target: &Target, deadline: Deadline) -> Result<Arc<RegionList>, Error> {
        self.get(target, &["services", "custom-endpoint", "regions"], &[], deadline).await
    }
}

/// The response of the region API. Missing and null members are `None` or empty. Undocumented members are ignored.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct RegionList {
    /// The regions.
    #[serde(deserialize_with = "object::list")]
    pub region_items: Vec<RegionInfo>,
}

impl Answer for RegionList {
    const MEMBERS: &'static [&'static str] = &["region_items"];
}

/// A region.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct RegionInfo {
    /// The ID, such as `cn-southwest-2`.
    #[serde(deserialize_with = "scalar::text")]
    pub region_id: Option<String>,
    /// The names of the region.
    #[serde(deserialize_with = "object::object")]
    pub locales: LocalInfo,
}

/// The names of a region by language.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct LocalInfo {
    /// The name in English.
    #[serde(deserialize_with = "scalar::text")]
    pub en_us: Option<String>,
    /// The name in Chinese.
    #[serde(deserialize_with = "scalar::text")]
    pub zh_cn: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maas::documented::Documented;

    fn read(json: &str) -> Result<RegionList, serde_json::Error> {
        serde_json::from_str(json).map(|Documented(list)| list)
    }

    #[test]
    fn documented_shape_then_ids_and_names_and_missing_ones_are_none() {
        let json = r#"{"region_items":[{"region_id":"cn-southwest-2","locales":{"en_us":"cn-southwest-2","zh_cn":"贵阳一"}},
            {"region_id":"cn-north-12","locales":null},{}]}"#;
        let list = read(json).expect("an answer");
        assert_eq!(list.region_items[0].locales.zh_cn.as_deref(), Some("贵阳一"));
        assert_eq!(list.region_items[1].locales, LocalInfo::default());
        assert_eq!(list.region_items[2], RegionInfo::default());
    }

    #[test]
    fn missing_null_and_unknown_members_then_empty_and_passed_over() {
        for json in ["{}", r#"{"region_items":null,"next":{"a":[1]}}"#, r#"{"region_items":[]}"#] {
            assert_eq!(read(json).expect("an answer"), RegionList::default(), "{json}");
        }
        let list = read(r#"{"region_items":[{"region_id":1,"locales":{"fr_fr":"x","en_us":null},"open":true}]}"#);
        let region = RegionInfo { region_id: Some("1".to_owned()), ..RegionInfo::default() };
        assert_eq!(list.expect("an answer").region_items, [region]);
    }

    #[test]
    fn anything_but_objects_where_they_belong_then_refused() {
        for json in [
            "[]",
            r#"{"region_items":{}}"#,
            r#"{"region_items":["cn-southwest-2"]}"#,
            r#"{"region_items":[["cn-southwest-2",{}]]}"#,
            r#"{"region_items":[{"region_id":[]}]}"#,
            r#"{"region_items":[{"locales":["en","zh"]}]}"#,
            r#"{"region_items":[{"locales":"en"}]}"#,
            r#"{"region_items":[{"locales":{"zh_cn":{}}}]}"#,
        ] {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
