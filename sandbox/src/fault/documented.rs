//! The error that belongs to a status.

use axum::http::StatusCode;

use crate::{
    answer::Refusal,
    calls::{Call, Host},
};

/// The error body that an API sends with a status.
///
/// Codes of the gateway are those of its documentation, and the 400 is the sample of every `MaaS` page
/// (<https://support.huaweicloud.com/intl/en-us/call-maas/call-maas-0020.html>). Which of the gateway's codes comes with
/// a 5xx, the 403, the codes of STS, and all messages behind the colons are the sandbox's choice.
pub(super) fn refusal(call: Call, status: StatusCode) -> Refusal {
    let reason = status.canonical_reason().unwrap_or("Unknown error");
    match call.host() {
        Host::Iam => return Refusal::keystone(status, format!("{reason}.")),
        Host::Metadata => return Refusal::text(status, format!("{reason}.")),
        Host::Sts | Host::Maas | Host::Models => {}
    }
    match status {
        StatusCode::BAD_REQUEST if call.host() == Host::Sts => Refusal::service(status, "STS5.1001", reason),
        StatusCode::FORBIDDEN if call.host() == Host::Sts => Refusal::service(status, "STS5.1003", reason),
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

    fn told(call: Call, status: u16) -> String {
        format!("{:?}", refusal(call, StatusCode::from_u16(status).expect("a status")))
    }

    #[test]
    fn statuses_of_the_service_then_its_codes() {
        assert!(told(Call::Workspaces, 400).contains("ModelArts.0104"));
        assert!(told(Call::Workspaces, 403).contains("ModelArts.0010"));
    }

    #[test]
    fn statuses_of_the_gateway_then_its_codes() {
        let codes =
            [(401, "APIGW.0301"), (404, "APIGW.0101"), (429, "APIG.0308"), (503, "APIG.0201"), (504, "APIG.0203")];
        for (status, code) in codes {
            assert!(told(Call::Workspaces, status).contains(code), "{status}");
        }
    }

    #[test]
    fn api_of_iam_then_the_shape_of_keystone() {
        assert!(told(Call::Tokens, 503).contains("Keystone"));
        assert!(told(Call::Projects, 400).contains("Keystone"));
    }

    #[test]
    fn statuses_of_sts_then_codes_of_its_own() {
        assert!(told(Call::AssumeAgency, 400).contains("STS5.1001"));
        assert!(told(Call::AssumeAgency, 403).contains("STS5.1003"));
    }

    #[test]
    fn status_nobody_named_then_still_a_body() {
        assert!(told(Call::Workspaces, 599).contains("Unknown error"));
    }
}
