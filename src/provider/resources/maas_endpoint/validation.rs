//! What a configuration of an endpoint must be like. Unknown values are taken for valid ones.

use super::{Endpoint, FROM_MAAS, FROM_MODELARTS};
use crate::provider::messages;
use crate::terraform::{Argument, AttributePath, Diagnostic, Diagnostics};

/// The most characters of a name and of a remark.
const LONGEST_NAME: usize = 64;
const LONGEST_REMARK: usize = 256;

/// Limits are whole numbers up to this, which floating-point numbers hold exactly.
const HIGHEST_LIMIT: f64 = 9_007_199_254_740_992.0;

pub(super) fn check(config: &Endpoint, diagnostics: &mut Diagnostics) {
    let mut report = |name: &str, problem: Diagnostic| diagnostics.push(problem.at(AttributePath::attribute(name)));
    if let Argument::Known(name) = &config.name
        && !is_name(name)
    {
        report("name", messages::bad_endpoint_name(name));
    }
    for (name, value) in [
        ("model_name", &config.model_name),
        ("infer_service_id", &config.infer_service_id),
        ("region_id", &config.region_id),
        ("agreement_id", &config.agreement_id),
    ] {
        if value.known().is_some_and(|value| value.trim().is_empty()) {
            report(name, messages::empty_argument(name));
        }
    }
    for (name, value) in [("rpm", &config.rpm), ("tpm", &config.tpm)] {
        if let Argument::Known(value) = value
            && !(value.fract() == 0.0 && (0.0..=HIGHEST_LIMIT).contains(value))
        {
            report(name, messages::bad_limit(name, *value));
        }
    }
    if let Argument::Known(remark) = &config.remark
        && remark.chars().count() > LONGEST_REMARK
    {
        report("remark", messages::long_remark(remark.chars().count(), LONGEST_REMARK));
    }
    check_source(config, &mut report);
}

fn check_source(config: &Endpoint, report: &mut impl FnMut(&str, Diagnostic)) {
    let (model, service, region) = (&config.model_name, &config.infer_service_id, &config.region_id);
    match (model.is_null(), service.is_null()) {
        (true, true) => {
            let is_service = config.source.known().is_some_and(|source| source == FROM_MODELARTS);
            report("name", messages::endpoint_of_nothing(is_service));
        }
        _ if model.known().is_some() && service.known().is_some() => {
            report("infer_service_id", messages::both_set("model_name", "infer_service_id"));
        }
        _ if !service.is_null() && region.is_null() => {
            report("infer_service_id", messages::service_without_region());
        }
        _ if service.is_null() && !region.is_null() => {
            report("region_id", messages::both_set("model_name", "region_id"));
        }
        _ => {}
    }
    let Argument::Known(source) = &config.source else { return };
    let expected = match (model.known(), service.known()) {
        (Some(_), None) => FROM_MAAS,
        (None, Some(_)) => FROM_MODELARTS,
        _ => {
            if ![FROM_MAAS, FROM_MODELARTS].contains(&source.as_str()) {
                report("source", messages::not_one_of("source", source, &[FROM_MAAS, FROM_MODELARTS]));
            }
            return;
        }
    };
    if source != expected {
        report("source", messages::wrong_endpoint_source(source, expected));
    }
}

/// Whether a text can be the name of an endpoint. The China site also takes Chinese characters.
fn is_name(name: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic() || (!c.is_ascii() && c.is_alphabetic());
    name.starts_with(is_letter)
        && name.chars().count() <= LONGEST_NAME
        && name.chars().all(|c| is_letter(c) || c.is_ascii_digit() || "-_.".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_the_service_accepts_and_others_then_told_apart() {
        for name in ["a", "team-a_chat.v2", "模型-1", "Z9", &"a".repeat(64), &"模".repeat(64)] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "1a", "-a", ".a", "a b", "a/b", "a\n", "a\u{202e}b", &"a".repeat(65), "a!"] {
            assert!(!is_name(name), "{name}");
        }
    }

    fn found(config: &Endpoint) -> Vec<(String, String)> {
        let mut diagnostics = Diagnostics::default();
        check(config, &mut diagnostics);
        let path = |path: &AttributePath| path.to_string();
        diagnostics.into_iter().map(|d| (d.attribute.as_ref().map(path).unwrap_or_default(), d.summary)).collect()
    }

    fn known(text: &str) -> Argument<String> {
        Argument::Known(text.to_owned())
    }

    fn of_model() -> Endpoint {
        Endpoint { name: known("a"), model_name: known("m"), ..Endpoint::default() }
    }

    #[test]
    fn one_way_given_or_still_unknown_then_valid() {
        let of_service = Endpoint {
            model_name: Argument::Null,
            infer_service_id: known("s"),
            region_id: known("r"),
            source: known(FROM_MODELARTS),
            ..of_model()
        };
        let unknown = Endpoint { infer_service_id: Argument::Unknown, region_id: Argument::Unknown, ..of_model() };
        for config in [of_model(), of_service, unknown, Endpoint { source: known(FROM_MAAS), ..of_model() }] {
            assert_eq!(found(&config), []);
        }
    }

    #[test]
    fn no_way_or_both_or_half_of_one_then_error_at_the_argument() {
        let nothing = Endpoint { model_name: Argument::Null, ..of_model() };
        let both = Endpoint { infer_service_id: known("s"), region_id: known("r"), ..of_model() };
        let without_region = Endpoint { infer_service_id: known("s"), ..nothing.clone() };
        let only_region = Endpoint { region_id: known("r"), ..of_model() };
        let wrong_source = Endpoint { source: known(FROM_MODELARTS), ..of_model() };
        let other_source = Endpoint { source: known("system"), infer_service_id: Argument::Unknown, ..of_model() };
        for (config, path) in [
            (nothing, "name"),
            (both, "infer_service_id"),
            (without_region, "infer_service_id"),
            (only_region, "region_id"),
            (wrong_source, "source"),
            (other_source, "source"),
        ] {
            let found = found(&config);
            assert!(found.iter().any(|(at, _)| at == path), "{path}: {found:?}");
        }
    }

    #[test]
    fn limits_that_are_not_whole_or_negative_then_refused() {
        for value in [-1.0, 1.5, 1e300, f64::INFINITY, f64::NAN] {
            assert_eq!(found(&Endpoint { rpm: Argument::Known(value), ..of_model() }).len(), 1, "{value}");
        }
        for value in [0.0, 1.0, 1e9, HIGHEST_LIMIT] {
            assert_eq!(found(&Endpoint { tpm: Argument::Known(value), ..of_model() }), [], "{value}");
        }
    }

    #[test]
    fn empty_texts_and_long_remarks_then_refused() {
        assert_eq!(found(&Endpoint { model_name: known(" "), ..of_model() }).len(), 1);
        assert_eq!(found(&Endpoint { agreement_id: known(""), ..of_model() }).len(), 1);
        assert_eq!(found(&Endpoint { remark: known(&"模".repeat(256)), ..of_model() }), []);
        assert_eq!(found(&Endpoint { remark: known(&"a".repeat(257)), ..of_model() }).len(), 1);
    }
}
