//! Requests that change custom endpoints.

use reqwest::Method;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::endpoints::ENDPOINTS;
use super::members::{changeable, is_complete, text_in, text_of};
use super::writes::Patience;
use super::{Client, CustomEndpointInfo};
use crate::huaweicloud::{Deadline, Error, Target};

/// Members of an endpoint that the API only reports, beside times. A `PUT` leaves them out.
const REPORTED: [&str; 10] = [
    "id",
    "source",
    "status",
    "cbc_status",
    "served_model_name",
    "model_version_id",
    "resident_model_id",
    "model_name",
    "region",
    "infer_service_id",
];

/// Names under which a response may give the id of a new endpoint: none is documented.
const ID_MEMBERS: [&str; 3] = ["id", "custom_endpoint_id", "endpoint_id"];

/// A new custom endpoint. What is `None` is not sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct NewEndpoint {
    /// The name, unique in the account for ever.
    pub endpoint_name: String,
    /// What it fronts: `custom_from_maas` or `custom_from_modelarts_v2`.
    pub source: String,
    /// The built-in model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_name: Option<String>,
    /// The region of the inference service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The inference service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub infer_service_id: Option<String>,
    /// A remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// Requests per minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rpm: Option<i64>,
    /// Tokens per minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tpm: Option<i64>,
    /// Whether content is moderated; the service's default is true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moderation: Option<bool>,
    /// The agreement that has to be accepted to switch the moderation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreement_id: Option<String>,
}

/// What can be changed of an endpoint. All of it is sent: a member that a `PUT` leaves out may be reset.
#[derive(Clone, Debug, PartialEq)]
pub struct EndpointChange {
    /// The name.
    pub endpoint_name: String,
    /// The remark; empty if there is none.
    pub remark: String,
    /// Requests per minute; no limit if `None`.
    pub rpm: Option<i64>,
    /// Tokens per minute; no limit if `None`.
    pub tpm: Option<i64>,
    /// Whether content is moderated.
    pub moderation: bool,
    /// The agreement that has to be accepted to switch the moderation.
    pub agreement_id: Option<String>,
}

impl Client {
    /// Creates a custom endpoint, and returns its id if the response gives one. The request is sent once.
    ///
    /// `POST /v1/{project_id}/maas/services/custom-endpoint/endpoint`, see
    /// <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0013.html>.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::huaweicloud::ErrorKind) and [`Error::may_have_taken_effect`].
    pub async fn create_endpoint(
        &self,
        target: &Target,
        endpoint: &NewEndpoint,
        patience: &Patience,
    ) -> Result<Option<String>, Error> {
        let body = json!(endpoint);
        let response = self.write(target, Method::POST, "v1", &ENDPOINTS, Some(&body), patience).await?;
        Ok(response.as_ref().and_then(id_in))
    }

    /// Changes a custom endpoint. `current` are its members as the API lists them; those that are neither changed here nor only
    /// reported are sent back as they are.
    ///
    /// `PUT /v1/{project_id}/maas/services/custom-endpoint/endpoint/{custom_endpoint_id}`, see
    /// <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0014.html>.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::huaweicloud::ErrorKind).
    pub async fn update_endpoint(
        &self,
        target: &Target,
        id: &str,
        current: &Map<String, Value>,
        change: &EndpointChange,
        patience: &Patience,
    ) -> Result<(), Error> {
        let body = full_body(current, change);
        let path = [&ENDPOINTS[..], &[id]].concat();
        self.write(target, Method::PUT, "v1", &path, Some(&body), patience).await.map(drop)
    }

    /// Enables or disables a custom endpoint.
    ///
    /// `PUT /v1/{project_id}/maas/services/custom-endpoint/control/{custom_endpoint_id}`, see
    /// <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0017.html>.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::huaweicloud::ErrorKind).
    pub async fn enable_endpoint(
        &self,
        target: &Target,
        id: &str,
        enabled: bool,
        patience: &Patience,
    ) -> Result<(), Error> {
        let body = json!({"action": if enabled { "activate" } else { "deactivate" }});
        let path = ["services", "custom-endpoint", "control", id];
        self.write(target, Method::PUT, "v1", &path, Some(&body), patience).await.map(drop)
    }

    /// Deletes a custom endpoint. Its name can never be used again.
    ///
    /// `DELETE /v1/{project_id}/maas/services/custom-endpoint/endpoint/{custom_endpoint_id}`, see
    /// <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0016.html>.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::huaweicloud::ErrorKind).
    pub async fn delete_endpoint(&self, target: &Target, id: &str, patience: &Patience) -> Result<(), Error> {
        let path = [&ENDPOINTS[..], &[id]].concat();
        self.write(target, Method::DELETE, "v1", &path, None, patience).await.map(drop)
    }

