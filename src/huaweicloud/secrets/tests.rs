use super::super::ServiceError;
use super::*;

/// Has what every encoding changes: quotes, a backslash, markup, a percent sign, a space and letters that are not ASCII.
const PASSWORD: &str = "pa\"ss\\wörd'<&>/+ %41$é";

/// A token as IAM sends it, with both characters of base64 that URLs change.
const TOKEN: &str = "MIIDkgYJKoZIhvcNAQcCoIIDgzCC/38CAQ+xDTALBglghkgBZQMEAgEwggHsBgkqhkiG9w0BBwGgggHd/ASCAdl7InRv";

fn known(secrets: &[&str]) -> KnownSecrets {
    let known = KnownSecrets::default();
    for secret in secrets {
        known.note(&SecretString::from(*secret));
    }
    known
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string().trim_matches('"').to_owned()
}

fn ascii_json(text: &str) -> String {
    let escape = |unit: u16| match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("\\u{unit:04X}"),
    };
    text.encode_utf16().map(escape).collect()
}

fn percent(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

fn base64(text: &str) -> String {
    base64::Engine::encode(&base64::engine::general_purpose::STANDARD, text)
}

fn each_char(text: &str, format: impl Fn(u32) -> String) -> String {
    text.chars().map(|c| format(u32::from(c))).collect()
}

fn each_byte(text: &str, format: impl Fn(u8) -> String) -> String {
    text.bytes().map(format).collect()
}

fn lower_percent(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02x}") }
}

/// The encodings that services, gateways and proxies apply to what they repeat.
fn encodings(secret: &str) -> Vec<(&'static str, String)> {
    vec![
        ("raw", secret.to_owned()),
        ("JSON", json(secret)),
        ("JSON with escaped slashes", json(secret).replace('/', "\\/")),
        ("JSON in ASCII", ascii_json(secret)),
        ("JSON in JSON", json(&json(secret))),
        ("percent, upper case", percent(secret)),
        ("percent, lower case", each_byte(secret, lower_percent)),
        ("form", percent(secret).replace("%20", "+")),
        ("percent twice", percent(&percent(secret))),
        ("all percent", each_byte(secret, |byte| format!("%{byte:02x}"))),
        ("HTML", html(secret)),
        ("HTML in JSON", json(&html(secret))),
        ("JSON in HTML", html(&json(secret))),
        ("HTML decimal", each_char(secret, |c| format!("&#{c};"))),
        ("HTML hexadecimal", each_char(secret, |c| format!("&#x{c:X};"))),
        ("HTML named", html(secret).replace('é', "&eacute;").replace('ö', "&ouml;").replace('/', "&sol;")),
        ("base64", base64(secret)),
        ("base64 for URLs, no padding", base64(secret).replace('+', "-").replace('/', "_").replace('=', "")),
        ("Basic", base64(&format!("ann:{secret}"))),
        ("base64 in a query", percent(&base64(&format!("ann:{secret}")))),
        ("base64 in JSON", base64(&format!("ann:{secret}")).replace('/', "\\/")),
        ("base64 in lines", wrapped(&base64(&format!("ann has the password {secret}")), 30)),
        ("JSON in base64", base64(&format!("{{\"password\":\"{}\"}}", json(secret)))),
        ("Rust", format!("{secret:?}").trim_matches('"').to_owned()),
        ("C", each_byte(secret, |byte| format!("\\x{byte:02x}"))),
        ("octal", each_byte(secret, |byte| format!("\\{byte:03o}"))),
        ("code points", each_char(secret, |c| format!("\\u{{{c:x}}}"))),
        ("long code points", each_char(secret, |c| format!("\\U{c:08X}"))),
        ("SQL and CSV", secret.replace('\'', "''").replace('"', "\"\"")),
        ("shell", secret.replace('\'', "'\\''")),
        ("hexadecimal", each_byte(secret, |byte| format!("{byte:02X}"))),
        ("read as Latin-1", secret.bytes().map(char::from).collect()),
        ("Latin-1 escapes", each_char(secret, |c| format!("%{c:02X}"))),
        ("one character a line", if secret.contains(' ') { secret.to_owned() } else { wrapped(secret, 1) }),
        ("lines", if secret.contains(' ') { secret.to_owned() } else { wrapped(secret, 40) }),
        ("HTML with leading zeros", each_char(secret, |c| format!("&#{c:030};"))),
        ("HTML hexadecimal with leading zeros", each_char(secret, |c| format!("&#x{c:020x};"))),
        (
            "HTML without semicolons",
            html(secret).replace("&lt;", "&lt").replace("&gt;", "&gt").replace("&quot;", "&QUOT"),
        ),
        ("percent and u", each_char(secret, |c| format!("%u{c:04x}"))),
        ("braces of Perl", each_char(secret, |c| format!("\\x{{{c:x}}}"))),
        ("base64 twice", base64(&base64(secret))),
        ("base64 of hexadecimal", base64(&each_byte(secret, |byte| format!("{byte:02x}")))),
        ("hexadecimal of base64", each_byte(&base64(secret), |byte| format!("{byte:02x}"))),
        ("hexadecimal with colons", join(&each_byte(secret, |byte| format!("{byte:02x} ")), ":")),
        ("decimal bytes of Go", format!("[{}]", join(&each_byte(secret, |byte| format!("{byte} ")), " "))),
        ("decimal bytes of Rust", format!("{:?}", secret.as_bytes())),
        ("hexadecimal bytes of Go", join(&each_byte(secret, |byte| format!("0x{byte:x} ")), ", ")),
        ("quoted-printable", each_byte(secret, |byte| format!("={byte:02X}"))),
        ("lines of an escaped text", wrapped(&base64(secret), 20).replace("\r\n ", "\\r\\n")),
        ("HTML in JSON in HTML, percent", percent(&html(&json(&html(secret))))),
        ("invisible characters", secret.chars().flat_map(|c| [c, '\u{200b}']).collect()),
    ]
}

