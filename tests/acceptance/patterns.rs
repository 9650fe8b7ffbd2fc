//! `name_regex` beside the host's own `regex` function.

use std::fmt::Write;

use maas_sandbox::{Sandbox, Workspace};
use serde_json::{Value, json};

use crate::reads::outputs;
use crate::terraform::{Workdir, with_each_host};

const NAMES: [&str; 14] = [
    "team-a",
    "Team_B",
    "prod-07",
    "Über-Team",
    "straße",
    "STRASSE",
    "café",
    "测试区",
    "模型-1",
    "١٢",
    "a&b",
    "x{2}",
    "a.b",
    "Kelvin",
];

const PATTERNS: [&str; 36] = [
    "",
    "^team-",
    "(?i)^team[-_]",
    "(?i)^über",
    "(?i)STRASSE",
    "(?i)^CAFÉ$",
    "(?i)^k",
    r"^\w+$",
    r"\d",
    r"^\w+-\d{1,3}$",
    r"\bT",
    r"\B-",
    r"[^\w-]",
    "^[a-z.-]+$",
    "[a&&b]",
    "[[.]",
    "[]{]",
    "^[一-龥]+$",
    r"^\p{Han}+$",
    r"\P{Latin}",
    r"\p{^Han}$",
    r"^\pL+$",
    r"\p{Lu}",
    r"(?i)^\p{Lu}+$",
    r"\p{Nd}",
    "^[[:alpha:]]+$",
    "[[:^alnum:]]",
    r"\Qa.b\E",
    r"\Q{2}",
    "x{",
    "x{2}",
    r"\x{6D4B}",
    r"\141&",
    "(?U)a+?$",
    "^(?P<word>[a-z]+)-[ab]",
    r"(?m)^a.b$",
];

const REFUSED: [&str; 14] = [
    "(?=a)",
    "(?<!a)b",
    r"(a)\1",
    r"a\Z",
    r"\C",
    "a**",
    "a*+",
    "x{1001}",
    "(?x)a",
    r"\p{Hun}",
    "[z-a]",
    "(",
    "a)",
    "[[:foo:]]",
];

/// A text in a configuration.
fn quoted(text: &str) -> String {
    json!(text).to_string()
}

#[test]
fn name_regex_then_the_same_names_as_with_the_function_regex() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().workspaces("r", NAMES.map(Workspace::named)).start();
        let mut configuration = "data \"maas_workspaces\" \"all\" { region_id = \"r\" }\n".to_owned();
        for (index, pattern) in PATTERNS.iter().enumerate() {
            let pattern = quoted(pattern);
            write!(
                configuration,
                "data \"maas_workspaces\" \"p{index}\" {{\n region_id = \"r\"\n name_regex = {pattern}\n}}\n\
                 output \"p{index}\" {{ value = data.maas_workspaces.p{index}.workspaces[*].name }}\n\
                 output \"f{index}\" {{\n value = [for w in data.maas_workspaces.all.workspaces : w.name if can(regex({pattern}, w.name))]\n}}\n"
            )
            .expect("writes");
        }
        let read = outputs(host, &sandbox, &configuration);
        for (index, pattern) in PATTERNS.iter().enumerate() {
            let (found, expected) = (&read[format!("p{index}")], &read[format!("f{index}")]);
            assert_eq!(found, expected, "{pattern}");
            assert_ne!(*found, Value::Null, "{pattern}");
        }
    });
}

#[test]
fn pattern_that_the_function_regex_refuses_then_error_in_validation_with_its_place() {
    with_each_host(|host| {
        for pattern in REFUSED {
            let function = format!("output \"f\" {{ value = regex({}, \"\") }}", quoted(pattern));
            let error = Workdir::without_sandbox(host, &function).run(&["plan"]).error();
            assert!(error.contains("invalid regexp pattern"), "{pattern}: {error}");
            let filter = format!("data \"maas_workspaces\" \"p\" {{ name_regex = {} }}", quoted(pattern));
            let error = Workdir::without_sandbox(host, &filter).run(&["validate"]).error();
            assert!(error.contains("Invalid regular expression"), "{pattern}: {error}");
            assert!(error.contains("`name_regex` must be a regular expression in RE2 syntax"), "{pattern}: {error}");
            assert!(error.contains("at character"), "{pattern}: {error}");
        }
    });
}
