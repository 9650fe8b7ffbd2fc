//! Parses certificates and keys in PEM. Accepts what existing files contain: comments in any encoding, CRLF, byte order marks,
//! UTF-16 of Windows tools, indented lines, and missing line breaks between sections.

use std::borrow::Cow;

use rustls::pki_types::pem::{PemObject, SectionKind};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use x509_cert::Certificate;
use x509_cert::der::Decode;

use super::super::ErrorKind;
use super::super::text::{clean, without_byte_order_mark};
use super::invalid;

const BEGIN: &[u8] = b"-----BEGIN ";
const DASHES: &[u8] = b"-----";

/// Returns all certificates in `bytes`. An error names a certificate by its number, counted from 1.
pub(super) fn certificates(argument: &'static str, bytes: &[u8]) -> Result<Vec<CertificateDer<'static>>, ErrorKind> {
    let text = decoded(bytes);
    let sections = sections(&text);
    let found = sections.iter().filter(|section| matches!(&*section.label, "CERTIFICATE" | "X509 CERTIFICATE"));
    let certificates = found.enumerate().map(|(index, section)| {
        let der = section.der("CERTIFICATE");
        let certificate = der.map(|(_, der)| CertificateDer::from(der));
        certificate.map_err(|problem| invalid(argument, &format!("certificate {} in it {problem}", index + 1)))
    });
    let certificates = certificates.collect::<Result<Vec<_>, _>>()?;
    if certificates.is_empty() {
        return Err(invalid(argument, &none_found("certificate", &text, &sections)));
    }
    Ok(certificates)
}

/// Returns the first private key in `bytes`.
pub(super) fn private_key(bytes: &[u8]) -> Result<PrivateKeyDer<'static>, ErrorKind> {
    let text = decoded(bytes);
    let sections = sections(&text);
    let Some(section) = sections.iter().find(|section| section.label.ends_with("PRIVATE KEY")) else {
        return Err(invalid("key", &none_found("private key", &text, &sections)));
    };
    if section.is_encrypted() {
        return Err(invalid(
            "key",
            &"the private key is encrypted with a passphrase; decrypt it with `openssl pkey -in FILE -out NEW_FILE`",
        ));
    }
    if matches!(&*section.label, "OPENSSH PRIVATE KEY" | "DSA PRIVATE KEY") {
        let problem = format!("it holds an {}, which TLS cannot use", section.label);
        return Err(invalid("key", &problem));
    }
    let key = section.der(&section.label).map_err(|problem| invalid("key", &format!("the private key {problem}")))?;
    PrivateKeyDer::from_pem(key.0, key.1).ok_or_else(|| invalid("key", &"it holds no private key in PEM"))
}

/// Returns the text after a byte order mark of UTF-16 or UTF-8, or the bytes themselves.
fn decoded(bytes: &[u8]) -> Cow<'_, [u8]> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => return without_byte_order_mark(bytes).into(),
    };
    let units = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>().into_bytes().into()
}

/// A section between a BEGIN line and its END line.
struct Section<'t> {
    label: Cow<'t, str>,
    /// The content. `None` if the END line is missing.
    body: Option<&'t [u8]>,
}

/// Finds the sections of a text. No line break is required before or after the BEGIN and END lines.
fn sections(text: &[u8]) -> Vec<Section<'_>> {
    let mut sections = Vec::new();
    let mut rest = text;
    while let Some(start) = position(rest, BEGIN) {
        rest = &rest[start + BEGIN.len()..];
        let whole = &rest[..position(rest, BEGIN).unwrap_or(rest.len())];
        let line = whole.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
        let label = &line[..position(line, DASHES).unwrap_or(line.len())];
        let body = whole.get(label.len() + DASHES.len()..).unwrap_or_default();
        let end = [b"-----END ", label, DASHES].concat();
        let body = position(body, &end).map(|end| &body[..end]);
        sections.push(Section { label: String::from_utf8_lossy(label), body });
    }
    sections
}

fn position(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

impl Section<'_> {
    fn is_encrypted(&self) -> bool {
        // The second form is the older one, with headers before the Base64 text.
        self.label.starts_with("ENCRYPTED") || self.body.is_some_and(|body| position(body, b",ENCRYPTED").is_some())
    }

    /// Decodes a section with this label. The error's text continues a sentence that begins with the section's name.
    fn der(&self, label: &str) -> Result<(SectionKind, Vec<u8>), &'static str> {
        let body = self.body.ok_or("is cut off: its END line is missing")?;
        let pem = [b"-----BEGIN ", label.as_bytes(), b"-----\n", body, b"\n-----END ", label.as_bytes(), b"-----\n"];
        let (kind, der) = PemObject::from_pem_slice(&pem.concat()).map_err(|_| "is not valid Base64")?;
        if <Vec<u8>>::is_empty(&der) { Err("is empty") } else { Ok((kind, der)) }
    }
}

