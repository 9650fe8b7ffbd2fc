//! Character references of HTML: `&quot;`, `&#34;`, `&#x22;`.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The references by name that encoders write: all characters of ASCII that have one, those of Latin-1, and the
/// punctuation of titles. One text rather than a table: a table of pointers is relocated at each start of the program.
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

/// The references by name to characters that a list separated by spaces cannot hold.
const NAMED_SPACES: [(&str, char); 3] = [("nbsp", '\u{a0}'), ("Tab", '\t'), ("NewLine", '\n')];

/// The longest name that is looked at, with its `;`.
const LONGEST_NAME: usize = 16;

/// The references by name that browsers read without a semicolon, of those that every encoder writes.
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

/// The character to which a text begins with a reference, and the length of the reference. Browsers do without the
/// semicolon of a number and of some names, and take leading zeros, and so does this.
pub(super) fn reference(text: &[u8]) -> Option<(char, usize)> {
    let rest = text.strip_prefix(b"&")?;
    match rest.strip_prefix(b"#") {
        Some(number) => numbered(number),
        None => by_name(rest),
    }
}

fn by_name(rest: &[u8]) -> Option<(char, usize)> {
    let known = WITHOUT_SEMICOLON.iter().find(|(name, _)| rest.starts_with(name));
    if let Some((name, c)) = known
        && rest.get(name.len()) == Some(&b';')
    {
        return Some((*c, name.len() + 2));
    }
    let length = rest.iter().take(LONGEST_NAME).position(|byte| *byte == b';');
    let name = length.and_then(|length| std::str::from_utf8(&rest[..length]).ok());
    if let Some((c, name)) = name.and_then(|name| Some((named(name)?, name))) {
        return Some((c, name.len() + 2));
    }
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
    /// The characters by name, read from the texts when a reference is first looked up.
    static BY_NAME: LazyLock<HashMap<&str, char>> = LazyLock::new(|| {
        let entries = NAMED.split_ascii_whitespace().filter_map(|entry| entry.split_once('='));
        let characters = entries.filter_map(|(name, c)| Some((name, c.chars().next()?)));
        characters.chain(NAMED_SPACES).collect()
    });
    BY_NAME.get(name).copied()
}

/// A text with characters in place of the references in it.
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
