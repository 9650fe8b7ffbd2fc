use super::{Block, Value};

/// What is known of a data source before it is read: its configuration, with everything unknown that the provider sets
/// where the configuration does not.
#[must_use]
pub fn planned(block: &Block, config: Value) -> Value {
    let Value::Mapping(mut values) = config else { return config };
    for attribute in block.attributes.iter().filter(|attribute| attribute.computed) {
        if let Some(value) = values.get_mut(attribute.name).filter(|value| value.is_null()) {
            *value = Value::unknown();
        }
    }
    Value::Mapping(values)
}

#[cfg(test)]
mod tests {
    use super::super::{Attribute, Type};
    use super::*;

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
        let text = || Value::String("x".to_owned());
        let block = Block { attributes, ..Block::default() };
        let planned = planned(&block, object([text(), Value::Null, Value::Null, Value::Null]));
        assert_eq!(planned, object([text(), Value::unknown(), Value::Null, Value::unknown()]));
    }
}
