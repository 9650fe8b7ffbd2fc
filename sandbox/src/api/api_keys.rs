//! `MaaS`: listing and creating API keys, see <https://support.huaweicloud.com/intl/en-us/api-maas/ListApiKeysV2.html> and
//! <https://support.huaweicloud.com/intl/en-us/api-maas/CreateApiKeV2.html>. No error code of these calls is documented;
//! all of them are the sandbox's choice.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    admission::{Admitted, DeclaredJson, bad_parameter, parameters},
    api_key_members,
    members::Members,
};
use crate::{
    answer::{Refusal, json_value},
    cloud::Cloud,
    record::ApiKey,
    world::ApiKeys,
};

/// How many keys a list has that is not told.
const PAGE: usize = 30;

/// The documented parameters of a list.
#[derive(Debug, Deserialize)]
pub(super) struct Page {
    offset: Option<usize>,
    limit: Option<usize>,
    order: Option<String>,
    sort_by: Option<String>,
}

/// Lists the keys of a project, newest first unless told otherwise. Which other member they may be sorted by is not
/// documented: the label, here.
pub(super) async fn list(
    State(cloud): State<Arc<Cloud>>,
    Admitted { project_id, .. }: Admitted,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Response, Refusal> {
    let page = parameters(page)?;
    let limit = page.limit.unwrap_or(PAGE);
    if limit == 0 {
        return Err(bad_parameter("limit must be at least 1"));
    }
    let keys = &cloud.world().inventory.api_keys;
    let mut all = keys.of_project(&project_id).collect::<Vec<_>>();
    match page.sort_by.as_deref().unwrap_or("create_at") {
        "create_at" => {}
        "label" => all.sort_by_key(|key| key.text("label").map(str::to_owned)),
        _ => return Err(bad_parameter("sort_by must be one of [create_at label]")),
    }
    match page.order.as_deref().unwrap_or("desc") {
        "asc" => {}
        "desc" => all.reverse(),
        _ => return Err(bad_parameter("order must be one of [asc desc]")),
    }
    let total = all.len();
    let items = all.into_iter().skip(page.offset.unwrap_or_default()).take(limit);
    let items = items.map(ApiKey::to_json).collect::<Vec<_>>();
    let body = json!({
        "api_key_list": {
            "count": items.len(), "items": items, "total": total, "default_sort_by": "create_at", "default_order": "desc",
        },
        "user_api_key_quota": keys.quota,
    });
    Ok(json_value(StatusCode::OK, &body))
}

/// Creates a key. Its response is the only one that tells the plain key; that it is the key as lists tell it, but for
/// the mask, is the sandbox's choice.
pub(super) async fn create(
    State(cloud): State<Arc<Cloud>>,
    Admitted { project_id, .. }: Admitted,
    _: DeclaredJson,
    body: Bytes,
) -> Result<Response, Refusal> {
    let members = Members::read(&body)?;
    let mut world = cloud.world();
    let now = world.now().as_millisecond();
    let keys = &mut world.inventory.api_keys;
    api_key_members::check_balance(keys)?;
    let label = unused_label(&members, keys)?;
    let key = ApiKey::labelled(label).id(Uuid::new_v4().to_string()).create_at(now);
    let key = api_key_members::apply(key, &members)?;
    if keys.is_full() {
        return Err(bad_parameter("The number of API keys exceeds the quota."));
    }
    let plain = format!("sandbox-api-key-{}", Uuid::new_v4().simple());
    keys.issue(&project_id, key.clone(), &plain);
    Ok(json_value(StatusCode::OK, &key.raw("api_key", plain).to_json()))
}

/// The label of the new key, which no other key may have: `ak-` and six digits unless the request has one.
fn unused_label(members: &Members, keys: &ApiKeys) -> Result<String, Refusal> {
    let Some(label) = members.text_up_to("label", 100)?.filter(|label| !label.is_empty()) else {
        return Ok(fresh_label(keys));
    };
    if !label.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c)) {
        return Err(bad_parameter("label must consist of letters, digits, underscores and hyphens"));
    }
    if keys.has_label(label) {
        return Err(bad_parameter("label: an API key of this label already exists"));
    }
    Ok(label.to_owned())
}

fn fresh_label(keys: &ApiKeys) -> String {
    loop {
        let label = format!("ak-{:06}", Uuid::new_v4().as_u128() % 1_000_000);
        if !keys.has_label(&label) {
            return label;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_label_given_then_one_of_six_digits() {
        let members = Members::read(b"{}").expect("an object");
        let label = unused_label(&members, &ApiKeys::default()).expect("a label");
        assert_eq!((label.len(), label.starts_with("ak-")), (9, true));
        assert!(label[3..].bytes().all(|byte| byte.is_ascii_digit()), "{label}");
    }

    #[test]
    fn label_with_other_characters_then_refused() {
        for label in ["a b", "ä", "a.b"] {
            let members = Members::read(json!({"label": label}).to_string().as_bytes()).expect("an object");
            assert!(unused_label(&members, &ApiKeys::default()).is_err(), "{label}");
        }
    }
}
