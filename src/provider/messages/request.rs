//! A request that failed: what could not be done, the request, the answer, and a hint.

use std::fmt::Write;

use super::{DOCUMENTED_REGIONS, proxy, tls, web_page};
use crate::huaweicloud::{BodyProblem, Error, ErrorKind, Purpose, ServiceError, Trace, WebPage};
use crate::maas::EndpointRefusal;
use crate::terraform::Diagnostic;

/// A clock that is off by this many seconds is worth a word.
const CLOCK_TOLERANCE: i64 = 5 * 60;

/// The gateway refuses signatures of a clock that is off by 15 minutes. It is measured to about a minute.
const CLOCK_REFUSED: i64 = 14 * 60;

/// `what` is what the user wanted, such as "List the workspaces".
pub(in crate::provider) fn request_failed(what: &str, error: &Error) -> Diagnostic {
    let mut detail = String::new();
    let trace = error.trace.as_deref();
    if let Some(trace) = trace {
        let _ = writeln!(detail, "{} {}", trace.method, trace.url);
        if let Some(proxy) = &trace.proxy {
            let _ = writeln!(detail, "Proxy: {proxy}");
        }
        if let Some(status) = trace.status {
            let _ = writeln!(detail, "Status: {status}");
        }
    }
    if let ErrorKind::Service(ServiceError { code, message, web_page }) = &error.kind {
        for (name, value) in [("error_code", code), ("error_msg", message)] {
            if let Some(value) = value {
                let _ = writeln!(detail, "{name}: {value}");
            }
        }
        if let Some(page) = web_page {
            write_web_page(&mut detail, page);
        }
    } else if let ErrorKind::Body(BodyProblem::Html(page)) = &error.kind {
        write_web_page(&mut detail, page);
    } else {
        let _ = writeln!(detail, "Problem: {}", error.kind);
    }
    if let Some(trace) = trace {
        if let Some(request_id) = &trace.request_id {
            let _ = writeln!(detail, "Request id: {request_id}");
        }
        if trace.attempts > 0 {
            let _ = writeln!(detail, "Attempts: {} in {:.1} s", trace.attempts, trace.elapsed.as_secs_f64());
        }
    }
    let _ = write!(detail, "\n{}", hint(error));
    Diagnostic::error(title(what, error), detail)
}

/// The same failure for a further read. Only the summary depends on the read, so that the messages of one block are equal
/// and hosts since 1.12 show them once.
pub(in crate::provider) fn reported_elsewhere(what: &str, error: &Error) -> Diagnostic {
    let detail = if error.is_refused_credentials() || error.is_refused_by_proxy() {
        "Another data source was refused with the same credentials; its error has the details.\n\
         No further request was sent, since several refusals lock a key or a user."
    } else {
        "Another data source failed with the same request; its error has the details.\n\
         No further request was sent, since both needed the same response."
    };
    Diagnostic::error(title(what, error), detail)
}

fn title(what: &str, error: &Error) -> String {
    // What is wanted may be that step itself.
    let step = Some(step(error.purpose)).filter(|step| !step.trim_end_matches(": ").eq_ignore_ascii_case(what));
    format!("{what}: {}{}", step.unwrap_or_default(), summary(error))
}

fn write_web_page(detail: &mut String, page: &WebPage) {
    let _ = writeln!(detail, "Problem: {}", BodyProblem::Html(Box::default()));
    for (name, value) in [("Title", &page.title), ("Server", &page.server)] {
        if let Some(value) = value {
            let _ = writeln!(detail, "{name}: {value}");
        }
    }
}

/// What was done on the way to what the user wanted.
fn step(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::SignIn => "sign in with the password: ",
        Purpose::FindProject => "find the project: ",
        Purpose::AssumeAgency => "get temporary keys: ",
        Purpose::ExchangeIdToken => "sign in with the ID token: ",
        Purpose::EcsMetadata => "get the keys of the ECS instance: ",
        _ => "",
    }
}

