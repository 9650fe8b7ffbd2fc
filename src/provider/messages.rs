//! Every text that a user of the provider may read, one constructor per failure.

mod catalogue;
mod endpoint;
mod proxy;
mod request;
mod tls;
mod web_page;

use std::io;
use std::ops::RangeInclusive;
use std::path::Path;

pub use catalogue::{Entry, catalogue};
pub(super) use endpoint::*;
pub(super) use request::{reported_elsewhere, request_failed};

use super::re2;
use crate::huaweicloud::{EndpointError, SecretProblem, SharedConfigError};
use crate::terraform::{AttributePath, Diagnostic, ReadError};

/// The regions for which MaaS is documented: the international site's and the Chinese one's.
pub(super) const DOCUMENTED_REGIONS: &str = "ap-southeast-1 (international) and cn-southwest-2 (China)";

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
        format!("`region` cannot be {}. MaaS is documented for {DOCUMENTED_REGIONS}.", quoted(region)),
    )
}

pub(super) fn bad_cloud(cloud: &str) -> Diagnostic {
    Diagnostic::error(
        "Invalid cloud",
        format!(
            "`cloud` is `{cloud}`, which cannot be the domain of a cloud. Give only the domain, such as \
             myhuaweicloud.com; the service and the region are put before it."
        ),
    )
}

/// Adds the environment variable that a value comes from to an error about the value.
pub(super) fn from_environment(error: Diagnostic, variable: &str) -> Diagnostic {
    let detail = format!("{} The value comes from the environment variable {variable}.", error.detail);
    Diagnostic { detail, ..error }
}

/// Adds the profile that a value comes from to an error about the value.
pub(super) fn from_profile(error: Diagnostic, profile: &str, file: &Path) -> Diagnostic {
    let detail = format!("{} The value comes from the profile `{profile}` of {}.", error.detail, file.display());
    Diagnostic { detail, ..error }
}

pub(super) fn bad_regex(attribute: &str, problem: &re2::Problem) -> Diagnostic {
    let hint = problem.hint();
    Diagnostic::error(
        "Invalid regular expression",
        format!(
            "`{attribute}` must be a regular expression in RE2 syntax, as in Terraform's `regex` function. Problem: \
             {problem}. {hint}"
        ),
    )
}

pub(super) fn bad_path_segment(attribute: &str, value: &str) -> Diagnostic {
    Diagnostic::error(
        "Invalid value",
        format!(
            "`{attribute}` becomes a part of the request's URL and cannot be {}. Leave it out or name it.",
            quoted(value)
        ),
    )
}

/// A value as messages show it.
fn quoted(value: &str) -> String {
    let visible = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    if value.is_empty() {
        "an empty text".to_owned()
    } else {
        format!("`{}`", value.chars().map(visible).collect::<String>())
    }
}

pub(super) fn bad_duration(value: &str) -> Diagnostic {
    Diagnostic::error(
        "Invalid duration",
        format!("`timeouts.read` must be a duration such as \"90s\", \"5m\" or \"1h30m\"; got \"{value}\"."),
    )
}

pub(super) fn bad_number(name: &str, value: &str, range: &RangeInclusive<u32>) -> Diagnostic {
    let (least, most) = (range.start(), range.end());
    Diagnostic::error(
        "Invalid number",
        format!("`{name}` must be a whole number from {least} to {most}; got {}.", quoted(value)),
    )
}

pub(super) fn bad_truth(name: &str, value: &str) -> Diagnostic {
    Diagnostic::error("Invalid value", format!("`{name}` must be true or false; got {}.", quoted(value)))
}

/// Values of environment variables are never shown: some are secrets.
pub(super) fn not_unicode(variables: &[String]) -> Diagnostic {
    Diagnostic::error(
        "Invalid environment variable",
        format!(
            "The value of an environment variable must be valid Unicode. Correct or unset: {}.",
            variables.join(", ")
        ),
    )
}

/// Does not show the path: it may be a secret that was put in its place.
pub(super) fn no_home(argument: &str) -> Diagnostic {
    Diagnostic::error(
        "Unknown home folder",
        format!(
            "The path in `{argument}` begins with `~`, but HOME is not set and the user database has no home folder. \
             Set HOME, or give the whole path."
        ),
    )
}

