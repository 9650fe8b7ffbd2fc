//! Every text that a user of the provider may read, one constructor per failure.

use std::fmt::Write;

use crate::huaweicloud::{BodyProblem, EndpointError, Error, ErrorKind, ServiceError};
use crate::terraform::Diagnostic;

/// At most this many names are listed.
const MAX_NAMES: usize = 20;

pub(super) fn unknown_service(service: &str, services: &[&str]) -> Diagnostic {
    Diagnostic::error(
        "Unknown service",
        format!("`endpoints` has no service `{service}`. Use one of: {}.", services.join(", ")),
    )
}

pub(super) fn bad_endpoint(what: &str, error: EndpointError) -> Diagnostic {
    Diagnostic::error("Invalid endpoint", format!("{what} cannot be used: {error}."))
}

pub(super) fn bad_region(region: &str) -> Diagnostic {
    Diagnostic::error(
        "Invalid region",
        format!("`{region}` cannot be a region. MaaS is documented for ap-southeast-1 and cn-southwest-2."),
    )
}

pub(super) fn bad_regex(attribute: &str, error: &regex::Error) -> Diagnostic {
    Diagnostic::error("Invalid regular expression", format!("`{attribute}` is not a regular expression: {error}"))
}

pub(super) fn bad_path_segment(attribute: &str, value: &str) -> Diagnostic {
    Diagnostic::error(
        "Invalid value",
        format!("`{attribute}` becomes a part of the request's path and cannot be `{value}`. Leave it out or name it."),
    )
}

pub(super) fn neither_set(first: &str, second: &str) -> Diagnostic {
    Diagnostic::error("Missing argument", format!("One of `{first}` and `{second}` has to be set."))
}

pub(super) fn missing_setting(name: &str, variable: &str) -> Diagnostic {
    Diagnostic::error(
        format!("Missing {name}"),
        format!("The read needs `{name}`. Set it in the provider block, or set the variable {variable}."),
    )
}

pub(super) fn unknown_setting(name: &str) -> Diagnostic {
    Diagnostic::error(
        "Provider configuration is not known yet",
        format!(
            "The read needs the provider's `{name}`, whose value is known only after apply. Apply what it comes from \
             first, for example with -target, or give it a value that is known during the plan."
        ),
    )
}

pub(super) fn no_credentials() -> Diagnostic {
    Diagnostic::error(
        "No credentials",
        "The read needs an IAM token, and there is none: `token` is not set in the provider block, and the variable \
         HW_AUTH_TOKEN is not set either. Set one of them.",
    )
}

pub(super) fn none_found(kind: &str, region_id: &str, seen: Vec<String>) -> Diagnostic {
    Diagnostic::error(
        format!("No such {kind}"),
        format!("No {kind} in {region_id} is the one that was asked for. Names seen: {}.", listed(seen)),
    )
}

pub(super) fn several_found(kind: &str, region_id: &str, ids: Vec<String>) -> Diagnostic {
    Diagnostic::error(
        format!("More than one {kind}"),
        format!("Several {kind}s in {region_id} have that name. Choose by id; ids seen: {}.", listed(ids)),
    )
}

fn listed(mut names: Vec<String>) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.sort_unstable();
    let more = names.len().saturating_sub(MAX_NAMES);
    names.truncate(MAX_NAMES);
    let names = names.join(", ");
    if more == 0 { names } else { format!("{names} and {more} more") }
}

/// A warning if the service has more than it sent.
pub(super) fn incomplete_list(kind: &str, total: Option<i64>, received: usize) -> Option<Diagnostic> {
    let total = total?;
    let missing = total.checked_sub(i64::try_from(received).ok()?).filter(|missing| *missing > 0)?;
    Some(Diagnostic::warning(
        "List is incomplete",
        format!(
            "The service has {total} {kind} and sent {received}; {missing} are missing. Its API documents no way to \
             ask for the rest."
        ),
    ))
}

