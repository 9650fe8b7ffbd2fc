//! The encodings that may stand between a secret and a text that repeats it. Each decoder undoes one of them, wherever in
//! a text it finds it, and leaves the rest as it is.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::super::entities;
use super::super::text::is_invisible;
use super::numbers;
use super::views::View;

/// Makes the next views of one: none where there is nothing to decode, several where an encoding was applied repeatedly.
pub(super) type Decoder = fn(&View) -> Vec<View>;

/// The escapes of JSON, URLs and HTML, in which URLs are looked for.
pub(super) const ESCAPES: [Decoder; 4] = [
    nested,
    |view| one(decode(view, &BACKSLASH, backslash)),
    |view| one(decode(view, &PERCENT, percent)),
    |view| one(decode(view, &AMPERSAND, entity)),
];

/// All decoders.
pub(super) const DECODERS: [Decoder; 12] = [
    // First those that undo several encodings at once, so that the limit of views leaves none of them out.
    nested,
    unpacked_twice,
    |view| one(without(view, is_invisible)),
    |view| one(squeeze(view)),
    |view| one(numbers::decode(view)),
    |view| one(decode(view, &BACKSLASH, backslash)),
    |view| one(decode(view, &PERCENT, percent)),
    |view| one(decode(view, &PERCENT_AND_PLUS, |rest| percent(rest).or_else(|| plus(rest)))),
    |view| one(decode(view, &AMPERSAND, entity)),
    |view| one(decode(view, &DOUBLED, doubled)),
    |view| one(decode(view, &EQUALS, quoted_printable)),
    |view| one(with_pluses(view).and_then(|view| unpack(&view))),
];

fn one(view: Option<View>) -> Vec<View> {
    view.into_iter().collect()
}

/// The bytes with which an escape can begin.
type Beginnings = [bool; 256];

const BACKSLASH: Beginnings = beginnings(b"\\");
const PERCENT: Beginnings = beginnings(b"%");
const PERCENT_AND_PLUS: Beginnings = beginnings(b"%+");
const AMPERSAND: Beginnings = beginnings(b"&");
const DOUBLED: Beginnings = beginnings(b"\"'`%$");
const EQUALS: Beginnings = beginnings(b"=");
const NESTED: Beginnings = beginnings(b"\\%&");

const fn beginnings(bytes: &[u8]) -> Beginnings {
    let mut beginnings = [false; 256];
    let mut index = 0;
    while index < bytes.len() {
        beginnings[bytes[index] as usize] = true;
        index += 1;
    }
    beginnings
}

/// Shorter runs of base64 are left alone, in characters: that many stand for the shortest secret.
const MIN_BASE64: usize = 6;

/// Shorter runs of hexadecimal are left alone, in characters.
const MIN_HEXADECIMAL: usize = 8;

/// Escapes of JSON, URLs and HTML are undone that often at once.
const MAX_NESTED: usize = 4;

/// Base64 and hexadecimal are unpacked that often: each time three to four times as much is to be read.
const MAX_UNPACKED: usize = 2;

/// Some bytes, and how many bytes they stand for. No escape is for more than one character.
type Decoded = ([u8; 4], usize, usize);

fn decoded(c: char, consumed: usize) -> Decoded {
    let mut bytes = [0; 4];
    let length = c.encode_utf8(&mut bytes).len();
    (bytes, length, consumed)
}

fn decoded_byte(byte: u8, consumed: usize) -> Decoded {
    ([byte, 0, 0, 0], 1, consumed)
}

/// Decodes each escape. Most views have none, and are not copied.
fn decode(view: &View, begins: &Beginnings, unescape: impl Fn(&[u8]) -> Option<Decoded>) -> Option<View> {
    let escape = |at: usize| if begins[usize::from(view.bytes[at])] { unescape(&view.bytes[at..]) } else { None };
    let first = (0..view.bytes.len()).find(|at| escape(*at).is_some())?;
    let mut next = view.beginning(first);
    let mut at = first;
    while at < view.bytes.len() {
        if let Some((bytes, length, consumed)) = escape(at) {
            next.push(&bytes[..length], view, at..at + consumed);
            at += consumed;
        } else {
            next.push_as_it_is(view, at);
            at += 1;
        }
    }
    Some(next)
}