fn summary(error: &Error) -> String {
    match (&error.kind, error.status()) {
        (ErrorKind::Service(_), Some(status)) => {
            let refusal = if status.is_success() { " and yet refused" } else { "" };
            format!("the service answered {}{refusal}", status.as_u16())
        }
        (ErrorKind::Unreachable(_), _) => "the service cannot be reached".to_owned(),
        (ErrorKind::Proxy(problem), _) => proxy::summary(problem),
        (ErrorKind::Tls(_), _) => "the TLS connection failed".to_owned(),
        (ErrorKind::Redirect(_), _) => "the answer is a redirect".to_owned(),
        (ErrorKind::Body(BodyProblem::WrongType { path, .. }), _) => format!("`{path}` has the wrong type"),
        (ErrorKind::Body(BodyProblem::WrongWhole(_)), _) => "the answer has the wrong type".to_owned(),
        (ErrorKind::Body(BodyProblem::NotJson(_)), _) => "the answer is not JSON".to_owned(),
        (kind, _) => kind.to_string(),
    }
}

fn hint(error: &Error) -> String {
    match &error.kind {
        ErrorKind::Unsendable(what) => {
            format!("Check the {what} for line breaks and other characters that were pasted along with it.")
        }
        ErrorKind::BadRegion(_) => format!("MaaS is documented for {DOCUMENTED_REGIONS}."),
        ErrorKind::Segment(_) => {
            "Check `region_id` and `project_id`: the service would take the request for another one.".to_owned()
        }
        ErrorKind::ProjectId(_) => "The response is not as IAM documents it. Check `auth_url` and the proxy, or set \
                                    `project_id`."
            .to_owned(),
        ErrorKind::Unavailable(_) => "Check the provider block and the environment.".to_owned(),
        ErrorKind::Option { argument, .. } => format!("Check `{argument}`, or the variable that stands for it."),
        ErrorKind::HostNotFound(_) => format!(
            "Check the region: MaaS is documented for {DOCUMENTED_REGIONS}. If it is right, check `cloud`, `endpoints`, \
             the name server and the proxy (HTTPS_PROXY)."
        ),
        ErrorKind::Proxy(problem) => proxy::hint(error, problem),
        ErrorKind::Unreachable(_) if is_proxied(error) => proxy::unreachable_hint(error),
        ErrorKind::Unreachable(_) => {
            "Check the network, the name server, the proxy (HTTPS_PROXY, NO_PROXY) and `endpoints`.".to_owned()
        }
        ErrorKind::ProxySignIn => proxy::AUTHENTICATION.to_owned(),
        ErrorKind::Tls(failure) => tls::remedy(failure.reason).to_owned(),
        ErrorKind::AttemptTimedOut(_) => "Try again; if it stays so, check the network and the proxy.".to_owned(),
        ErrorKind::Queued(_) => {
            "At most eight requests are under way at once. Give the read more time with `timeouts = { \
                                 read = \"10m\" }`, or read less at once."
                .to_owned()
        }
        ErrorKind::Stopped => "Nothing was changed. Run Terraform again.".to_owned(),
        ErrorKind::TimedOut(_) => {
            "Try again, or give it more time with `timeouts = { read = \"10m\" }`; if it stays so, \
                                   check the network and the proxy."
                .to_owned()
        }
        ErrorKind::WaitedForProof(_) => "Until one response shows that the credentials are valid, one request is sent at a \
                                         time, since several wrong ones lock a key or a user. Give the read more time \
                                         with `timeouts = { read = \"10m\" }`; if it stays so, check the network and the \
                                         proxy."
            .to_owned(),
        ErrorKind::CredentialsUnproven => "The service may have refused those requests without a response in time, and \
                                           several refusals lock a key or a user. Check the network and the proxy, then \
                                           run Terraform again."
            .to_owned(),
        ErrorKind::Redirect(_) => "Redirects are not followed, since the credentials are for this host alone. Check \
                                   `endpoints` and the proxy."
            .to_owned(),
        ErrorKind::Service(refusal) => refusal_hint(error, refusal),
        ErrorKind::Body(BodyProblem::Html(page)) => web_page::hint(page, status(error), is_proxied(error)),
        ErrorKind::Body(problem) => body_hint(problem).to_owned(),
        ErrorKind::NoToken => "IAM answers otherwise than documented. Check `auth_url` and the proxy.".to_owned(),
        ErrorKind::NoProject(_) => "Set `project_id`, or check `project_name` and the region; the console shows both \
                                    under My Credentials."
            .to_owned(),
        ErrorKind::SeveralProjects { .. } => "Set `project_id` to the one that is meant.".to_owned(),
        ErrorKind::IdToken { path, .. } => id_token_hint(path.as_deref()).to_owned(),
        ErrorKind::NoEcsAgency(_) => "Give the instance an agency, or sign in another way.".to_owned(),
    }
}

