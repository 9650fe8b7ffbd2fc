//! Messages about managed custom endpoints.

use super::quoted;
use crate::terraform::{AttributePath, Diagnostic};

/// Why the name matters, in every message about one.
const USED_UP: &str = "The service never accepts a name twice, not even after its endpoint was deleted or renamed.";

pub(in crate::provider) fn bad_endpoint_name(name: &str) -> Diagnostic {
    Diagnostic::error(
        "Invalid endpoint name",
        format!(
            "`name` must have 1 to 64 characters, start with a letter, and contain only letters, digits, `-`, `_` and `.`; \
             got {}.",
            quoted(name)
        ),
    )
}

pub(in crate::provider) fn bad_limit(argument: &str, value: f64) -> Diagnostic {
    Diagnostic::error(
        "Invalid limit",
        format!("`{argument}` must be a whole number of at least 0; got {value}. Omit `{argument}` for no limit."),
    )
}

pub(in crate::provider) fn long_remark(characters: usize, most: usize) -> Diagnostic {
    Diagnostic::error("Invalid remark", format!("`remark` must have at most {most} characters; got {characters}."))
}

pub(in crate::provider) fn service_without_region() -> Diagnostic {
    Diagnostic::error(
        "Missing argument",
        "`infer_service_id` is set without `region_id`. Set `region_id` to the region of the inference service.",
    )
}

/// `is_service` is whether the configuration says that the endpoint fronts an inference service.
pub(in crate::provider) fn endpoint_of_nothing(is_service: bool) -> Diagnostic {
    let remedy = if is_service {
        "Set `infer_service_id` and `region_id`: the service does not report them for an existing endpoint."
    } else {
        "Set `model_name` for a built-in model, or `infer_service_id` and `region_id` for an inference service."
    };
    Diagnostic::error("Missing model or service", format!("An endpoint fronts either a model or a service. {remedy}"))
}

pub(in crate::provider) fn wrong_endpoint_source(source: &str, expected: &str) -> Diagnostic {
    Diagnostic::error(
        "Conflicting source",
        format!(
            "`source` is {}, but the other arguments make it `{expected}`. Omit `source`, or correct the other arguments.",
            quoted(source)
        ),
    )
}

pub(in crate::provider) fn missing_agreement(moderation: bool) -> Diagnostic {
    let switch = if moderation { "on" } else { "off" };
    Diagnostic::error(
        "Missing agreement",
        format!(
            "Switching the moderation {switch} requires `agreement_id`. Set `agreement_id` to the `agreement_id` of the data \
             source `maas_agreement`."
        ),
    )
}

pub(in crate::provider) fn replacement_needs_a_new_name(name: &str, replaced_by: &[AttributePath]) -> Diagnostic {
    let paths: Vec<_> = replaced_by.iter().map(|path| format!("`{path}`")).collect();
    let because = if paths.is_empty() {
        String::new()
    } else {
        format!(" The replacement is required by a change of {}.", paths.join(", "))
    };
    Diagnostic::error(
        "Replacement requires a new name",
        format!(
            "The endpoint {} would be deleted, and a new one cannot be created under the same name. {USED_UP}{because} Change \
             `name` as well. If the endpoint is only tainted, run `terraform untaint` instead.",
            quoted(name)
        ),
    )
}

/// `is_rename` is whether the endpoint exists under another name. `id` is that of the endpoint that has the name.
pub(in crate::provider) fn endpoint_name_in_use(name: &str, id: Option<&str>, is_rename: bool) -> Diagnostic {
    let other = id.map_or_else(|| "another endpoint".to_owned(), |id| format!("the endpoint with the ID {id}"));
    let count =
        if is_rename { " Names cannot be swapped, and with `count` they shift: use `for_each` instead." } else { "" };
    Diagnostic::error(
        "Endpoint name is in use",
        format!(
            "The name {} belongs to {other}. {USED_UP} Choose another name. To manage that endpoint, import it by its ID. If \
             it is in the state under another address, add a `moved` block; if it is tainted, run `terraform untaint`.{count}",
            quoted(name)
        ),
    )
}

pub(in crate::provider) fn endpoint_adopted(id: &str, error: &Diagnostic) -> Diagnostic {
    Diagnostic::warning(
        "Endpoint was created without a response",
        format!(
            "The request failed, but the list has a new endpoint with the requested name and source. Terraform manages this \
             endpoint, whose ID is {id}.\n\n{}",
            error.detail
        ),
    )
}

