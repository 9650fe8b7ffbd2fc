//! The messages about managed endpoints.

use super::example::refused;
#[allow(clippy::wildcard_imports, reason = "all of them are shown here")]
use super::*;

const SECTION: &str = "Managed endpoints";

const ID: &str = "c4513589-df2e-4d58-ab0c-0123456789ab";

pub(super) fn endpoint() -> Vec<Entry> {
    [plans(), refusals(), failures(), warnings()].concat()
}

/// The message about a request without a clear response.
fn failed() -> Diagnostic {
    refused(504, "APIGW.0201", "Backend timeout.").diagnostic()
}

fn plans() -> Vec<Entry> {
    section(
        SECTION,
        [
            (bad_endpoint_name("1st chat"), "The service does not accept the name.", "Choose another `name`."),
            (bad_limit("rpm", 0.5), "A limit is negative or not a whole number.", "Set a whole number."),
            (long_remark(300, 256), "The remark is too long.", "Shorten `remark`."),
            (
                endpoint_of_nothing(false),
                "The configuration names neither a model nor an inference service.",
                "Set one of them.",
            ),
            (service_without_region(), "An inference service is named without its region.", "Set `region_id`."),
            (
                wrong_endpoint_source("custom_from_maas", "custom_from_modelarts_v2"),
                "`source` contradicts the other arguments.",
                "Omit `source`.",
            ),
            (
                missing_agreement(false),
                "The moderation is switched without accepting the agreement.",
                "Set `agreement_id` from the data source `maas_agreement`.",
            ),
            (
                replacement_needs_a_new_name("chat", &[AttributePath::attribute("model_name")]),
                "A new endpoint cannot have the name of the endpoint that it replaces.",
                "Change `name` together with the model, or run `terraform untaint`.",
            ),
            (
                endpoint_name_in_use("chat", Some(ID), false),
                "An endpoint of this name exists outside of this resource.",
                "Choose another name, or import the endpoint.",
            ),
            (
                endpoint_name_in_use("chat", None, true),
                "An endpoint is renamed to the name of another one.",
                "Choose a name that was never used.",
            ),
            (
                bad_endpoint_import_id("a/b"),
                "The text is no ID of an endpoint.",
                "Use the ID that the data source `maas_endpoints` shows.",
            ),
        ],
    )
}

fn refusals() -> Vec<Entry> {
    section(
        SECTION,
        [
            (
                refused(400, "ModelArts.6271", "The endpoint name already exists.").diagnostic(),
                "The name is or was in use.",
                "Choose a name that was never used.",
            ),
            (
                refused(400, "ModelArts.6274", "The endpoint name is invalid.").diagnostic(),
                "The site does not accept the name.",
                "Choose another name.",
            ),
            (
                refused(400, "ModelArts.6291", "CustomEndpointNotFound").diagnostic(),
                "The endpoint was deleted in the meantime.",
                "Run `terraform plan`.",
            ),
            (
                refused(400, "ModelArts.6297", "The endpoint quota is exceeded.").diagnostic(),
                "The account has no room for another endpoint.",
                "Delete an endpoint, or ask for a higher quota.",
            ),
            (
                refused(400, "ModelArts.6299", "The endpoint ID is missing.").diagnostic(),
                "A bug in the provider.",
                "Report it.",
            ),
            (
                refused(400, "ModelArts.6613", "The service is not mounted to the MaaS gateway.").diagnostic(),
                "The inference service cannot be called through MaaS.",
                "Connect it to the MaaS gateway.",
            ),
        ],
    )
}

fn failures() -> Vec<Entry> {
    section(
        SECTION,
        [
            (
                endpoint_may_exist("chat", failed()),
                "The response to the creation was lost, and the endpoint is not in the list.",
                "Run `terraform plan`, and import the endpoint if it appears.",
            ),
            (
                endpoint_of_others("chat", ID, failed()),
                "The response to the creation was lost, and another endpoint of this name appeared.",
                "Check that endpoint in the console.",
            ),
            (
                endpoint_without_id("chat"),
                "The response to the creation has no ID, and the endpoint is not in the list.",
                "Run `terraform plan`, and import the endpoint if it appears.",
            ),
            (
                untaint_endpoint(failed()),
                "The endpoint was created, but could not be disabled.",
                "Run `terraform untaint`, then apply again.",
            ),
            (
                endpoint_change_ignored(&["rpm"]),
                "The service accepted a change without making it.",
                "Check the limits of the model.",
            ),
            (endpoint_to_update_not_listed(ID), "The endpoint to change is not in the list.", "Run `terraform plan`."),
        ],
    )
}

fn warnings() -> Vec<Entry> {
    section(
        SECTION,
        [
            (
                endpoint_adopted(ID, &failed()),
                "The response to the creation was lost, but the endpoint exists.",
                "Nothing has to be done.",
            ),
            (
                endpoint_not_read(failed()),
                "A change was made, and the read after it failed.",
                "Run `terraform plan` to read the endpoint again.",
            ),
            (
                endpoint_not_listed_yet(ID),
                "The list does not show a change yet.",
                "Run `terraform plan` to read the endpoint again.",
            ),
            (
                endpoint_is_gone(ID, Some("chat")),
                "The endpoint was deleted in the console or by another program.",
                "Change `name` to create another endpoint, or remove the resource from the configuration.",
            ),
            (
                incomplete_list_of_endpoint(ID, 10, Some(12)),
                "The service did not list all endpoints.",
                "Run `terraform plan` again later.",
            ),
        ],
    )
}
