//! The whole sandbox as a router: around each handler the journal, the proxy and the faults, in this order.

use std::sync::Arc;

use axum::{
    Router,
    extract::State as Extract,
    handler::Handler,
    http::{Uri, header::DATE},
    middleware::{from_fn_with_state, map_response, map_response_with_state},
    response::Response,
};

use super::{State, proxy};
use crate::{
    answer::{self, Refusal},
    api,
    calls::Call,
    clock::http_date,
    cloud::Cloud,
    fault, journal,
};

/// Builds the router of a sandbox.
pub(crate) fn router(state: &State) -> Router {
    let journaled = |call| from_fn_with_state((Arc::clone(&state.journal), call), journal::record);
    let proxied = || from_fn_with_state(Arc::clone(&state.proxy), proxy::sign_in);
    let faulty = |call| from_fn_with_state((Arc::clone(&state.faults), call), fault::play);

    let unpublished = unpublished.layer(map_response(identified)).layer(proxied()).layer(journaled(None));
    let router = Call::ALL.into_iter().fold(Router::new(), |router, call| {
        let handler = api::handler(call).route_layer(faulty(call)).route_layer(proxied());
        router.route(call.path(), handler.route_layer(journaled(Some(call))))
    });
    let router = router.fallback(unpublished.clone()).method_not_allowed_fallback(unpublished);
    let router = router.layer(map_response_with_state(Arc::clone(&state.cloud), date));
    router.with_state(Arc::clone(&state.cloud))
}

/// The gateway's response to a path, or a method on a path, that no call has.
async fn unpublished(_: Uri) -> Refusal {
    api::no_such_api()
}

async fn identified(response: Response) -> Response {
    answer::identified(response, None)
}

/// Dates a response by the clock of the sandbox, unless a fault has dated it already.
async fn date(Extract(cloud): Extract<Arc<Cloud>>, mut response: Response) -> Response {
    if let Some(date) = http_date(cloud.world().now()) {
        response.headers_mut().entry(DATE).or_insert(date);
    }
    response
}
