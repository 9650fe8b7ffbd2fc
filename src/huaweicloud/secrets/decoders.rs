//! The encodings that may stand between a secret and a text that repeats it. Each decoder undoes one of them, wherever in
//! a text it finds it, and leaves the rest as it is.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::super::entities;
use super::super::text::is_invisible;
use super::numbers;
use super::views::View;

/// Makes the next view of one, or nothing where there is nothing to decode.
pub(super) type Decoder = fn(&View) -> Option<View>;

pub(super) const DECODERS: [Decoder; 16] = [
    // First those that undo several encodings at once, so that the limit of views leaves none of them out.
    |view| nested(view, 1),
    |view| nested(view, 2),
    |view| nested(view, 3),
    |view| nested(view, 4),
    unpack,
    |view| unpack(&unpack(view)?),
    squeeze,
    numbers::decode,
    |view| decode(view, |rest, _| backslash(rest)),
    |view| decode(view, |rest, _| percent(rest)),
    |view| decode(view, |rest, _| percent(rest).or_else(|| plus(rest))),
    |view| decode(view, |rest, _| entity(rest)),
    |view| decode(view, |rest, _| doubled(rest)),
    |view| decode(view, |rest, _| quoted_printable(rest)),
    |view| decode(view, |rest, _| read_as_latin_1(rest)),
    |view| decode(view, latin_1),
];

/// Shorter runs of base64 or hexadecimal are left alone, in characters.
const MIN_RUN: usize = 8;

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

/// Decodes each escape that is found in what is left of a view; `unescape` gets the bytes before it, too. Most views have
/// none, and are not copied.
fn decode(view: &View, unescape: impl Fn(&[u8], &[u8]) -> Option<Decoded>) -> Option<View> {
    let escape = |at| {
        let (before, rest) = view.bytes.split_at(at);
        unescape(rest, before)
    };
    let first = (0..view.bytes.len()).find(|at| escape(*at).is_some())?;
    let mut next = view.beginning(first);
    let mut at = first;
    while at < view.bytes.len() {
        let (bytes, length, consumed) = escape(at).unwrap_or_else(|| decoded_byte(view.bytes[at], 1));
        next.push(&bytes[..length], view, at..at + consumed);
        at += consumed;
    }
    Some(next)
}

/// Undoes the escapes of JSON, URLs and HTML, whichever stands where, that many times.
fn nested(view: &View, times: usize) -> Option<View> {
    let escape = |rest: &[u8], _: &[u8]| backslash(rest).or_else(|| percent(rest)).or_else(|| entity(rest));
    let mut next = decode(view, escape)?;
    for _ in 1..times {
        let depth = next.depth;
        next = decode(&next, escape)?;
        next.depth = depth;
    }
    Some(next)
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

/// UTF-8 that was read as Latin-1 and written as UTF-8 again: `Ã¤` for `ä`.
fn read_as_latin_1(rest: &[u8]) -> Option<Decoded> {
    match rest {
        [0xc2, byte @ 0x80..=0xbf, ..] => Some(decoded_byte(*byte, 2)),
        [0xc3, byte @ 0x80..=0xbf, ..] => Some(decoded_byte(*byte + 0x40, 2)),
        _ => None,
    }
}

/// A byte of Latin-1, which is not UTF-8.
fn latin_1(rest: &[u8], before: &[u8]) -> Option<Decoded> {
    let first = rest.first().filter(|byte| !byte.is_ascii())?;
    // Up to three bytes before it may begin the character that this byte ends.
    let is_utf_8 = (0..=before.len().min(3)).any(|back| {
        let mut character = [0; 4];
        let bytes = before[before.len() - back..].iter().chain(rest);
        character.iter_mut().zip(bytes).for_each(|(byte, from)| *byte = *from);
        let length = match character[0] {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return false,
        };
        // The zeros after the end of the view are no part of a longer character.
        length > back && std::str::from_utf8(&character[..length]).is_ok()
    });
    (!is_utf_8).then(|| decoded(char::from(*first), 1))
}

/// Removes white space, line breaks and invisible characters.
fn squeeze(view: &View) -> Option<View> {
    let mut next = view.next();
    next.is_squeezed = true;
    let mut at = 0;
    for chunk in view.bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if !(c.is_whitespace() || c.is_control() || is_invisible(c)) {
                next.push(c.encode_utf8(&mut [0; 4]).as_bytes(), view, at..at + c.len_utf8());
            }
            at += c.len_utf8();
        }
        next.push(chunk.invalid(), view, at..at + chunk.invalid().len());
        at += chunk.invalid().len();
    }
    (next.bytes.len() < view.bytes.len()).then_some(next)
}

/// What runs of base64 and hexadecimal may stand for. Nobody knows where in a run it begins, so that each offset is tried.
fn unpack(view: &View) -> Option<View> {
    if view.unpacked >= MAX_UNPACKED {
        return None;
    }
    let mut next = view.next();
    next.unpacked += 1;
    for (start, run) in runs(&view.bytes, is_base64) {
        (0..4).for_each(|offset| unpack_base64(&mut next, view, start + offset, &run[offset..]));
    }
    for (start, run) in runs(&view.bytes, |byte| byte.is_ascii_hexdigit()) {
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
fn runs(bytes: &[u8], is_part: impl Fn(u8) -> bool) -> impl Iterator<Item = (usize, &[u8])> {
    let mut start = 0;
    let runs = bytes.split(move |byte| !is_part(*byte)).map(move |run| {
        let at = start;
        start += run.len() + 1;
        (at, run)
    });
    runs.filter(|(_, run)| run.len() >= MIN_RUN)
}
