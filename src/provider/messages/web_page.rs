//! What to do about a web page where JSON should be.

use crate::huaweicloud::WebPage;

/// Parts of titles that say that a server asks for a client certificate. nginx has two pages for it.
const CLIENT_CERTIFICATE: [&str; 4] =
    ["no required ssl certificate", "ssl certificate error", "client certificate", "certificate is required"];

const CERTIFICATE_REQUIRED: &str = "The endpoint requires a client certificate, and got none or one that it does not \
                                    accept. Set `cert` and `key` in the provider block, or OS_CERT and OS_KEY.";

/// The remedy follows the status, since a page to authenticate comes only with some, and whether a proxy was on the way.
pub(super) fn hint(page: &WebPage, status: u16, via_proxy: bool) -> String {
    let title = page.title.as_deref().unwrap_or_default().to_lowercase();
    let says = |parts: &[&str]| parts.iter().any(|part| title.contains(part));
    let endpoints = if via_proxy { "the proxy (HTTPS_PROXY, NO_PROXY) and `endpoints`" } else { "`endpoints`" };
    let gateway = if via_proxy { "The proxy or a gateway" } else { "A gateway" };
    let hint = match status {
        495 | 496 => CERTIFICATE_REQUIRED,
        400 | 403 if says(&CLIENT_CERTIFICATE) => CERTIFICATE_REQUIRED,
        400 | 497 if says(&["https port", "plain http"]) || status == 497 => {
            "The endpoint expects TLS. Use https:// in `endpoints`."
        }
        400 | 414 | 431 | 494 if says(&["too large", "too long", "too big"]) || status != 400 => {
            return format!(
                "{gateway} in front of the service allows only smaller requests; a token is a header of several \
                 kilobytes. Raise its limit for headers, or use an access key instead of a token. Check {endpoints}."
            );
        }
        401 if page.requires_basic => {
            return format!(
                "A server in front of the API requires a user and a password (WWW-Authenticate: Basic), which the API \
                 does not use. Check {endpoints}."
            );
        }
        500..=599 if status != 511 => {
            return format!(
                "{gateway} responded, and the service behind it is down or cannot be reached. Try again later. If the \
                 error persists, check {endpoints}."
            );
        }
        200 | 302 | 403 | 511 => {
            return format!(
                "A server between here and the service responded, possibly with a page to authenticate. Check \
                 {endpoints}{}.",
                if via_proxy { "" } else { ", and whether the network requires authentication or a proxy" }
            );
        }
        _ => return format!("{gateway} responded, not the service. Check {endpoints}."),
    };
    hint.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint_for(status: u16, title: &str, requires_basic: bool, via_proxy: bool) -> String {
        let title = Some(title.to_owned());
        hint(&WebPage { title, requires_basic, server: None }, status, via_proxy)
    }

    #[test]
    fn status_and_title_of_a_web_page_then_the_remedy_for_it() {
        for (status, title, basic, remedy) in [
            (502, "502 Bad Gateway", false, "service behind it is down"),
            (503, "503 Service Unavailable", false, "service behind it is down"),
            (504, "ERROR: The requested URL could not be retrieved", false, "service behind it is down"),
            (401, "401 Authorization Required", true, "WWW-Authenticate: Basic"),
            (401, "401 Unauthorized", false, "not the service"),
            (400, "400 No required SSL certificate was sent", false, "`cert` and `key`"),
            (400, "400 The SSL certificate error", false, "`cert` and `key`"),
            (403, "403 - Forbidden: SSL client certificate is required.", false, "`cert` and `key`"),
            (496, "", false, "`cert` and `key`"),
            (400, "400 The plain HTTP request was sent to HTTPS port", false, "https://"),
            (400, "400 Request Header Or Cookie Too Large", false, "several kilobytes"),
            (400, "400 Bad Request", false, "not the service"),
            (404, "404 Not Found", false, "not the service"),
        ] {
            for via_proxy in [false, true] {
                let hint = hint_for(status, title, basic, via_proxy);
                assert!(hint.contains(remedy) && !hint.contains("page to authenticate"), "{status} {title}: {hint}");
            }
        }
    }

    #[test]
    fn only_certain_statuses_then_a_page_to_authenticate_is_suspected() {
        let suspected = |status| hint_for(status, "Welcome", false, true).contains("page to authenticate");
        let statuses: Vec<_> = (200..600).filter(|status| suspected(*status)).collect();
        assert_eq!(statuses, [200, 302, 403, 511], "407 has a message of its own");
    }

    #[test]
    fn no_proxy_used_then_the_remedy_names_none() {
        assert!(!hint_for(502, "502 Bad Gateway", false, false).contains("HTTPS_PROXY"));
        assert!(hint_for(502, "502 Bad Gateway", false, true).contains("HTTPS_PROXY"));
    }
}
