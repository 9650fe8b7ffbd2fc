use super::*;

fn known(text: &str) -> Argument<String> {
    Argument::Known(text.to_owned())
}

fn found() -> CustomEndpointInfo {
    let text = |text: &str| Some(text.to_owned());
    CustomEndpointInfo {
        id: text("7"),
        endpoint_name: text("a"),
        source: text(FROM_MAAS),
        status: text("Inactive"),
        remark: text(""),
        rpm: Some(60),
        served_model_name: text("m"),
        moderation: Some(false),
        ..CustomEndpointInfo::default()
    }
}

#[test]
fn imported_endpoint_then_all_that_the_service_reports_and_the_model_that_it_calls() {
    let mut endpoint = Endpoint { id: known("7"), ..Endpoint::default() };
    endpoint.refresh(&found());
    let expected = Endpoint {
        id: known("7"),
        name: known("a"),
        source: known(FROM_MAAS),
        model_name: known("m"),
        rpm: Argument::Known(60.0),
        moderation: Argument::Known(false),
        enabled: Argument::Known(false),
        status: known("Inactive"),
        served_model_name: known("m"),
        ..Endpoint::default()
    };
    assert_eq!(endpoint, expected);
}

#[test]
fn values_that_the_service_does_not_report_then_as_they_were() {
    let before = Endpoint {
        model_name: known("other"),
        agreement_id: known("g"),
        remark: known(""),
        moderation: Argument::Known(true),
        enabled: Argument::Known(false),
        ..Endpoint::default()
    };
    let mut endpoint = before.clone();
    let silent = CustomEndpointInfo { moderation: None, status: Some("in review".to_owned()), ..found() };
    endpoint.refresh(&silent);
    assert_eq!((&endpoint.model_name, &endpoint.agreement_id), (&before.model_name, &before.agreement_id));
    assert_eq!((endpoint.moderation, endpoint.enabled), (before.moderation, before.enabled));
    assert_eq!(endpoint.remark, known(""), "as configured");
    endpoint.refresh(&CustomEndpointInfo { remark: None, ..silent });
    assert_eq!(endpoint.remark, known(""), "none and an empty one are the same");
}

#[test]
fn status_of_any_case_then_enabled_or_not_and_others_say_neither() {
    assert_eq!((is_enabled("ACTIVE"), is_enabled(" Running ")), (Some(true), Some(true)));
    assert_eq!((is_enabled("Inactive"), is_enabled("stopped")), (Some(false), Some(false)));
    assert_eq!((is_enabled(""), is_enabled("in review")), (None, None));
}

#[test]
fn id_alone_or_with_region_and_project_then_imported_and_others_refused() {
    let import =
        |id: &str| MaasEndpoint::import(id).map(|model| (model.scope.region, model.scope.project_id, model.own.id));
    assert_eq!(import("7").expect("an id"), (Argument::Null, Argument::Null, known("7")));
    assert_eq!(import("r-1/p/7").expect("an id"), (known("r-1"), known("p"), known("7")));
    for id in ["", "/", "a/b", "r//7", "r/p/", "r/p/7/x", "../p/7", "r/../7", "..", "r x/p/7"] {
        assert_eq!(import(id).expect_err(id).summary, "Invalid import ID", "{id}");
    }
}