/// Undoes the escapes of JSON, URLs and HTML, whichever stands where, once and repeatedly.
fn nested(view: &View) -> Vec<View> {
    let escape = |rest: &[u8]| backslash(rest).or_else(|| percent(rest)).or_else(|| entity(rest));
    let mut views: Vec<View> = Vec::new();
    while views.len() < MAX_NESTED
        && let Some(mut next) = decode(views.last().unwrap_or(view), &NESTED, escape)
    {
        next.depth = view.depth + 1;
        views.push(next);
    }
    views
}

/// The escapes of JSON, C, Rust, Go, Python and shells: `\"`, `\/`, `\n`, `\u0022`, `\x22`, `\042`, `\U00000022`, `\u{22}`,
/// `\x{22}`.
fn backslash(rest: &[u8]) -> Option<Decoded> {
    let rest = rest.strip_prefix(b"\\")?;
    let (kind, digits) = rest.split_first()?;
    match kind {
        b'x' => {
            hex(digits, 2).and_then(|code| Some(decoded_byte(u8::try_from(code).ok()?, 4))).or_else(|| braced(digits))
        }
        b'u' => utf_16(digits).or_else(|| braced(digits)),
        b'U' => hex(digits, 8).and_then(char::from_u32).map(|c| decoded(c, 10)),
        b'0'..=b'3' => octal(rest),
        _ => None,
    }
    .or_else(|| {
        let byte = match kind {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            other => *other,
        };
        Some(decoded_byte(byte, 2))
    })
}

/// The character whose code in UTF-16 are these digits, and those of a second escape if it takes two.
fn utf_16(digits: &[u8]) -> Option<Decoded> {
    let first = hex(digits, 4)?;
    if let Some(c) = char::from_u32(first) {
        return Some(decoded(c, 6));
    }
    let second = hex(digits.get(4..)?.strip_prefix(b"\\u")?, 4)?;
    let units = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    let c = char::decode_utf16(units).next()?.ok()?;
    Some(decoded(c, 12))
}

fn braced(digits: &[u8]) -> Option<Decoded> {
    let digits = digits.strip_prefix(b"{")?;
    let length = digits.iter().take(7).position(|byte| *byte == b'}')?;
    let c = char::from_u32(hex(digits, length)?)?;
    Some(decoded(c, length + 4))
}

fn octal(digits: &[u8]) -> Option<Decoded> {
    let digits = std::str::from_utf8(digits.get(..3)?).ok()?;
    u8::from_str_radix(digits, 8).ok().map(|byte| decoded_byte(byte, 4))
}

fn hex(digits: &[u8], length: usize) -> Option<u32> {
    let digits = digits.get(..length)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// The escapes of URLs, and `%u0022` of old scripts.
fn percent(rest: &[u8]) -> Option<Decoded> {
    let digits = rest.strip_prefix(b"%")?;
    if let [b'u', code_units @ ..] = digits {
        return hex(code_units, 4).and_then(char::from_u32).map(|c| decoded(c, 6));
    }
    let code = hex(digits, 2)?;
    Some(decoded_byte(u8::try_from(code).ok()?, 3))
}

/// The escapes of mails, and their line ends.
fn quoted_printable(rest: &[u8]) -> Option<Decoded> {
    let code = hex(rest.strip_prefix(b"=")?, 2)?;
    Some(decoded_byte(u8::try_from(code).ok()?, 3))
}

/// The space of forms.
fn plus(rest: &[u8]) -> Option<Decoded> {
    rest.starts_with(b"+").then_some(decoded_byte(b' ', 1))
}

fn entity(rest: &[u8]) -> Option<Decoded> {
    entities::reference(rest).map(|(c, consumed)| decoded(c, consumed))
}

/// Doubled characters of SQL, CSV, YAML and formats, and the quote of shells.
fn doubled(rest: &[u8]) -> Option<Decoded> {
    match rest {
        [b'\'', b'\\', b'\'', b'\'', ..] => Some(decoded_byte(b'\'', 4)),
        [first @ (b'"' | b'\'' | b'`' | b'%' | b'$'), second, ..] if first == second => Some(decoded_byte(*first, 2)),
        _ => None,
    }
}

/// Puts the plus signs of base64 back for which a form shows spaces.
fn with_pluses(view: &View) -> Option<View> {
    let is_lost = |at: usize| {
        let inside = |at: usize| view.bytes.get(at).is_some_and(|byte| is_base64(*byte));
        view.bytes[at] == b' ' && at > 0 && inside(at - 1) && inside(at + 1)
    };
    let first = (0..view.bytes.len()).find(|at| is_lost(*at))?;
    let mut next = view.beginning(first);
    for at in first..view.bytes.len() {
        if is_lost(at) { next.push(b"+", view, at..at + 1) } else { next.push_as_it_is(view, at) }
    }
    next.depth = view.depth;
    Some(next)
}

/// Removes white space, line breaks and invisible characters.
fn squeeze(view: &View) -> Option<View> {
    let mut next = without(view, |c| c.is_whitespace() || c.is_control() || is_invisible(c))?;
    next.is_squeezed = true;
    Some(next)
}

/// Removes some characters, if there are any.
fn without(view: &View, is_removed: impl Fn(char) -> bool) -> Option<View> {
    let mut next = view.next();
    let mut at = 0;
    for chunk in view.bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if !is_removed(c) {
                next.push(c.encode_utf8(&mut [0; 4]).as_bytes(), view, at..at + c.len_utf8());
            }
            at += c.len_utf8();
        }
        next.push(chunk.invalid(), view, at..at + chunk.invalid().len());
        at += chunk.invalid().len();
    }
    (next.bytes.len() < view.bytes.len()).then_some(next)
}

