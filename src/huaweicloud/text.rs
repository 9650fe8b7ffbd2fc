//! Cleans text from outside for a terminal and for a log line.

/// Replaces each character that controls a terminal or ends a line with a space, and removes invisible characters. Redact
/// secrets first, because a changed secret would not be found.
pub(super) fn clean(text: &str) -> String {
    let shown = text.chars().filter(|c| !is_invisible(*c)).map(|c| if is_control(c) { ' ' } else { c });
    shown.collect::<String>().trim().to_owned()
}

/// Removes a UTF-8 byte order mark, which tools on Windows write at the start of a text.
pub(super) fn without_byte_order_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// Returns the first `length` characters of a text.
pub(super) fn cut(mut text: String, length: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(length) {
        text.truncate(end);
    }
    text
}

/// Returns whether a character controls a terminal or separates lines or paragraphs.
fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Returns whether a character is invisible: it has no width, or changes the direction or the look of other characters.
/// Unicode calls these "default ignorable" and "format" characters.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_and_line_separators_then_spaces() {
        assert_eq!(clean("\u{1b}[31mred\n\u{85}a\u{2028}b\u{2029}c\u{7f}"), "[31mred  a b c");
    }

    #[test]
    fn bidirectional_controls_and_characters_without_width_then_removed() {
        let bidirectional = ["\u{202a}", "\u{202e}", "\u{2066}", "\u{2069}", "\u{200e}", "\u{200f}", "\u{61c}"];
        let invisible = ["\u{200b}", "\u{200d}", "\u{2060}", "\u{feff}", "\u{ad}", "\u{180e}", "\u{fff9}", "\u{e0041}"];
        for character in bidirectional.into_iter().chain(invisible) {
            assert_eq!(clean(&format!("user{character}gpj.exe")), "usergpj.exe", "{character:?}");
        }
    }

    #[test]
    fn letters_of_any_script_then_kept() {
        for text in ["Über-Team", "北京", "שלום", "cafe\u{301}", "🦀", "a\u{a0}b"] {
            assert_eq!(clean(text), text);
        }
    }

    #[test]
    fn long_text_then_cut_between_characters() {
        assert_eq!((cut("äöü".to_owned(), 2), cut("äöü".to_owned(), 3)), ("äö".to_owned(), "äöü".to_owned()));
    }
}
