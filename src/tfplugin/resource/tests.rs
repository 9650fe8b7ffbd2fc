//! The walk of a host through the life of an object, with encoded values, against a resource that exists in memory only.

use serde::{Deserialize, Serialize};
use tonic::Request;

use super::super::interrupts::Interrupts;
use super::super::proto::provider_server::Provider as Rpcs;
use super::*;
use crate::terraform::host_rules::{problems_of_plan, problems_of_result};
use crate::terraform::{
    AnyDataSource, Argument, Attribute, Block, Change, Failure, Host, Nesting, Resource, Schema, from_value, resource,
};
use crate::tfplugin::dynamic_value::{from_proto, to_proto};

/// A provider of one resource.
struct Things(Vec<Box<dyn AnyResource<()>>>);

#[derive(Deserialize)]
struct NoConfig {}

impl Provider for Things {
    type Client = ();
    type Config = NoConfig;

    fn address(&self) -> &'static str {
        "a/b/things"
    }

    fn schema(&self) -> Schema {
        Schema::default()
    }

    fn validate(&self, _: NoConfig, _: &mut Diagnostics) {}

    async fn configure(&self, _: NoConfig, _: &Host) -> Result<(), Diagnostics> {
        Ok(())
    }

    fn data_sources(&self) -> &[Box<dyn AnyDataSource<()>>] {
        &[]
    }

    fn resources(&self) -> &[Box<dyn AnyResource<()>>] {
        &self.0
    }
}

