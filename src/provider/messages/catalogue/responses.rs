//! The messages about responses that cannot be used: web pages, and bodies of another shape than documented.

use super::example::Example;
use super::{Entry, of, section};
use crate::huaweicloud::{BodyProblem, ErrorKind, ServiceError, WebPage};

pub(super) fn responses() -> Vec<Entry> {
    let body = |problem| of(ErrorKind::Body(problem)).status(200).diagnostic();
    let wrong_type = BodyProblem::WrongType {
        path: "workspaces[3].id".to_owned(),
        problem: "invalid type: map, expected a string or a number at line 1 column 44".to_owned(),
    };
    section(
        "Answers that cannot be understood",
        [
            (
                web_page(403, page("403 Forbidden", Some("squid/6.6")))
                    .proxy("http://proxy.example.com:3128")
                    .diagnostic(),
                "A proxy or a gateway responded, not the service.",
                "Check the proxy and `endpoints`.",
            ),
            (
                web_page(502, page("502 Bad Gateway", Some("nginx/1.22.1"))).diagnostic(),
                "A gateway responded, and cannot reach the service behind it.",
                "Try again later.",
            ),
            (
                web_page(401, WebPage { requires_basic: true, ..page("401 Authorization Required", Some("nginx")) })
                    .diagnostic(),
                "A server in front of the API requires a user and a password of its own.",
                "Check `endpoints`.",
            ),
            (
                web_page(400, page("400 No required SSL certificate was sent", Some("nginx/1.22.1"))).diagnostic(),
                "The endpoint requires a client certificate.",
                "Set `cert` and `key`.",
            ),
            (
                web_page(400, page("400 Request Header Or Cookie Too Large", Some("nginx/1.22.1"))).diagnostic(),
                "A gateway does not accept headers as long as a token.",
                "Raise the limit of the gateway, or use an access key.",
            ),
            (body(BodyProblem::Empty), "The service said yes and nothing else.", "Try again; check the proxy."),
            (body(BodyProblem::Truncated), "The connection broke off, also when tried again.", "Check the proxy."),
            (body(BodyProblem::TooLong(64)), "The answer is longer than any that is known.", "Check `endpoints`."),
            (body(BodyProblem::NotUtf8), "The answer is no text.", "Check `endpoints` and the proxy."),
            (
                body(BodyProblem::NotJson("expected value at line 1 column 1".to_owned())),
                "The answer is text, but not JSON.",
                "Check `endpoints` and the proxy.",
            ),
            (
                body(BodyProblem::WrongWhole("an object without `workspaces` at line 1 column 15".to_owned())),
                "Another service answered, or this one otherwise than documented. It is not taken for an empty list.",
                "Check `endpoints`.",
            ),
            (body(wrong_type), "The answer has another shape than documented.", "Report it, with the message."),
        ],
    )
}

pub(super) fn page(title: &str, server: Option<&str>) -> WebPage {
    WebPage { title: Some(title.to_owned()), server: server.map(str::to_owned), ..WebPage::default() }
}

fn web_page(status: u16, page: WebPage) -> Example {
    of(ErrorKind::Service(ServiceError { web_page: Some(page.into()), ..ServiceError::default() })).status(status)
}
