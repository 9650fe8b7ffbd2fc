use std::collections::{BTreeMap, BTreeSet};

use crate::package::{Package, package};
use crate::references::Path;

/// The packages of the workspace: folder of the source, name of the crate.
const PACKAGES: [(&str, &str); 4] = [
    ("src", "terraform_provider_maas"),
    ("sandbox/src", "maas_sandbox"),
    ("xtask/src", "xtask"),
    ("plugin-host/src", "maas_plugin_host"),
];

/// The modules inside which cycles still are: a crate's folder, and the path in it.
const STILL_CYCLIC: [&str; 1] = ["src: huaweicloud::"];

/// Returns the references that are part of a cycle of modules with the same parent. A test may use any module.
fn in_cycles(package: &Package) -> Vec<String> {
    let edges = package.edges_without_tests();
    let mut targets: BTreeMap<&Path, BTreeSet<&Path>> = BTreeMap::new();
    for (from, to) in &edges {
        targets.entry(from).or_default().insert(to);
    }
    let reaches = |from: &Path, goal: &Path| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(module) = next.pop() {
            if module == goal {
                return true;
            }
            if seen.insert(module) {
                next.extend(targets.get(module).into_iter().flatten());
            }
        }
        false
    };
    let cyclic = edges.iter().filter(|(from, to)| reaches(to, from));
    cyclic.map(|(from, to)| format!("{} -> {}", from.join("::"), to.join("::"))).collect()
}

#[test]
fn modules_with_the_same_parent_then_none_imports_another_in_a_cycle() {
    let mut cycles = Vec::new();
    for (folder, name) in PACKAGES {
        let found = in_cycles(&Package::read(folder, name));
        cycles.extend(found.into_iter().map(|edge| format!("{folder}: {edge}")));
    }
    let (expected, others): (Vec<_>, Vec<_>) =
        cycles.iter().partition(|edge| STILL_CYCLIC.iter().any(|place| edge.starts_with(place)));
    assert!(others.is_empty(), "these references form cycles: {others:#?}");
    for place in STILL_CYCLIC {
        let is_cyclic = expected.iter().any(|edge: &&String| edge.starts_with(place));
        assert!(is_cyclic, "`{place}` has no cycles any more: remove it from the list");
    }
}

#[test]
fn cycle_of_three_then_each_reference_reported_and_no_other() {
    let files = [
        ("a", "use crate::b::B;"),
        ("b", "fn f() { super::c::g(); }"),
        ("c", "mod inner;"),
        ("c.inner", "use super::super::a;"),
        ("d", "use crate::a;"),
    ];
    assert_eq!(in_cycles(&package(&files)), ["a -> b", "b -> c", "c -> a"]);
}
