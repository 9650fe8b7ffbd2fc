use std::fmt;

use super::scanner::Scanner;

/// Maximum number of characters of a pattern in a message.
const MAX_SHOWN: usize = 40;

/// An error in a regular expression, and its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::provider) struct Problem {
    kind: Kind,
    /// The position in characters, counted from 1.
    character: usize,
    /// The text at this position.
    fragment: String,
}

/// The kind of an error in a regular expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    BackReference,
    EndOfText,
    Escape,
    Group,
    GroupName,
    Look,
    Flag,
    MissingBracket,
    MissingParenthesis,
    NothingToRepeat,
    PosixClass,
    Range,
    RepeatCount,
    RepeatOfRepeat,
    TooDeep,
    TooLarge,
    TrailingBackslash,
    UnexpectedParenthesis,
    UnicodeClass,
    UnicodeEscape,
    Unknown,
}

impl Problem {
    /// Creates an error about the text since a position, in bytes.
    pub(super) fn since(start: usize, kind: Kind, source: &Scanner) -> Self {
        Self::new(kind, source.text(), start, source.since(start))
    }

    /// Creates an error about the whole expression.
    pub(super) fn whole(kind: Kind, source: &str) -> Self {
        Self::new(kind, source, 0, source)
    }

    fn new(kind: Kind, source: &str, start: usize, fragment: &str) -> Self {
        let mut shown: String = fragment.chars().take(MAX_SHOWN).flat_map(shown).collect();
        if fragment.chars().nth(MAX_SHOWN).is_some() {
            shown.push('…');
        }
        Self { kind, character: source[..start].chars().count() + 1, fragment: shown }
    }

    /// Returns the remedy.
    pub(in crate::provider) fn hint(&self) -> &'static str {
        match self.kind {
            Kind::BackReference => "Write out what the group may match.",
            Kind::EndOfText => "Use `\\z` or `$` for the end of the text.",
            Kind::Escape => "To match the letter itself, remove the backslash before it.",
            Kind::Group => "Use `(?:...)` for a group without a number.",
            Kind::GroupName => {
                "Use ASCII letters, digits and underscores for the name of a group, as in `(?P<name>...)`."
            }
            Kind::Look => "Filter the list with a `for` expression and its `if` clause instead.",
            Kind::Flag => "Use the flags `i`, `m`, `s` and `U`, as in `(?i)` or `(?i:...)`.",
            Kind::MissingBracket => "Close the class, or write `\\[` to match the bracket itself.",
            Kind::MissingParenthesis => "Close the group, or write `\\(` to match the parenthesis itself.",
            Kind::NothingToRepeat => "Put a backslash before it to match the character itself.",
            Kind::PosixClass => "Use a class such as `[[:alpha:]]`, `[[:digit:]]` or `[[:^space:]]`.",
            Kind::Range => "Give the lower character first.",
            Kind::RepeatCount => "Use counts of at most 1000, nested ones multiplied, and the lower count first.",
            Kind::RepeatOfRepeat => "Remove one of the two, or put the inner one in a group, as in `(?:a*)*`.",
            Kind::TooDeep => "Remove groups that are not needed.",
            Kind::TooLarge => "Use smaller counts in its repetitions, or fewer Unicode classes.",
            Kind::TrailingBackslash => "Write `\\\\` to match the backslash itself.",
            Kind::UnexpectedParenthesis => "Open the group, or write `\\)` to match the parenthesis itself.",
            Kind::UnicodeClass => "Use a script or a general category, such as `\\p{Han}`, `\\p{Lu}` or `\\pL`.",
            Kind::UnicodeEscape => "Use `\\x` with two hexadecimal digits or with braces, as in `\\x{00FC}`.",
            Kind::Unknown => "Simplify the expression.",
        }
    }
}

/// Returns a character in a form that fits into one line.
fn shown(c: char) -> Box<dyn Iterator<Item = char>> {
    if c.is_control() { Box::new(c.escape_default()) } else { Box::new(std::iter::once(c)) }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            Kind::BackReference => "back references are not supported",
            Kind::EndOfText => "end of the text with `\\Z` is not supported",
            Kind::Escape => "unknown escape sequence",
            Kind::Group => "unsupported kind of group",
            Kind::GroupName => "invalid name of a group",
            Kind::Look => "lookahead and lookbehind are not supported",
            Kind::Flag => "unknown flag",
            Kind::MissingBracket => "missing closing `]`",
            Kind::MissingParenthesis => "missing closing `)`",
            Kind::NothingToRepeat => "nothing to repeat",
            Kind::PosixClass => "unknown POSIX class",
            Kind::Range => "invalid range of characters",
            Kind::RepeatCount => "invalid repeat count",
            Kind::RepeatOfRepeat => "repetition of a repetition",
            Kind::TooDeep => "groups are nested too deeply",
            Kind::TooLarge => "the expression is too large",
            Kind::TrailingBackslash => "nothing after the backslash",
            Kind::UnexpectedParenthesis => "unexpected `)`",
            Kind::UnicodeClass => "unknown Unicode class",
            Kind::UnicodeEscape => "invalid escape sequence of a character",
            Kind::Unknown => "the expression is not supported",
        };
        write!(f, "{what}, at character {}: `{}`", self.character, self.fragment)
    }
}