/// Undoes base64 and hexadecimal, once and twice.
fn unpacked_twice(view: &View) -> Vec<View> {
    let Some(once) = unpack(view) else { return Vec::new() };
    let twice = unpack(&once);
    [Some(once), twice].into_iter().flatten().collect()
}

/// What runs of base64 and hexadecimal may stand for. Nobody knows where in a run it begins, so that each offset is tried.
fn unpack(view: &View) -> Option<View> {
    if view.unpacked >= MAX_UNPACKED {
        return None;
    }
    let mut next = view.next();
    next.unpacked += 1;
    for (start, run) in runs(&view.bytes, MIN_BASE64, is_base64) {
        (0..4).for_each(|offset| unpack_base64(&mut next, view, start + offset, &run[offset..]));
    }
    for (start, run) in runs(&view.bytes, MIN_HEXADECIMAL, |byte| byte.is_ascii_hexdigit()) {
        for offset in 0..2 {
            for (index, pair) in run[offset..].chunks_exact(2).enumerate() {
                let byte = hex(pair, 2).and_then(|code| u8::try_from(code).ok()).unwrap_or_default();
                let at = start + offset + index * 2;
                next.push(&[byte], view, at..at + 2);
            }
            next.push(SEPARATOR, view, start..start);
        }
    }
    (!next.bytes.is_empty()).then_some(next)
}

/// Stands between runs: no secret has it, since it is not UTF-8.
const SEPARATOR: &[u8] = &[0xff];

fn unpack_base64(next: &mut View, view: &View, start: usize, run: &[u8]) {
    const ENGINE: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    // A single character at the end stands for less than a byte.
    let run = if run.len() % 4 == 1 { &run[..run.len() - 1] } else { run };
    let standard: Vec<_> = run.iter().map(|byte| standard_base64(*byte)).collect();
    for (index, bytes) in ENGINE.decode(standard).unwrap_or_default().chunks(3).enumerate() {
        let at = start + index * 4;
        next.push(bytes, view, at..(at + 4).min(start + run.len()));
    }
    next.push(SEPARATOR, view, start..start);
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// The character of base64 for that of its variant for URLs.
fn standard_base64(byte: u8) -> u8 {
    match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    }
}

/// The runs of certain bytes that are long enough, and where they start.
fn runs(bytes: &[u8], shortest: usize, is_part: impl Fn(u8) -> bool) -> impl Iterator<Item = (usize, &[u8])> {
    let mut start = 0;
    let runs = bytes.split(move |byte| !is_part(*byte)).map(move |run| {
        let at = start;
        start += run.len() + 1;
        (at, run)
    });
    runs.filter(move |(_, run)| run.len() >= shortest)
}
