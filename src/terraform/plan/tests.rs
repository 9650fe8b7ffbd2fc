use proptest::collection::vec;
use proptest::prelude::*;

use super::super::host_rules::{problems_of_plan, problems_of_result};
use super::super::{Attribute, Nesting, Type};
use super::*;

/// One attribute of each kind that a resource can have.
fn block() -> Block {
    let text = |name| Attribute::optional(name, Type::String, "");
    let inner = vec![text("read"), text("create")];
    let attributes = vec![
        Attribute::required("name", Type::String, ""),
        Attribute::optional("limit", Type::Number, ""),
        Attribute::optional("model", Type::String, "").replaces(),
        text("source").or_computed().keeps_prior().replaces(),
        text("region").or_computed().keeps_prior(),
        text("version").or_computed(),
        text("enabled").default(Value::String("on".to_owned())),
        Attribute::computed("id", Type::String, "").keeps_prior(),
        Attribute::computed("status", Type::String, ""),
        Attribute::optional_object("timeouts", Nesting::Single, inner, ""),
    ];
    Block { attributes, ..Block::default() }
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

/// An object of the block with these values, and null for all others.
fn object<const N: usize>(values: [(&str, Value); N]) -> Value {
    let mut object: BTreeMap<_, _> =
        block().attributes.iter().map(|attribute| (attribute.name.to_owned(), Value::Null)).collect();
    object.extend(values.map(|(name, value)| (name.to_owned(), value)));
    Value::Mapping(object)
}

fn attribute(object: &Value, name: &str) -> Value {
    match object {
        Value::Mapping(values) => values[name].clone(),
        other => panic!("{other:?}"),
    }
}

fn existing() -> Value {
    object([
        ("name", text("a")),
        ("model", text("m")),
        ("source", text("s")),
        ("region", text("r")),
        ("version", text("1")),
        ("enabled", text("on")),
        ("id", text("i")),
        ("status", text("up")),
    ])
}

#[test]
fn new_object_then_configured_values_defaults_and_unknown_computed_ones() {
    let config = object([("name", text("a")), ("region", text("r"))]);
    let Planned { state, replace } = plan(&block(), &Value::Null, &config);
    let expected = object([
        ("name", text("a")),
        ("region", text("r")),
        ("enabled", text("on")),
        ("source", Value::unknown()),
        ("version", Value::unknown()),
        ("id", Value::unknown()),
        ("status", Value::unknown()),
    ]);
    assert_eq!((state, replace), (expected, vec![]));
}

#[test]
fn computed_and_left_out_then_unknown_and_everything_else_as_configured() {
    let attributes = vec![
        Attribute::optional("set", Type::String, "").or_computed(),
        Attribute::optional("left_out", Type::String, "").or_computed(),
        Attribute::optional("argument", Type::String, ""),
        Attribute::computed("read", Type::String, ""),
    ];
    let object = |values: [Value; 4]| {
        let names = ["set", "left_out", "argument", "read"].map(str::to_owned);
        Value::Mapping(names.into_iter().zip(values).collect())
    };
    let block = Block { attributes, ..Block::default() };
    let planned = plan(&block, &Value::Null, &object([text("x"), Value::Null, Value::Null, Value::Null]));
    assert_eq!(planned.state, object([text("x"), Value::unknown(), Value::Null, Value::unknown()]));
}

#[test]
fn nothing_changed_then_the_prior_state_and_no_replacement() {
    let config = object([("name", text("a")), ("model", text("m"))]);
    assert_eq!(plan(&block(), &existing(), &config), Planned { state: existing(), replace: vec![] });
}

#[test]
fn changed_in_place_then_only_computed_values_that_may_change_are_unknown() {
    let config = object([("name", text("b")), ("model", text("m"))]);
    let Planned { state, replace } = plan(&block(), &existing(), &config);
    assert_eq!(attribute(&state, "name"), text("b"));
    for (name, kept) in [("source", "s"), ("region", "r"), ("enabled", "on"), ("id", "i")] {
        assert_eq!(attribute(&state, name), text(kept), "{name}");
    }
    assert_eq!((attribute(&state, "version"), attribute(&state, "status")), (Value::unknown(), Value::unknown()));
    assert_eq!(replace, []);
}

#[test]
fn replacing_attribute_changed_removed_or_unknown_then_replaced() {
    for value in [text("n"), Value::Null, Value::unknown()] {
        let config = object([("name", text("a")), ("model", value)]);
        assert_eq!(plan(&block(), &existing(), &config).replace, [AttributePath::attribute("model")]);
    }
}

#[test]
fn replacing_attribute_that_the_configuration_leaves_out_then_no_change_of_another_replaces() {
    let zone = Attribute::optional("zone", Type::String, "").or_computed().replaces();
    let attributes = vec![Attribute::required("name", Type::String, ""), zone];
    let block = Block { attributes, ..Block::default() };
    let object = |name: &str, zone| Value::Mapping([("name".to_owned(), text(name)), ("zone".to_owned(), zone)].into());
    let planned = plan(&block, &object("a", text("z")), &object("b", Value::Null));
    assert_eq!(planned, Planned { state: object("b", Value::unknown()), replace: vec![] });
}

#[test]
fn replacing_attribute_that_was_null_then_changed_in_place() {
    let Value::Mapping(mut values) = existing() else { unreachable!("an object") };
    values.insert("model".to_owned(), Value::Null);
    let config = object([("name", text("a")), ("model", text("m"))]);
    let planned = plan(&block(), &Value::Mapping(values), &config);
    assert_eq!((planned.replace, attribute(&planned.state, "model")), (vec![], text("m")));
}

#[test]
fn drift_from_a_default_then_planned_back() {
    let Value::Mapping(mut values) = existing() else { unreachable!("an object") };
    values.insert("enabled".to_owned(), text("off"));
    let config = object([("name", text("a")), ("model", text("m"))]);
    let planned = plan(&block(), &Value::Mapping(values), &config);
    assert_eq!(attribute(&planned.state, "enabled"), text("on"));
}

/// Null, one of two values, or unknown.
fn configured() -> impl Strategy<Value = Value> {
    prop_oneof![Just(Value::Null), Just(text("a")), Just(text("b")), Just(Value::unknown())]
}

fn stored() -> impl Strategy<Value = Value> {
    prop_oneof![Just(Value::Null), Just(text("a")), Just(text("b"))]
}

/// An object with the values in the order of the block's attributes; the last one is for both members of `timeouts`, which
/// is there unless the value is null.
fn filled(values: &[Value]) -> Value {
    let member = |(attribute, value): (Attribute, &Value)| {
        let nested = || Value::Mapping(["read", "create"].map(|name| (name.to_owned(), value.clone())).into());
        let is_nested = attribute.name == "timeouts" && !value.is_null();
        (attribute.name.to_owned(), if is_nested { nested() } else { value.clone() })
    };
    Value::Mapping(block().attributes.into_iter().zip(values).map(member).collect())
}

/// A configuration: attributes that are only read are null.
fn config_of(values: &[Value]) -> Value {
    let attributes = block().attributes;
    let values = values.iter().zip(&attributes);
    filled(&values.map(|(v, a)| if a.optional || a.required { v.clone() } else { Value::Null }).collect::<Vec<_>>())
}

proptest! {
    /// A plan never contradicts the configuration, and names only attributes that change as reasons for a new object.
    #[test]
    fn any_change_then_the_host_accepts_the_plan(config in vec(configured(), 10), prior in vec(stored(), 10), new: bool) {
        let (block, config) = (block(), config_of(&config));
        let prior = if new { Value::Null } else { filled(&prior) };
        let Planned { state, replace } = plan(&block, &prior, &config);
        prop_assert_eq!(problems_of_plan(&block, &prior, &config, &state), Vec::<String>::new());
        for path in &replace {
            let name = path.to_string();
            prop_assert!(attribute(&state, &name) != attribute(&prior, &name), "{name} does not change");
        }
        prop_assert!(!new || replace.is_empty());
    }

    /// Hosts plan again just before a change, when what was unknown is known.
    #[test]
    fn unknown_configuration_becomes_known_then_the_second_plan_completes_the_first(
        config in vec(configured(), 10),
        known in vec(stored(), 10),
        prior in vec(stored(), 10),
        new: bool,
    ) {
        let block = block();
        let mut later: Vec<_> =
            config.iter().zip(&known).map(|(c, k)| if c.is_wholly_known() { c } else { k }.clone()).collect();
        // An object with unknown members stays an object.
        if !config[9].is_null() && later[9].is_null() {
            later[9] = text("a");
        }
        let prior = if new { Value::Null } else { filled(&prior) };
        // The host plans a replacement as a new object, in both phases.
        let is_kept = plan(&block, &prior, &config_of(&config)).replace.is_empty();
        let prior = if is_kept { prior } else { Value::Null };
        let [first, second] = [&config, &later].map(|config| plan(&block, &prior, &config_of(config)));
        prop_assert_eq!(problems_of_result(&first.state, &second.state), Vec::<String>::new());
        prop_assert_eq!(second.replace, vec![]);
    }

    /// A plan that has been applied plans no further change.
    #[test]
    fn applied_plan_then_the_next_plan_is_the_state(config in vec(stored(), 10), prior in vec(stored(), 10), new: bool) {
        let (block, config) = (block(), config_of(&config));
        let prior = if new { Value::Null } else { filled(&prior) };
        let Value::Mapping(mut values) = plan(&block, &prior, &config).state else { unreachable!("an object") };
        values.values_mut().filter(|value| !value.is_wholly_known()).for_each(|value| *value = text("made"));
        let applied = Value::Mapping(values);
        prop_assert_eq!(plan(&block, &applied, &config), Planned { state: applied.clone(), replace: vec![] });
    }

    /// Values that only the configuration can give are never unknown unless the configuration is.
    #[test]
    fn known_configuration_then_only_computed_values_are_unknown(config in vec(stored(), 10), prior in vec(stored(), 10)) {
        let (block, config) = (block(), config_of(&config));
        let planned = plan(&block, &filled(&prior), &config).state;
        for of in block.attributes.iter().filter(|of| !of.computed || of.planning.keeps_prior) {
            prop_assert!(attribute(&planned, of.name).is_wholly_known(), "{}", of.name);
        }
    }
}
