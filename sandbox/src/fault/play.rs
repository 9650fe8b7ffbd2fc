//! A fault happening.

use axum::{
    body::Body,
    http::{
        StatusCode,
        header::{CONTENT_TYPE, LOCATION},
    },
    response::{IntoResponse, Response},
};

use super::{Effect, Fault, documented, gzip, script};
use crate::{calls::Call, wire::Wire};

/// Where a fault happens.
#[derive(Debug)]
pub(super) struct Scene<Regular> {
    /// The call.
    pub(super) call: Call,
    /// The connection it was asked on.
    pub(super) wire: Wire,
    /// What it would answer, were there no fault; asking for it is up to the fault.
    pub(super) regular: Regular,
}

impl Fault {
    /// Makes the fault happen, and answers what is to be answered.
    pub(super) async fn play(&self, scene: Scene<impl Future<Output = Response>>) -> Response {
        let Scene { call, wire, regular } = scene;
        let mut regular = std::pin::pin!(regular);
        if self.carried_out {
            regular.as_mut().await;
        }
        match &self.effect {
            Effect::Status(status) => documented::refusal(call, *status).into_response(),
            Effect::Refuse(refusal) => refusal.clone().into_response(),
            Effect::Body(status, content_type, body) => {
                let mut response = Response::new(Body::from(body.clone()));
                *response.status_mut() = *status;
                if !content_type.is_empty() {
                    response.headers_mut().insert(CONTENT_TYPE, content_type.clone());
                }
                response
            }
            Effect::Redirect(location) => (StatusCode::FOUND, [(LOCATION, location.clone())]).into_response(),
            Effect::Truncate(bytes) => script::truncated(regular.await, *bytes).await,
            Effect::Stall(bytes) => script::stalled(regular.await, *bytes).await,
            Effect::Drip(chunk, pause) => script::dripping(regular.await, *chunk, *pause).await,
            Effect::Gzip => gzip::compressed(regular.await).await,
            Effect::Reset => {
                wire.cut();
                Response::default()
            }
            Effect::Delay(delay) => {
                tokio::time::sleep(*delay).await;
                regular.await
            }
            Effect::Hang => std::future::pending().await,
        }
    }
}
