//! Characters around secrets that do not belong to them: files and copied text bring line breaks, byte order marks and
//! no-break spaces along. Sending them costs one of the few refusals that lock a key or a user.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::text::is_invisible;

/// Why a secret cannot be sent. Shows no character of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretProblem {
    /// It has nothing but white space.
    Blank,
    /// It has a character inside that it cannot contain: the place, counted from 1, and the kind of character.
    Character(usize, &'static str),
}

/// Returns a key or a token without the white space around it. Keys and tokens are printable ASCII.
///
/// # Errors
/// When nothing is left, or it has another character inside.
pub fn trimmed_key(secret: &SecretString) -> Result<SecretString, SecretProblem> {
    let all = secret.expose_secret();
    let text = all.trim_matches(|c: char| c.is_whitespace() || is_unseen(c));
    checked(all, text, |c| c.is_ascii_graphic())
}

/// Returns a password or a name without a byte order mark at its start and line breaks at its end. Spaces may belong to it.
///
/// # Errors
/// When nothing is left, or it has a line break or an invisible character inside.
pub fn trimmed_text(secret: &SecretString) -> Result<SecretString, SecretProblem> {
    let all = secret.expose_secret();
    let text = all.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
    checked(all, text, |c| c == ' ' || !(c.is_whitespace() || is_unseen(c)))
}

fn checked(all: &str, text: &str, may_contain: impl Fn(char) -> bool) -> Result<SecretString, SecretProblem> {
    if text.trim().is_empty() {
        return Err(SecretProblem::Blank);
    }
    let Some((index, found)) = text.char_indices().find(|(_, c)| !may_contain(*c)) else { return Ok(text.into()) };
    let before = text.as_ptr().addr() - all.as_ptr().addr() + index;
    let position = all.get(..before).unwrap_or_default().chars().count() + 1;
    let kind = match found {
        '\r' | '\n' => "a line break",
        found if found.is_whitespace() => "white space",
        found if is_unseen(found) => "a control character or an invisible one",
        _ => "not an ASCII character",
    };
    Err(SecretProblem::Character(position, kind))
}

fn is_unseen(c: char) -> bool {
    c.is_control() || is_invisible(c)
}

impl fmt::Display for SecretProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blank => f.write_str("it has only white space"),
            Self::Character(position, kind) => write!(f, "character {position} is {kind}"),
        }
    }
}

impl std::error::Error for SecretProblem {}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Result<String, SecretProblem> {
        trimmed_key(&text.into()).map(|secret| secret.expose_secret().to_owned())
    }

    fn text(text: &str) -> Result<String, SecretProblem> {
        trimmed_text(&text.into()).map(|secret| secret.expose_secret().to_owned())
    }

    #[test]
    fn white_space_around_a_key_then_removed() {
        for around in ["\n", "\r\n", " ", "\t", "\u{a0}", "\u{feff}", "\u{200b}", "\0", "\u{2028}"] {
            assert_eq!(key(&format!("{around}abc+/=.{around}")).as_deref(), Ok("abc+/=."), "{around:?}");
        }
    }

    #[test]
    fn other_characters_inside_a_key_then_refused_with_their_place() {
        assert_eq!(key("\u{feff}ab\r\ncd"), Err(SecretProblem::Character(4, "a line break")));
        assert_eq!(key("ab cd"), Err(SecretProblem::Character(3, "white space")));
        assert_eq!(key("ab\u{a0}cd"), Err(SecretProblem::Character(3, "white space")));
        assert_eq!(key("ab\u{200b}cd"), Err(SecretProblem::Character(3, "a control character or an invisible one")));
        assert_eq!(key("schlüssel"), Err(SecretProblem::Character(5, "not an ASCII character")));
    }

    #[test]
    fn line_breaks_at_the_end_of_a_password_then_removed_and_its_spaces_kept() {
        assert_eq!(text("\u{feff} pass word \r\n\n").as_deref(), Ok(" pass word "));
        assert_eq!(text("pässwörd").as_deref(), Ok("pässwörd"));
    }

    #[test]
    fn line_break_or_invisible_character_inside_a_password_then_refused() {
        assert_eq!(text("pass\nword"), Err(SecretProblem::Character(5, "a line break")));
        assert_eq!(text("pass\u{a0}word"), Err(SecretProblem::Character(5, "white space")));
        assert_eq!(
            text("password\u{feff}"),
            Err(SecretProblem::Character(9, "a control character or an invisible one"))
        );
        assert_eq!(text("\tpassword"), Err(SecretProblem::Character(1, "white space")));
    }

    #[test]
    fn only_white_space_then_blank() {
        for blank in [" ", "\r\n", "\u{feff}\n"] {
            assert_eq!((key(blank), text(blank)), (Err(SecretProblem::Blank), Err(SecretProblem::Blank)), "{blank:?}");
        }
    }
}
