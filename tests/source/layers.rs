use std::collections::{BTreeMap, BTreeSet};

use crate::architecture::{code, table};
use crate::package::{Package, package};

/// A row of the table of layers.
#[derive(Debug)]
struct Layer {
    number: u32,
    /// The modules that it imports.
    imports: BTreeSet<String>,
}

/// Returns the table of layers with these columns by the names of the modules.
fn layers(columns: &[&str]) -> BTreeMap<String, Layer> {
    let mut layers = BTreeMap::new();
    for row in table(columns) {
        let number = row[0].parse().expect("the number of a layer");
        for module in code(&row[1]) {
            let imports = code(&row[2]).map(str::to_owned).collect();
            let module = module.trim_end_matches(".rs").to_owned();
            assert!(layers.insert(module, Layer { number, imports }).is_none(), "{} stands there twice", row[1]);
        }
    }
    layers
}

/// Returns what a package does that the table does not allow, and what the table says that the package does not do.
fn differences(layers: &BTreeMap<String, Layer>, package: &Package) -> Vec<String> {
    let mut differences = Vec::new();
    let listed: BTreeSet<_> = layers.keys().map(String::as_str).collect();
    for module in listed.symmetric_difference(&package.top_level()) {
        differences.push(format!("`{module}` is either not in the table or no module"));
    }
    let edges = package.edges();
    let used = edges.iter().filter(|(from, _)| from.len() == 1).map(|(from, to)| (from[0].as_str(), to[0].as_str()));
    let used: BTreeSet<_> = used.collect();
    let allowed = layers.iter().flat_map(|(from, layer)| layer.imports.iter().map(|to| (from.as_str(), to.as_str())));
    let allowed: BTreeSet<_> = allowed.collect();
    for (from, to) in used.difference(&allowed) {
        differences.push(format!("`{from}` imports `{to}`, which the table does not allow"));
    }
    for (from, to) in allowed.difference(&used) {
        differences.push(format!("`{from}` does not import `{to}`, although the table says so"));
    }
    for (from, to) in &allowed {
        let is_above = match (layers.get(*from), layers.get(*to)) {
            (Some(from), Some(to)) => from.number > to.number,
            _ => false,
        };
        if !is_above {
            differences.push(format!("`{from}` may not import `{to}`, which is not in a lower layer"));
        }
    }
    differences
}

#[test]
fn imports_of_every_module_then_those_of_the_table_and_all_from_lower_layers() {
    let layers = layers(&["layer", "module", "imports", "knows", "must not know"]);
    let differences = differences(&layers, &Package::read("src", "terraform_provider_maas"));
    assert!(differences.is_empty(), "ARCHITECTURE.md and src/ differ:\n{}", differences.join("\n"));
}

#[test]
fn imports_of_every_module_of_the_sandbox_then_those_of_its_table_and_all_from_lower_layers() {
    let layers = layers(&["layer", "module of the sandbox", "imports", "knows"]);
    let differences = differences(&layers, &Package::read("sandbox/src", "maas_sandbox"));
    assert!(differences.is_empty(), "ARCHITECTURE.md and sandbox/src/ differ:\n{}", differences.join("\n"));
}

#[test]
fn import_from_above_or_beside_then_reported_even_if_listed() {
    let layer =
        |number, imports: &[&str]| Layer { number, imports: imports.iter().map(|&name| name.to_owned()).collect() };
    let layers = BTreeMap::from([
        ("top".to_owned(), layer(2, &["left"])),
        ("left".to_owned(), layer(1, &["right"])),
        ("right".to_owned(), layer(1, &[])),
    ]);
    let files = [("top", "use crate::left;"), ("left", "use crate::right;"), ("right", "use crate::top::X;")];
    assert_eq!(
        differences(&layers, &package(&files)),
        [
            "`right` imports `top`, which the table does not allow",
            "`left` may not import `right`, which is not in a lower layer",
        ]
    );
}
