//! STS: assuming an agency, see <https://support.huaweicloud.com/intl/en-us/api-iam5/AssumeAgency.html>.

use std::{ops::RangeInclusive, sync::Arc};

use axum::{body::Bytes, extract::State, http::StatusCode, response::Response};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::iam;
use crate::{
    answer::{Refusal, json_value},
    caller::{Caller, Credentials, incorrect},
    clock::sts_time,
    cloud::Cloud,
    world::{AccessKey, Agency},
};

/// The code of a request that makes no sense: the sandbox's choice, as are all of STS's messages but that for an unknown
/// agency.
const INVALID_REQUEST: &str = "STS5.1001";

/// The code of an agency that does not exist, see
/// <https://support.huaweicloud.com/intl/en-us/api-iam5/iam_02_1111.html>. That it comes with 404 is the sandbox's
/// choice.
const NO_SUCH_AGENCY: &str = "STS5.1106";

/// For how many seconds a key may be asked for.
const DURATIONS: RangeInclusive<u64> = 900..=43_200;

/// The same if the caller has a temporary key.
const DURATIONS_IN_A_CHAIN: RangeInclusive<u64> = 900..=3_600;

/// For how many seconds a key is valid if nobody asks.
const DEFAULT_DURATION: u64 = 3_600;

/// How many characters the name of a session has.
const SESSION_NAME: RangeInclusive<usize> = 2..=128;

#[derive(Deserialize)]
struct Body {
    agency_urn: String,
    agency_session_name: String,
    duration_seconds: Option<u64>,
    source_identity: Option<String>,
}

/// Hands out a temporary key, good for every project of the agency's account. Unlike IAM, STS takes no tokens.
pub(super) async fn assume(
    State(cloud): State<Arc<Cloud>>,
    caller: Result<Caller, Refusal>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let durations = match caller?.credentials {
        Credentials::Token => return Err(incorrect("the request has to be signed")),
        Credentials::PermanentKey => DURATIONS,
        Credentials::TemporaryKey => DURATIONS_IN_A_CHAIN,
    };
    let asked = serde_json::from_slice::<Body>(&body)
        .map_err(|error| invalid(format!("the request body is invalid: {error}")))?;
    let lifetime = iam::lifetime(asked.duration_seconds.unwrap_or(DEFAULT_DURATION), durations).map_err(invalid)?;
    if !SESSION_NAME.contains(&asked.agency_session_name.chars().count()) {
        return Err(invalid("agency_session_name has to have from 2 to 128 characters"));
    }
    let mut world = cloud.world();
    let agency = world.agencies.iter().find(|agency| agency.urn() == asked.agency_urn);
    let agency = agency.cloned().ok_or_else(|| no_such_agency(&asked.agency_urn))?;
    let key = world.issue_key(agency.domain_id.clone(), lifetime);
    Ok(json_value(StatusCode::OK, &describe(&asked, &agency, &key)))
}

fn describe(asked: &Body, agency: &Agency, key: &AccessKey) -> Value {
    let session = &asked.agency_session_name;
    let mut body = json!({
        "assumed_agency": {
            "urn": format!("sts::{}::assumed-agency:{}/{session}", agency.domain_id, agency.name),
            "id": format!("{}:{session}", agency.id),
        },
        "credentials": {
            "access_key_id": key.access,
            "secret_access_key": key.secret.expose_secret(),
            "security_token": key.security_token.as_ref().map(ExposeSecret::expose_secret),
            "expiration": sts_time(key.expires_at),
        },
    });
    if let Some(source) = &asked.source_identity {
        body["source_identity"] = json!(source);
    }
    body
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::service(StatusCode::BAD_REQUEST, INVALID_REQUEST, message)
}

fn no_such_agency(urn: &str) -> Refusal {
    Refusal::service(StatusCode::NOT_FOUND, NO_SUCH_AGENCY, format!("the agency '{urn}' cannot be found"))
}
