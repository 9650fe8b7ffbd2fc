//! Compares names in Unicode's normal form C. Unicode can write `é` as one character or as two. Hosts pass every text in
//! normal form C, but a service or a file may use another form.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Returns the text in Unicode's normal form C.
#[must_use]
pub fn normal_form(text: &str) -> Cow<'_, str> {
    if is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// Returns whether two names are equal in normal form C.
#[must_use]
pub fn same_name(a: &str, b: &str) -> bool {
    a == b || normal_form(a) == normal_form(b)
}

/// Returns whether two names are equal in normal form C, ignoring case.
#[must_use]
pub fn same_name_in_either_case(a: &str, b: &str) -> bool {
    folded(a).eq(folded(b))
}

/// Returns the characters of a text with case removed. Converts to upper case first, because `ς` and `σ` have the same capital.
fn folded(text: &str) -> impl Iterator<Item = char> {
    text.nfd().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfd()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composed_and_decomposed_name_then_the_same() {
        for (a, b) in [
            ("cafe\u{301}", "caf\u{e9}"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("\u{212b}", "\u{c5}"),
            ("q\u{323}\u{307}", "q\u{307}\u{323}"),
            ("\u{fa1e}", "羽"),
            ("plain", "plain"),
            ("", ""),
        ] {
            assert!(same_name(a, b) && same_name(b, a) && same_name_in_either_case(a, b), "{a:?} {b:?}");
            assert_eq!(normal_form(a), normal_form(b));
        }
    }

    #[test]
    fn compatible_or_cased_name_then_another_one() {
        for (a, b) in [("ﬁ", "fi"), ("Ａ", "A"), ("²", "2"), ("A", "a"), ("cafe", "café"), ("a ", "a")] {
            assert!(!same_name(a, b), "{a:?} {b:?}");
        }
    }

    #[test]
    fn either_case_of_any_script_then_the_same() {
        for (a, b) in [
            ("ÜBER", "über"),
            ("U\u{308}BER", "über"),
            ("ОТКРЫТ", "открыт"),
            ("ΟΔΟΣ", "οδος"),
            ("οδος", "οδοσ"),
            ("STRASSE", "straße"),
            ("ǅ", "ǆ"),
            ("Private", "PRIVATE"),
        ] {
            assert!(same_name_in_either_case(a, b) && same_name_in_either_case(b, a), "{a} {b}");
        }
        assert!(!same_name_in_either_case("über", "uber") && !same_name_in_either_case("public", "pubic"));
    }
}
