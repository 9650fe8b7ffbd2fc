//! `SDK-HMAC-SHA256`, the signature of requests with an access key, as a pure function.
//!
//! The algorithm and its terms are defined in
//! <https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm-002.html>.

use std::fmt::{self, Write};

use jiff::Timestamp;
use jiff::tz::Offset;
use percent_encoding::{percent_decode_str, percent_encode};
use ring::{digest, hmac};

use super::endpoint::UNRESERVED;

/// The name of the algorithm, at the start of the header and of the string to sign.
const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// The header with the time of signing.
const X_SDK_DATE: &str = "X-Sdk-Date";

/// A request header whose value, if present, replaces the hash of the body.
const CONTENT_SHA256: &str = "x-sdk-content-sha256";

/// The parts of a request that are signed.
#[derive(Clone, Copy)]
pub struct SigningInput<'a> {
    /// The method, in upper case.
    pub method: &'a str,
    /// The path as sent, percent-encoded.
    pub path: &'a str,
    /// The query as sent, percent-encoded, without the question mark. Empty if the URL has no query.
    pub query: &'a str,
    /// The headers to sign, except `X-Sdk-Date`. Names with an underscore are not signed, as in the official SDKs.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body. Empty if the request has none.
    pub body: &'a [u8],
    /// The time of signing. The gateway refuses a time that differs by more than 15 minutes from its own.
    pub time: Timestamp,
}

/// A signature and its intermediate results.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature {
    /// The canonical request, which the client and the gateway both compute.
    pub canonical_request: String,
    /// The string to sign.
    pub string_to_sign: String,
    /// The value of the header `X-Sdk-Date`.
    pub date: String,
    /// The value of the header `Authorization`.
    pub authorization: String,
}

/// Omits the query, the headers and the body, which may contain secrets.
impl fmt::Debug for SigningInput<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("SigningInput");
        shown.field("method", &self.method).field("path", &self.path).field("time", &self.time).finish_non_exhaustive()
    }
}

/// Omits all fields: they reveal the signature and what was signed.
impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signature").field("date", &self.date).finish_non_exhaustive()
    }
}

/// Signs a request with an access key and its secret key.
#[must_use]
pub fn sign(input: &SigningInput<'_>, access_key: &str, secret_key: &str) -> Signature {
    let date = sdk_date(input.time);
    let headers = canonical_headers(input.headers, &date);
    let signed_headers = headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(";");
    let canonical_request = canonical_request(input, &headers, &signed_headers);
    let string_to_sign = format!("{ALGORITHM}\n{date}\n{}", sha256_hex(canonical_request.as_bytes()));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret_key.as_bytes());
    let signature = hex(hmac::sign(&key, string_to_sign.as_bytes()).as_ref());
    let authorization =
        format!("{ALGORITHM} Access={access_key}, SignedHeaders={signed_headers}, Signature={signature}");
    Signature { canonical_request, string_to_sign, date, authorization }
}

/// Formats a time for `X-Sdk-Date`, such as `20191115T033655Z`.
fn sdk_date(time: Timestamp) -> String {
    let utc = Offset::UTC.to_datetime(time);
    let (year, month, day) = (utc.year(), utc.month(), utc.day());
    format!("{year:04}{month:02}{day:02}T{:02}{:02}{:02}Z", utc.hour(), utc.minute(), utc.second())
}

fn canonical_request(input: &SigningInput<'_>, headers: &[(String, &str)], signed_headers: &str) -> String {
    let header_lines = headers.iter().fold(String::new(), |lines, (name, value)| lines + name + ":" + value + "\n");
    let payload_hash = headers
        .iter()
        .find_map(|(name, value)| (name == CONTENT_SHA256).then(|| (*value).to_owned()))
        .unwrap_or_else(|| sha256_hex(input.body));
    [
        input.method,
        &canonical_uri(input.path),
        &canonical_query(input.query),
        &header_lines,
        signed_headers,
        &payload_hash,
    ]
    .join("\n")
}

/// Returns the canonical path: each segment encoded again, with a slash at the end.
fn canonical_uri(path: &str) -> String {
    let decoded: Vec<u8> = percent_decode_str(path).collect();
    let segments = decoded.split(|byte| *byte == b'/').map(encoded);
    let mut uri = segments.collect::<Vec<_>>().join("/");
    if !uri.ends_with('/') {
        uri.push('/');
    }
    uri
}

/// Returns the canonical query: the parameters sorted by their decoded names and values.
fn canonical_query(query: &str) -> String {
    let decoded = |text: &str| percent_decode_str(text).collect::<Vec<u8>>();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<_> = pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        })
        .collect();
    pairs.sort_unstable();
    pairs.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect::<Vec<_>>().join("&")
}

/// Returns the canonical headers: names in lower case, sorted, and trimmed values.
fn canonical_headers<'a>(headers: &[(&'a str, &'a str)], date: &'a str) -> Vec<(String, &'a str)> {
    let named = headers.iter().filter(|(name, _)| !name.contains('_')).copied();
    let mut headers: Vec<_> =
        named.chain([(X_SDK_DATE, date)]).map(|(name, value)| (name.to_ascii_lowercase(), value.trim())).collect();
    headers.sort_unstable();
    headers
}

fn encoded(bytes: &[u8]) -> String {
    percent_encode(bytes, UNRESERVED).to_string()
}

fn sha256_hex(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signature_of_secrets_then_debug_shows_none() {
        let headers = [("X-Security-Token", "hunter2")];
        let (path, time) = ("/v1/a", Timestamp::UNIX_EPOCH);
        let input =
            SigningInput { method: "GET", path, query: "id=hunter2", headers: &headers, body: b"hunter2", time };
        let signature = sign(&input, "hunter2", "SK");
        let shown = format!("{input:?} {signature:?}");
        assert!(shown.contains(path) && shown.contains(&signature.date), "{shown}");
        let body = format!("{:?}", input.body);
        let (_, value) = signature.authorization.split_once("Signature=").expect("a signature");
        for secret in ["hunter2", &body, value] {
            assert!(!shown.contains(secret), "{secret} is in {shown}");
        }
    }

    #[test]
    fn encoded_slash_in_a_segment_then_a_slash_as_in_the_official_sdks() {
        assert_eq!(canonical_uri("/v1/a%2Fb"), "/v1/a/b/");
        assert_eq!(canonical_uri(""), "/");
        assert_eq!(canonical_uri("/v1/%ff+"), "/v1/%FF%2B/");
    }

    #[test]
    fn parameters_then_sorted_before_they_are_encoded_and_each_with_an_equals_sign() {
        assert_eq!(canonical_query("b=2&a%7Bb=1&a_b=0&b=1&empty"), "a_b=0&a%7Bb=1&b=1&b=2&empty=");
        assert_eq!(canonical_query(""), "");
    }

    #[test]
    fn header_name_with_an_underscore_then_not_signed() {
        let headers = canonical_headers(&[("x_odd", "1"), ("Host", " h ")], "d");
        assert_eq!(headers, [("host".to_owned(), "h"), ("x-sdk-date".to_owned(), "d")]);
    }
}
