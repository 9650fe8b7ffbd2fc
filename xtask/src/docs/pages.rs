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
    let sources = provider.data_sources().iter().map(|source| (source.type_name(), source.schema()));
    let sources = Kind { folder: "data-sources", template: "data-source.md", items: sorted(sources) };
    let resources = provider.resources().iter().map(|resource| (resource.type_name(), resource.schema()));
    let resources = Kind { folder: "resources", template: "resource.md", items: sorted(resources) };

    let schema = provider.schema();
    let mut pages = BTreeMap::new();
    let index = index(&schema, [&resources, &sources], provider.functions(), &guides::all()?)?;
    pages.insert(PathBuf::from("index.md"), index);
    for kind in [&resources, &sources] {
        pages.extend(kind.pages()?);
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

/// Data sources or managed resources.
struct Kind<'a> {
    /// The folder of their pages and of the templates for what only one of them has to say.
    folder: &'static str,
    template: &'static str,
    /// By name.
    items: Vec<(&'static str, &'a Schema)>,
}

impl Kind<'_> {
    /// Renders the page of each.
    fn pages(&self) -> Result<Vec<(PathBuf, String)>, Failure> {
        let page = |(name, schema): &(&str, &Schema)| {
            Ok((PathBuf::from(format!("{}/{}.md", self.folder, short(name))), self.page(name, schema)?))
        };
        self.items.iter().map(page).collect()
    }

    fn page(&self, name: &str, schema: &Schema) -> Result<String, Failure> {
        let own = PathBuf::from(format!("{}/{name}.md", self.folder));
        let more = if templates().join(&own).exists() { render(&own, context! {})? } else { String::new() };
        let values = context! {
            name => name,
            description => schema.block.description,
            schema => schema::render(&schema.block),
            more => more,
        };
        render(Path::new(self.template), values)
    }

    /// The rows of the provider's page.
    fn rows(&self) -> String {
        let row = |(name, schema): &(&str, &Schema)| {
            format!("| [`{name}`]({}/{}.md) | {} |\n", self.folder, short(name), schema.block.description)
        };
        self.items.iter().map(row).collect()
    }
}

fn sorted<'a>(items: impl Iterator<Item = (&'static str, &'a Schema)>) -> Vec<(&'static str, &'a Schema)> {
    let mut items: Vec<_> = items.collect();
    items.sort_by_key(|(name, _)| *name);
    items
}

fn index(
    schema: &Schema,
    [resources, sources]: [&Kind<'_>; 2],
    functions: &[&dyn Function],
    guides: &[Guide],
) -> Result<String, Failure> {
    let function_row = |function: &&dyn Function| {
        let name = function.name();
        format!("| [`provider::maas::{name}`](functions/{name}.md) | {} |\n", function.signature().summary)
    };
    let guide_row = |guide: &Guide| format!("- [{}]({})\n", guide.title, guide.page);
    let values = context! {
        description => schema.block.description,
        schema => schema::render(&schema.block),
        resources => resources.rows(),
        data_sources => sources.rows(),
        guides => guides.iter().map(guide_row).collect::<String>(),
        variables => variables::of_users(),
        host_variables => variables::of_hosts(),
        functions => functions.iter().map(function_row).collect::<String>(),
        address => ADDRESS,
    };
    render(Path::new("index.md"), values)
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

/// Returns a type's name without the provider's prefix, which registries require as the name of the page.
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
