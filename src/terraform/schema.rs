use super::{ObjectType, Type, Value};

/// What may be written in a configuration block, and what is read back from it.
///
/// It is the one source for the wire schema, the checks on a configuration and the documentation.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// Raised when the state's form changes; data sources stay at 0.
    pub version: i64,
    /// The attributes and nested blocks.
    pub block: Block,
}

/// The attributes and nested blocks at one level.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// What the block is for, in Markdown.
    pub description: &'static str,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
    /// The blocks inside it.
    pub blocks: Vec<NestedBlock>,
}

/// A block inside a block.
#[derive(Clone, Debug)]
pub struct NestedBlock {
    /// Its name.
    pub name: &'static str,
    /// How often it may stand.
    pub nesting: BlockNesting,
    /// What is in it.
    pub block: Block,
}

/// How often a nested block may stand, and what its value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockNesting {
    /// At most once: an object.
    Single,
    /// Any number of times, in order: a list.
    List,
    /// Any number of times, in no order: a set.
    Set,
    /// Any number of times, each with a label: a map.
    Map,
    /// Once; when it is left out, its attributes are null.
    Group,
}

/// How the objects of a nested attribute are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// One object.
    Single,
    /// A list of objects.
    List,
    /// A set of objects.
    Set,
    /// Objects by name.
    Map,
}

/// The type of an attribute.
#[derive(Clone, Debug)]
pub enum AttributeType {
    /// A plain type.
    Plain(Type),
    /// Objects whose attributes have descriptions of their own.
    Nested(Nesting, Vec<Attribute>),
}

/// An argument, or an attribute that is only read.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "they are Terraform's own, and nearly independent")]
pub struct Attribute {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub ty: AttributeType,
    /// What it is, in Markdown.
    pub description: &'static str,
    /// It has to be set.
    pub required: bool,
    /// It may be set.
    pub optional: bool,
    /// The provider sets it where the configuration does not.
    pub computed: bool,
    /// Terraform does not print it.
    pub sensitive: bool,
    /// What to use instead, if it is to go away.
    pub deprecated: Option<&'static str>,
    /// How a managed resource plans it.
    pub planning: Planning,
}

/// How a managed resource plans an attribute.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Planning {
    /// A change of the attribute needs a new object.
    pub replaces: bool,
    /// A change of other attributes leaves a computed value as it is. Other computed values become unknown then.
    pub keeps_prior: bool,
    /// The value that the attribute has where the configuration does not set it.
    pub default: Option<Value>,
}

impl Attribute {
    fn new(name: &'static str, ty: AttributeType, description: &'static str) -> Self {
        Self {
            name,
            ty,
            description,
            required: false,
            optional: false,
            computed: false,
            sensitive: false,
            deprecated: None,
            planning: Planning::default(),
        }
    }

    /// An argument that may be set.
    #[must_use]
    pub fn optional(name: &'static str, ty: Type, description: &'static str) -> Self {
        Self { optional: true, ..Self::new(name, AttributeType::Plain(ty), description) }
    }

    /// Objects that may be set.
    #[must_use]
    pub fn optional_object(
        name: &'static str,
        nesting: Nesting,
        attributes: Vec<Self>,
        description: &'static str,
    ) -> Self {
        Self { optional: true, ..Self::new(name, AttributeType::Nested(nesting, attributes), description) }
    }

    /// An argument that has to be set.
    #[must_use]
    pub fn required(name: &'static str, ty: Type, description: &'static str) -> Self {
        Self { required: true, ..Self::new(name, AttributeType::Plain(ty), description) }
    }

    /// An attribute that is only read.
    #[must_use]
    pub fn computed(name: &'static str, ty: Type, description: &'static str) -> Self {
        Self { computed: true, ..Self::new(name, AttributeType::Plain(ty), description) }
    }

    /// A read-only list of objects.
    #[must_use]
    pub fn computed_list(name: &'static str, attributes: Vec<Self>, description: &'static str) -> Self {
        Self { computed: true, ..Self::new(name, AttributeType::Nested(Nesting::List, attributes), description) }
    }

    /// The same attribute, set by the provider where the configuration leaves it out.
    #[must_use]
    pub fn or_computed(self) -> Self {
        Self { computed: true, ..self }
    }

    /// The same attribute, never printed by Terraform.
    #[must_use]
    pub fn sensitive(self) -> Self {
        Self { sensitive: true, ..self }
    }

    /// The same attribute, to be replaced by what `instead` says.
    #[must_use]
    pub fn deprecated(self, instead: &'static str) -> Self {
        Self { deprecated: Some(instead), ..self }
    }

    /// The same attribute, whose change needs a new object.
    #[must_use]
    pub fn replaces(mut self) -> Self {
        self.planning.replaces = true;
        self
    }

    /// The same computed attribute, whose value other changes leave as it is.
    #[must_use]
    pub fn keeps_prior(mut self) -> Self {
        self.planning.keeps_prior = true;
        self
    }

    /// The same attribute, computed to be `default` where the configuration does not set it.
    #[must_use]
    pub fn default(self, default: Value) -> Self {
        let mut attribute = self.or_computed();
        attribute.planning.default = Some(default);
        attribute
    }

    /// The type of its value.
    #[must_use]
    pub fn value_type(&self) -> Type {
        match &self.ty {
            AttributeType::Plain(ty) => ty.clone(),
            AttributeType::Nested(nesting, attributes) => nesting.of(object_of(attributes, &[])),
        }
    }
}

impl Block {
    /// The type of the block's value.
    #[must_use]
    pub fn value_type(&self) -> Type {
        object_of(&self.attributes, &self.blocks)
    }
}

impl Nesting {
    fn of(self, object: Type) -> Type {
        match self {
            Self::Single => object,
            Self::List => Type::List(Box::new(object)),
            Self::Set => Type::Set(Box::new(object)),
            Self::Map => Type::Map(Box::new(object)),
        }
    }
}

impl BlockNesting {
    fn of(self, object: Type) -> Type {
        match self {
            Self::Single | Self::Group => object,
            Self::List => Type::List(Box::new(object)),
            Self::Set => Type::Set(Box::new(object)),
            Self::Map => Type::Map(Box::new(object)),
        }
    }
}

fn object_of(attributes: &[Attribute], blocks: &[NestedBlock]) -> Type {
    let attributes = attributes.iter().map(|attribute| (attribute.name.to_owned(), attribute.value_type()));
    let blocks = blocks.iter().map(|block| (block.name.to_owned(), block.nesting.of(block.block.value_type())));
    Type::Object(ObjectType { attributes: attributes.chain(blocks).collect(), ..ObjectType::default() })
}
