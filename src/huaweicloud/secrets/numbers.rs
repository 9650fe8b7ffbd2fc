//! Bytes that are printed as numbers: `[112, 97]` of Rust, `[112 97]` of Go, `0x70, 0x61` and `70:61`.

use super::pieces::SHORTEST_SECRET;
use super::views::View;

/// Shorter lists of numbers are left alone.
const MIN_NUMBERS: usize = SHORTEST_SECRET;

/// The bytes for which the numbers in a text may stand, first read as decimal and then as hexadecimal.
pub(super) fn decode(view: &View) -> Option<View> {
    let mut next = view.next();
    for radix in [10, 16] {
        let mut list = Vec::new();
        let mut at = 0;
        while at < view.bytes.len() {
            let start = at + prefix(&view.bytes[at..]);
            let digits = view.bytes[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            let end = start + digits;
            match number(&view.bytes[start..end], radix) {
                Some(byte) => list.push((byte, at..end)),
                None => add(&mut next, view, &mut list),
            }
            let separators = view.bytes[end..].iter().take_while(|byte| b" ,:;-\t\r\n".contains(byte)).count();
            at = end + separators;
            if separators == 0 {
                add(&mut next, view, &mut list);
                at += usize::from(digits == 0);
            }
        }
        add(&mut next, view, &mut list);
    }
    (!next.bytes.is_empty()).then_some(next)
}

/// The length of the `0x` before a number.
fn prefix(text: &[u8]) -> usize {
    if text.starts_with(b"0x") || text.starts_with(b"0X") { 2 } else { 0 }
}

fn number(digits: &[u8], radix: u32) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()
}

/// Adds the bytes of a list that has ended, if it is long enough.
fn add(next: &mut View, view: &View, list: &mut Vec<(u8, std::ops::Range<usize>)>) {
    if list.len() >= MIN_NUMBERS {
        for (byte, place) in list.iter() {
            next.push(&[*byte], view, place.clone());
        }
        // No secret has this byte, since it is not UTF-8.
        next.push(&[0xff], view, 0..0);
    }
    list.clear();
}