/// Describes a text without the expected sections.
fn none_found(wanted: &str, text: &[u8], sections: &[Section<'_>]) -> String {
    let labels = sections.iter().map(|section| clean(&section.label)).collect::<Vec<_>>();
    if !labels.is_empty() {
        return format!("it holds no {wanted} in PEM, only {}", labels.join(", "));
    }
    match text {
        _ if Certificate::from_der(text).is_ok() => {
            "it is a certificate in DER, not in PEM; convert it with `openssl x509 -inform der -in FILE -out NEW_FILE`"
                .to_owned()
        }
        // A SEQUENCE whose length takes one or two more bytes, as in every key, PKCS #7 or PKCS #12 file.
        [0x30, 0x80..=0x83, ..] => format!("it is a binary file (DER, PKCS #7 or PKCS #12), not a {wanted} in PEM"),
        _ => format!("it holds no {wanted} in PEM"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two certificates of different names, and the first one's key.
    fn pems() -> (String, String, String) {
        let make = |name: &str| rcgen::generate_simple_self_signed([name.to_owned()]).expect("a certificate");
        let (one, two) = (make("one.test"), make("two.test"));
        let pem = |der: &[u8]| text("CERTIFICATE", der);
        (pem(one.cert.der()), pem(two.cert.der()), text("PRIVATE KEY", &one.signing_key.serialize_der()))
    }

    fn text(label: &str, der: &[u8]) -> String {
        use base64::Engine;
        let base64 = base64::engine::general_purpose::STANDARD.encode(der);
        let lines = base64.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line)).collect::<Vec<_>>();
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
    }

    fn count(bytes: impl AsRef<[u8]>) -> usize {
        certificates("cacert_file", bytes.as_ref()).expect("certificates").len()
    }

    fn problem(bytes: impl AsRef<[u8]>) -> String {
        certificates("cacert_file", bytes.as_ref()).expect_err("refused").to_string()
    }

    #[test]
    fn bundle_in_any_form_in_use_then_every_certificate_is_read() {
        let (one, two, key) = pems();
        let both = format!("{one}{two}");
        assert_eq!(count([b"# K\xFCnstler CA\n", both.as_bytes()].concat()), 2, "Latin-1 in a comment");
        assert_eq!(count([one.as_bytes(), b"\x00\xFF\xFE\n", two.as_bytes()].concat()), 2, "any bytes between");
        assert_eq!(count(format!("{}{two}", one.trim_end())), 2, "no line break between");
        assert_eq!(count(both.replace('\n', "\r\n")), 2, "CRLF");
        assert_eq!(count(both.replace('\n', "\r")), 2, "CR");
        assert_eq!(count(both.replace('\n', " ")), 2, "one line");
        assert_eq!(count(both.replace('\n', "  \t\n  ")), 2, "indented, with trailing white space");
        assert_eq!(count(format!("\u{feff}{both}\u{1a}")), 2, "byte order mark and end of file mark");
        assert_eq!(count(format!("{key}{one}{}", text("X509 CERTIFICATE", b"x"))), 2, "among others, by an old name");
        let utf16 = |unit: fn(u16) -> [u8; 2]| "\u{feff}".encode_utf16().chain(both.encode_utf16()).flat_map(unit);
        assert_eq!(count(utf16(u16::to_le_bytes).collect::<Vec<_>>()), 2, "UTF-16LE");
        assert_eq!(count(utf16(u16::to_be_bytes).collect::<Vec<_>>()), 2, "UTF-16BE");
    }

    #[test]
    fn damaged_certificate_then_error_gives_its_number_and_no_bytes() {
        let (one, two, _) = pems();
        let cut = |pem: &str| pem[..pem.len() / 2].to_owned();
        for (bundle, expected) in [
            (format!("{one}{}", cut(&two)), "certificate 2 in it is cut off: its END line is missing"),
            (format!("{}{two}", cut(&one)), "certificate 1 in it is cut off: its END line is missing"),
            (format!("{one}{}", two.replace('M', "!")), "certificate 2 in it is not valid Base64"),
            (format!("{one}-----BEGIN CERTIFICATE"), "certificate 2 in it is cut off: its END line is missing"),
            ("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----".to_owned(), "certificate 1 in it is empty"),
        ] {
            assert_eq!(problem(&bundle), format!("`cacert_file` cannot be used: {expected}"));
        }
    }

    #[test]
    fn another_file_by_mistake_then_error_says_what_it_is() {
        let (one, _, key) = pems();
        let der = CertificateDer::from_pem_slice(one.as_bytes()).expect("a certificate");
        assert!(problem(&der).contains("it is a certificate in DER, not in PEM"), "{}", problem(&der));
        assert!(problem(b"\x30\x82\x0A\x01\x02\x01\x03").contains("it is a binary file (DER, PKCS #7 or PKCS #12)"));
        assert!(problem(&key).ends_with("it holds no certificate in PEM, only PRIVATE KEY"), "{}", problem(&key));
        assert!(problem("text").ends_with("it holds no certificate in PEM"));
        assert!(problem("").ends_with("it holds no certificate in PEM"));
    }

    #[test]
    fn private_key_that_cannot_be_read_then_error_says_why() {
        let problem = |pem: &str| private_key(pem.as_bytes()).expect_err("refused").to_string();
        let (certificate, _, key) = pems();
        assert!(private_key(format!("\u{feff}{}", key.replace('\n', "\r\n")).as_bytes()).is_ok());
        let older = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0\n\nAAAA\n\
                     -----END RSA PRIVATE KEY-----\n";
        for encrypted in [text("ENCRYPTED PRIVATE KEY", b"x").as_str(), older] {
            assert!(problem(encrypted).contains("the private key is encrypted with a passphrase"));
        }
        assert!(problem(&text("OPENSSH PRIVATE KEY", b"x")).ends_with("OPENSSH PRIVATE KEY, which TLS cannot use"));
        assert!(problem(&certificate).ends_with("it holds no private key in PEM, only CERTIFICATE"));
        assert!(problem(&key[..60]).ends_with("the private key is cut off: its END line is missing"));
        assert!(problem("hunter2").ends_with("it holds no private key in PEM"));
    }
}