pub(in crate::provider) fn endpoint_of_others(name: &str, id: &str, error: Diagnostic) -> Diagnostic {
    let detail = format!(
        "The request failed, and the list has a new endpoint named {} with another source. Check the endpoint with the ID {id} in \
         the console; import it if it is yours.\n\n{}",
        quoted(name),
        error.detail
    );
    Diagnostic { detail, ..error }
}

pub(in crate::provider) fn endpoint_may_exist(name: &str, error: Diagnostic) -> Diagnostic {
    let detail = format!(
        "The request failed without a clear response, and no new endpoint named {} is in the list. The request was not sent again. \
         Run `terraform plan`: if the endpoint appears, the plan names the ID to import. Otherwise the name may be free or used \
         up.\n\n{}",
        quoted(name),
        error.detail
    );
    Diagnostic { detail, ..error }
}

pub(in crate::provider) fn endpoint_without_id(name: &str) -> Diagnostic {
    Diagnostic::error(
        "Endpoint not found after its creation",
        format!(
            "The service accepted the endpoint {} without returning its ID, and does not list the endpoint. Run `terraform plan`: \
             when the endpoint appears, the plan names the ID to import. {USED_UP}",
            quoted(name)
        ),
    )
}

pub(in crate::provider) fn untaint_endpoint(error: Diagnostic) -> Diagnostic {
    let detail = format!(
        "{}\n\nThe endpoint exists and accepts calls, but Terraform marks it as tainted and would replace it. {USED_UP} Run \
         `terraform untaint` with the address of this resource, then apply again.",
        error.detail
    );
    Diagnostic { detail, ..error }
}

pub(in crate::provider) fn endpoint_not_read(error: Diagnostic) -> Diagnostic {
    let detail = format!(
        "The change was made, but its result could not be read. The state has the values that were sent.\n\n{}",
        error.detail
    );
    Diagnostic::warning(error.summary, detail)
}

pub(in crate::provider) fn endpoint_not_listed_yet(id: &str) -> Diagnostic {
    Diagnostic::warning(
        "Endpoint is not listed yet",
        format!(
            "The service accepted the change, but does not list the endpoint with the ID {id}. The state has the values that were \
             sent; the next plan reads the endpoint again."
        ),
    )
}

pub(in crate::provider) fn endpoint_change_ignored(arguments: &[&str]) -> Diagnostic {
    let arguments = arguments.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Diagnostic::error(
        "Endpoint change had no effect",
        format!(
            "The service accepted the change, but still reports other values for {arguments}. Check whether the model allows the \
             values, and run `terraform apply` again. A limit that cannot be removed needs a value."
        ),
    )
}

pub(in crate::provider) fn endpoint_to_update_not_listed(id: &str) -> Diagnostic {
    Diagnostic::error(
        "Unable to update endpoint: endpoint not found",
        format!(
            "The service does not list the endpoint with the ID {id}, and nothing was sent. Run `terraform plan` to read the \
             endpoint again."
        ),
    )
}

/// `name` is the one in the state.
pub(in crate::provider) fn endpoint_is_gone(id: &str, name: Option<&str>) -> Diagnostic {
    let name = name.map_or_else(|| "Its name".to_owned(), |name| format!("Its name {}", quoted(name)));
    Diagnostic::warning(
        "Endpoint no longer exists",
        format!(
            "The endpoint with the ID {id} was deleted outside of Terraform. {name} is used up: creating the endpoint again fails \
             until `name` changes. {USED_UP}"
        ),
    )
}

pub(in crate::provider) fn incomplete_list_of_endpoint(id: &str, listed: usize, total: Option<i64>) -> Diagnostic {
    let total = total.map_or_else(|| "an unknown number".to_owned(), |total| total.to_string());
    Diagnostic::warning(
        "Endpoint was not refreshed",
        format!(
            "The service listed {listed} of {total} endpoints, without the one with the ID {id}. An incomplete list does not prove \
             that the endpoint is gone, so its state is kept as it is."
        ),
    )
}

pub(in crate::provider) fn bad_endpoint_import_id(id: &str) -> Diagnostic {
    Diagnostic::error(
        "Invalid import ID",
        format!(
            "An endpoint is imported by `ID` or by `REGION/PROJECT_ID/ID`; got {}. The data source `maas_endpoints` lists the IDs.",
            quoted(id)
        ),
    )
}
