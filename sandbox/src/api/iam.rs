//! What the APIs of IAM share, and the services that hand out keys as it does.

use std::{ops::RangeInclusive, time::Duration};

use axum::http::StatusCode;
use secrecy::ExposeSecret;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{answer::Refusal, clock::iam_time, world::AccessKey};

/// Reads a body of JSON.
///
/// # Errors
///
/// 400 if it is none, or not the one expected. The message is the sandbox's choice.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| bad_request(format!("The request body is invalid: {error}")))
}

/// The answer to a request that makes no sense.
pub(super) fn bad_request(message: impl Into<String>) -> Refusal {
    Refusal::keystone(StatusCode::BAD_REQUEST, message)
}

/// For how long a key is to be valid that was asked for that many seconds.
///
/// # Errors
///
/// Says what is allowed if that is not; the message is the sandbox's choice.
pub(super) fn lifetime(seconds: u64, allowed: RangeInclusive<u64>) -> Result<Duration, String> {
    if !allowed.contains(&seconds) {
        let (least, most) = allowed.into_inner();
        return Err(format!("duration_seconds has to be from {least} to {most}, not {seconds}."));
    }
    Ok(Duration::from_secs(seconds))
}

/// A temporary key as IAM and the metadata service hand it out.
pub(super) fn credential(key: &AccessKey) -> Value {
    json!({"credential": {
        "access": key.access,
        "secret": key.secret.expose_secret(),
        "securitytoken": key.security_token.as_ref().map(ExposeSecret::expose_secret),
        "expires_at": iam_time(key.expires_at),
    }})
}
