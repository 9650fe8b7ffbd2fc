//! URLs in texts, without their users and queries: both may be secrets that nobody knows of.

use super::replace;
use super::views::views;

/// Ends a URL in a text.
const END: &[u8] = b" \t\r\n\"'<>`|,;{}\\^";

/// The text with the user info of each URL removed, and `...` for its query and fragment.
pub(super) fn without_users_and_queries(text: String) -> String {
    let (mut places, mut found) = (Vec::new(), Vec::new());
    for view in views(&text).filter(|view| !view.is_squeezed && !view.is_unpacked) {
        find(&view.bytes, &mut found);
        places.extend(found.drain(..).map(|(start, end)| view.place(start..end)));
    }
    replace(text, places, |removed| if removed.starts_with(['?', '#', '%', '&', '\\']) { "?..." } else { "" })
}

/// Where user info and queries are.
fn find(text: &[u8], found: &mut Vec<(usize, usize)>) {
    let mut from = 0;
    while let Some(at) = text[from..].windows(3).position(|window| window == b"://") {
        let start = from + at + 3;
        from = start;
        let length = text[start..].iter().position(|byte| END.contains(byte)).unwrap_or(text.len() - start);
        let rest = &text[start..start + length];
        let authority = rest.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(rest.len());
        if let Some(user) = rest[..authority].iter().rposition(|byte| *byte == b'@') {
            found.push((start, start + user + 1));
        }
        // A question mark at the end of a sentence is no query.
        if let Some(query) = rest.iter().position(|byte| b"?#".contains(byte)).filter(|at| at + 1 < rest.len()) {
            found.push((start + query, start + rest.len()));
        }
    }
}
