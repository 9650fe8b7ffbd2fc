//! Character classes: `[a-z]`, `\d`, `[[:alpha:]]` and `\p{Han}`.

use std::fmt::Write;
use std::ops::RangeInclusive;

use regex::Regex;

use super::escape;
use super::problem::{Kind, Problem};
use super::scanner::Scanner;

/// A class without characters.
const NONE: &str = r"[^\x{0}-\x{10FFFF}]";

/// The surrogates, which no text contains.
const SURROGATES: RangeInclusive<u32> = 0xd800..=0xdfff;

/// The POSIX classes.
const POSIX: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word",
    "xdigit",
];

/// The scripts whose names have four letters. Other names of four letters are ISO 15924 codes, which RE2 does not support.
const SHORT_SCRIPTS: [&str; 9] = ["ahom", "cham", "kawi", "lisu", "miao", "modi", "newa", "thai", "toto"];

/// Translates one character, ignoring case if `fold` is set.
pub(super) fn literal(code_point: u32, fold: bool) -> String {
    match char::from_u32(code_point) {
        None => NONE.to_owned(),
        Some(c) if fold && (c.is_ascii_alphabetic() || !c.is_ascii()) => format!(r"(?i:\x{{{code_point:X}}})"),
        Some(c) => regex::escape(c.encode_utf8(&mut [0; 4])),
    }
}

/// Parses a class of one escape sequence, such as `\d` or `\pL`, if one comes next.
pub(super) fn escaped(source: &mut Scanner, fold: bool) -> Result<Option<String>, Problem> {
    let item = match perl(source) {
        Some(item) => Some(item.to_owned()),
        None => unicode(source)?,
    };
    Ok(item.map(|item| set(&item, fold)))
}

/// Parses a class in brackets, beginning with its `[`.
pub(super) fn bracketed(source: &mut Scanner, fold: bool) -> Result<String, Problem> {
    let start = source.at();
    source.next();
    let mut items = if source.eat("^") { "^".to_owned() } else { String::new() };
    let first = source.at();
    // A `]` in first position is a literal.
    while source.at() == first || !source.eat("]") {
        if let Some(item) = posix(source)? {
            items.push_str(&item);
        } else if let Some(item) = unicode(source)? {
            items.push_str(&item);
        } else if let Some(item) = perl(source) {
            items.push_str(item);
        } else {
            items.push_str(&range(source, start)?);
        }
    }
    Ok(set(&items, fold))
}

fn set(items: &str, fold: bool) -> String {
    if fold { format!("(?i:[{items}])") } else { format!("[{items}]") }
}

/// Parses one character of a class, or a range. `start` is the position of the class.
fn range(source: &mut Scanner, start: usize) -> Result<String, Problem> {
    let from = source.at();
    let low = class_character(source, start)?;
    let mut high = low;
    let rest = source.rest();
    if rest.len() > 1 && rest.starts_with('-') && !rest.starts_with("-]") {
        source.next();
        high = class_character(source, start)?;
    }
    if high < low {
        return Err(Problem::since(from, Kind::Range, source));
    }
    Ok(item(low..=high))
}

fn class_character(source: &mut Scanner, start: usize) -> Result<u32, Problem> {
    match source.peek() {
        None => Err(Problem::since(start, Kind::MissingBracket, source)),
        Some('\\') => escape::code_point(source),
        Some(c) => {
            source.next();
            Ok(c.into())
        }
    }
}

/// Writes a range for the crate, without surrogates.
fn item(range: RangeInclusive<u32>) -> String {
    let (low, high) = range.into_inner();
    let below = low..=high.min(SURROGATES.start() - 1);
    let above = low.max(SURROGATES.end() + 1)..=high;
    let mut text = String::new();
    for part in [below, above].into_iter().filter(|part| !part.is_empty()) {
        // Writing to a string cannot fail.
        let _ = write!(text, r"\x{{{:X}}}-\x{{{:X}}}", part.start(), part.end());
    }
    if text.is_empty() { NONE.to_owned() } else { text }
}

/// Parses a class such as `[:alpha:]` or `[:^alpha:]`.
fn posix(source: &mut Scanner) -> Result<Option<String>, Problem> {
    let start = source.at();
    let mut ahead = *source;
    if !ahead.eat("[:") {
        return Ok(None);
    }
    let Some(name) = ahead.until(":]") else { return Ok(None) };
    *source = ahead;
    if POSIX.contains(&name.strip_prefix('^').unwrap_or(name)) {
        Ok(Some(source.since(start).to_owned()))
    } else {
        Err(Problem::since(start, Kind::PosixClass, source))
    }
}

/// Parses a class such as `\d`. All of them are ASCII.
fn perl(source: &mut Scanner) -> Option<&'static str> {
    let classes = [
        (r"\d", "[0-9]"),
        (r"\D", "[^0-9]"),
        (r"\s", r"[\t\n\f\r ]"),
        (r"\S", r"[^\t\n\f\r ]"),
        (r"\w", "[0-9A-Za-z_]"),
        (r"\W", "[^0-9A-Za-z_]"),
    ];
    classes.into_iter().find_map(|(escape, class)| source.eat(escape).then_some(class))
}

/// Parses a class such as `\pL`, `\p{Han}` or `\P{^Lu}`.
fn unicode(source: &mut Scanner) -> Result<Option<String>, Problem> {
    let start = source.at();
    let mut negated = if source.eat(r"\p") {
        false
    } else if source.eat(r"\P") {
        true
    } else {
        return Ok(None);
    };
    let inside = source.at();
    let name = if source.eat("{") {
        source.until("}")
    } else {
        source.next();
        Some(source.since(inside))
    };
    if name.is_none() {
        source.finish();
    }
    let positive = name.map(|name| name.strip_prefix('^').unwrap_or(name));
    negated ^= positive != name;
    match positive.and_then(property) {
        Some(class) => Ok(Some(format!("[{}{class}]", if negated { "^" } else { "" }))),
        None => Err(Problem::since(start, Kind::UnicodeClass, source)),
    }
}

/// Returns the script or general category with this name, in the crate's syntax.
fn property(name: &str) -> Option<String> {
    let is_separator = |c: char| matches!(c, ' ' | '_' | '-');
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || is_separator(c)) {
        return None;
    }
    let name = name.replace(is_separator, "").to_ascii_lowercase();
    if name == "cs" || name == "surrogate" {
        return Some(NONE.to_owned());
    }
    // Reject names that only the crate supports: script codes, and names with the prefix `is`.
    let is_code = name.len() == 4 && !SHORT_SCRIPTS.contains(&name.as_str());
    let kinds = if is_code { &["gc"][..] } else { &["gc", "sc"] };
    let mut classes = kinds.iter().map(|kind| format!(r"\p{{{kind}={name}}}"));
    classes.find(|class| !name.starts_with("is") && Regex::new(class).is_ok())
}
