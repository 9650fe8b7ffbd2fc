//! Configurations that cannot be right.

use super::{Scene, endpoint};
use crate::errors::assert_says;
use crate::terraform::with_each_host;

#[test]
fn bad_configuration_then_refused_in_validation_with_its_attribute() {
    with_each_host(|host| {
        let named = |arguments: &str| format!("name = \"chat\"\n{arguments}");
        let of_model = |arguments: &str| named(&format!("model_name = \"m\"\n{arguments}"));
        let long = "a".repeat(65);
        let cases = [
            ("model_name = \"m\"\nname = \"1a\"".to_owned(), "Invalid endpoint name", "name = \"1a\""),
            ("model_name = \"m\"\nname = \"\"".to_owned(), "Invalid endpoint name", "`name`"),
            ("model_name = \"m\"\nname = \"a b\"".to_owned(), "Invalid endpoint name", "name = \"a b\""),
            (format!("model_name = \"m\"\nname = \"{long}\""), "Invalid endpoint name", "64"),
            (named(""), "Missing model or service", "`model_name`"),
            (named("infer_service_id = \"s\""), "Missing argument", "`region_id`"),
            (named("region_id = \"r\""), "Missing model or service", "`infer_service_id`"),
            (of_model("infer_service_id = \"s\"\nregion_id = \"r\""), "Conflicting arguments", "`infer_service_id`"),
            (of_model("region_id = \"r\""), "Conflicting arguments", "`region_id`"),
            (of_model("source = \"custom_from_modelarts_v2\""), "Conflicting source", "custom_from_maas"),
            (of_model("source = \"system\""), "`source`", "custom_from_maas"),
            (of_model("rpm = 1.5"), "Invalid limit", "`rpm`"),
            (of_model("tpm = -1"), "Invalid limit", "`tpm`"),
            (of_model(&format!("remark = \"{}\"", "ä".repeat(257))), "`remark`", "256"),
            (of_model("model_version_id = \"1\""), "Read-only attribute is set", "model_version_id = \"1\""),
            (of_model("region = \"a/b\""), "Invalid region", "region = \"a/b\""),
            (of_model("timeouts = { create = \"soon\" }"), "Invalid duration", "timeouts = { create = \"soon\" }"),
            (of_model("agreement_id = \"\""), "Empty argument", "`agreement_id`"),
            (named("model_name = \"\""), "Empty argument", "`model_name`"),
        ];
        for (body, summary, detail) in cases {
            let scene = Scene::new(host, &endpoint("chat", &body));
            let error = scene.workdir.run(&["validate"]).error();
            assert_says(&error, &[summary, detail]);
            assert_eq!(scene.sandbox.requests().len(), 0, "{body}");
        }
    });
}

#[test]
fn values_at_the_edge_of_what_is_allowed_then_valid() {
    with_each_host(|host| {
        for body in [
            format!("name = \"{}\"\nmodel_name = \"m\"", "a".repeat(64)),
            format!("name = \"{}\"\nmodel_name = \"m\"", "模".repeat(64)),
            format!("name = \"a-_.9\"\nmodel_name = \"m\"\nremark = \"{}\"", "ä".repeat(256)),
            "name = \"a\"\nmodel_name = \"m\"\nmoderation = false".to_owned(),
            "name = \"a\"\nmodel_name = \"m\"\nsource = \"custom_from_maas\"\nrpm = 1".to_owned(),
        ] {
            Scene::new(host, &endpoint("chat", &body)).workdir.run(&["validate"]).succeeded();
        }
    });
}
