//! Escape sequences of one character, such as `\n`, `\x{1F980}` or `\.`.

use super::problem::{Kind, Problem};
use super::scanner::Scanner;

/// Parses an escape sequence, beginning with its backslash. The result is a code point; RE2 permits surrogates too.
pub(super) fn code_point(source: &mut Scanner) -> Result<u32, Problem> {
    let start = source.at();
    source.next();
    let problem = |kind, source: &Scanner| Err(Problem::since(start, kind, source));
    let Some(c) = source.next() else { return problem(Kind::TrailingBackslash, source) };
    let code_point = match c {
        '0'..='7' => octal(c, source),
        'x' => hexadecimal(source),
        'a' => Some(0x07),
        'f' => Some(0x0c),
        'n' => Some(0x0a),
        'r' => Some(0x0d),
        't' => Some(0x09),
        'v' => Some(0x0b),
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(c.into()),
        _ => None,
    };
    let kind = match c {
        '1'..='9' | 'k' => Kind::BackReference,
        'x' | 'u' | 'U' => Kind::UnicodeEscape,
        'Z' => Kind::EndOfText,
        _ => Kind::Escape,
    };
    code_point.map_or_else(|| problem(kind, source), Ok)
}

/// Parses up to three octal digits, the first of which is already read. A single digit other than `0` would be a back
/// reference.
fn octal(first: char, source: &mut Scanner) -> Option<u32> {
    let mut value = first.to_digit(8)?;
    let mut digits = 1;
    while digits < 3
        && let Some(digit) = source.peek().and_then(|c| c.to_digit(8))
    {
        source.next();
        value = value * 8 + digit;
        digits += 1;
    }
    (digits > 1 || first == '0').then_some(value)
}

/// Parses two hexadecimal digits, or any number of them in braces.
fn hexadecimal(source: &mut Scanner) -> Option<u32> {
    if source.eat("{") {
        let digits = source.until("}")?;
        let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let significant = digits.trim_start_matches('0');
        let value = u32::from_str_radix(if significant.is_empty() { "0" } else { significant }, 16).ok()?;
        return (is_number && value <= char::MAX.into()).then_some(value);
    }
    let high = source.next()?.to_digit(16)?;
    let low = source.next()?.to_digit(16)?;
    Some(high * 16 + low)
}
