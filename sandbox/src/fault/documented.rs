//! The error that belongs to a status.

use axum::http::StatusCode;

use crate::{answer::Refusal, api::Api};

/// The error body that an API sends with a status.
///
/// Codes of the gateway are those of its documentation, and the 400 is the sample of every `MaaS` page
/// (<https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0020.html>). Which of the gateway's codes comes with
/// a 5xx, the 403, the codes of STS, and all messages behind the colons are the sandbox's choice.
pub(super) fn refusal(api: Api, status: StatusCode) -> Refusal {
    let reason = status.canonical_reason().unwrap_or("Unknown error");
    if api.is_iam() {
        return Refusal::keystone(status, format!("{reason}."));
    }
    if matches!(api, Api::MetadataToken | Api::SecurityKey) {
        return Refusal::text(status, format!("{reason}."));
    }
    match status {
        StatusCode::BAD_REQUEST if api == Api::AssumeAgency => Refusal::service(status, "STS5.1001", reason),
        StatusCode::FORBIDDEN if api == Api::AssumeAgency => Refusal::service(status, "STS5.1003", reason),
        StatusCode::BAD_REQUEST => Refusal::service(status, "ModelArts.0104", "Invalid token."),
        StatusCode::UNAUTHORIZED => {
            let message = "Incorrect IAM authentication information: decrypt token fail";
            Refusal::gateway(status, "APIGW.0301", message)
        }
        StatusCode::FORBIDDEN => Refusal::service(status, "ModelArts.0010", "Insufficient permissions."),
        StatusCode::NOT_FOUND => {
            let message = "The API does not exist or has not been published in the environment";
            Refusal::gateway(status, "APIGW.0101", message)
        }
        StatusCode::TOO_MANY_REQUESTS => {
            Refusal::gateway(status, "APIG.0308", "The throttling threshold has been reached")
        }
        StatusCode::GATEWAY_TIMEOUT => Refusal::gateway(status, "APIG.0203", "Backend timeout"),
        _ => Refusal::gateway(status, "APIG.0201", reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(api: Api, status: u16) -> String {
        format!("{:?}", refusal(api, StatusCode::from_u16(status).expect("a status")))
    }

    #[test]
    fn statuses_of_the_service_then_its_codes() {
        assert!(told(Api::Workspaces, 400).contains("ModelArts.0104"));
        assert!(told(Api::Workspaces, 403).contains("ModelArts.0010"));
    }

    #[test]
    fn statuses_of_the_gateway_then_its_codes() {
        let codes =
            [(401, "APIGW.0301"), (404, "APIGW.0101"), (429, "APIG.0308"), (503, "APIG.0201"), (504, "APIG.0203")];
        for (status, code) in codes {
            assert!(told(Api::Workspaces, status).contains(code), "{status}");
        }
    }

    #[test]
    fn api_of_iam_then_the_shape_of_keystone() {
        assert!(told(Api::Tokens, 503).contains("Keystone"));
        assert!(told(Api::Projects, 400).contains("Keystone"));
    }

    #[test]
    fn statuses_of_sts_then_codes_of_its_own() {
        assert!(told(Api::AssumeAgency, 400).contains("STS5.1001"));
        assert!(told(Api::AssumeAgency, 403).contains("STS5.1003"));
    }

    #[test]
    fn status_nobody_named_then_still_a_body() {
        assert!(told(Api::Workspaces, 599).contains("Unknown error"));
    }
}
