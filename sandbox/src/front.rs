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
    api::Api,
    caller::Payload,
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
    pub(crate) api: Option<Api>,
}

/// Passes a request on and its answer back.
pub(crate) async fn pass(
    State(Desk { cloud, api }): State<Desk>,
    Extension(wire): Extension<Wire>,
    request: Request,
    next: Next,
) -> Response {
    let id = RequestId::fresh();
    let (mut head, body) = request.into_parts();
    let Some(body) = read(body).await else {
        return identified(too_large().into_response(), &id, api);
    };
    head.extensions.insert(Payload(body.clone()));
    let number = cloud.journal.record(api, wire.is_proxied(), &head, &body);
    if wire.is_proxied() && cloud.proxy.wants_sign_in() {
        return proxy::sign_in_page(StatusCode::OK);
    }

    let regular = next.run(Request::from_parts(head, Body::from(body)));
    let fault = api.and_then(|api| Some((api, cloud.faults().next(api, number)?)));
    let Some((api, fault)) = fault else {
        return identified(regular.await, &id, api);
    };
    let answer = fault.play(Scene { api, wire, regular: async { identified(regular.await, &id, Some(api)) } }).await;
    let mut answer = identified(answer, &id, Some(api));
    fault.retouch(answer.headers_mut());
    answer
}

/// The whole body, or nothing if it is too large; one that declares so is not even read.
async fn read(body: Body) -> Option<Bytes> {
    let fits = body.size_hint().lower() <= LARGEST_BODY as u64;
    if fits { to_bytes(body, LARGEST_BODY).await.ok() } else { None }
}

/// Writes the id of the request wherever it belongs.
fn identified(answer: Response, id: &RequestId, api: Option<Api>) -> Response {
    let refusal = answer.extensions().get::<Refusal>().cloned();
    let mut answer = refusal.map_or(answer, |refusal| refusal.answer(id));
    if let Ok(id) = HeaderValue::try_from(id) {
        if api.is_some_and(Api::is_iam) {
            answer.headers_mut().insert(X_IAM_TRACE_ID, id.clone());
        }
        answer.headers_mut().insert(X_REQUEST_ID, id);
    }
    answer
}

fn too_large() -> Refusal {
    Refusal::gateway(StatusCode::PAYLOAD_TOO_LARGE, "APIG.0201", "Request entity too large")
}
