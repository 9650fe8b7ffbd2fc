//! What hosts insist on, written out independently of the code that it judges: `AssertPlanValid` and
//! `AssertObjectCompatible` of Terraform's `internal/plans/objchange`.

use std::collections::BTreeMap;

use super::{Attribute, AttributeType, Block, Nesting, Value};

/// What is wrong with a plan: `plan_valid.go`, for attributes and single nested objects.
pub(crate) fn problems_of_plan(block: &Block, prior: &Value, config: &Value, planned: &Value) -> Vec<String> {
    assert!(block.blocks.is_empty(), "blocks have rules that are not written out here");
    match (config.is_null(), planned.is_null()) {
        (true, true) => Vec::new(),
        (true, false) => vec!["planned for existence but config wants absence".to_owned()],
        (false, true) => vec!["planned for absence but config wants existence".to_owned()],
        (false, false) => problems_of_attributes(&block.attributes, prior, config, planned),
    }
}

/// What is wrong with a state after a change: `compatible.go`. The plan of the second call has to complete that of the
/// first one in the same way.
pub(crate) fn problems_of_result(planned: &Value, actual: &Value) -> Vec<String> {
    match (planned, actual) {
        (Value::Unknown(_), _) => Vec::new(),
        (Value::Mapping(planned), Value::Mapping(actual)) => {
            let mut problems = Vec::new();
            for (name, value) in planned {
                let inner = actual
                    .get(name)
                    .map_or_else(|| vec!["has vanished".to_owned()], |actual| problems_of_result(value, actual));
                problems.extend(inner.into_iter().map(|problem| format!("{name}: {problem}")));
            }
            let appeared = actual.keys().filter(|name| !planned.contains_key(*name));
            problems.extend(appeared.map(|name| format!("{name}: has appeared")));
            problems
        }
        (Value::Sequence(planned), Value::Sequence(actual)) if planned.len() == actual.len() => {
            planned.iter().zip(actual).flat_map(|(planned, actual)| problems_of_result(planned, actual)).collect()
        }
        _ if planned == actual => Vec::new(),
        _ => vec![format!("was {planned:?}, but now {actual:?}")],
    }
}

fn problems_of_attributes(attributes: &[Attribute], prior: &Value, config: &Value, planned: &Value) -> Vec<String> {
    let values = |attribute: &Attribute| [prior, config, planned].map(|object| member(object, attribute.name));
    let problems = |attribute| {
        let [prior, config, planned] = values(attribute);
        problems_of_attribute(attribute, &prior, &config, &planned)
            .into_iter()
            .map(|problem| format!("{}: {problem}", attribute.name))
    };
    attributes.iter().flat_map(problems).collect()
}

fn problems_of_attribute(attribute: &Attribute, prior: &Value, config: &Value, planned: &Value) -> Vec<String> {
    let [prior, config, planned] = [prior, config, planned].map(unrefined);
    let is_prior = planned == prior && !prior.is_null() && !config.is_null();
    let may_be_set = attribute.computed && (!attribute.optional || config.is_null());
    if planned == config || is_prior || may_be_set {
        return Vec::new();
    }
    if config.is_null() {
        return vec!["planned value for a non-computed attribute".to_owned()];
    }
    match &attribute.ty {
        AttributeType::Nested(Nesting::Single, attributes) if matches!(planned, Value::Mapping(_)) => {
            problems_of_attributes(attributes, &prior, &config, &planned)
        }
        _ => vec!["planned value matches neither config nor prior value".to_owned()],
    }
}

fn member(object: &Value, name: &str) -> Value {
    match object {
        Value::Mapping(values) => values.get(name).cloned().expect("an attribute of the schema"),
        Value::Unknown(_) => Value::unknown(),
        _ => Value::Null,
    }
}

fn unrefined(value: &Value) -> Value {
    match value {
        Value::Unknown(_) => Value::unknown(),
        Value::Mapping(values) => {
            let values = values.iter().map(|(name, value)| (name.clone(), unrefined(value)));
            Value::Mapping(values.collect::<BTreeMap<_, _>>())
        }
        Value::Sequence(values) => Value::Sequence(values.iter().map(unrefined).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Type;
    use super::*;

    fn object<const N: usize>(values: [(&str, Value); N]) -> Value {
        Value::Mapping(values.map(|(name, value)| (name.to_owned(), value)).into())
    }

    fn text(text: &str) -> Value {
        Value::String(text.to_owned())
    }

    #[test]
    fn plan_that_contradicts_the_configuration_then_problem_of_that_attribute() {
        let inner = vec![Attribute::optional("read", Type::String, "")];
        let attributes = vec![
            Attribute::optional("a", Type::String, ""),
            Attribute::optional("b", Type::String, "").or_computed(),
            Attribute::optional_object("c", Nesting::Single, inner, ""),
        ];
        let block = Block { attributes, ..Block::default() };
        let all = |a, b, c| object([("a", a), ("b", b), ("c", object([("read", c)]))]);
        let problems =
            |planned: &Value| problems_of_plan(&block, &Value::Null, &all(text("1"), Value::Null, text("3")), planned);
        assert_eq!(problems(&all(text("1"), text("made"), text("3"))), Vec::<String>::new());
        assert_eq!(problems(&all(text("2"), Value::unknown(), text("4"))).len(), 2);
        assert_eq!(problems(&Value::Null).len(), 1);
    }

    #[test]
    fn result_that_differs_from_a_known_plan_then_problem_and_from_an_unknown_one_none() {
        let planned = object([("a", text("1")), ("b", Value::unknown())]);
        assert_eq!(problems_of_result(&planned, &object([("a", text("1")), ("b", text("2"))])), Vec::<String>::new());
        for changed in [text("2"), Value::Null, Value::unknown()] {
            assert_eq!(problems_of_result(&planned, &object([("a", changed), ("b", Value::Null)])).len(), 1);
        }
    }
}
