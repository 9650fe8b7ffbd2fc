//! What creating and updating a custom endpoint have in common: the members that may change, and their rules.

use axum::http::StatusCode;
use serde_json::Value;

use super::{admission::bad_parameter, members::Members};
use crate::{answer::Refusal, record::Endpoint, world::Inventory};

/// How many characters a remark may have.
const LONGEST_REMARK: usize = 256;

/// How many characters a name may have.
const LONGEST_NAME: usize = 64;

/// How many requests and tokens a minute an endpoint may have. The limits of the real cloud are each model's own and
/// not documented; these are the sandbox's choice.
const MOST_REQUESTS: u64 = 1_000_000;
const MOST_TOKENS: u64 = 1_000_000_000;

/// Gives an endpoint the members that a request has; those that it omits get their defaults: no remark, no limits, and
/// moderation.
pub(super) fn apply(endpoint: Endpoint, members: &Members) -> Result<Endpoint, Refusal> {
    let limit = |name, most| Ok::<_, Refusal>(members.number_up_to(name, most)?.map_or(Value::Null, Value::from));
    Ok(endpoint
        .remark(members.text_up_to("remark", LONGEST_REMARK)?.unwrap_or_default())
        .raw("rpm", limit("rpm", MOST_REQUESTS)?)
        .raw("tpm", limit("tpm", MOST_TOKENS)?)
        .moderation(members.flag("moderation")?.unwrap_or(true)))
}

/// Checks that a name is one: 1 to 64 characters, a letter first, then letters, digits, `-`, `_` and `.`. Chinese
/// characters are letters, as documented for the China site.
pub(super) fn check_name(name: &str) -> Result<(), Refusal> {
    let is_letter = |c: char| c.is_ascii_alphabetic() || ('\u{4e00}'..='\u{9fff}').contains(&c);
    let is_valid = name.starts_with(is_letter)
        && name.chars().count() <= LONGEST_NAME
        && name.chars().all(|c| is_letter(c) || c.is_ascii_digit() || "-_.".contains(c));
    let message = "The endpoint name must have 1 to 64 letters, digits, hyphens, underscores and periods.";
    if is_valid { Ok(()) } else { Err(refused("ModelArts.6274", message)) }
}

/// Checks that no endpoint has, or ever had, that name.
pub(super) fn check_unused(name: &str, inventory: &Inventory) -> Result<(), Refusal> {
    let message = "The endpoint name already exists or was used by a deleted endpoint.";
    if inventory.endpoints.has_used(name) { Err(refused("ModelArts.6271", message)) } else { Ok(()) }
}

/// Checks that the request says which agreement was signed. The code and the messages are the sandbox's choice.
pub(super) fn signed_agreement(members: &Members, inventory: &Inventory) -> Result<(), Refusal> {
    let agreement = members.required_text("agreement_id")?;
    let is_known = inventory.has_agreement(agreement);
    if is_known { Ok(()) } else { Err(bad_parameter("agreement_id: no such agreement")) }
}

/// An error of the service with status 400. All codes are documented
/// (<https://support.huaweicloud.com/intl/en-us/api-maas/ErrorCode.html>), all messages are the sandbox's choice.
pub(super) fn refused(code: &str, message: &str) -> Refusal {
    Refusal::service(StatusCode::BAD_REQUEST, code, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_names_then_accepted() {
        for name in ["a", "Team-A_chat.v2", "客服", "a客服-1", &"x".repeat(64), &"客".repeat(64)] {
            assert!(check_name(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn empty_long_or_oddly_spelt_names_then_refused() {
        for name in ["", "1a", "-a", "_a", ".a", "a b", "a/b", "ä", &"x".repeat(65), &"客".repeat(65)] {
            let refusal = check_name(name).expect_err(name);
            assert!(format!("{refusal:?}").contains("ModelArts.6274"), "{name}");
        }
    }
}
