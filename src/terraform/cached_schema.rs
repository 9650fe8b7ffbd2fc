use std::sync::OnceLock;

use super::{Schema, Type};

/// The schema of a registered object and the type of its values, made when first asked for.
pub(super) struct CachedSchema {
    make: fn() -> Schema,
    schema: OnceLock<Schema>,
    value_type: OnceLock<Type>,
}

impl CachedSchema {
    pub(super) fn new(make: fn() -> Schema) -> Self {
        Self { make, schema: OnceLock::new(), value_type: OnceLock::new() }
    }

    pub(super) fn schema(&self) -> &Schema {
        self.schema.get_or_init(self.make)
    }

    pub(super) fn value_type(&self) -> &Type {
        self.value_type.get_or_init(|| self.schema().block.value_type())
    }
}
