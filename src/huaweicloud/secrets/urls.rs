//! URLs in texts, without their users and queries: both may be secrets that nobody knows of.

use super::replace;
use super::views::views;

/// Ends a URL in a text. Commas, semicolons and braces do not: queries and passwords have them.
const END: &[u8] = b" \t\r\n\"<>`\\";

/// The text with the user info of each URL removed, and `...` for its query and fragment.
pub(super) fn without_users_and_queries(text: String) -> String {
    let (mut places, mut found) = (Vec::new(), Vec::new());
    for view in views(&text).filter(|view| !view.is_squeezed && view.unpacked == 0) {
        find(&view.bytes, &mut found);
        places.extend(found.drain(..).map(|(start, end)| view.place(start..end)));
    }
    replace(text, places, |removed| if removed.starts_with(['?', '#', '%', '&', '\\']) { "?..." } else { "" })
}

/// Where user info and queries are. A URL without a scheme has its user info removed; a path may look like one.
fn find(text: &[u8], found: &mut Vec<(usize, usize)>) {
    let mut from = 0;
    while let Some(at) = text[from..].windows(2).position(|window| window == b"//") {
        let start = from + at + 2;
        from = start;
        let scheme = text[..start - 2].strip_suffix(b":");
        let is_quoted = is_quoted(scheme.unwrap_or(&text[..start - 2]));
        let is_end = |byte: &u8| END.contains(byte) || (is_quoted && *byte == b'\'');
        let length = text[start..].iter().position(is_end).unwrap_or(text.len() - start);
        let rest = &text[start..start + length];
        let authority = rest.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(rest.len());
        if let Some(user) = rest[..authority].iter().rposition(|byte| *byte == b'@') {
            found.push((start, start + user + 1));
        }
        // A question mark at the end of a sentence is no query.
        let query = rest.iter().position(|byte| b"?#".contains(byte)).filter(|at| at + 1 < rest.len());
        if let (Some(query), Some(_)) = (query, scheme) {
            found.push((start + query, start + rest.len()));
        }
    }
}

/// Whether a single quote stands before the scheme with which a text ends.
fn is_quoted(before: &[u8]) -> bool {
    before.iter().rfind(|byte| !byte.is_ascii_alphanumeric() && !b"+-.".contains(byte)) == Some(&b'\'')
}
