//! The canonical request: the one form in which client and gateway see the same request.

use axum::http::{HeaderMap, HeaderName, Uri, request::Parts};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use sha2::{Digest, Sha256};

/// The hash of the body as the client tells it, or that there is none.
const X_SDK_CONTENT_SHA256: HeaderName = HeaderName::from_static("x-sdk-content-sha256");

/// What [`X_SDK_CONTENT_SHA256`] says if the body is not part of the signature.
const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The canonical request for the headers of these names, which have to be sorted.
///
/// # Errors
///
/// Says which of the headers is missing, or that the body has another hash than the request says.
pub(super) fn request(head: &Parts, signed_headers: &[&str], body: &[u8]) -> Result<Vec<u8>, String> {
    let names = signed_headers.join(";");
    let payload = payload(&head.headers, body)?;
    let mut request = format!("{}\n{}\n{}\n", head.method, path(&head.uri), query(&head.uri)).into_bytes();
    for name in signed_headers {
        write_header(&mut request, name, &head.headers)?;
    }
    request.extend_from_slice(format!("\n{names}\n{payload}").as_bytes());
    Ok(request)
}

/// The path, encoded anew segment by segment and closed by a slash. An encoded slash counts as one.
fn path(uri: &Uri) -> String {
    let decoded = percent_decode_str(uri.path()).collect::<Vec<_>>();
    let mut path = decoded.split(|byte| *byte == b'/').map(encoded).collect::<Vec<_>>().join("/");
    if !path.ends_with('/') {
        path.push('/');
    }
    path
}

/// The query, sorted by name and value before they are encoded. A plus sign counts as a blank, as in forms; that is the
/// sandbox's choice, and no SDK sends one.
fn query(uri: &Uri) -> String {
    let mut pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).collect::<Vec<_>>();
    pairs.sort();
    let pairs = pairs.iter().map(|(name, value)| format!("{}={}", encoded(name.as_bytes()), encoded(value.as_bytes())));
    pairs.collect::<Vec<_>>().join("&")
}

fn encoded(bytes: &[u8]) -> String {
    percent_encode(bytes, RESERVED).to_string()
}

/// Writes a line for each value of a header, values sorted.
fn write_header(request: &mut Vec<u8>, name: &str, headers: &HeaderMap) -> Result<(), String> {
    let mut values = headers.get_all(name).iter().map(|value| value.as_bytes().trim_ascii()).collect::<Vec<_>>();
    if values.is_empty() {
        return Err(format!("signed header {name} not found"));
    }
    values.sort_unstable();
    for value in values {
        request.extend_from_slice(format!("{name}:").as_bytes());
        request.extend_from_slice(value);
        request.push(b'\n');
    }
    Ok(())
}

/// The hash of the body, or [`UNSIGNED_PAYLOAD`].
fn payload(headers: &HeaderMap, body: &[u8]) -> Result<String, String> {
    let hash = base16ct::lower::encode_string(&Sha256::digest(body));
    match headers.get(X_SDK_CONTENT_SHA256) {
        Some(claim) if claim == UNSIGNED_PAYLOAD => Ok(UNSIGNED_PAYLOAD.to_owned()),
        Some(claim) if *claim != *hash => Err("x-sdk-content-sha256 does not match the body".to_owned()),
        _ => Ok(hash),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, Request};

    use super::*;

    fn uri(text: &'static str) -> Uri {
        Uri::from_static(text)
    }

    #[test]
    fn encoded_slash_then_a_slash_and_the_end_is_closed_once() {
        assert_eq!(path(&uri("/v1/a%2Fb")), "/v1/a/b/");
        assert_eq!(path(&uri("/v1/a/")), "/v1/a/");
        assert_eq!(path(&uri("http://sandbox")), "/");
    }

    #[test]
    fn values_of_one_name_then_sorted_before_they_are_encoded() {
        assert_eq!(query(&uri("/?k=%7B&k=_&k=a&k=")), "k=&k=_&k=a&k=%7B");
        assert_eq!(query(&uri("/?b&a=1")), "a=1&b=");
        assert_eq!(query(&uri("/?a+b=c%20d")), "a%20b=c%20d");
        assert_eq!(query(&uri("/")), "");
    }

    #[test]
    fn header_sent_twice_then_two_lines_sorted_and_trimmed() {
        let request = Request::builder().header("x-b", " 2 ").header("x-b", "1  1").header("x-a", "3").body(());
        let (head, ()) = request.expect("a request").into_parts();
        let canonical = super::request(&head, &["x-a", "x-b"], b"").expect("all are there");
        let canonical = String::from_utf8(canonical).expect("text");
        assert!(canonical.starts_with("GET\n/\n\nx-a:3\nx-b:1  1\nx-b:2\n\nx-a;x-b\n"), "{canonical}");
    }

    #[test]
    fn hash_claimed_then_it_has_to_be_that_of_the_body_unless_unsigned() {
        let claim = |claim| HeaderMap::from_iter([(X_SDK_CONTENT_SHA256, HeaderValue::from_static(claim))]);
        let of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(payload(&HeaderMap::new(), b"").as_deref(), Ok(of_nothing));
        assert_eq!(payload(&claim(of_nothing), b"").as_deref(), Ok(of_nothing));
        assert_eq!(payload(&claim(UNSIGNED_PAYLOAD), b"a").as_deref(), Ok(UNSIGNED_PAYLOAD));
        assert!(payload(&claim(of_nothing), b"a").is_err());
    }
}
