use std::collections::BTreeMap;

use super::{AttributePath, Block, Value};

/// A planned change of one object.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// The object as it will be. What is not known before the change is unknown.
    pub state: Value,
    /// The attributes whose change needs a new object.
    pub replace: Vec<AttributePath>,
}

/// Plans the change from `prior` to what `config` says. A null `prior` plans a new object, or a data source before its read.
///
/// A configured value is planned as it is. An attribute that the configuration omits has its default. Other computed
/// attributes keep their prior values when nothing changes; when something does, they are unknown unless the schema says
/// that they [keep their values](super::Planning::keeps_prior). Attributes whose prior value is null never replace the
/// object: an API that does not return a value must not cost the object. Nor do computed attributes that the configuration omits.
#[must_use]
pub fn plan(block: &Block, prior: &Value, config: &Value) -> Planned {
    let (Value::Mapping(config), nothing) = (config, BTreeMap::new()) else {
        return Planned { state: Value::Null, replace: Vec::new() };
    };
    let prior_values = match prior {
        Value::Mapping(values) => values,
        _ => &nothing,
    };
    let is_new = prior.is_null();
    let old = |name: &str| prior_values.get(name).unwrap_or(&Value::Null);
    let mut state = config.clone();
    for attribute in &block.attributes {
        let Some(value) = state.get_mut(attribute.name).filter(|value| value.is_null()) else { continue };
        match &attribute.planning.default {
            Some(default) => *value = default.clone(),
            None if attribute.computed && is_new => *value = Value::unknown(),
            None if attribute.computed => *value = old(attribute.name).clone(),
            None => {}
        }
    }
    if !is_new && state == *prior_values {
        return Planned { state: prior.clone(), replace: Vec::new() };
    }
    let is_left_out = |name: &str| config.get(name).is_none_or(Value::is_null);
    for attribute in block.attributes.iter().filter(|attribute| attribute.computed && !is_new) {
        let planning = &attribute.planning;
        if is_left_out(attribute.name) && planning.default.is_none() && !planning.keeps_prior {
            state.insert(attribute.name.to_owned(), Value::unknown());
        }
    }
    let replaces = block.attributes.iter().filter(|attribute| attribute.planning.replaces);
    let changed = replaces.filter(|attribute| {
        let (old, may_be_as_before) = (old(attribute.name), attribute.computed && is_left_out(attribute.name));
        let is_changed = !old.is_null() && state.get(attribute.name) != Some(old);
        is_changed && !(may_be_as_before && attribute.planning.default.is_none())
    });
    let replace = changed.map(|attribute| AttributePath::attribute(attribute.name)).collect();
    Planned { state: Value::Mapping(state), replace }
}

#[cfg(test)]
mod tests;
