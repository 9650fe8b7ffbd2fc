//! Terraform's JSON notation of types: `"string"`, `["list","string"]`, `["object",{"a":"bool"},["a"]]`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::terraform::{ObjectType, Type};

/// The notation of a type.
#[must_use]
pub fn type_json(ty: &Type) -> Vec<u8> {
    notation(ty).to_string().into_bytes()
}

fn notation(ty: &Type) -> Json {
    match ty {
        Type::Bool => json!("bool"),
        Type::Number => json!("number"),
        Type::String => json!("string"),
        Type::Dynamic => json!("dynamic"),
        Type::List(element) => json!(["list", notation(element)]),
        Type::Set(element) => json!(["set", notation(element)]),
        Type::Map(element) => json!(["map", notation(element)]),
        Type::Tuple(elements) => json!(["tuple", elements.iter().map(notation).collect::<Vec<_>>()]),
        Type::Object(ObjectType { attributes, optional }) => {
            let attributes: BTreeMap<_, _> = attributes.iter().map(|(name, ty)| (name, notation(ty))).collect();
            if optional.is_empty() { json!(["object", attributes]) } else { json!(["object", attributes, optional]) }
        }
    }
}

/// The type that a notation spells, or `None` if it spells none.
#[must_use]
pub fn parse_type(notation: &[u8]) -> Option<Type> {
    from_json(&serde_json::from_slice(notation).ok()?)
}

fn from_json(notation: &Json) -> Option<Type> {
    if let Some(name) = notation.as_str() {
        return match name {
            "bool" => Some(Type::Bool),
            "number" => Some(Type::Number),
            "string" => Some(Type::String),
            "dynamic" => Some(Type::Dynamic),
            _ => None,
        };
    }
    match notation.as_array()?.as_slice() {
        [kind, element] if kind == "list" => Some(Type::List(Box::new(from_json(element)?))),
        [kind, element] if kind == "set" => Some(Type::Set(Box::new(from_json(element)?))),
        [kind, element] if kind == "map" => Some(Type::Map(Box::new(from_json(element)?))),
        [kind, Json::Array(elements)] if kind == "tuple" => {
            Some(Type::Tuple(elements.iter().map(from_json).collect::<Option<_>>()?))
        }
        [kind, Json::Object(attributes), rest @ ..] if kind == "object" && rest.len() <= 1 => {
            let attributes: BTreeMap<_, _> =
                attributes.iter().map(|(name, ty)| Some((name.clone(), from_json(ty)?))).collect::<Option<_>>()?;
            let optional: BTreeSet<String> = match rest {
                [names] => serde_json::from_value(names.clone()).ok()?,
                _ => BTreeSet::new(),
            };
            optional.iter().all(|name| attributes.contains_key(name)).then_some(())?;
            Some(Type::Object(ObjectType { attributes, optional }))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{parse_type, type_json};

    #[test]
    fn every_form_then_read_and_written_alike() {
        for notation in [
            r#""bool""#,
            r#""dynamic""#,
            r#"["list","number"]"#,
            r#"["set",["map","string"]]"#,
            r#"["tuple",["string","bool"]]"#,
            r#"["object",{"x":"string","y":"number"}]"#,
            r#"["object",{"x":"string","y":"number"},["y"]]"#,
        ] {
            let ty = parse_type(notation.as_bytes()).unwrap_or_else(|| panic!("{notation} is a type"));
            assert_eq!(String::from_utf8_lossy(&type_json(&ty)), notation);
        }
    }

    #[test]
    fn no_type_then_none() {
        for notation in ["", "\"text\"", "[]", "[\"list\"]", "[\"object\",{},[\"x\"]]", "{}", "[\"list\",\"list\"]"] {
            assert_eq!(parse_type(notation.as_bytes()), None, "{notation}");
        }
    }
}
