//! Renders every generated page, by its path in `docs/`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value, context};
use terraform_provider_maas::env;
use terraform_provider_maas::provider::{ADDRESS, MaasProvider};
use terraform_provider_maas::terraform::{Function, Parameter, Provider, Schema};

use super::guides::{self, Guide};
use super::{messages, schema, templates, variables};
use crate::{Failure, project};

/// Renders all pages.
pub(super) fn all() -> Result<BTreeMap<PathBuf, String>, Failure> {
    let provider = MaasProvider::new(env::Environment::fixed([]));
    let mut sources: Vec<_> =
        provider.data_sources().iter().map(|source| (source.type_name(), source.schema())).collect();
    sources.sort_by_key(|(name, _)| *name);

    let schema = provider.schema();
    let mut pages = BTreeMap::new();
    pages.insert(PathBuf::from("index.md"), index(&schema, &sources, provider.functions(), &guides::all()?)?);
    for (name, schema) in sources {
        pages.insert(PathBuf::from(format!("data-sources/{}.md", short(name))), data_source(name, schema)?);
    }
    for function in provider.functions() {
        pages.insert(PathBuf::from(format!("functions/{}.md", function.name())), function_page(*function)?);
    }
    for guide in guides::with_template()? {
        let page = render(
            &guide,
            context! { address => ADDRESS, arguments => arguments(&schema), messages => messages::all() },
        )?;
        pages.insert(guide, page);
    }
    Ok(pages)
}

fn index(
    schema: &Schema,
    sources: &[(&str, &Schema)],
    functions: &[&dyn Function],
    guides: &[Guide],
) -> Result<String, Failure> {
    let source_row = |(name, schema): &(&str, &Schema)| {
        format!("| [`{name}`](data-sources/{}.md) | {} |\n", short(name), schema.block.description)
    };
    let function_row = |function: &&dyn Function| {
        let name = function.name();
        format!("| [`provider::maas::{name}`](functions/{name}.md) | {} |\n", function.signature().summary)
    };
    let guide_row = |guide: &Guide| format!("- [{}]({})\n", guide.title, guide.page);
    let values = context! {
        description => schema.block.description,
        schema => schema::render(&schema.block),
        data_sources => sources.iter().map(source_row).collect::<String>(),
        guides => guides.iter().map(guide_row).collect::<String>(),
        variables => variables::of_users(),
        host_variables => variables::of_hosts(),
        functions => functions.iter().map(function_row).collect::<String>(),
        address => ADDRESS,
    };
    render(Path::new("index.md"), values)
}

fn data_source(name: &str, schema: &Schema) -> Result<String, Failure> {
    let own = PathBuf::from(format!("data-sources/{name}.md"));
    let more = if templates().join(&own).exists() { render(&own, context! {})? } else { String::new() };
    let values = context! {
        name => name,
        description => schema.block.description,
        schema => schema::render(&schema.block),
        more => more,
    };
    render(Path::new("data-source.md"), values)
}

fn function_page(function: &dyn Function) -> Result<String, Failure> {
    let signature = function.signature();
    let parameter = |parameter: &Parameter| {
        format!("1. `{}` ({}) {}\n", parameter.name, schema::type_name(&parameter.ty), parameter.description)
    };
    let parameters = signature
        .parameters
        .iter()
        .map(|parameter| format!("{} {}", parameter.name, schema::type_name(&parameter.ty).to_lowercase()));
    let values = context! {
        name => function.name(),
        summary => signature.summary,
        description => signature.description,
        parameters => signature.parameters.iter().map(parameter).collect::<String>(),
        line => format!("{}({}) {}", function.name(), parameters.collect::<Vec<_>>().join(", "), schema::type_name(&signature.result).to_lowercase()),
    };
    render(Path::new("function.md"), values)
}

/// Returns the names of all arguments and blocks of the provider block.
fn arguments(schema: &Schema) -> Vec<&'static str> {
    let attributes = schema.block.attributes.iter().map(|attribute| attribute.name);
    attributes.chain(schema.block.blocks.iter().map(|block| block.name)).collect()
}

/// Returns a data source's name without the provider's prefix, which registries require as the name of the page.
fn short(name: &str) -> &str {
    name.strip_prefix("maas_").unwrap_or(name)
}

/// Renders a template. An undefined name is an error.
fn render(template: &Path, values: Value) -> Result<String, Failure> {
    let source = std::fs::read_to_string(templates().join(template))?;
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_function("file", |path: &str| {
        let text = std::fs::read_to_string(project().join(path));
        let text =
            text.map_err(|error| minijinja::Error::new(ErrorKind::InvalidOperation, format!("{path}: {error}")))?;
        Ok::<_, minijinja::Error>(text.trim_end().to_owned())
    });
    let page = environment.render_named_str(&template.display().to_string(), &source, values);
    Ok(page.map_err(|error| format!("{error:#}"))?.trim_end().to_owned() + "\n")
}
