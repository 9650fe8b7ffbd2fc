//! A caller recognised by the signature of an access key.

use axum::http::{HeaderMap, HeaderName, request::Parts};
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;

use super::{Caller, Credentials, incorrect};
use crate::{
    answer::Refusal,
    clock::sdk_date,
    signature::Signed,
    world::{AccessKey, World},
};

/// The header that goes with a temporary key.
const X_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-security-token");

/// The headers in which the caller of a regional or a global service may say where they mean to act.
const X_PROJECT_ID: HeaderName = HeaderName::from_static("x-project-id");
const X_DOMAIN_ID: HeaderName = HeaderName::from_static("x-domain-id");

/// By how much client and gateway may disagree about the time.
const LARGEST_SKEW: SignedDuration = SignedDuration::from_mins(15);

/// Recognises the caller by the access key that made the signature.
///
/// # Errors
///
/// 401 `APIGW.0301`. The reasons up to the wrong signature are in the words of the real gateway, which repeats the
/// canonical request with bars for line breaks, signed headers and all; those behind are in the sandbox's.
pub(super) fn caller(head: &Parts, signed: &Signed, world: &mut World) -> Result<Caller, Refusal> {
    let now = world.now();
    let Signed { access, date, .. } = signed;
    let known = world
        .keys
        .get_mut(access)
        .ok_or_else(|| incorrect(format_args!("Get secretKey failed,ak:{access},err:ak not exist")))?;
    if known.is_locked(now) {
        return Err(incorrect("AK access failed to reach the limit,forbidden. The ak is locked for 5 minutes."));
    }
    if now.duration_since(*date).abs() > LARGEST_SKEW {
        return Err(incorrect(format_args!(
            "calc aksk signature fail:signature expired, signature time:{},server time:{}",
            sdk_date(*date),
            sdk_date(now)
        )));
    }
    if !signed.is_made_with(known.key.secret.expose_secret()) {
        known.wrong(now);
        let canonical_request = signed.canonical_request.replace('\n', "|");
        return Err(incorrect(format_args!("verify aksk signature fail, canonicalRequest:{canonical_request}")));
    }
    known.right();
    let key = known.key.clone();
    check_security_token(&head.headers, &key, now)?;
    let projects = projects(&head.headers, &key, world)?;
    let credentials = if key.security_token.is_some() { Credentials::TemporaryKey } else { Credentials::PermanentKey };
    Ok(Caller { projects, domain_id: key.domain_id, credentials })
}

/// Checks that a temporary key comes with its token and has not expired, and that a permanent key comes with none.
fn check_security_token(headers: &HeaderMap, key: &AccessKey, now: Timestamp) -> Result<(), Refusal> {
    let token = headers.get(X_SECURITY_TOKEN).map(|token| token.to_str().unwrap_or_default());
    let reason = match token {
        None if key.security_token.is_some() => "security token not found",
        Some(_) if !key.takes(token) => "security token is not that of the ak",
        _ if key.expires_at <= now && token.is_some() => "security token expired",
        _ if key.expires_at <= now => "ak expired",
        _ => return Ok(()),
    };
    Err(incorrect(reason))
}

/// The ids of the projects that the caller may use: those the key is good for or, of these, the one they named.
fn projects(headers: &HeaderMap, key: &AccessKey, world: &World) -> Result<Vec<String>, Refusal> {
    let named = |header| headers.get(header).map(|value| value.to_str().unwrap_or_default());
    if named(X_DOMAIN_ID).is_some_and(|id| id != key.domain_id) {
        return Err(incorrect("x-domain-id is not the account of the ak"));
    }
    let own = world.projects_of(&key.domain_id).map(|project| &project.id);
    let own = own.filter(|id| key.project_id.as_ref().is_none_or(|only| only == *id));
    let mut projects = own.cloned().collect::<Vec<_>>();
    if let Some(named) = named(X_PROJECT_ID) {
        if world.project(named).is_none_or(|project| project.domain_id != key.domain_id) {
            return Err(incorrect("x-project-id is not a project of the account of the ak"));
        }
        projects.retain(|id| id == named);
    }
    Ok(projects)
}
