//! API keys, with which applications call models and endpoints.

use std::collections::HashSet;

use reqwest::Method;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::client::Call;
use super::documented::Answer;
use super::members::{changeable, is_complete, text_in};
use super::writes::Patience;
use super::{Client, object, scalar};
use crate::huaweicloud::{Deadline, Error, Target};

/// The path of the API keys, below `/{version}/{project_id}/maas`.
const API_KEYS: [&str; 2] = ["api-auth", "api-keys"];

/// Names under which a response may give the plain key: none is documented.
const KEY_MEMBERS: [&str; 4] = ["api_key", "apiKey", "key", "secret"];

/// Members of a key that the API only reports, beside times. A `PUT` leaves them out.
const REPORTED: [&str; 2] = ["status", "last_used_at"];

/// How many keys a page has: the service's default. An account may have 30.
const PAGE: usize = 30;

/// No account has this many pages of keys.
const MOST_PAGES: usize = 100;

/// What a request says of a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiKeySettings {
    /// A description; empty if there is none.
    pub description: String,
    /// The addresses from which the key may be used: single ones, ranges and CIDR blocks. From everywhere if `None`.
    pub ip_whitelist: Option<Vec<String>>,
}

/// A key that was just created.
#[derive(Clone, Debug, Default)]
pub struct CreatedApiKey {
    /// The id, if the response gives it.
    pub id: Option<String>,
    /// The label, if the response gives it.
    pub label: Option<String>,
    /// The key, which no other response ever gives.
    pub api_key: Option<SecretString>,
}

impl Client {
    /// Creates an API key. The request is sent once. The key is in no error and no log of this session.
    ///
    /// `POST /v2/{project_id}/maas/api-auth/api-keys`, see
    /// <https://support.huaweicloud.com/intl/en-us/api-maas/CreateApiKeV2.html>.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::huaweicloud::ErrorKind) and [`Error::write_outcome`].
    pub async fn create_api_key(
        &self,
        target: &Target,
        label: Option<&str>,
        settings: &ApiKeySettings,
        patience: &Patience,
    ) -> Result<CreatedApiKey, Error> {
        let mut body = members_of(settings);
        body.extend(label.map(|label| ("label".to_owned(), label.into())));
        let body = Value::Object(body);
        let call = Call {
            method: Method::POST,
            version: "v2",
            path: &API_KEYS,
            body: Some(&body),
            secret_members: &KEY_MEMBERS,
        };
        let response = self.call(target, call, patience).await?;
        Ok(response.as_ref().map(created).unwrap_or_default())
    }

    /// Changes an API key. Members that are not modelled go back as they came.
    ///
    /// `PUT /v2/{project_id}/maas/api-auth/api-keys/{key_id}`, see
    /// <https://support.huaweicloud.com/intl/zh-cn/api-maas/UpdateApiKeyV2.html>.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::huaweicloud::ErrorKind).
    pub async fn update_api_key(
        &self,
        target: &Target,
        id: &str,
        current: &ApiKeyInfo,
        settings: &ApiKeySettings,
        patience: &Patience,
    ) -> Result<(), Error> {
        let mut body = changeable(&current.other, &REPORTED);
        body.extend(members_of(settings));
        let (body, path) = (Value::Object(body), [&API_KEYS[..], &[id]].concat());
        self.write(target, Method::PUT, "v2", &path, Some(&body), patience).await.map(drop)
    }

    /// Deletes an API key.
    ///
    /// `DELETE /v1/{project_id}/maas/api-auth/api-keys/{key_id}`, see
    /// <https://support.huaweicloud.com/intl/zh-cn/api-maas/DeleteApiKey.html>. Other calls for keys have version 2.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::huaweicloud::ErrorKind).
    pub async fn delete_api_key(&self, target: &Target, id: &str, patience: &Patience) -> Result<(), Error> {
        let path = [&API_KEYS[..], &[id]].concat();
        self.write(target, Method::DELETE, "v1", &path, None, patience).await.map(drop)
    }

    /// Lists the API keys of the account in the region of the target, all pages of them.
    ///
    /// `GET /v2/{project_id}/maas/api-auth/api-keys?limit=&offset=`, see
    /// <https://support.huaweicloud.com/intl/zh-cn/api-maas/ListApiKeysV2.html>.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::huaweicloud::ErrorKind).
    pub async fn list_api_keys(&self, target: &Target, deadline: Deadline) -> Result<ApiKeyList, Error> {
        let (mut list, mut ids, limit) = (ApiKeyList::default(), HashSet::new(), PAGE.to_string());
        for page in 0..MOST_PAGES {
            let offset = (page * PAGE).to_string();
            let query = [("limit", limit.as_str()), ("offset", offset.as_str())];
            let answer = self.get_at::<ApiKeyPage>("v2", target, &API_KEYS, &query, deadline).await?;
            list.total = answer.api_key_list.total;
            list.user_api_key_quota = answer.user_api_key_quota.or(list.user_api_key_quota);
            let items = &answer.api_key_list.items;
            // Keys that are created meanwhile move others to the next page.
            let new = items.iter().filter(|key| key.id.as_ref().is_none_or(|id| ids.insert(id.clone())));
            let before = list.items.len();
            list.items.extend(new.cloned());
            let is_last = items.len() < PAGE || list.items.len() == before;
            if is_last || list.is_complete() {
                break;
            }
        }
        Ok(list)
    }
}

