//! Deferral: a host that supports it comes back when more is known.

use super::proto;
use super::proto::deferred::Reason;

/// Whether the host can come back later.
pub(super) fn is_allowed(client: Option<&proto::ClientCapabilities>) -> bool {
    client.is_some_and(|client| client.deferral_allowed)
}

/// Asks the host to come back later.
pub(super) fn deferred(reason: Reason) -> proto::Deferred {
    proto::Deferred { reason: reason.into() }
}