fn join(parts: &str, separator: &str) -> String {
    parts.split_whitespace().collect::<Vec<_>>().join(separator)
}

fn wrapped(text: &str, width: usize) -> String {
    let chars: Vec<_> = text.chars().collect();
    chars.chunks(width).map(String::from_iter).collect::<Vec<_>>().join("\r\n ")
}

#[test]
fn secret_in_any_encoding_then_replaced_and_the_rest_stays() {
    for secret in [PASSWORD, TOKEN] {
        let secrets = known(&[secret]);
        for (encoding, encoded) in encodings(secret) {
            let shown = secrets.redact(format!("password=[{encoded}] is wrong"));
            let (before, after) = shown.split_once("(secret)").unwrap_or_else(|| panic!("{encoding}: {shown}"));
            assert!(before.starts_with("password=[") && after.ends_with("] is wrong"), "{encoding}: {shown}");
            assert!(before.len() + after.len() < 70, "{encoding}: {shown}");
        }
    }
}

#[test]
fn secrets_in_a_text_then_each_is_replaced_and_the_rest_stays() {
    let secrets = KnownSecrets::default();
    for secret in ["hunter2", "", "hunter2", "s3cr3t"] {
        secrets.note(&SecretString::from(secret));
    }
    let text = "hunter2 is no s3cr3t".to_owned();
    assert_eq!(secrets.redact(text), "(secret) is no (secret)");
    assert!(!format!("{secrets:?}").contains("hunter2"));
}

#[test]
fn secret_that_begins_another_then_nothing_of_either_stays() {
    let secrets = KnownSecrets::default();
    for secret in ["hunter2", "hunter2-and-more", "more"] {
        secrets.note(&SecretString::from(secret));
    }
    assert_eq!(secrets.redact("hunter2-and-more or hunter2".to_owned()), "(secret) or (secret)");
}

