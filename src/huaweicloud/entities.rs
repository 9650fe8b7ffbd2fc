//! Decodes HTML character references such as `&quot;`, `&#34;` and `&#x22;`.

/// The named references that encoders write: all for ASCII and Latin-1 characters, and those for punctuation in titles. A
/// single string instead of a table, because a table of pointers is relocated at each start of the program.
const NAMED: &str = "\
    quot=\" amp=& lt=< gt=> apos=' QUOT=\" AMP=& LT=< GT=> excl=! num=# dollar=$ percnt=% lpar=( rpar=) ast=* plus=+ \
    comma=, period=. sol=/ colon=: semi=; equals== quest=? commat=@ lsqb=[ lbrack=[ bsol=\\ rsqb=] rbrack=] Hat=^ \
    lowbar=_ grave=` lcub={ lbrace={ verbar=| vert=| rcub=} rbrace=} iexcl=¡ cent=¢ pound=£ curren=¤ yen=¥ brvbar=¦ \
    sect=§ uml=¨ copy=© ordf=ª laquo=« not=¬ reg=® macr=¯ deg=° plusmn=± sup2=² sup3=³ acute=´ micro=µ para=¶ middot=· \
    cedil=¸ sup1=¹ ordm=º raquo=» frac14=¼ frac12=½ frac34=¾ iquest=¿ Agrave=À Aacute=Á Acirc=Â Atilde=Ã Auml=Ä Aring=Å \
    AElig=Æ Ccedil=Ç Egrave=È Eacute=É Ecirc=Ê Euml=Ë Igrave=Ì Iacute=Í Icirc=Î Iuml=Ï ETH=Ð Ntilde=Ñ Ograve=Ò Oacute=Ó \
    Ocirc=Ô Otilde=Õ Ouml=Ö times=× Oslash=Ø Ugrave=Ù Uacute=Ú Ucirc=Û Uuml=Ü Yacute=Ý THORN=Þ szlig=ß agrave=à aacute=á \
    acirc=â atilde=ã auml=ä aring=å aelig=æ ccedil=ç egrave=è eacute=é ecirc=ê euml=ë igrave=ì iacute=í icirc=î iuml=ï \
    eth=ð ntilde=ñ ograve=ò oacute=ó ocirc=ô otilde=õ ouml=ö divide=÷ oslash=ø ugrave=ù uacute=ú ucirc=û uuml=ü yacute=ý \
    thorn=þ yuml=ÿ OElig=Œ oelig=œ Scaron=Š scaron=š euro=€ ndash=– mdash=— lsquo=‘ rsquo=’ sbquo=‚ ldquo=“ rdquo=” \
    bdquo=„ bull=• hellip=… lsaquo=‹ rsaquo=› trade=™ larr=← rarr=→";

/// The named references to characters that cannot be part of a list separated by spaces.
const NAMED_SPACES: [(&str, char); 3] = [("nbsp", '\u{a0}'), ("Tab", '\t'), ("NewLine", '\n')];

/// Maximum length of a name, including its `;`.
const LONGEST_NAME: usize = 16;

/// The named references that browsers also decode without a semicolon, of those that every encoder writes.
const WITHOUT_SEMICOLON: [(&[u8], char); 8] = [
    (b"quot", '"'),
    (b"amp", '&'),
    (b"lt", '<'),
    (b"gt", '>'),
    (b"QUOT", '"'),
    (b"AMP", '&'),
    (b"LT", '<'),
    (b"GT", '>'),
];

/// Decodes the reference at the start of a text. Returns its character and its length. Accepts what browsers accept: numbers
/// and some names without a semicolon, and leading zeros.
pub(super) fn reference(text: &[u8]) -> Option<(char, usize)> {
    let rest = text.strip_prefix(b"&")?;
    match rest.strip_prefix(b"#") {
        Some(number) => numbered(number),
        None => by_name(rest),
    }
}

fn by_name(rest: &[u8]) -> Option<(char, usize)> {
    let length = rest.iter().take(LONGEST_NAME).position(|byte| *byte == b';');
    let name = length.and_then(|length| std::str::from_utf8(&rest[..length]).ok());
    if let Some((c, name)) = name.and_then(|name| Some((named(name)?, name))) {
        return Some((c, name.len() + 2));
    }
    let known = WITHOUT_SEMICOLON.iter().find(|(name, _)| rest.starts_with(name));
    known.map(|(name, c)| (*c, name.len() + 1))
}

fn numbered(number: &[u8]) -> Option<(char, usize)> {
    let (digits, radix, before) = match number {
        [b'x' | b'X', digits @ ..] => (digits, 16, 3),
        digits => (digits, 10, 2),
    };
    let length = digits.iter().take_while(|digit| char::from(**digit).is_digit(radix)).count();
    let code = u32::from_str_radix(std::str::from_utf8(&digits[..length]).ok()?, radix).ok()?;
    let semicolon = usize::from(digits.get(length) == Some(&b';'));
    Some((char::from_u32(code)?, before + length + semicolon))
}

fn named(name: &str) -> Option<char> {
    let space = NAMED_SPACES.iter().find_map(|(known, c)| (*known == name).then_some(*c));
    space.or_else(|| {
        let mut entries = NAMED.split_ascii_whitespace().filter_map(|entry| entry.split_once('='));
        entries.find_map(|(known, c)| (known == name).then(|| c.chars().next()).flatten())
    })
}

/// Returns a text with all references decoded.
pub(super) fn decode(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        let (c, length) = reference(&rest.as_bytes()[at..]).unwrap_or(('&', 1));
        decoded.push(c);
        rest = &rest[at + length..];
    }
    decoded + rest
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn reference_by_name_or_number_then_its_character() {
        for (text, decoded) in [
            ("&quot;a&amp;b&quot;", "\"a&b\""),
            ("&equals;&bsol;&lowbar;&nbsp;&mdash;", "=\\_\u{a0}—"),
            ("&#34;&#x22;&#X22;&#228;", "\"\"\"ä"),
            ("&#34 &#x22.", "\" \"."),
            ("&#00000000000000000034;&#x000000000000000022", "\"\""),
            ("&quot&AMP&lt;b&gtc", "\"&<b>c"),
            ("&amp;quot;", "&quot;"),
        ] {
            assert_eq!(decode(text), decoded, "{text}");
        }
    }

    #[test]
    fn no_reference_then_kept_as_it_is() {
        for text in ["a & b", "&", "&;", "&#;", "&#x;", "&nosuch;", "&#xD800;", "&#99999999999;", "&quo", "&é;"] {
            assert_eq!(decode(text), text);
        }
    }
}
