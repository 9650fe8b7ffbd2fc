//! The modules of a package of this workspace, and which of them refer to which.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path as FilePath, PathBuf};

use crate::references::{self, Path, child};

/// A package, as its source text shows it.
pub(crate) struct Package {
    modules: BTreeSet<Path>,
    aliases: BTreeMap<Path, Path>,
    references: Vec<(Path, Path)>,
}

/// Returns the folder of the workspace.
pub(crate) fn workspace() -> &'static FilePath {
    FilePath::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the files below a folder whose names end with `.rs`.
pub(crate) fn rust_files(folder: &FilePath) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.is_dir() {
                true => folders.push(path),
                false if path.extension().is_some_and(|extension| extension == "rs") => files.push(path),
                false => {}
            }
        }
    }
    files.sort();
    files
}

impl Package {
    /// Reads the package whose source is in `folder` and which other crates call `name`.
    pub(crate) fn read(folder: &str, name: &str) -> Self {
        let folder = workspace().join(folder);
        let mut package = Self { modules: BTreeSet::new(), aliases: BTreeMap::new(), references: Vec::new() };
        for file in rust_files(&folder) {
            let text = std::fs::read_to_string(&file).expect("a text");
            let module = module_of(file.strip_prefix(&folder).expect("below the folder"));
            package.add(&text, &module, name);
        }
        package
    }

    fn add(&mut self, text: &str, module: &[String], name: &str) {
        let source = references::read(text, module, name);
        self.modules.extend(source.modules);
        self.aliases.extend(source.aliases);
        self.references.extend(source.references);
    }

    /// Returns the modules at the root.
    pub(crate) fn top_level(&self) -> BTreeSet<&str> {
        self.modules.iter().filter(|module| module.len() == 1).map(|module| module[0].as_str()).collect()
    }

    /// Returns the pairs of different modules with the same parent of which the first, or a module in it, refers to the
    /// second. A name that the parent imports stands for the module that has it.
    pub(crate) fn edges(&self) -> BTreeSet<(Path, Path)> {
        self.edges_of(|_| true)
    }

    /// Like [`Self::edges`] without the references in modules of tests.
    pub(crate) fn edges_without_tests(&self) -> BTreeSet<(Path, Path)> {
        self.edges_of(|from| !from.iter().any(|name| name == "tests"))
    }

    fn edges_of(&self, counts: impl Fn(&Path) -> bool) -> BTreeSet<(Path, Path)> {
        let edges = self.references.iter().filter(|(from, _)| counts(from)).filter_map(|(from, to)| {
            let to = self.resolved(to);
            let common = from.iter().zip(&to).take_while(|(from, to)| from == to).count();
            let (from, to) = (from.get(..=common)?.to_vec(), to.get(..=common)?.to_vec());
            self.modules.contains(&to).then_some((from, to))
        });
        edges.collect()
    }

    /// Replaces names that a module imports by the paths that it imports them from.
    fn resolved(&self, path: &[String]) -> Path {
        let mut path = path.to_vec();
        for _ in 0..8 {
            let alias = (1..=path.len()).find_map(|length| {
                let target = self.aliases.get(&path[..length])?;
                (!self.modules.contains(&path[..length]) && *target != path[..length]).then_some((length, target))
            });
            let Some((length, target)) = alias else { break };
            path = target.iter().chain(&path[length..]).cloned().collect();
        }
        path
    }
}

/// Returns the module that a file holds.
fn module_of(file: &FilePath) -> Path {
    let file = file.with_extension("");
    let names: Path = file.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    match names.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["lib"] => Path::new(),
        _ => names,
    }
}

#[cfg(test)]
pub(crate) fn package(files: &[(&str, &str)]) -> Package {
    let mut package = Package { modules: BTreeSet::new(), aliases: BTreeMap::new(), references: Vec::new() };
    for (module, text) in files {
        let module: Path = module.split('.').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        package.add(text, &module, "name");
    }
    package
}

#[test]
fn name_that_the_parent_imports_then_edge_to_the_module_that_has_it() {
    let files = [("", "mod a; mod b; pub use b::Item;"), ("a", "use super::Item;"), ("b", "pub struct Item;")];
    let edge = (child(&[], "a".to_owned()), child(&[], "b".to_owned()));
    assert_eq!(package(&files).edges(), BTreeSet::from([edge]));
}