#[test]
fn secret_longer_than_a_message_may_be_then_replaced_before_the_message_is_cut() {
    let (secrets, secret) = (KnownSecrets::default(), "MII".repeat(MAX_TEXT));
    secrets.note(&SecretString::from(secret.as_str()));
    let refusal = format!(r#"{{"error_msg":"The token {secret} is wrong.\u0007{}"}}"#, "ä".repeat(5_000));
    let (ServiceError { message, .. }, _) = ServiceError::from_body(refusal.as_bytes());
    let shown = secrets.redact(message.expect("a message"));
    assert!(shown.starts_with("The token (secret) is wrong. ä"), "{shown}");
    assert_eq!(shown.chars().count(), MAX_TEXT);
}

#[test]
fn secret_cut_off_then_its_pieces_are_replaced() {
    for (secret, piece) in [(TOKEN, 12), (TOKEN, 30), (PASSWORD, 12), ("hunter2-and-more", 10), ("hunter", 6)] {
        let (secrets, chars) = (known(&[secret]), secret.chars().collect::<Vec<_>>());
        for cut in [&chars[..piece], &chars[chars.len() - piece..]] {
            let cut = String::from_iter(cut);
            for (encoding, encoded) in [("raw", cut.clone()), ("JSON", json(&cut)), ("percent", percent(&cut))] {
                let shown = secrets.redact(format!("Invalid token {encoded}..."));
                assert_eq!(shown, "Invalid token (secret)...", "{encoding} of {cut}");
            }
        }
    }
}

#[test]
fn base64_of_a_secret_at_any_offset_or_cut_off_then_replaced() {
    let secrets = known(&[TOKEN]);
    for before in ["", "a", "ab", "abc"] {
        let encoded = base64(&format!("{before}{TOKEN}"));
        for encoded in [encoded.clone(), format!("x{encoded}"), encoded[..60].to_owned()] {
            let shown = secrets.redact(encoded);
            assert!(shown.contains("(secret)") && shown.len() < 20, "{before}: {shown}");
        }
    }
}

#[test]
fn texts_that_share_no_piece_with_a_secret_then_kept_as_they_are() {
    let secrets = known(&[PASSWORD, TOKEN, "workspaces-are-nice", "hunter2"]);
    for text in [
        "Incorrect IAM authentication information: verify aksk signature fail",
        "the workspaces are nice",
        "hunt & hunt2er, 100 % \\o/ \"quoted\" a+b &amp; &lt;",
        "北京 Über-Team 🦀 MII",
        r#"invalid type: string "a", expected a map at line 1 column 44"#,
        "2f6c1e0a9d7b4c3e8f5a6b7c8d9e0f1a",
    ] {
        assert_eq!(secrets.redact(text.to_owned()), text);
    }
}

#[test]
fn url_in_a_text_then_without_user_and_query() {
    for (text, shown) in [
        ("see http://ann:hunter2@h:1/a?token=x#y.", "see http://h:1/a?..."),
        ("https://ann@h", "https://h"),
        ("https://h/#access_token=x and https://h2/a", "https://h/?... and https://h2/a"),
        ("http:\\/\\/ann:pw@h\\/?x=1", "http:\\/\\/h\\/?..."),
        ("to=https%3A%2F%2Fann%3Apw%40h%2F%3Fx%3D1 now", "to=https%3A%2F%2Fh%2F?... now"),
        ("<a href=\"https://h/?a=b&amp;c=d\">", "<a href=\"https://h/?...\">"),
        ("is it https://h/a? No: mail@example.com", "is it https://h/a? No: mail@example.com"),
        ("https://h/mail@example.com", "https://h/mail@example.com"),
        ("https://h/a;v=1,b?token=x now", "https://h/a;v=1,b?... now"),
        ("https://h/?token=a,b;c|{d}^'e'", "https://h/?..."),
        ("'https://h/?token=x' is wrong", "'https://h/?...' is wrong"),
        ("https://ann:p,w;^{d}'@h/", "https://h/"),
        ("//ann:pw@h/a // mail@example.com", "//h/a // mail@example.com"),
        ("to /login?token=x&y=z now", "to /login?... now"),
        ("login?next=/a", "login?..."),
        ("'../a?x[0]=1' and \"?token=x\"", "'../a?...' and \"?...\""),
        ("/cb#access_token=x", "/cb?..."),
        ("%2Flogin%3Ftoken%3Dx", "%2Flogin?..."),
        ("<a href=\"/l?a=b&amp;c=d\">", "<a href=\"/l?...\">"),
        ("is it a/b? No, a?b:c or #1", "is it a/b? No, a?b:c or #1"),
    ] {
        assert_eq!(KnownSecrets::default().redact(text.to_owned()), shown, "{text}");
    }
}

#[test]
fn many_signatures_then_the_newest_are_known_and_memory_is_bounded() {
    let secrets = KnownSecrets::default();
    let signature = |number: usize| format!("{number:064x}").replace('0', "q");
    (0..1_000).for_each(|number| secrets.note_signature(&signature(number)));
    assert_eq!(secrets.redact(format!("Signature={}", signature(999))), "Signature=(secret)");
    let known: usize = secrets.known(|known| known.signatures.iter().map(Pieces::len).sum());
    assert!(known <= MAX_SIGNATURES, "{known}");
}

#[test]
fn endless_text_full_of_escapes_then_number_and_size_of_its_views_are_bounded() {
    let parts =
        ["%2525", "&amp;amp;", "\\\\u0041", "\"\"", "+", "QUJDREVGR0g=", "deadbeefdeadbeef", "\n", "1 2 3 4", " "];
    for first in parts {
        for second in parts {
            let text =
                format!("{first}{second}").repeat(MAX_SEARCHED).split_off(MAX_SEARCHED)[..MAX_SEARCHED].to_owned();
            let sizes: Vec<_> = views(&text, &DECODERS).map(|view| view.bytes.len()).collect();
            assert!(sizes.len() <= 140, "{first}{second}: {} views", sizes.len());
            assert!(sizes.iter().sum::<usize>() < 512 << 10, "{first}{second}: {} bytes", sizes.iter().sum::<usize>());
        }
    }
    let shown = known(&[TOKEN, PASSWORD]).redact("%2525&amp;amp;".repeat(1 << 20));
    assert!(shown.chars().count() <= MAX_TEXT);
}

#[test]
fn url_with_tens_of_thousands_of_slashes_or_queries_then_each_byte_read_a_few_times() {
    for part in ["/", "//", "https://", "//a@b//?#", "'//", "?a"] {
        let shown = KnownSecrets::default().redact(part.repeat(MAX_READ));
        assert!(shown.chars().count() <= MAX_TEXT, "{part}");
    }
}

#[test]
fn text_after_a_long_secret_then_shown() {
    let token = TOKEN.repeat(200);
    let secrets = known(&[&token]);
    for encoded in [token.clone(), percent(&token), json(&token)] {
        assert_eq!(secrets.redact(format!("bad token {encoded}, try again")), "bad token (secret), try again");
    }
}

#[test]
fn plus_signs_of_base64_read_as_spaces_then_replaced() {
    for secret in ["abc>>>>>def>>>", "?>?>~~~>>>", PASSWORD] {
        let encoded = base64(&format!("ann:{secret}"));
        let shown = known(&[secret]).redact(format!("[{}]", encoded.replace('+', " ")));
        assert!(shown.contains("(secret)") && shown.len() < 30, "{encoded}: {shown}");
    }
}

#[test]
fn secret_in_another_character_set_then_replaced() {
    let secret = "ß€öäüÄÖÜ€";
    let latin_1 = |bytes: &[u8]| bytes.iter().copied().map(char::from).collect::<String>();
    let once = latin_1(secret.as_bytes());
    let windows = "ÃŸâ‚¬Ã¶Ã¤Ã¼Ã„Ã–Ãœâ‚¬";
    for text in [
        once.clone(),
        latin_1(once.as_bytes()),
        windows.to_owned(),
        percent(windows),
        ascii_json(windows),
        "%DF%80%F6%E4%FC%C4%D6%DC%80".to_owned(),
        "%df%80%f6%e4%fc%c4%d6%dc%80".to_owned(),
    ] {
        assert_eq!(known(&[secret]).redact(format!("[{text}]")), "[(secret)]", "{text:?}");
    }
    for (secret, text) in [
        ("pass€wört", "pass?w?rt"),
        ("pass€wört", "pass\u{fffd}w\u{fffd}rt"),
        ("pass€wört", "pass\u{fffd}\u{fffd}\u{fffd}w\u{fffd}\u{fffd}rt"),
        ("pass€wört", "pass???w??rt"),
        ("passwört", "passw%F6rt"),
    ] {
        assert_eq!(known(&[secret]).redact(format!("[{text}]")), "[(secret)]", "{text:?}");
    }
}

#[test]
fn short_secret_in_any_encoding_then_replaced() {
    for secret in ["q+7x", "Zq\"9k", "h~nt3r"] {
        for (encoding, encoded) in encodings(secret) {
            // Words side by side may happen to be a short secret.
            if encoding.contains("line") {
                continue;
            }
            let shown = known(&[secret]).redact(format!("[{encoded}] is wrong"));
            assert!(shown.starts_with('[') && shown.contains("(secret)"), "{encoding}: {shown}");
            assert!(shown.len() < 50, "{encoding}: {shown}");
        }
    }
}

#[test]
fn secret_of_a_few_letters_then_words_with_them_stay() {
    let secrets = known(&["a", "is", "the"]);
    assert_eq!(secrets.redact("this is the answer".to_owned()), "this is the answer");
}

#[test]
fn secret_among_other_escapes_in_any_encoding_then_replaced() {
    let noise = r#"%25 &amp; \u0041 "" Ã¤ a+b QUJDREVGR0g= deadbeefdeadbeef =41 [1, 2, 3, 4, 5, 6] %%"#;
    for secret in [PASSWORD, TOKEN] {
        let secrets = known(&[secret]);
        for (encoding, encoded) in encodings(secret) {
            let shown = secrets.redact(format!("{noise} {encoded} {noise}"));
            assert!(shown.contains("(secret)") && !shown.contains(&encoded), "{encoding}: {shown}");
        }
    }
}

#[test]
fn secret_in_all_encodings_at_once_then_none_of_them_stays() {
    for secret in [PASSWORD, TOKEN] {
        let all: Vec<_> = encodings(secret).into_iter().filter(|(name, _)| !name.contains("Latin-1")).collect();
        let text = all.iter().map(|(_, encoded)| encoded.as_str()).collect::<Vec<_>>().join(" and ");
        let shown = known(&[secret]).redact(text);
        let left = all.iter().find(|(_, encoded)| shown.contains(encoded.as_str()));
        assert!(left.is_none() && shown.matches("(secret)").count() > all.len() - 5, "{left:?}: {shown}");
    }
}

#[test]
fn short_secret_over_several_lines_or_packed_then_replaced() {
    let secrets = known(&["hunter2-and-more", "Xy7$aa!q"]);
    for text in ["hunter2-\nand-more", "hunter2\r\n -and-more", "Xy7$\naa!q", "hunter2\u{202e}-and-more"] {
        assert_eq!(secrets.redact(text.to_owned()), "(secret)", "{text:?}");
    }
    for before in ["", "a", "ab"] {
        for encoded in [base64(&format!("{before}Xy7$aa!q")), base64(&base64(&format!("{before}Xy7$aa!q")))] {
            let shown = secrets.redact(encoded);
            assert!(shown.starts_with("(secret)") && shown.len() < 14, "{before}: {shown}");
        }
    }
}

#[test]
fn secret_with_escapes_of_several_encodings_in_one_of_them_then_replaced_as_a_whole() {
    let secret = "%41\\n&lt;+\"&#65;%42\\u0041";
    for (encoding, encoded) in [
        ("JSON", json(secret)),
        ("percent", secret.replace('%', "%25").replace('"', "%22")),
        ("form", secret.replace('%', "%25").replace('+', "%2B").replace('"', "%22")),
        ("HTML", html(secret)),
    ] {
        assert_eq!(known(&[secret]).redact(format!("[{encoded}]")), "[(secret)]", "{encoding}");
    }
    let spaced = "%41 \\n&lt; \"&#65; %42";
    let form = spaced.replace('%', "%25").replace('"', "%22").replace(' ', "+");
    assert_eq!(known(&[spaced]).redact(format!("[{form}]")), "[(secret)]");
    // More layers than decoders may follow each other.
    let secret = "pa\"ss&%wörd";
    let nested = percent(&html(&json(&percent(&html(&json(secret))))));
    assert_eq!(known(&[secret]).redact(format!("[{nested}]")), "[(secret)]");
}
