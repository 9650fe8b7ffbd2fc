//! The forms of a secret in other character sets. Encodings of ASCII are undone in a text; these are known beforehand, since
//! they only concern secrets with other characters.

/// The characters of Windows-1252 for the bytes from 0x80 to 0x9f; what has none is the control character.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Returns the bytes of a secret, and of what becomes of it where a program reads or writes it in another character set.
pub(super) fn variants(secret: &str) -> Vec<Vec<u8>> {
    if secret.is_ascii() {
        return vec![secret.as_bytes().to_vec()];
    }
    // Latin-1 and Windows-1252 as bytes, and these bytes read as UTF-8.
    let mut variants = vec![secret.as_bytes().to_vec()];
    for byte_of in [latin_1_byte, windows_1252_byte] {
        if let Some(bytes) = secret.chars().map(byte_of).collect::<Option<Vec<u8>>>() {
            variants.push(String::from_utf8_lossy(&bytes).into_owned().into_bytes());
            variants.push(bytes);
        }
    }
    // UTF-8 read as Latin-1 or Windows-1252, once and twice.
    for char_of in [char::from, windows_1252_char] {
        let once: String = secret.bytes().map(char_of).collect();
        let twice: String = once.bytes().map(char_of).collect();
        variants.extend([once.into_bytes(), twice.into_bytes()]);
    }
    // Characters or bytes that a program does not know.
    for unknown in ["?", "\u{fffd}"] {
        let by_character = secret.chars().map(|c| if c.is_ascii() { c.to_string() } else { unknown.to_owned() });
        variants.push(by_character.collect::<String>().into_bytes());
        let by_byte = secret.bytes().map(|b| if b.is_ascii() { char::from(b).to_string() } else { unknown.to_owned() });
        variants.push(by_byte.collect::<String>().into_bytes());
    }
    variants.sort_unstable();
    variants.dedup();
    variants
}

fn latin_1_byte(c: char) -> Option<u8> {
    u8::try_from(u32::from(c)).ok()
}

fn windows_1252_byte(c: char) -> Option<u8> {
    let above = WINDOWS_1252.iter().zip(0x80..).find(|(other, _)| **other == c).map(|(_, byte)| byte);
    above.or_else(|| latin_1_byte(c).filter(|byte| !(0x80..=0x9f).contains(byte)))
}

fn windows_1252_char(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}