/// A request that failed: what could not be done, the request, the answer, and a hint.
pub(super) fn request_failed(what: &str, error: &Error) -> Diagnostic {
    let mut detail = format!("{} {}\n", error.method, error.url);
    if let Some(status) = error.status {
        let _ = writeln!(detail, "Status: {status}");
    }
    if let ErrorKind::Service(ServiceError { code, message }) = &error.kind {
        let mut line = |name: &str, value: &Option<String>| {
            if let Some(value) = value {
                let _ = writeln!(detail, "{name}: {value}");
            }
        };
        line("error_code", code);
        line("error_msg", message);
    } else {
        let _ = writeln!(detail, "Problem: {}", error.kind);
    }
    if let Some(request_id) = &error.request_id {
        let _ = writeln!(detail, "Request id: {request_id}");
    }
    let _ = write!(detail, "\n{}", hint(error));
    Diagnostic::error(format!("{what}: {}", summary(error)), detail)
}

fn summary(error: &Error) -> String {
    match (&error.kind, error.status) {
        (ErrorKind::Service(_), Some(status)) => format!("the service answered {}", status.as_u16()),
        (ErrorKind::Unreachable(_), _) => "the service cannot be reached".to_owned(),
        (ErrorKind::Redirect(_), _) => "the answer is a redirect".to_owned(),
        (ErrorKind::Body(BodyProblem::WrongType { path, .. }), _) => format!("`{path}` has the wrong type"),
        (ErrorKind::Body(BodyProblem::NotJson(_)), _) => "the answer is not JSON".to_owned(),
        (kind, _) => kind.to_string(),
    }
}

fn hint(error: &Error) -> &'static str {
    match &error.kind {
        ErrorKind::Token => "Check the token for line breaks and other characters that were pasted along with it.",
        ErrorKind::Setup(_) => "This is a bug in the provider: please report it.",
        ErrorKind::Unreachable(_) => {
            "Check the region and the network: MaaS is documented for ap-southeast-1 and cn-southwest-2, proxies are \
             taken from HTTPS_PROXY and NO_PROXY, and `endpoints` can name another URL."
        }
        ErrorKind::TimedOut => "Try again; if it stays so, check the network and the proxy.",
        ErrorKind::Redirect(_) => {
            "Redirects are not followed, since the token is for this host alone. Check `endpoints` and the proxy."
        }
        ErrorKind::Service(refusal) => status_hint(error, refusal),
        ErrorKind::Body(BodyProblem::Html) => {
            "Something between here and the service answered, often the sign-in page of a proxy. Check HTTPS_PROXY, \
             NO_PROXY and `endpoints`."
        }
        ErrorKind::Body(BodyProblem::Empty | BodyProblem::Truncated) => "Try again; if it stays so, check the proxy.",
        ErrorKind::Body(_) => {
            "The service does not answer as documented. Check `endpoints`, and report it if they are right."
        }
    }
}

/// Never by `ModelArts.0104` alone: the service's documents use that code for anything.
fn status_hint(error: &Error, refusal: &ServiceError) -> &'static str {
    let status = error.status.map_or(0, |status| status.as_u16());
    match (status, refusal.code.as_deref()) {
        (401, Some("ModelArts.8503")) => {
            "The user lacks a permission. Another sign-in does not help; ask for it in IAM."
        }
        (401, _) => "The token is wrong or has expired; tokens live for 24 hours. Get a new one.",
        (403, _) => "The user lacks a permission, or the token is for another project than `project_id`.",
        (404, _) => "The API is not there. Check the region: MaaS is documented for ap-southeast-1 and cn-southwest-2.",
        (429, _) => "The service is throttling. Wait a minute and try again.",
        (400..500, _) => "Check `region_id`, `project_id` and the token.",
        _ => "The service has a problem of its own. Try again later; support needs the request id.",
    }
}
