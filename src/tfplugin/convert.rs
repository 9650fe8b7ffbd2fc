//! Schemas, diagnostics and paths into their messages.

use super::proto;
use super::proto::attribute_path::step::Selector;
use super::proto::schema::nested_block::NestingMode as BlockMode;
use super::proto::schema::object::NestingMode as ObjectMode;
use super::type_json::type_json;
use crate::terraform::{
    Attribute, AttributePath, AttributeType, Block, BlockNesting, Diagnostic, Diagnostics, NestedBlock, Nesting,
    Schema, Severity, Step,
};

pub(super) fn schema(schema: &Schema) -> proto::Schema {
    proto::Schema { version: schema.version, block: Some(block(&schema.block)) }
}

fn block(from: &Block) -> proto::schema::Block {
    proto::schema::Block {
        version: 0,
        attributes: from.attributes.iter().map(attribute).collect(),
        block_types: from.blocks.iter().map(nested_block).collect(),
        description: from.description.to_owned(),
        description_kind: proto::StringKind::Markdown.into(),
        ..proto::schema::Block::default()
    }
}

fn attribute(from: &Attribute) -> proto::schema::Attribute {
    let (ty, nested_type) = match &from.ty {
        AttributeType::Plain(ty) => (type_json(ty), None),
        AttributeType::Nested(nesting, attributes) => (Vec::new(), Some(nested_object(*nesting, attributes))),
    };
    proto::schema::Attribute {
        name: from.name.to_owned(),
        r#type: ty,
        nested_type,
        description: from.description.to_owned(),
        description_kind: proto::StringKind::Markdown.into(),
        required: from.required,
        optional: from.optional,
        computed: from.computed,
        sensitive: from.sensitive,
        deprecated: from.deprecated.is_some(),
        deprecation_message: from.deprecated.unwrap_or_default().to_owned(),
        write_only: false,
    }
}

fn nested_object(nesting: Nesting, attributes: &[Attribute]) -> proto::schema::Object {
    let nesting = match nesting {
        Nesting::Single => ObjectMode::Single,
        Nesting::List => ObjectMode::List,
        Nesting::Set => ObjectMode::Set,
        Nesting::Map => ObjectMode::Map,
    };
    proto::schema::Object {
        attributes: attributes.iter().map(attribute).collect(),
        nesting: nesting.into(),
        ..proto::schema::Object::default()
    }
}

fn nested_block(from: &NestedBlock) -> proto::schema::NestedBlock {
    let nesting = match from.nesting {
        BlockNesting::Single => BlockMode::Single,
        BlockNesting::List => BlockMode::List,
        BlockNesting::Set => BlockMode::Set,
        BlockNesting::Map => BlockMode::Map,
        BlockNesting::Group => BlockMode::Group,
    };
    proto::schema::NestedBlock {
        type_name: from.name.to_owned(),
        block: Some(block(&from.block)),
        nesting: nesting.into(),
        min_items: 0,
        max_items: 0,
    }
}

pub(super) fn diagnostics(from: Diagnostics) -> Vec<proto::Diagnostic> {
    from.into_iter().map(diagnostic).collect()
}

fn diagnostic(from: Diagnostic) -> proto::Diagnostic {
    use proto::diagnostic::Severity as Wire;
    let severity = match from.severity {
        Severity::Error => Wire::Error,
        Severity::Warning => Wire::Warning,
    };
    proto::Diagnostic {
        severity: severity.into(),
        summary: from.summary,
        detail: from.detail,
        attribute: from.attribute.as_ref().map(path),
    }
}

pub(super) fn path(from: &AttributePath) -> proto::AttributePath {
    let step = |step: &Step| proto::attribute_path::Step {
        selector: Some(match step {
            Step::Attribute(name) => Selector::AttributeName(name.clone()),
            Step::Index(index) => Selector::ElementKeyInt(i64::try_from(*index).unwrap_or(i64::MAX)),
            Step::Key(key) => Selector::ElementKeyString(key.clone()),
        }),
    };
    proto::AttributePath { steps: from.steps().iter().map(step).collect() }
}