/// A resource whose names say what happens to it.
struct Thing;

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Object {
    name: Argument<String>,
    model: Argument<String>,
    remark: Argument<String>,
    region: Argument<String>,
    enabled: Argument<bool>,
    timeouts: Argument<Timeouts>,
    id: Argument<String>,
    status: Argument<String>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Timeouts {
    create: Argument<String>,
}

/// The object after a create or an update.
#[expect(clippy::result_large_err, reason = "the trait has this type")]
fn made(planned: Object) -> Result<Object, Failure<Object>> {
    let known = |text: &str| Argument::Known(text.to_owned());
    let mut model = Object { id: known("i"), status: known("up"), ..planned };
    if !matches!(model.region, Argument::Known(_)) {
        model.region = known("r");
    }
    match model.name.known().map(String::as_str) {
        Some("moves") => Ok(Object { remark: known("moved on"), status: Argument::Unknown, ..model }),
        Some("fails") => Err(Failure { error: Diagnostic::error("Unable to enable", ""), state: Some(model) }),
        Some("refused") => Err(Diagnostic::error("Unable to send", "").into()),
        Some("panics") => panic!("boom"),
        _ => Ok(model),
    }
}

impl Resource for Thing {
    type Client = ();
    type Model = Object;

    const TYPE_NAME: &'static str = "thing";

    fn schema() -> Schema {
        let inner = vec![Attribute::optional("create", Type::String, "")];
        let attributes = vec![
            Attribute::required("name", Type::String, ""),
            Attribute::optional("model", Type::String, "").replaces(),
            Attribute::optional("remark", Type::String, ""),
            Attribute::optional("region", Type::String, "").or_computed().keeps_prior().replaces(),
            Attribute::optional("enabled", Type::Bool, "").default(Value::Bool(true)),
            Attribute::optional_object("timeouts", Nesting::Single, inner, ""),
            Attribute::computed("id", Type::String, "").keeps_prior(),
            Attribute::computed("status", Type::String, ""),
        ];
        Schema { version: 1, block: Block { attributes, ..Block::default() } }
    }

    fn validate(_: &Object, _: &mut Diagnostics) {}

    async fn plan(_: Option<&()>, change: &mut Change<Object>, _: &mut Diagnostics) -> Result<(), ReadError> {
        // The name of what a replacement replaces is known in the second call by the bytes of the first.
        if let Some(name) = change.prior.as_ref().and_then(|prior| prior.name.known()) {
            change.private = name.clone().into_bytes();
        }
        Ok(())
    }

    async fn create(_: &mut Apply<'_, ()>, planned: Object) -> Result<Object, Failure<Object>> {
        made(planned)
    }

    async fn read((): &(), state: Object, _: &mut Diagnostics) -> Result<Option<Object>, ReadError> {
        Ok(Some(state).filter(|state| state.name.known().is_none_or(|name| name != "gone")))
    }

    async fn update(_: &mut Apply<'_, ()>, _: Object, planned: Object) -> Result<Object, Failure<Object>> {
        made(planned)
    }

    async fn delete(_: &mut Apply<'_, ()>, state: Object) -> Result<(), Diagnostic> {
        match state.name.known() {
            Some(name) if name == "stays" => Err(Diagnostic::error("Unable to delete", "")),
            _ => Ok(()),
        }
    }

    fn import(id: &str) -> Result<Object, Diagnostic> {
        Ok(Object { id: Argument::Known(id.to_owned()), ..Object::default() })
    }
}

/// A host, as far as these tests need one.
struct Walker(Service<Things>);

impl Walker {
    fn new() -> Self {
        let service = Service::new(Things(vec![resource(Thing)]), Interrupts::default());
        service.set_client(());
        Self(service)
    }

    async fn plan(&self, prior: &Value, config: &Value, prior_private: &[u8]) -> proto::plan_resource_change::Response {
        let request = proto::plan_resource_change::Request {
            type_name: Thing::TYPE_NAME.to_owned(),
            prior_state: Some(wire(prior)),
            config: Some(wire(config)),
            prior_private: prior_private.to_owned(),
            ..Default::default()
        };
        Rpcs::plan_resource_change(&self.0, Request::new(request)).await.expect("no status").into_inner()
    }

    /// Plans as hosts do: a replacement is planned once more, as a new object. Gives the prior state and the plan.
    async fn planned(&self, prior: &Value, config: &Value) -> (Value, Value) {
        let first = self.plan(prior, config, &[]).await;
        assert_eq!(first.diagnostics, []);
        let state = value(first.planned_state.as_ref());
        assert_eq!(problems_of_plan(&Thing::schema().block, prior, config, &state), Vec::<String>::new());
        if first.requires_replace.is_empty() {
            return (prior.clone(), state);
        }
        let second = self.plan(&Value::Null, config, &first.planned_private).await;
        assert_eq!((second.diagnostics, second.requires_replace), (vec![], vec![]));
        assert_eq!(second.planned_private, text_of(prior, "name").into_bytes());
        (Value::Null, value(second.planned_state.as_ref()))
    }

    async fn apply(&self, prior: &Value, planned: &Value) -> proto::apply_resource_change::Response {
        let request = proto::apply_resource_change::Request {
            type_name: Thing::TYPE_NAME.to_owned(),
            prior_state: Some(wire(prior)),
            planned_state: Some(wire(planned)),
            planned_private: b"private".to_vec(),
            ..Default::default()
        };
        Rpcs::apply_resource_change(&self.0, Request::new(request)).await.expect("no status").into_inner()
    }

    async fn read(&self, state: &Value) -> Value {
        let request = proto::read_resource::Request {
            type_name: Thing::TYPE_NAME.to_owned(),
            current_state: Some(wire(state)),
            ..Default::default()
        };
        let response = Rpcs::read_resource(&self.0, Request::new(request)).await.expect("no status").into_inner();
        assert_eq!(response.diagnostics, []);
        value(response.new_state.as_ref())
    }
}

fn wire(value: &Value) -> proto::DynamicValue {
    to_proto(value).expect("encodes")
}

fn value(bytes: Option<&proto::DynamicValue>) -> Value {
    from_proto(bytes, &Thing::schema().block.value_type()).expect("decodes")
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

fn text_of(object: &Value, name: &str) -> String {
    match object {
        Value::Mapping(values) => match &values[name] {
            Value::String(text) => text.clone(),
            other => panic!("{name} is {other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

/// A configuration with these values, and null for all others.
fn config<const N: usize>(values: [(&str, Value); N]) -> Value {
    let attributes = Thing::schema().block.attributes;
    let mut all: std::collections::BTreeMap<_, _> =
        attributes.iter().map(|attribute| (attribute.name.to_owned(), Value::Null)).collect();
    all.extend(values.map(|(name, value)| (name.to_owned(), value)));
    Value::Mapping(all)
}

fn named(name: &str) -> Value {
    config([("name", text(name))])
}

fn summaries(diagnostics: &[proto::Diagnostic]) -> Vec<&str> {
    diagnostics.iter().map(|diagnostic| diagnostic.summary.as_str()).collect()
}

/// Every configuration in which each argument is null, known or unknown.
fn configurations() -> Vec<Value> {
    let texts = || [Value::Null, text("x"), Value::unknown()];
    let timeouts = |create: Value| Value::Mapping([("create".to_owned(), create)].into());
    let mut all = vec![named("n"), config([("name", Value::unknown())])];
    let choices: [(&str, Vec<Value>); 5] = [
        ("model", texts().into()),
        ("remark", texts().into()),
        ("region", texts().into()),
        ("enabled", vec![Value::Null, Value::Bool(false), Value::unknown()]),
        ("timeouts", vec![Value::Null, timeouts(Value::Null), timeouts(Value::unknown()), Value::unknown()]),
    ];
    for (name, values) in choices {
        let with = |base: &Value, value: &Value| {
            let Value::Mapping(mut members) = base.clone() else { panic!("an object") };
            members.insert(name.to_owned(), value.clone());
            Value::Mapping(members)
        };
        all = all.iter().flat_map(|base| values.iter().map(|value| with(base, value)).collect::<Vec<_>>()).collect();
    }
    all
}

/// What unknown values of a configuration turn out to be.
fn known_later(config: &Value) -> Value {
    let Value::Mapping(values) = config else { panic!("an object") };
    let known = values.iter().map(|(name, value)| {
        let known = match (name.as_str(), value) {
            ("enabled", Value::Unknown(_)) => Value::Bool(false),
            ("timeouts", value) if !value.is_wholly_known() => {
                Value::Mapping([("create".to_owned(), text("5m"))].into())
            }
            (_, Value::Unknown(_)) => text("later"),
            (_, value) => value.clone(),
        };
        (name.clone(), known)
    });
    Value::Mapping(known.collect())
}

#[tokio::test]
async fn every_configuration_then_planned_applied_read_and_planned_again_by_the_rules_of_the_host() {
    let walker = Walker::new();
    let existing = {
        let planned = walker.planned(&Value::Null, &named("old")).await.1;
        value(walker.apply(&Value::Null, &planned).await.new_state.as_ref())
    };
    for prior in [Value::Null, existing] {
        for config in configurations() {
            let later = known_later(&config);
            let (base, first) = walker.planned(&prior, &config).await;
            let second = value(walker.plan(&base, &later, &[]).await.planned_state.as_ref());
            assert_eq!(problems_of_result(&first, &second), Vec::<String>::new(), "{config:?}");
            let applied = walker.apply(&base, &second).await;
            assert_eq!((applied.diagnostics, applied.private), (vec![], b"private".to_vec()));
            let state = value(applied.new_state.as_ref());
            assert_eq!(problems_of_result(&second, &state), Vec::<String>::new(), "{config:?}");
            assert!(state.is_wholly_known() && walker.read(&state).await == state, "{config:?}");
            assert_eq!(walker.planned(&state, &later).await, (state.clone(), state.clone()), "{config:?}");
            assert!(value(walker.apply(&state, &Value::Null).await.new_state.as_ref()).is_null());
        }
    }
}

#[tokio::test]
async fn service_has_moved_on_then_known_plan_comes_back_as_planned_and_unknown_leftovers_are_null() {
    let walker = Walker::new();
    let create = |create: Value| Value::Mapping([("create".to_owned(), create)].into());
    let planned = config([
        ("name", text("moves")),
        ("remark", text("planned")),
        ("status", Value::unknown()),
        ("timeouts", create(text("5m"))),
    ]);
    let applied = walker.apply(&Value::Null, &planned).await;
    assert_eq!(applied.diagnostics, []);
    let state = value(applied.new_state.as_ref());
    assert_eq!(text_of(&state, "remark"), "planned");
    assert_eq!(problems_of_result(&planned, &state), Vec::<String>::new());
    assert!(state.is_wholly_known());
}

#[test]
fn partly_known_object_then_its_known_members_come_back_as_planned() {
    let object = |a: Value, b: Value| {
        Value::Mapping([("o".to_owned(), Value::Mapping([("a".to_owned(), a), ("b".to_owned(), b)].into()))].into())
    };
    let state = as_planned(object(text("moved"), text("made")), &object(text("planned"), Value::unknown()));
    assert_eq!(state, object(text("planned"), text("made")));
}

#[tokio::test]
async fn failed_change_then_what_exists_is_the_state_and_else_the_prior_one() {
    let walker = Walker::new();
    let prior = value(walker.apply(&Value::Null, &named("old")).await.new_state.as_ref());
    for before in [Value::Null, prior] {
        let failed = walker.apply(&before, &named("fails")).await;
        let state = value(failed.new_state.as_ref());
        assert_eq!((summaries(&failed.diagnostics), text_of(&state, "id")), (vec!["Unable to enable"], "i".to_owned()));
        let refused = walker.apply(&before, &named("refused")).await;
        assert_eq!(summaries(&refused.diagnostics), ["Unable to send"]);
        assert_eq!((value(refused.new_state.as_ref()), refused.private), (before.clone(), b"private".to_vec()));
        let panicked = walker.apply(&before, &named("panics")).await;
        assert_eq!(summaries(&panicked.diagnostics), ["The provider made a mistake"]);
        assert_eq!((value(panicked.new_state.as_ref()), panicked.private), (before, b"private".to_vec()));
    }
    let stays = value(walker.apply(&Value::Null, &named("stays")).await.new_state.as_ref());
    let failed = walker.apply(&stays, &Value::Null).await;
    assert_eq!((summaries(&failed.diagnostics), value(failed.new_state.as_ref())), (vec!["Unable to delete"], stays));
}

#[tokio::test]
async fn object_is_gone_then_null_and_an_imported_one_is_read() {
    let walker = Walker::new();
    assert!(walker.read(&named("gone")).await.is_null());
    let request = proto::import_resource_state::Request {
        type_name: Thing::TYPE_NAME.to_owned(),
        id: "7".to_owned(),
        ..Default::default()
    };
    let response = Rpcs::import_resource_state(&walker.0, Request::new(request)).await.expect("no status").into_inner();
    let imported = &response.imported_resources[0];
    let state = value(imported.state.as_ref());
    assert_eq!((imported.type_name.as_str(), state), ("thing", config([("id", text("7"))])));
}

#[tokio::test]
async fn stored_state_then_upgraded_and_an_unreadable_one_refused() {
    let walker = Walker::new();
    let upgraded = async |version, raw_state| {
        let type_name = Thing::TYPE_NAME.to_owned();
        let request = proto::upgrade_resource_state::Request { type_name, version, raw_state };
        Rpcs::upgrade_resource_state(&walker.0, Request::new(request)).await.expect("no status").into_inner()
    };
    let json = |json: &str| Some(proto::RawState { json: json.as_bytes().to_vec(), ..Default::default() });
    let response = upgraded(0, json(r#"{"name": "n", "dropped": [1]}"#)).await;
    assert_eq!((response.diagnostics, value(response.upgraded_state.as_ref())), (vec![], named("n")));
    let flat = proto::RawState { flatmap: [("name".to_owned(), "n".to_owned())].into(), ..Default::default() };
    for (version, state) in [(1, Some(flat)), (1, json("[]")), (1, json("{")), (1, None)] {
        assert_eq!(summaries(&upgraded(version, state).await.diagnostics), ["Invalid state"]);
    }
    assert_eq!(summaries(&upgraded(2, json("{}")).await.diagnostics), ["Unsupported state version"]);
}

#[tokio::test]
async fn provider_not_configured_then_a_plan_works_and_a_change_keeps_the_prior_state() {
    let service = Service::new(Things(vec![resource(Thing)]), Interrupts::default());
    let walker = Walker(service);
    let (_, planned) = walker.planned(&Value::Null, &named("n")).await;
    assert!(from_value::<Object>(planned.clone()).is_ok_and(|model| model.id.is_unknown()));
    let applied = walker.apply(&named("old"), &planned).await;
    assert_eq!(summaries(&applied.diagnostics), ["Provider is not configured"]);
    assert_eq!(value(applied.new_state.as_ref()), named("old"));
}