fn id_token_hint(path: Option<&str>) -> &'static str {
    match path {
        Some(_) => "Check `id_token_file`, or the variable HW_ASSUME_ROLE_ID_TOKEN_FILE.",
        None => {
            "`id_token_file`, or the variable HW_ASSUME_ROLE_ID_TOKEN_FILE, takes a path. Its value is not shown, since \
             it looks like the token itself, which belongs into `id_token`."
        }
    }
}

fn body_hint(problem: &BodyProblem) -> &'static str {
    match problem {
        BodyProblem::Empty | BodyProblem::Truncated => "Try again; if it stays so, check the proxy.",
        _ => "The service does not answer as documented. Check `endpoints`, and report it if they are right.",
    }
}

/// Whether the request was sent through a proxy.
fn is_proxied(error: &Error) -> bool {
    error.trace.as_ref().is_some_and(|trace| trace.proxy.is_some())
}

fn status(error: &Error) -> u16 {
    error.status().map_or(0, |status| status.as_u16())
}

/// Never by `ModelArts.0104` alone: the service's documents use that code for anything.
fn refusal_hint(error: &Error, refusal: &ServiceError) -> String {
    let status = status(error);
    if error.is_refused_credentials() && refusal.web_page.is_none() {
        return credentials_hint(error);
    }
    let of_step =
        if matches!(status, 400 | 403 | 404) && refusal.web_page.is_none() { step_hint(error.purpose) } else { None };
    if let Some(hint) = of_step {
        return hint.to_owned();
    }
    if let (Some(page), true) = (&refusal.web_page, status != 407) {
        return web_page::hint(page, status, is_proxied(error));
    }
    if let Some(refusal) = EndpointRefusal::of(error) {
        return endpoint_hint(refusal).to_owned();
    }
    let hint = match (status, refusal.code.as_deref()) {
        (407, _) => proxy::AUTHENTICATION,
        (403, _) => "The user lacks a permission, or the credentials are for another project than `project_id`.",
        (404, _) => {
            return format!(
                "The API is not there. Check `endpoints` if it is set, and the region: MaaS is documented for \
                 {DOCUMENTED_REGIONS}."
            );
        }
        (429, _) => return throttled_hint(error.trace.as_deref()),
        (200..300 | 400..500, _) => "Check the arguments, `project_id` and the credentials.",
        _ if error.trace.as_ref().is_some_and(|trace| trace.request_id.is_some()) => {
            "The service has a problem of its own. Try again later; support needs the request id."
        }
        _ => "The service has a problem of its own. Try again later.",
    };
    hint.to_owned()
}

fn endpoint_hint(refusal: EndpointRefusal) -> &'static str {
    match refusal {
        EndpointRefusal::NameTaken => {
            "The name is in use, or was used by an endpoint that has been deleted or renamed. The service never accepts a name \
             twice: choose another `name`."
        }
        EndpointRefusal::InvalidName => {
            "The service does not accept the name. Names have 1 to 64 characters, start with a letter, and contain letters, \
             digits, `-`, `_` and `.`; only the China site accepts Chinese characters."
        }
        EndpointRefusal::NotFound => {
            "The endpoint does not exist in this region and project. Run `terraform plan` to read it again."
        }
        EndpointRefusal::QuotaExceeded => {
            "The account has as many endpoints as its quota allows; the data source `maas_endpoints` shows both numbers. Delete an \
             endpoint, or ask Huawei Cloud for a higher quota."
        }
        EndpointRefusal::MissingId => "The request has no endpoint ID. Report this as a bug in the provider.",
        EndpointRefusal::ServiceNotConnected => {
            "Connect the inference service to the MaaS gateway, or set its authentication to none, then apply again."
        }
        EndpointRefusal::NotPermitted => {
            "The user lacks a permission. Another sign-in does not help; ask for it in IAM."
        }
    }
}

