//! URLs in texts, without their users and queries: both may be secrets that nobody knows of.

use super::decoders::ESCAPES;
use super::replace;
use super::views::views;

/// Ends a URL in a text. Commas, semicolons and braces do not: queries and passwords have them.
const END: &[u8] = b" \t\r\n\"<>`\\";

/// The text with the user info of each URL removed, and `...` for its query and fragment.
pub(super) fn without_users_and_queries(text: String) -> String {
    let (mut places, mut found) = (Vec::new(), Vec::new());
    for view in views(&text, &ESCAPES) {
        find(&view.bytes, &mut found);
        places.extend(found.drain(..).map(|(start, end)| view.place(start..end)));
    }
    replace(text, places, |removed| if removed.starts_with(['?', '#', '%', '&', '\\']) { "?..." } else { "" })
}

/// Finds user info and queries, word by word.
fn find(text: &[u8], found: &mut Vec<(usize, usize)>) {
    let mut start = 0;
    for word in text.split(|byte| END.contains(byte)) {
        find_in_word(word, start, found);
        start += word.len() + 1;
    }
}

/// Finds the user info of each URL in a word, with or without a scheme, and the first query: of a URL with a scheme, from its
/// first question mark or number sign, and of any other URL only if a name and an equals sign follow.
fn find_in_word(word: &[u8], offset: usize, found: &mut Vec<(usize, usize)>) {
    let mut at = 0;
    let mut mark = word.iter().position(|byte| is_mark(*byte));
    while let Some(next) = word[at..].windows(2).position(|window| window == b"//").map(|index| at + index) {
        at = next + 2;
        let before = &word[..next];
        let scheme = before.strip_suffix(b":");
        // A URL in single quotes ends at the next one.
        let quote =
            scheme.unwrap_or(before).iter().rposition(|byte| !byte.is_ascii_alphanumeric() && !b"+-.".contains(byte));
        let is_quoted = quote.is_some_and(|quote| word[quote] == b'\'');
        let length = if is_quoted { word[at..].iter().position(|byte| *byte == b'\'') } else { None };
        let rest = &word[at..at + length.unwrap_or(word.len() - at)];
        let authority = rest.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(rest.len());
        if let Some(user) = rest[..authority].iter().rposition(|byte| *byte == b'@') {
            found.push((offset + at, offset + at + user + 1));
        }
        while mark.is_some_and(|mark| mark < at) {
            mark = word[at..].iter().position(|byte| is_mark(*byte)).map(|index| at + index);
        }
        // A question mark at the end of a sentence is no query.
        if let (Some(mark), Some(_)) = (mark, scheme)
            && mark + 1 < at + rest.len()
        {
            found.push((offset + mark, offset + at + rest.len()));
            at += rest.len();
        }
    }
    let mut is_quoted = false;
    for (index, byte) in word.iter().enumerate() {
        is_quoted ^= *byte == b'\'';
        if is_mark(*byte) && begins_a_parameter(&word[index + 1..]) {
            let rest = &word[index..];
            let length = rest.iter().position(|byte| is_quoted && *byte == b'\'').unwrap_or(rest.len());
            found.push((offset + index, offset + index + length));
            break;
        }
    }
}

/// Whether a byte begins a query or a fragment.
fn is_mark(byte: u8) -> bool {
    b"?#".contains(&byte)
}

/// Whether a text begins with the name of a parameter and an equals sign.
fn begins_a_parameter(text: &[u8]) -> bool {
    let length = text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_.-[]%".contains(byte)).count();
    length > 0 && text.get(length) == Some(&b'=')
}
