//! A web page where JSON should be: from a gateway, a proxy or a page to authenticate, never from the service itself.

use reqwest::header::{HeaderMap, HeaderValue, SERVER, WWW_AUTHENTICATE};

use super::client::header;
use super::entities;
use super::text::{clean, without_byte_order_mark};

/// What a web page and the headers that came with it say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebPage {
    /// Its title, or its first heading.
    pub title: Option<String>,
    /// The program that sent it, as the header `Server` names it.
    pub server: Option<String>,
    /// Whether it requires a user and a password in each request, by the header `WWW-Authenticate: Basic`.
    pub requires_basic: bool,
}

/// Titles are looked for up to here, in bytes.
const MAX_HEAD: usize = 16 << 10;

impl WebPage {
    /// Reads a response, if its body is a web page. Redacts the source of the title before elements are removed from it,
    /// which would take a part of a secret with markup in it along.
    pub(super) fn read(body: &[u8], headers: &HeaderMap, redact: impl Fn(String) -> String) -> Option<Self> {
        let body = without_byte_order_mark(body).trim_ascii_start();
        if !body.starts_with(b"<") {
            return None;
        }
        let head = String::from_utf8_lossy(&body[..body.len().min(MAX_HEAD)]);
        let source = ["title", "h1", "h2"].into_iter().find_map(|tag| content(&head, tag));
        let schemes = headers.get_all(WWW_AUTHENTICATE).iter().map(HeaderValue::as_bytes);
        Some(Self {
            title: source.map(|source| text(&redact(source.to_owned()))).filter(|title| !title.is_empty()),
            server: header(headers, &SERVER),
            requires_basic: schemes.into_iter().any(has_basic),
        })
    }

    pub(super) fn map_text(self, change: impl Fn(String) -> String) -> Self {
        let Self { title, server, requires_basic } = self;
        Self { title: title.map(&change), server: server.map(change), requires_basic }
    }
}

/// Whether `WWW-Authenticate` names the scheme `Basic`, alone or after others.
fn has_basic(schemes: &[u8]) -> bool {
    let schemes = schemes.to_ascii_lowercase();
    schemes
        .split(|byte| *byte == b',')
        .any(|scheme| scheme.trim_ascii().split(|byte| *byte == b' ').next() == Some(b"basic"))
}

/// The source of what is in the first element of that name, unless it has no text.
fn content<'h>(html: &'h str, tag: &str) -> Option<&'h str> {
    let lower = html.to_ascii_lowercase();
    let mut from = 0;
    let start = loop {
        let at = from + lower[from..].find(&format!("<{tag}"))? + tag.len() + 1;
        from = at;
        // `<titlebar>` is no title.
        if lower[at..].starts_with(|c: char| c == '>' || c.is_ascii_whitespace()) {
            break at + lower[at..].find('>')? + 1;
        }
    };
    let end = lower[start..].find(&format!("</{tag}")).map_or(html.len(), |length| start + length);
    let source = &html[start..end];
    (!clean(&text(source)).is_empty()).then_some(source)
}

/// The text of some HTML: without elements and comments, with characters in place of references.
fn text(html: &str) -> String {
    let mut text = String::new();
    for (index, part) in html.split('<').enumerate() {
        text.push_str(if index == 0 { part } else { part.split_once('>').map_or("", |(_, text)| text) });
    }
    let text = entities::decode(&text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &[u8], headers: &HeaderMap) -> Option<WebPage> {
        WebPage::read(body, headers, |text| text.replace("pa<b>ss", "(secret)"))
    }

    fn title(body: &str) -> Option<String> {
        read(body.as_bytes(), &HeaderMap::new()).expect("a page").title
    }

    #[test]
    fn pages_of_nginx_haproxy_and_squid_then_what_they_say_happened() {
        for (body, said) in [
            (
                "<html>\r\n<head><title>400 No required SSL certificate was sent</title></head>\r\n<body>\r\n<center><h1>400 \
                 Bad Request</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n",
                "400 No required SSL certificate was sent",
            ),
            (
                "<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>",
                "503 Service Unavailable",
            ),
            (
                "<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 4.01//EN\">\n<html><head>\n<meta type=\"copyright\">\n<title>ERROR: \
                 The requested URL could not be retrieved</title>\n",
                "ERROR: The requested URL could not be retrieved",
            ),
        ] {
            assert_eq!(title(body).as_deref(), Some(said));
        }
    }

    #[test]
    fn title_with_references_elements_attributes_or_line_breaks_then_its_text() {
        for (body, said) in [
            (
                "<TITLE lang=de>Anmeldung &amp; Zugang&nbsp;f&uuml;r\n  Fr&#228;nkel</TITLE>",
                Some("Anmeldung & Zugang für Fränkel"),
            ),
            ("\u{feff} <html><titlebar>x</titlebar><title>a</title><title>b</title>", Some("a")),
            ("<title> </title><h1>Sign <b>in</b></h1>", Some("Sign in")),
            ("<title>cut of", Some("cut of")),
            ("<title", None),
            ("<title>&#8238;</title>", None),
            ("<p>İ</p><title>İ</title>", Some("İ")),
            ("<?xml version=\"1.0\"?><Error/>", None),
        ] {
            assert_eq!(title(body).as_deref(), said, "{body}");
        }
        let page = read(b"<title>\xfcber</title>", &HeaderMap::new());
        assert_eq!(page.and_then(|page| page.title).as_deref(), Some("\u{fffd}ber"));
        assert_eq!(read(b"{}", &HeaderMap::new()), None);
    }

    #[test]
    fn secret_with_markup_in_a_title_then_redacted_before_elements_are_removed() {
        assert_eq!(title("<title>pa<b>ss</b> is wrong</title>").as_deref(), Some("(secret) is wrong"));
    }

    #[test]
    fn server_and_basic_authentication_in_headers_then_noted() {
        for (schemes, requires_basic) in [
            (&["Basic realm=\"x\""][..], true),
            (&["Negotiate", "basic"], true),
            (&["Digest realm=\"basic\", BASIC realm=\"y\""], true),
            (&["Digest realm=\"Basic\""], false),
            (&[], false),
        ] {
            let mut headers = HeaderMap::from_iter([(SERVER, HeaderValue::from_static("nginx"))]);
            for scheme in schemes {
                headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(scheme));
            }
            let page = read(b"<html>", &headers).expect("a page");
            assert_eq!((page.server.as_deref(), page.requires_basic), (Some("nginx"), requires_basic), "{schemes:?}");
        }
    }
}