/// What to check when a step on the way to the read is refused, though not for its credentials.
fn step_hint(purpose: Purpose) -> Option<&'static str> {
    match purpose {
        Purpose::SignIn => Some(
            "Check the user, the account (`domain_name` or `domain_id`), the project and `auth_url`, and that the user \
             may use that project.",
        ),
        Purpose::FindProject => Some(
            "Check `auth_url`, and that the user may list projects. With `project_id` the project is not looked up.",
        ),
        Purpose::AssumeAgency => {
            Some("Check the agency's name, its account and `duration`, and that the caller may assume it.")
        }
        Purpose::ExchangeIdToken => {
            Some("Check `idp_id` and the ID token, which may have expired or be meant for another audience.")
        }
        _ => None,
    }
}

fn credentials_hint(error: &Error) -> String {
    let hint = match error.purpose {
        Purpose::SignIn => {
            return "Check the user, the password and the account (`domain_name` or `domain_id`).".to_owned();
        }
        Purpose::ExchangeIdToken => return "Check `idp_id` and the ID token, which may have expired.".to_owned(),
        _ => {
            "The credentials are wrong or have expired: a token lives for 24 hours, temporary keys for less. What cannot \
             be renewed is not tried again, since several wrong ones lock a key or an account."
        }
    };
    let ahead = error.trace.as_ref().and_then(|trace| trace.clock_ahead).unwrap_or_default();
    let (minutes, direction) = (ahead.abs() / 60, if ahead > 0 { "ahead of" } else { "behind" });
    let clock = format!(
        "The clock of this machine is {minutes} minutes {direction} the service's, which refuses signatures that are off \
         by more than 15. Set the clock."
    );
    match ahead.abs() {
        CLOCK_REFUSED.. => clock,
        CLOCK_TOLERANCE.. => format!("{hint} {clock}"),
        _ => hint.to_owned(),
    }
}

fn throttled_hint(trace: Option<&Trace>) -> String {
    match trace.and_then(|trace| trace.retry_after) {
        Some(wait) => format!(
            "The service is throttling and asks to be left alone for {} s more. Try again then, or raise `timeouts` or \
             `max_retries`.",
            wait.as_secs()
        ),
        None => "The service is throttling. Wait a minute and try again.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use reqwest::{Method, StatusCode};

    use super::*;

    fn trace(status: u16) -> Trace {
        Trace {
            id: 0,
            method: Method::POST,
            url: String::new(),
            proxy: None,
            status: StatusCode::from_u16(status).ok(),
            request_id: None,
            attempts: 1,
            outcome: crate::huaweicloud::WriteOutcome::Unknown,
            elapsed: std::time::Duration::ZERO,
            clock_ahead: None,
            retry_after: None,
        }
    }

    fn hint_for(purpose: Purpose, status: u16) -> String {
        let kind = ErrorKind::Service(ServiceError::default());
        hint(&Error { purpose, trace: Some(Box::new(trace(status))), kind })
    }

    #[test]
    fn clock_is_off_then_said_as_far_as_it_can_be_the_reason() {
        let hint = |purpose, minutes: i64| {
            let mut trace = trace(401);
            trace.clock_ahead = Some(minutes * 60);
            hint(&Error { purpose, trace: Some(Box::new(trace)), kind: ErrorKind::Service(ServiceError::default()) })
        };
        for (minutes, clock, credentials) in [(4, false, true), (6, true, true), (-6, true, true), (16, true, false)] {
            let hint = hint(Purpose::Read, minutes);
            assert_eq!((hint.contains("Set the clock"), hint.contains("credentials")), (clock, credentials), "{hint}");
        }
        assert!(!hint(Purpose::SignIn, 16).contains("clock"), "a password is not signed");
    }

    #[test]
    fn step_on_the_way_refused_then_hint_is_about_that_step() {
        for status in [400, 403, 404] {
            for (purpose, parts) in [
                (Purpose::AssumeAgency, &["agency's name", "its account", "`duration`", "caller may assume it"][..]),
                (Purpose::ExchangeIdToken, &["`idp_id`", "the ID token"]),
                (Purpose::SignIn, &["the user", "the account", "the project"]),
                (Purpose::FindProject, &["`project_id`"]),
            ] {
                let hint = hint_for(purpose, status);
                assert!(parts.iter().all(|part| hint.contains(part)), "{purpose:?} {status}: {hint}");
                assert!(!hint.contains("MaaS is documented for"), "{purpose:?} {status}: {hint}");
            }
        }
        assert!(hint_for(Purpose::Read, 404).contains("MaaS is documented for"));
        assert!(hint_for(Purpose::AssumeAgency, 503).contains("problem of its own"));
    }
}
