//! Renders a schema as lists of arguments and attributes, in the format of the Terraform Registry.

use std::fmt::Write;

use terraform_provider_maas::terraform::{Attribute, AttributeType, Block, BlockNesting, NestedBlock, Nesting, Type};

/// The groups of arguments and attributes, in the order of the page.
const GROUPS: [&str; 3] = ["Required", "Optional", "Read-Only"];

/// An entry of a list: an attribute or a block.
struct Item<'a> {
    name: &'a str,
    group: &'static str,
    notes: Vec<String>,
    description: String,
    nested: Option<Nested<'a>>,
}

/// The nested attributes.
struct Nested<'a> {
    anchor: &'static str,
    items: Vec<Item<'a>>,
}

/// Renders the arguments and attributes of a block. Nested ones have their own sections.
pub(super) fn render(block: &Block) -> String {
    let mut page = String::new();
    let items = items(&block.attributes, &block.blocks);
    list(&mut page, &items, &[], |group| format!("### {group}\n\n"));
    sections(&mut page, &items, &[]);
    page.trim_end().to_owned()
}

fn items<'a>(attributes: &'a [Attribute], blocks: &'a [NestedBlock]) -> Vec<Item<'a>> {
    attributes.iter().map(attribute_item).chain(blocks.iter().map(block_item)).collect()
}

fn attribute_item(attribute: &Attribute) -> Item<'_> {
    let (kind, nested) = match &attribute.ty {
        AttributeType::Plain(ty) => (type_name(ty), None),
        AttributeType::Nested(nesting, attributes) => {
            let kind = match nesting {
                Nesting::Single => "Attributes",
                Nesting::List => "Attributes List",
                Nesting::Set => "Attributes Set",
                Nesting::Map => "Attributes Map",
            };
            (kind.to_owned(), Some(Nested { anchor: "nestedatt", items: items(attributes, &[]) }))
        }
    };
    let mut notes = vec![kind];
    notes.extend(attribute.sensitive.then(|| "Sensitive".to_owned()));
    notes.extend(attribute.deprecated.map(|_| "Deprecated".to_owned()));
    let instead = attribute.deprecated.map(|instead| format!(" **Deprecated:** {instead}"));
    Item {
        name: attribute.name,
        group: match attribute {
            Attribute { required: true, .. } => GROUPS[0],
            Attribute { optional: true, .. } => GROUPS[1],
            _ => GROUPS[2],
        },
        notes,
        description: attribute.description.to_owned() + &instead.unwrap_or_default(),
        nested,
    }
}

fn block_item(block: &NestedBlock) -> Item<'_> {
    let kind = match block.nesting {
        BlockNesting::Single | BlockNesting::Group => "Block",
        BlockNesting::List => "Block List",
        BlockNesting::Set => "Block Set",
        BlockNesting::Map => "Block Map",
    };
    Item {
        name: block.name,
        group: GROUPS[1],
        notes: vec![kind.to_owned()],
        description: block.block.description.to_owned(),
        nested: Some(Nested { anchor: "nestedblock", items: items(&block.block.attributes, &block.block.blocks) }),
    }
}

fn list(page: &mut String, items: &[Item<'_>], path: &[&str], heading: impl Fn(&str) -> String) {
    for group in GROUPS {
        let mut members = items.iter().filter(|item| item.group == group).peekable();
        if members.peek().is_none() {
            continue;
        }
        page.push_str(&heading(group));
        for Item { name, notes, description, nested, .. } in members {
            let _ = write!(page, "- `{name}` ({}) {description}", notes.join(", "));
            if let Some(nested) = nested {
                let _ =
                    write!(page, " (see [below for nested schema](#{}))", anchor(nested, &[path, &[name]].concat()));
            }
            page.push('\n');
        }
        page.push('\n');
    }
}

fn sections(page: &mut String, items: &[Item<'_>], path: &[&str]) {
    for (name, nested) in items.iter().filter_map(|item| Some((item.name, item.nested.as_ref()?))) {
        let path = [path, &[name]].concat();
        let anchor = anchor(nested, &path);
        let _ = write!(page, "<a id=\"{anchor}\"></a>\n### Nested Schema for `{}`\n\n", path.join("."));
        list(page, &nested.items, &path, |group| format!("{group}:\n\n"));
        sections(page, &nested.items, &path);
    }
}

fn anchor(nested: &Nested<'_>, path: &[&str]) -> String {
    format!("{}--{}", nested.anchor, path.join("--"))
}

pub(super) fn type_name(ty: &Type) -> String {
    match ty {
        Type::Bool => "Boolean".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::String => "String".to_owned(),
        Type::Dynamic => "Dynamic".to_owned(),
        Type::List(element) => format!("List of {}", type_name(element)),
        Type::Set(element) => format!("Set of {}", type_name(element)),
        Type::Map(element) => format!("Map of {}", type_name(element)),
        Type::Object(_) => "Object".to_owned(),
        Type::Tuple(_) => "Tuple".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use terraform_provider_maas::terraform::{Attribute, Block, BlockNesting, NestedBlock, Type};

    use super::render;

    #[test]
    fn attributes_then_grouped_with_type_and_notes() {
        let attributes = vec![
            Attribute::computed("id", Type::String, "Id."),
            Attribute::required("name", Type::String, "Name."),
            Attribute::optional("tags", Type::map(Type::list(Type::Number)), "Tags.").or_computed(),
            Attribute::optional("token", Type::String, "Token.").sensitive().deprecated("Use `key`."),
        ];
        let page = render(&Block { attributes, ..Block::default() });
        assert_eq!(
            page,
            "### Required\n\n- `name` (String) Name.\n\n\
             ### Optional\n\n- `tags` (Map of List of Number) Tags.\n\
             - `token` (String, Sensitive, Deprecated) Token. **Deprecated:** Use `key`.\n\n\
             ### Read-Only\n\n- `id` (String) Id."
        );
    }

    #[test]
    fn nested_twice_then_each_link_leads_to_a_section() {
        let inner = Attribute::computed_list("inner", vec![Attribute::computed("x", Type::Bool, "X.")], "Inner.");
        let block = Block { description: "Roles.", attributes: vec![inner], blocks: Vec::new() };
        let blocks = vec![NestedBlock { name: "role", nesting: BlockNesting::List, block }];
        let page = render(&Block { blocks, ..Block::default() });
        assert_eq!(
            page,
            "### Optional\n\n- `role` (Block List) Roles. (see [below for nested schema](#nestedblock--role))\n\n\
             <a id=\"nestedblock--role\"></a>\n### Nested Schema for `role`\n\nRead-Only:\n\n\
             - `inner` (Attributes List) Inner. (see [below for nested schema](#nestedatt--role--inner))\n\n\
             <a id=\"nestedatt--role--inner\"></a>\n### Nested Schema for `role.inner`\n\nRead-Only:\n\n\
             - `x` (Boolean) X."
        );
    }
}
