use super::schema::BlockNesting;
use super::{Attribute, AttributePath, AttributeType, Block, Diagnostics, Nesting, Step, Value, messages};

/// Checks a configuration for what Terraform leaves to the provider: read-only attributes that are set, required ones
/// that are null, and deprecated ones in use. Each finding carries the path of its attribute.
pub fn check_config(block: &Block, config: &Value, diagnostics: &mut Diagnostics) {
    check_block(block, config, &AttributePath::default(), diagnostics);
}

fn check_block(block: &Block, config: &Value, path: &AttributePath, diagnostics: &mut Diagnostics) {
    let Value::Mapping(values) = config else { return };
    for attribute in &block.attributes {
        if let Some(value) = values.get(attribute.name) {
            let path = path.with(Step::Attribute(attribute.name.to_owned()));
            check_attribute(attribute, value, &path, diagnostics);
        }
    }
    for nested in &block.blocks {
        if let Some(value) = values.get(nested.name) {
            let path = path.with(Step::Attribute(nested.name.to_owned()));
            let single = matches!(nested.nesting, BlockNesting::Single | BlockNesting::Group);
            for_each_object(single, value, &path, &mut |value, path| {
                check_block(&nested.block, value, path, diagnostics);
            });
        }
    }
}

fn check_attribute(attribute: &Attribute, value: &Value, path: &AttributePath, diagnostics: &mut Diagnostics) {
    if !attribute.required && !attribute.optional {
        if !value.is_null() {
            diagnostics.push(messages::read_only(path));
        }
        return;
    }
    if value.is_null() {
        if attribute.required {
            diagnostics.push(messages::required_is_null(path));
        }
        return;
    }
    if let Some(instead) = attribute.deprecated
        && value.is_wholly_known()
    {
        diagnostics.push(messages::deprecated(path, instead));
    }
    if let AttributeType::Nested(nesting, attributes) = &attribute.ty {
        for_each_object(*nesting == Nesting::Single, value, path, &mut |value, path| {
            let Value::Mapping(values) = value else { return };
            for attribute in attributes {
                if let Some(value) = values.get(attribute.name) {
                    let path = path.with(Step::Attribute(attribute.name.to_owned()));
                    check_attribute(attribute, value, &path, diagnostics);
                }
            }
        });
    }
}

fn for_each_object(single: bool, value: &Value, path: &AttributePath, visit: &mut dyn FnMut(&Value, &AttributePath)) {
    match value {
        Value::Mapping(_) if single => visit(value, path),
        Value::Mapping(elements) => {
            for (key, element) in elements {
                visit(element, &path.with(Step::Key(key.clone())));
            }
        }
        Value::Sequence(elements) => {
            for (index, element) in elements.iter().enumerate() {
                visit(element, &path.with(Step::Index(index)));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::{BlockNesting, Diagnostic, NestedBlock, Severity, Type};
    use super::*;

    fn object<const N: usize>(attributes: [(&str, Value); N]) -> Value {
        Value::Mapping(attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    fn text() -> Value {
        Value::String("x".to_owned())
    }

    fn block() -> Block {
        let attributes = || {
            vec![
                Attribute::required("needed", Type::String, ""),
                Attribute::computed("made", Type::String, ""),
                Attribute::optional("old", Type::String, "").deprecated("Use `needed`."),
            ]
        };
        let mut nested = Attribute::computed_list("items", attributes(), "");
        (nested.optional, nested.computed) = (true, false);
        let mut block = Block { attributes: attributes(), ..Block::default() };
        block.attributes.push(nested);
        let inner = Block { attributes: attributes(), ..Block::default() };
        block.blocks = vec![NestedBlock { name: "rule", nesting: BlockNesting::List, block: inner }];
        block
    }

    fn found(config: &Value) -> Vec<(Severity, String)> {
        let mut diagnostics = Diagnostics::default();
        check_config(&block(), config, &mut diagnostics);
        let path = |d: &Diagnostic| d.attribute.as_ref().map(ToString::to_string).expect("a path");
        diagnostics.iter().map(|d| (d.severity, path(d))).collect()
    }

    #[test]
    fn fine_configuration_then_nothing_found() {
        assert_eq!(found(&object([("needed", text()), ("made", Value::Null), ("old", Value::Null)])), []);
    }

    #[test]
    fn read_only_set_or_required_null_then_error_with_path() {
        let config = object([("needed", Value::Null), ("made", text())]);
        assert_eq!(found(&config), [(Severity::Error, "needed".to_owned()), (Severity::Error, "made".to_owned())]);
    }

    #[test]
    fn unknown_for_required_then_accepted_but_for_read_only_refused() {
        let config = object([("needed", Value::unknown()), ("made", Value::unknown())]);
        assert_eq!(found(&config), [(Severity::Error, "made".to_owned())]);
    }

    #[test]
    fn mistakes_inside_nested_attribute_and_block_then_error_with_full_path() {
        let bad = || Value::Sequence(vec![object([("needed", text())]), object([("made", text())])]);
        let config = object([("needed", text()), ("items", bad()), ("rule", bad())]);
        let error = |path: &str| (Severity::Error, path.to_owned());
        assert_eq!(found(&config), [error("items[1].made"), error("rule[1].made")]);
    }

    #[test]
    fn deprecated_in_use_then_warning() {
        let config = object([("needed", text()), ("old", text())]);
        assert_eq!(found(&config), [(Severity::Warning, "old".to_owned())]);
    }
}