/// All keys of an account in a region.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ApiKeyList {
    /// How many keys the account has.
    pub total: Option<i64>,
    /// How many it may have.
    pub user_api_key_quota: Option<i64>,
    /// The keys, in the order of the service.
    pub items: Vec<ApiKeyInfo>,
}

impl ApiKeyList {
    /// Whether the list has all keys, as far as it says: absence from another one proves nothing.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        is_complete(self.total, self.items.iter().map(|key| &key.id))
    }
}

/// One page of the keys.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct ApiKeyPage {
    #[serde(deserialize_with = "object::object")]
    api_key_list: ApiKeyItems,
    #[serde(deserialize_with = "scalar::integer")]
    user_api_key_quota: Option<i64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct ApiKeyItems {
    #[serde(deserialize_with = "object::list")]
    items: Vec<ApiKeyInfo>,
    #[serde(deserialize_with = "scalar::integer")]
    total: Option<i64>,
}

impl Answer for ApiKeyPage {
    const MEMBERS: &'static [&'static str] = &["api_key_list"];
}

/// An API key, without its secret.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
pub struct ApiKeyInfo {
    /// The id.
    #[serde(deserialize_with = "scalar::text")]
    pub id: Option<String>,
    /// The label, unique in the account.
    #[serde(deserialize_with = "scalar::text")]
    pub label: Option<String>,
    /// The key with most of its characters replaced.
    #[serde(rename = "api_key", deserialize_with = "scalar::text")]
    pub masked_api_key: Option<String>,
    /// The description.
    #[serde(deserialize_with = "scalar::text")]
    pub description: Option<String>,
    /// Whether the key may be used from every address.
    #[serde(deserialize_with = "scalar::boolean")]
    pub allow_all: Option<bool>,
    /// The addresses from which the key may be used.
    pub ip_whitelist: Option<Vec<String>>,
    /// When the key was created, as the service spells it.
    #[serde(alias = "created_at", alias = "create_time", deserialize_with = "scalar::text")]
    pub create_at: Option<String>,
    /// Members that are not modelled.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What a request says of these settings. All of it is sent: a `PUT` resets what it leaves out.
fn members_of(ApiKeySettings { description, ip_whitelist }: &ApiKeySettings) -> Map<String, Value> {
    let members = json!({
        "description": description, "allow_all": ip_whitelist.is_none(),
        "ip_whitelist": ip_whitelist.as_deref().unwrap_or_default(),
    });
    members.as_object().cloned().unwrap_or_default()
}

/// The key in a response: at the top, or one level down.
fn created(response: &Value) -> CreatedApiKey {
    let find = |names: &[&str]| text_in(response, &["data", "result", "api_key"], names);
    CreatedApiKey {
        id: find(&["id", "key_id", "api_key_id"]),
        label: find(&["label"]),
        api_key: find(&KEY_MEMBERS).map(Into::into),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::maas::documented::Documented;

    #[test]
    fn key_under_any_name_at_the_top_or_one_level_down_then_found_and_not_shown() {
        for body in [
            json!({"id": 7, "label": "ci", "api_key": "hunter2"}),
            json!({"key_id": "7", "label": "ci", "apiKey": "hunter2"}),
            json!({"data": {"id": "7", "label": "ci", "key": "hunter2"}}),
            json!({"result": {"id": "7", "label": "ci", "secret": "hunter2"}}),
            json!({"api_key": {"id": "7", "label": "ci", "api_key": "hunter2"}}),
        ] {
            let key = created(&body);
            assert_eq!((key.id.as_deref(), key.label.as_deref()), (Some("7"), Some("ci")), "{body}");
            assert!(!format!("{key:?}").contains("hunter2"));
            assert_eq!(key.api_key.expect("a key").expose_secret(), "hunter2", "{body}");
        }
        assert!(created(&json!("success")).api_key.is_none());
    }

    #[test]
    fn page_then_read_and_members_that_are_not_modelled_kept() {
        let json = r#"{"api_key_list":{"items":[{"id":"7","api_key":"a**z","label":"ci","allow_all":"false",
            "ip_whitelist":["10.0.0.0/24"],"create_at":1761000000000,"endpoint_whitelist":["e"],"limit":1.50}],
            "total":"1","count":1},"user_api_key_quota":30}"#;
        let Documented(page) = serde_json::from_str::<Documented<ApiKeyPage>>(json).expect("an answer");
        assert_eq!((page.api_key_list.total, page.user_api_key_quota), (Some(1), Some(30)));
        let key = &page.api_key_list.items[0];
        assert_eq!((key.masked_api_key.as_deref(), key.allow_all), (Some("a**z"), Some(false)));
        assert_eq!(key.create_at.as_deref(), Some("1761000000000"));
        assert_eq!(Value::Object(key.other.clone()).to_string(), r#"{"endpoint_whitelist":["e"],"limit":1.50}"#);
        assert!(serde_json::from_str::<Documented<ApiKeyPage>>(r#"{"items":[]}"#).is_err());
    }

    #[test]
    fn no_list_of_addresses_then_all_are_allowed_and_an_empty_one_never_is_all() {
        let body = |ip_whitelist: Option<Vec<String>>| {
            Value::Object(members_of(&ApiKeySettings { description: String::new(), ip_whitelist }))
        };
        assert_eq!(body(None), json!({"description": "", "allow_all": true, "ip_whitelist": []}));
        assert_eq!(body(Some(Vec::new())), json!({"description": "", "allow_all": false, "ip_whitelist": []}));
    }
}
