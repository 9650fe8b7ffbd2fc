//! `MaaS`: obtaining the content-guard disclaimer, see <https://support.huaweicloud.com/api-maas/api-maas-0022.html>.

use std::sync::Arc;

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;

use super::admission::{Admitted, DeclaredJson, bad_parameter, parameters};
use crate::{
    answer::{Refusal, json_bytes},
    cloud::Cloud,
};

#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    lang: Option<String>,
}

/// Tells the agreement in the language asked for, which has to be one that there is.
pub(super) async fn show(
    State(cloud): State<Arc<Cloud>>,
    _: Admitted,
    _: DeclaredJson,
    choice: Result<Query<Choice>, QueryRejection>,
) -> Result<Response, Refusal> {
    let lang = parameters(choice)?.lang.ok_or_else(|| bad_parameter("lang is a required field"))?;
    let world = cloud.world();
    let agreement =
        world.inventory.agreements.get(&lang).ok_or_else(|| bad_parameter("lang must be one of [zh en]"))?;
    let body = serde_json::to_vec(agreement).expect("a map with text keys is JSON");
    Ok(json_bytes(StatusCode::OK, body))
}
