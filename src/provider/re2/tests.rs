use serde::Deserialize;

use super::*;

/// The results of Go's package `regexp`: for each pattern, the inputs that it matches, or its error.
#[derive(Deserialize)]
struct Table {
    inputs: Vec<String>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    pattern: String,
    #[serde(default)]
    matches: Vec<String>,
    error: Option<String>,
}

fn table() -> Table {
    serde_json::from_str(include_str!("cases.json")).expect("a table")
}

fn problem(pattern: &str) -> Problem {
    Pattern::new(pattern).expect_err(pattern)
}

#[test]
fn patterns_of_go_then_the_same_matches() {
    let Table { inputs, cases } = table();
    for Case { pattern, matches, .. } in cases.iter().filter(|case| case.error.is_none()) {
        let compiled = Pattern::new(pattern).unwrap_or_else(|problem| panic!("{pattern}: {problem}"));
        let found: Vec<_> = inputs.iter().filter(|input| compiled.is_match(input)).collect();
        assert_eq!(found, matches.iter().collect::<Vec<_>>(), "{pattern}");
        assert_eq!(compiled.as_str(), pattern);
    }
}

#[test]
fn patterns_that_go_refuses_then_a_problem_with_its_place_and_a_hint() {
    for Case { pattern, error, .. } in table().cases.iter().filter(|case| case.error.is_some()) {
        let problem = problem(pattern);
        assert!(problem.to_string().contains("at character "), "{pattern} ({error:?}): {problem}");
        assert_eq!(problem.hint().matches(". ").count(), 0, "one hint for {pattern}: {}", problem.hint());
        assert!(!problem.to_string().contains("the expression is not supported"), "{pattern}: {problem}");
    }
}

#[test]
fn what_re2_lacks_then_named() {
    let cases = [
        ("^a(?=b)", "lookahead and lookbehind are not supported, at character 3: `(?=`"),
        ("(?<!a)b", "lookahead and lookbehind are not supported, at character 1: `(?<`"),
        (r"(a)\1", r"back references are not supported, at character 4: `\1`"),
        (r"(?P<n>a)\k<n>", r"back references are not supported, at character 9: `\k`"),
        (r"team\Z", r"end of the text with `\Z` is not supported, at character 5: `\Z`"),
        (r"\C", r"unknown escape sequence, at character 1: `\C`"),
        (r"über\u00e9", r"invalid escape sequence of a character, at character 5: `\u`"),
        ("(?x)a b", "unknown flag, at character 1: `(?x`"),
        ("(?u)a", "unknown flag, at character 1: `(?u`"),
        ("(?>a)", "unsupported kind of group, at character 1: `(?>`"),
        ("(?#note)a", "unsupported kind of group, at character 1: `(?#`"),
        ("a*+", "repetition of a repetition, at character 2: `*+`"),
        ("a**", "repetition of a repetition, at character 2: `**`"),
        ("x{1,1001}", "invalid repeat count, at character 2: `{1,1001}`"),
        (r"\p{Hun}", r"unknown Unicode class, at character 1: `\p{Hun}`"),
        ("[[:letter:]]", "unknown POSIX class, at character 2: `[:letter:]`"),
        ("[z-a]", "invalid range of characters, at character 2: `z-a`"),
        ("北(京", "missing closing `)`, at character 2: `(京`"),
        ("a)b", "unexpected `)`, at character 2: `)`"),
        ("[a-", "missing closing `]`, at character 1: `[a-`"),
        ("*a", "nothing to repeat, at character 1: `*`"),
        ("a\\", "nothing after the backslash, at character 2: `\\`"),
    ];
    for (pattern, expected) in cases {
        assert_eq!(problem(pattern).to_string(), expected, "{pattern}");
    }
}

#[test]
fn long_pattern_or_one_of_several_lines_then_its_beginning_in_one_line() {
    let shown = problem(&format!("(a\n{}", "b".repeat(100))).to_string();
    assert_eq!(shown, format!("missing closing `)`, at character 1: `(a\\n{}…`", "b".repeat(37)));
}

#[test]
fn groups_nested_deeply_then_compiled_or_a_problem() {
    let nested = |depth| format!("{}{}", "(?:(?i:a)|b".repeat(depth), "|(?i:[c]))+?".repeat(depth));
    assert!(Pattern::new(&nested(translator::MAX_DEPTH - 1)).is_ok());
    for depth in [translator::MAX_DEPTH, 100_000] {
        assert!(problem(&nested(depth)).to_string().starts_with("groups are nested too deeply, at character "));
    }
}

#[test]
fn expression_too_large_to_compile_then_a_problem() {
    assert!(problem(r"\pL{1000}\pL{1000}").to_string().starts_with("the expression is too large, at character 1"));
}

#[test]
fn names_of_unicode_classes_as_any_version_of_go_takes_them_then_accepted() {
    for name in ["Old_Italic", "Han", "Letter", "han", "Any", "Assigned", "LC", "Cn", "Uppercase_Letter", "Thai", "Yi"]
    {
        assert!(Pattern::new(&format!(r"\p{{{name}}}")).is_ok(), "{name}");
    }
}