    /// The members of a custom endpoint as the API lists them, documented or not; nothing if the list has no such endpoint.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::huaweicloud::ErrorKind).
    pub async fn endpoint_members(
        &self,
        target: &Target,
        id: &str,
        deadline: Deadline,
    ) -> Result<Option<Map<String, Value>>, Error> {
        let list = self.get::<super::endpoints::EndpointMembers>(target, &ENDPOINTS, &[], deadline).await?;
        Ok(list.items.iter().find(|members| text_of(members, &ID_MEMBERS).as_deref() == Some(id)).cloned())
    }
}

/// All members that a `PUT` has to send.
fn full_body(current: &Map<String, Value>, change: &EndpointChange) -> Value {
    let EndpointChange { endpoint_name, remark, rpm, tpm, moderation, agreement_id } = change;
    let mut body = changeable(current, &REPORTED);
    let changed = json!({
        "endpoint_name": endpoint_name, "remark": remark, "rpm": rpm, "tpm": tpm, "moderation": moderation,
    });
    body.extend(changed.as_object().cloned().unwrap_or_default());
    // Each switch accepts the agreement of its own request, never one that the list repeats.
    body.remove("agreement_id");
    body.extend(agreement_id.clone().map(|id| ("agreement_id".to_owned(), id.into())));
    Value::Object(body)
}

/// The id of a new endpoint in a response: at the top, or one level down.
fn id_in(response: &Value) -> Option<String> {
    text_in(response, &["data", "result"], &ID_MEMBERS)
}

/// What the service says about a refused change of an endpoint, see
/// <https://support.huaweicloud.com/intl/en-us/api-maas/ErrorCode.html>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointRefusal {
    /// `ModelArts.6271`: the name is in use, or was used by an endpoint that has been deleted.
    NameTaken,
    /// `ModelArts.6274`: the name has other characters or another length than names may have.
    InvalidName,
    /// `ModelArts.6291`: there is no endpoint of this id.
    NotFound,
    /// `ModelArts.6297`: the account has as many endpoints as it may have.
    QuotaExceeded,
    /// `ModelArts.6299`: the request has no id of an endpoint.
    MissingId,
    /// `ModelArts.6613`: the inference service is neither connected to the `MaaS` gateway nor open without authentication.
    ServiceNotConnected,
    /// `ModelArts.8503`: the user lacks the permission, in spite of the status 401.
    NotPermitted,
}

impl EndpointRefusal {
    /// The refusal that an error reports, if it is one of these.
    #[must_use]
    pub fn of(error: &Error) -> Option<Self> {
        Some(match error.service_code()? {
            "ModelArts.6271" => Self::NameTaken,
            "ModelArts.6274" => Self::InvalidName,
            "ModelArts.6291" => Self::NotFound,
            "ModelArts.6297" => Self::QuotaExceeded,
            "ModelArts.6299" => Self::MissingId,
            "ModelArts.6613" => Self::ServiceNotConnected,
            "ModelArts.8503" => Self::NotPermitted,
            _ => return None,
        })
    }
}

impl super::EndpointList {
    /// Whether the list has all endpoints of the account, as far as it says: absence from another one proves nothing.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        is_complete(self.total, self.items.iter().map(|item| &item.id))
    }

    /// The endpoint of this id.
    #[must_use]
    pub fn with_id(&self, id: &str) -> Option<&CustomEndpointInfo> {
        self.items.iter().find(|endpoint| endpoint.id.as_deref() == Some(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_under_any_name_at_the_top_or_one_level_down_then_found() {
        for body in [
            json!({"id": "7"}),
            json!({"custom_endpoint_id": "7", "id": " "}),
            json!({"endpoint_id": 7}),
            json!({"data": {"id": "7"}}),
            json!({"id": null, "result": {"endpoint_id": "7"}}),
        ] {
            assert_eq!(id_in(&body).as_deref(), Some("7"), "{body}");
        }
        for body in [json!({}), json!([]), json!("7"), json!({"data": {"x": {"id": "7"}}}), json!({"id": {}})] {
            assert_eq!(id_in(&body), None, "{body}");
        }
    }

    #[test]
    fn change_then_all_known_members_and_unknown_ones_as_they_were_and_reported_ones_left_out() {
        let current = json!({
            "id": "7", "status": "active", "endpoint_name": "old", "remark": "x", "rpm": 1, "tpm": 2, "moderation": false,
            "served_model_name": "m", "tags": [{"a": 1}], "workspace_id": "0", "agreement_id": "old",
        });
        let change = EndpointChange {
            endpoint_name: "new".to_owned(),
            remark: String::new(),
            rpm: None,
            tpm: Some(9),
            moderation: true,
            agreement_id: None,
        };
        let body = full_body(current.as_object().expect("an object"), &change);
        let expected = json!({
            "endpoint_name": "new", "remark": "", "rpm": null, "tpm": 9, "moderation": true, "tags": [{"a": 1}],
            "workspace_id": "0",
        });
        assert_eq!(body, expected);
        let change = EndpointChange { agreement_id: Some("a".to_owned()), ..change };
        assert_eq!(full_body(&Map::new(), &change)["agreement_id"], "a");
    }
}
