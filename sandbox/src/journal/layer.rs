//! The layer that writes every request down before anything else sees it.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::{Extension, Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{Journal, Number};
use crate::{
    answer::{self, Refusal},
    caller::Payload,
    calls::Call,
    wire::Wire,
};

/// The largest body taken, that of signed requests: 12 MB, see
/// <https://support.huaweicloud.com/api-modelarts/modelarts_03_0004.html>.
const LARGEST_BODY: usize = 12 * 1024 * 1024;

/// Records a request, and passes it on with its number and its whole body.
pub(crate) async fn record(
    State((journal, call)): State<(Arc<Journal>, Option<Call>)>,
    Extension(wire): Extension<Wire>,
    request: Request,
    next: Next,
) -> Response {
    let (mut head, body) = request.into_parts();
    let Some(body) = read(body).await else {
        return answer::identified(too_large().into_response(), call);
    };
    let number = journal.record(call, wire.is_proxied(), &head, &body);
    head.extensions.insert(Number(number));
    head.extensions.insert(Payload(body.clone()));
    next.run(Request::from_parts(head, Body::from(body))).await
}

/// The whole body, or nothing if it is too large; one that declares so is not even read.
async fn read(body: Body) -> Option<Bytes> {
    let fits = body.size_hint().lower() <= LARGEST_BODY as u64;
    if fits { to_bytes(body, LARGEST_BODY).await.ok() } else { None }
}

fn too_large() -> Refusal {
    Refusal::gateway(StatusCode::PAYLOAD_TOO_LARGE, "APIG.0201", "Request entity too large")
}