/// `what` is the argument or the environment variable. The value is never shown.
pub(super) fn bad_secret(what: &str, problem: &SecretProblem) -> Diagnostic {
    Diagnostic::error(
        "Invalid credentials",
        format!(
            "{what} is invalid: {problem}. Nothing was sent, since several refusals lock a key or a user. Check the value, \
             which is not shown, for characters that were copied along with it."
        ),
    )
}

pub(super) fn not_one_of(name: &str, value: &str, values: &[&str]) -> Diagnostic {
    Diagnostic::error("Invalid value", format!("`{name}` is `{value}`. Use one of: {}.", values.join(", ")))
}

pub(super) fn empty_argument(name: &str) -> Diagnostic {
    Diagnostic::error("Empty argument", format!("`{name}` is empty. Give it a value."))
}

pub(super) fn neither_set(first: &str, second: &str) -> Diagnostic {
    Diagnostic::error("Missing argument", format!("One of `{first}` and `{second}` has to be set."))
}

pub(super) fn both_set(first: &str, second: &str) -> Diagnostic {
    Diagnostic::error("Conflicting arguments", format!("Only one of `{first}` and `{second}` can be set."))
}

pub(super) fn half_a_pair(set: &str, missing: &str) -> Diagnostic {
    Diagnostic::error(
        "Missing argument",
        format!(
            "`{set}` is set without `{missing}`, which belongs to it. Set it too, here or by its environment variable."
        ),
    )
}

/// The same for a value of the environment, whose other half may stand in the block.
pub(super) fn half_of_variables(set: &str, missing: &str) -> Diagnostic {
    Diagnostic::error(
        "Missing argument",
        format!("The environment variable {set} is set without {missing}, which belongs to it. Set both or neither."),
    )
}

pub(super) fn agency_without_account(agency_name: &str) -> Diagnostic {
    Diagnostic::error(
        "Missing argument",
        format!(
            "The agency `{agency_name}` belongs to an account: set its `domain_name`, or its `domain_id`, with which \
             the temporary keys come from STS."
        ),
    )
}

pub(super) fn missing_for_oidc(name: &str, variable: &str) -> Diagnostic {
    Diagnostic::error(
        format!("Missing {name}"),
        format!(
            "The sign-in with an ID token needs `{name}`. Set it in the block `assume_role_with_oidc`, or set the \
             environment variable {variable}."
        ),
    )
}

pub(super) fn missing_region() -> Diagnostic {
    Diagnostic::error(
        "Missing region",
        format!(
            "The read needs the region whose MaaS API is called. Set `region` in the provider block or the data \
             source, or set the environment variable HW_REGION_NAME. MaaS is documented for {DOCUMENTED_REGIONS}."
        ),
    )
}

pub(super) fn region_behind_endpoint(region: &str) -> Diagnostic {
    Diagnostic::error(
        "Region does not go with the endpoint",
        format!(
            "The data source asks the API of {region}, but the provider's endpoint of MaaS is that of its own region. \
             Leave `region` out here, or use a second provider block with an alias, whose `region`, `endpoints` and \
             `project_id` are those of {region}."
        ),
    )
    .at(AttributePath::attribute("region"))
}

/// A setting that a read needs and that is known only after apply.
pub(super) fn unknown_setting(name: &str) -> ReadError {
    ReadError::ProviderUnknown(Diagnostic::error(
        "Provider configuration is not known yet",
        format!(
            "The read needs the provider's `{name}`, whose value is known only after apply. Apply what it comes from \
             first, for example with -target, or give it a value that is known during the plan."
        ),
    ))
}

pub(super) fn no_credentials(passed_over: &[String], ecs: &str) -> Diagnostic {
    let lines = passed_over.iter().fold(String::new(), |lines, what| lines + "  - " + what + "\n");
    Diagnostic::error(
        "No credentials",
        format!(
            "Nothing to sign in with was found. In this order, these were tried:\n{lines}  - ECS instance: {ecs}\n\n\
             Set HW_ACCESS_KEY and HW_SECRET_KEY, for example, or `profile` for a profile of KooCLI."
        ),
    )
}

