//! IAM: obtaining a temporary access key, through an agency or with a token, see
//! <https://support.huaweicloud.com/intl/en-us/api-iam/iam_04_0101.html> and
//! <https://support.huaweicloud.com/intl/en-us/api-iam/iam_04_0002.html>.

use std::{ops::RangeInclusive, sync::Arc};

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::iam;
use crate::{
    answer::{Refusal, json_value},
    caller::{Caller, X_AUTH_TOKEN},
    cloud::Cloud,
    seed,
    world::World,
};

/// For how many seconds a key may be asked for; the least is the default.
const DURATIONS: RangeInclusive<u64> = 900..=86_400;

#[derive(Deserialize)]
struct Body {
    auth: Auth,
}

#[derive(Deserialize)]
struct Auth {
    identity: Identity,
}

#[derive(Deserialize)]
struct Identity {
    methods: Vec<String>,
    assume_role: Option<AssumeRole>,
    token: Option<Token>,
}

#[derive(Deserialize)]
struct AssumeRole {
    agency_name: String,
    domain_name: Option<String>,
    domain_id: Option<String>,
    duration_seconds: Option<u64>,
}

#[derive(Default, Deserialize)]
struct Token {
    id: Option<SecretString>,
    duration_seconds: Option<u64>,
}

/// Hands out a temporary key, good for every project of the agency's account or of the token's.
pub(super) async fn issue(
    State(cloud): State<Arc<Cloud>>,
    caller: Result<Caller, Refusal>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let Identity { methods, assume_role, token } = iam::read::<Body>(&body)?.auth.identity;
    let mut world = cloud.world();
    let (domain_id, seconds) = match (methods.as_slice(), assume_role) {
        ([method], Some(asked)) if method == "assume_role" => {
            caller?;
            (account_of_agency(&asked, &world)?, asked.duration_seconds)
        }
        ([method], _) if method == "token" => {
            let asked = token.unwrap_or_default();
            (account_of_token(&asked, &headers, &world)?, asked.duration_seconds)
        }
        _ => return Err(iam::bad_request("The methods have to be assume_role, with its object, or token.")),
    };
    let seconds = seconds.unwrap_or(*DURATIONS.start());
    let lifetime = iam::lifetime(seconds, DURATIONS).map_err(iam::bad_request)?;
    let key = world.issue_key(domain_id, lifetime);
    Ok(json_value(StatusCode::CREATED, &iam::credential(&key)))
}

/// The account whose agency is asked for. Status and message for an unknown agency are the sandbox's choice.
fn account_of_agency(asked: &AssumeRole, world: &World) -> Result<String, Refusal> {
    let AssumeRole { agency_name, domain_name, domain_id, .. } = asked;
    let agency = world.agencies.iter().find(|agency| match (domain_id, domain_name) {
        _ if agency.name != *agency_name => false,
        (Some(id), _) => agency.domain_id == *id,
        (None, Some(name)) => agency.domain_name == *name,
        (None, None) => false,
    });
    let agency = agency.ok_or_else(|| {
        Refusal::keystone(StatusCode::NOT_FOUND, format!("Could not find agency {agency_name} in that account."))
    })?;
    Ok(agency.domain_id.clone())
}

/// The account of the user whose token it is: that in the header or, if there is none, that in the body. Status and
/// message for a token that is not valid are the sandbox's choice.
fn account_of_token(asked: &Token, headers: &HeaderMap, world: &World) -> Result<String, Refusal> {
    let in_header = headers.get(X_AUTH_TOKEN).map(|token| token.to_str().unwrap_or_default());
    let in_body = asked.id.as_ref().map(ExposeSecret::expose_secret);
    let token = in_header.or(in_body).ok_or_else(|| iam::bad_request("There is no token."))?;
    match world.tokens.valid(token, world.now()) {
        Some(_) => Ok(seed::DOMAIN_ID.to_owned()),
        None => Err(Refusal::keystone(StatusCode::UNAUTHORIZED, "The token must be updated.")),
    }
}
