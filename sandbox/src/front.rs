//! The front desk, which every request passes: it gives the request an id, writes it down, plays the fault that is due,
//! and sees to it that every answer tells its id.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::{Extension, Request, State},
    http::{HeaderValue, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    answer::{Refusal, RequestId, X_IAM_TRACE_ID, X_REQUEST_ID},
    caller::Payload,
    calls::{Call, Host},
    cloud::Cloud,
    fault::Scene,
    proxy,
    wire::Wire,
};

/// The largest body taken, that of signed requests: 12 MB, see
/// <https://support.huaweicloud.com/api-modelarts/modelarts_03_0004.html>.
const LARGEST_BODY: usize = 12 * 1024 * 1024;

/// Where a front desk stands: before one API, or before everything that is none.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    pub(crate) cloud: Arc<Cloud>,
    pub(crate) call: Option<Call>,
}

/// Passes a request on and its answer back.
pub(crate) async fn pass(
    State(Desk { cloud, call }): State<Desk>,
    Extension(wire): Extension<Wire>,
    request: Request,
    next: Next,
) -> Response {
    let id = RequestId::fresh();
    let (mut head, body) = request.into_parts();
    let Some(body) = read(body).await else {
        return identified(too_large().into_response(), &id, call);
    };
    head.extensions.insert(Payload(body.clone()));
    let number = cloud.journal.record(call, wire.is_proxied(), &head, &body);
    if wire.is_proxied() && cloud.proxy.wants_sign_in() {
        return proxy::sign_in_page(StatusCode::OK);
    }

    let regular = next.run(Request::from_parts(head, Body::from(body)));
    let fault = call.and_then(|call| Some((call, cloud.faults().next(call, number)?)));
    let Some((call, fault)) = fault else {
        return identified(regular.await, &id, call);
    };
    let regular = async { identified(regular.await, &id, Some(call)) };
    let answer = fault.play(Scene { call, wire, regular }).await;
    let mut answer = identified(answer, &id, Some(call));
    fault.retouch(answer.headers_mut());
    answer
}

/// The whole body, or nothing if it is too large; one that declares so is not even read.
async fn read(body: Body) -> Option<Bytes> {
    let fits = body.size_hint().lower() <= LARGEST_BODY as u64;
    if fits { to_bytes(body, LARGEST_BODY).await.ok() } else { None }
}

/// Writes the id of the request wherever it belongs.
fn identified(answer: Response, id: &RequestId, call: Option<Call>) -> Response {
    let refusal = answer.extensions().get::<Refusal>().cloned();
    let mut answer = refusal.map_or(answer, |refusal| refusal.answer(id));
    if let Ok(id) = HeaderValue::try_from(id) {
        if call.is_some_and(|call| call.host() == Host::Iam) {
            answer.headers_mut().insert(X_IAM_TRACE_ID, id.clone());
        }
        answer.headers_mut().insert(X_REQUEST_ID, id);
    }
    answer
}

fn too_large() -> Refusal {
    Refusal::gateway(StatusCode::PAYLOAD_TOO_LARGE, "APIG.0201", "Request entity too large")
}