pub(super) fn bad_profile(path: &Path, error: &SharedConfigError) -> Diagnostic {
    let hint = match error {
        SharedConfigError::File(_) => {
            "Check `shared_config_file` or HW_SHARED_CONFIG_FILE. `hcloud configure init` makes the file."
        }
        SharedConfigError::NoProfile { .. } => "Check `profile` or HW_PROFILE. `hcloud configure list` shows them.",
        SharedConfigError::Encrypted(_) => {
            "Only KooCLI can read them. Turn encryption off with `hcloud configure set --cli-auth-encrypt=false`."
        }
        SharedConfigError::AmbiguousName(_) => "Rename one of them in the file.",
        SharedConfigError::Secret { .. } => "Check it for characters that were copied along with it.",
        SharedConfigError::Json(_)
        | SharedConfigError::Mode { .. }
        | SharedConfigError::Agency(_)
        | SharedConfigError::SourceProfile { .. } => "Mend the profile with `hcloud configure set`.",
    };
    Diagnostic::error("Profile of KooCLI cannot be used", format!("{}: {error}.\n\n{hint}", path.display()))
}

pub(super) fn unreadable_file(argument: &str, path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error(
        "File cannot be read",
        format!(
            "`{argument}` names the file {}, which cannot be read: {error}. It takes a path, or PEM itself.",
            path.display()
        ),
    )
}

/// Does not show the value: it may be the key itself.
pub(super) fn unreadable_key(error: &io::Error) -> Diagnostic {
    Diagnostic::error(
        "Key cannot be read",
        format!(
            "`key` is neither PEM nor the path of a readable file: {error}. PEM begins with \
             -----BEGIN. The value is not shown, since it may be the key itself."
        ),
    )
}

/// What a list has, for a message: the first values in their order, and how many there are beside them.
pub(super) struct Seen {
    first: Vec<String>,
    more: usize,
}

impl Seen {
    /// At most `most` of these values. Only for them is `shown` called, which makes texts of a service fit for a message and
    /// takes long.
    pub(super) fn of<T: Ord>(values: impl IntoIterator<Item = T>, most: usize, shown: impl Fn(T) -> String) -> Self {
        let mut values: Vec<_> = values.into_iter().collect();
        values.sort_unstable();
        let more = values.len().saturating_sub(most);
        Self { first: values.into_iter().take(most).map(shown).collect(), more }
    }

    /// In words, and `none` if there is none.
    fn or(&self, none: &str) -> String {
        let first = self.first.join(", ");
        match (self.first.is_empty(), self.more) {
            (true, _) => none.to_owned(),
            (false, 0) => first,
            (false, more) => format!("{first} and {more} more"),
        }
    }
}

pub(super) fn none_found(kind: &str, place: &str, wanted: &str, seen: &Seen) -> Diagnostic {
    Diagnostic::error(
        format!("No such {kind}"),
        format!("No {kind} in {place} has {wanted}. Seen, with their ids: {}.", seen.or("none")),
    )
}

pub(super) fn several_found(kind: &str, place: &str, wanted: &str, seen: &Seen) -> Diagnostic {
    Diagnostic::error(
        format!("More than one {kind}"),
        format!(
            "Several {kind}s in {place} have {wanted}. Choose one by its id. Seen, with their ids: {}.",
            seen.or("none")
        ),
    )
}

/// A warning if nothing has the value of a filter. `seen` are the values that there are, in quotes.
pub(super) fn no_such_value(argument: &str, value: &str, seen: &Seen) -> Diagnostic {
    Diagnostic::warning(
        "Filter value not found",
        format!(
            "`{argument}` is {}, which nothing in the list has; seen: {}. Check the spelling of `{argument}`.",
            quoted(value),
            seen.or("no value at all")
        ),
    )
}

/// A warning if what the service sent is one of several pages, though it may not say how many items those have.
pub(super) fn one_of_pages(kind: &str, pages: Option<i64>) -> Option<Diagnostic> {
    let pages = pages.filter(|pages| *pages > 1)?;
    Some(Diagnostic::warning(
        "List is incomplete",
        format!(
            "The service has {pages} pages of {kind} and sent the first one. Its API documents no way to ask for the rest."
        ),
    ))
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
