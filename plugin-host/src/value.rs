//! Values on the wire, built and read with a MessagePack library that the provider does not use.

use rmpv::Value;

use crate::tfplugin6::schema::Block;
use crate::tfplugin6::schema::nested_block::NestingMode;
use crate::tfplugin6::{DynamicValue, Schema};

/// A value not known until apply.
#[must_use]
pub fn unknown() -> Value {
    Value::Ext(0, vec![0])
}

/// A value as a message field.
///
/// # Panics
/// Never: writing to memory does not fail.
#[must_use]
pub fn dynamic(value: &Value) -> DynamicValue {
    let mut msgpack = Vec::new();
    rmpv::encode::write_value(&mut msgpack, value).expect("memory takes it");
    DynamicValue { msgpack, json: Vec::new() }
}

/// The configuration of a block, with everything that is not given left out as Terraform leaves it out.
///
/// # Panics
/// When a given name is in no schema: Terraform would refuse it long before the provider sees it.
#[must_use]
pub fn configuration(schema: &Schema, given: &[(&str, Value)]) -> DynamicValue {
    let block = schema.block.clone().unwrap_or_default();
    let names = block.attributes.iter().map(|attribute| &attribute.name);
    let names: Vec<_> = names.chain(block.block_types.iter().map(|nested| &nested.type_name)).collect();
    for (name, _) in given {
        assert!(names.iter().any(|known| *known == name), "the schema has no `{name}`, only {names:?}");
    }
    let value = |name: &str, unset: Value| {
        let given = given.iter().find(|(given, _)| *given == name);
        (Value::from(name), given.map_or(unset, |(_, value)| value.clone()))
    };
    let attributes = block.attributes.iter().map(|attribute| value(&attribute.name, Value::Nil));
    let blocks = block.block_types.iter().map(|nested| value(&nested.type_name, unset_block(nested.nesting())));
    dynamic(&Value::Map(attributes.chain(blocks).collect()))
}

fn unset_block(nesting: NestingMode) -> Value {
    match nesting {
        NestingMode::List | NestingMode::Set => Value::Array(Vec::new()),
        NestingMode::Map => Value::Map(Vec::new()),
        _ => Value::Nil,
    }
}

/// The names of a block's attributes, sorted.
#[must_use]
pub fn attribute_names(block: &Block) -> Vec<&str> {
    let mut names: Vec<_> = block.attributes.iter().map(|attribute| attribute.name.as_str()).collect();
    names.sort_unstable();
    names
}

/// A value as JSON, `None` if it is no MessagePack or if anything in it is unknown.
#[must_use]
pub fn to_json(value: &DynamicValue) -> Option<serde_json::Value> {
    let mut bytes = value.msgpack.as_slice();
    json(&rmpv::decode::read_value(&mut bytes).ok()?)
}

fn json(value: &Value) -> Option<serde_json::Value> {
    Some(match value {
        Value::Nil => serde_json::Value::Null,
        Value::Boolean(value) => (*value).into(),
        Value::Integer(integer) => match integer.as_i64() {
            Some(integer) => integer.into(),
            None => integer.as_u64()?.into(),
        },
        Value::F32(float) => f64::from(*float).into(),
        Value::F64(float) => (*float).into(),
        Value::String(text) => text.as_str()?.into(),
        Value::Array(elements) => elements.iter().map(json).collect::<Option<Vec<_>>>()?.into(),
        Value::Map(entries) => {
            let entry = |(key, value): &(Value, Value)| Some((key.as_str()?.to_owned(), json(value)?));
            entries.iter().map(entry).collect::<Option<serde_json::Map<_, _>>>()?.into()
        }
        Value::Binary(_) | Value::Ext(..) => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Schema, Value, configuration, dynamic, to_json, unknown};
    use crate::tfplugin6::schema::nested_block::NestingMode;
    use crate::tfplugin6::schema::{Attribute, Block, NestedBlock};

    fn schema() -> Schema {
        let attribute = |name: &str| Attribute { name: name.to_owned(), ..Attribute::default() };
        let nested = |name: &str, nesting: NestingMode| NestedBlock {
            type_name: name.to_owned(),
            nesting: nesting.into(),
            ..NestedBlock::default()
        };
        let block_types = vec![nested("one", NestingMode::Single), nested("many", NestingMode::List)];
        let attributes = vec![attribute("a"), attribute("b")];
        Schema { block: Some(Block { attributes, block_types, ..Block::default() }), ..Schema::default() }
    }

    #[test]
    fn some_names_given_then_all_others_left_out_as_terraform_does() {
        let value = configuration(&schema(), &[("b", 1.into())]);
        assert_eq!(to_json(&value), Some(json!({"a": null, "b": 1, "one": null, "many": []})));
    }

    #[test]
    #[should_panic(expected = "the schema has no `c`")]
    fn name_that_the_schema_lacks_then_panic() {
        let _ = configuration(&schema(), &[("b", 1.into()), ("c", 1.into())]);
    }

    #[test]
    fn known_value_then_its_json() {
        let value = Value::Map(vec![("a".into(), Value::Array(vec![1.into(), Value::Nil, true.into()]))]);
        assert_eq!(to_json(&dynamic(&value)), Some(json!({"a": [1, null, true]})));
    }

    #[test]
    fn unknown_inside_or_garbage_then_none() {
        assert_eq!(to_json(&dynamic(&Value::Array(vec![unknown()]))), None);
        assert_eq!(to_json(&super::DynamicValue { msgpack: vec![0x92, 0x01], json: Vec::new() }), None);
    }
}
