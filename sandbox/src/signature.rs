//! Requests signed with an access key: `SDK-HMAC-SHA256`, see
//! <https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm-002.html>.
//!
//! This is the gateway's side, which rebuilds what the client claims to have signed; it shares no code with any signer.

use axum::http::{HeaderName, header::AUTHORIZATION, request::Parts};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::clock::parse_sdk_date;

mod canonical;

const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// When the request was signed; the one header that has to be.
const X_SDK_DATE: HeaderName = HeaderName::from_static("x-sdk-date");

/// A request that claims to be signed, and everything needed to find out whether it is. Not printable, since a security
/// token may be among what was signed.
pub(crate) struct Signed {
    /// The access key id it names.
    pub(crate) access: String,
    /// When it says it was signed.
    pub(crate) date: Timestamp,
    /// What was signed, as the gateway sees it.
    pub(crate) canonical_request: String,
    string_to_sign: String,
    signature: Vec<u8>,
}

impl Signed {
    /// Reads the signature of a request, or nothing if it has none.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the header `Authorization`, or what it names and the request lacks. The gateway's own
    /// words for that are not documented.
    pub(crate) fn read(head: &Parts, body: &[u8]) -> Result<Option<Self>, String> {
        let authorization = head.headers.get(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
        let Some(claim) = authorization.and_then(|text| text.strip_prefix(ALGORITHM)) else {
            return Ok(None);
        };
        let Authorization { access, signed_headers, signature } =
            Authorization::parse(claim).ok_or("the Authorization header is malformed")?;
        let date = date_of(head, &signed_headers)?;
        let canonical_request = canonical::request(head, &signed_headers, body)?;
        let hash = base16ct::lower::encode_string(&Sha256::digest(&canonical_request));
        let string_to_sign = format!("{ALGORITHM}\n{date}\n{hash}");
        let date = parse_sdk_date(date).ok_or("x-sdk-date has to be like 20260102T030405Z")?;
        let canonical_request = String::from_utf8_lossy(&canonical_request).into_owned();
        Ok(Some(Self { access: access.to_owned(), date, canonical_request, string_to_sign, signature }))
    }

    /// Whether the owner of that secret signed it. Takes the same time for every wrong signature.
    pub(crate) fn is_made_with(&self, secret: &str) -> bool {
        let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
        mac.is_ok_and(|mac| mac.chain_update(&self.string_to_sign).verify_slice(&self.signature).is_ok())
    }
}

/// The header `Authorization` behind the name of the algorithm.
struct Authorization<'a> {
    access: &'a str,
    /// Sorted, since that is the order in which they are signed.
    signed_headers: Vec<&'a str>,
    signature: Vec<u8>,
}

impl<'a> Authorization<'a> {
    /// Reads ` Access=..., SignedHeaders=a;b, Signature=...`, down to the last blank.
    fn parse(text: &'a str) -> Option<Self> {
        let (access, rest) = text.strip_prefix(" Access=")?.split_once(", SignedHeaders=")?;
        let (names, signature) = rest.split_once(", Signature=")?;
        let mut signed_headers = names.split(';').collect::<Vec<_>>();
        signed_headers.sort_unstable();
        let signature = base16ct::lower::decode_vec(signature).ok()?;
        (!access.is_empty()).then_some(Self { access, signed_headers, signature })
    }
}

/// The text of `X-Sdk-Date`.
fn date_of<'a>(head: &'a Parts, signed_headers: &[&str]) -> Result<&'a str, String> {
    if !signed_headers.contains(&X_SDK_DATE.as_str()) {
        return Err("x-sdk-date is not signed".to_owned());
    }
    let date = head.headers.get(X_SDK_DATE).ok_or("x-sdk-date not found")?;
    Ok(date.to_str().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use serde_json::Value;

    use super::*;

    const BODY: &[u8] = b"";

    /// A vector of the official SDK as a request on the wire.
    fn request_of(vector: &Value) -> (Parts, Vec<u8>) {
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let mut request =
            Request::builder().method(&*text(&vector["input"]["method"])).uri(text(&vector["sdk_request_uri"]));
        for (name, value) in vector["headers_after_signing"].as_object().expect("headers") {
            request = request.header(name, text(value).as_bytes());
        }
        let (head, ()) = request.body(()).expect("a request").into_parts();
        (head, vector["input"]["body"].as_str().unwrap_or_default().as_bytes().to_vec())
    }

    fn vectors() -> Value {
        serde_json::from_str(include_str!("../tests/vectors/sdk-hmac-sha256.json")).expect("JSON")
    }

    #[test]
    fn signed_by_the_official_sdk_then_the_same_stages_and_its_secret_fits() {
        let file = vectors();
        let secret = file["secret_key"].as_str().expect("text");
        let vectors = file["vectors"].as_array().expect("an array");
        assert_eq!(vectors.len(), 25);
        for vector in vectors {
            let name = &vector["name"];
            let (head, body) = request_of(vector);
            let signed = Signed::read(&head, &body).expect("well-formed").expect("signed");
            assert_eq!(signed.access, file["access_key"].as_str().expect("text"), "{name}");
            assert_eq!(signed.date.to_string(), "2026-01-02T03:04:05Z", "{name}");
            assert_eq!(Value::from(&*signed.canonical_request), vector["canonical_request"], "{name}");
            assert_eq!(Value::from(&*signed.string_to_sign), vector["string_to_sign"], "{name}");
            assert!(signed.is_made_with(secret), "{name}");
            assert!(!signed.is_made_with("another"), "{name}");
        }
    }

    fn read(authorization: &str, date: Option<&str>) -> Result<Option<Signed>, String> {
        let mut request = Request::builder().uri("/").header(AUTHORIZATION, authorization);
        if let Some(date) = date {
            request = request.header(X_SDK_DATE, date);
        }
        Signed::read(&request.body(()).expect("a request").into_parts().0, BODY)
    }

    #[test]
    fn no_signature_or_one_of_another_algorithm_then_nothing() {
        let (head, ()) = Request::new(()).into_parts();
        assert!(Signed::read(&head, BODY).expect("no flaw").is_none());
        assert!(read("Bearer 1", None).expect("no flaw").is_none());
    }

    #[test]
    fn header_malformed_then_told_so() {
        let malformed = [
            "SDK-HMAC-SHA256",
            "SDK-HMAC-SHA256 ",
            "SDK-HMAC-SHA256 Access=a",
            "SDK-HMAC-SHA256 Access=, SignedHeaders=x-sdk-date, Signature=00",
            "SDK-HMAC-SHA256 Access=a,SignedHeaders=x-sdk-date,Signature=00",
            "SDK-HMAC-SHA256 Access=a, SignedHeaders=x-sdk-date, Signature=0",
            "SDK-HMAC-SHA256 Access=a, SignedHeaders=x-sdk-date, Signature=XY",
            "SDK-HMAC-SHA256 Access=a, SignedHeaders=x-sdk-date, Signature=AB",
        ];
        for authorization in malformed {
            let flaw = read(authorization, Some("20260102T030405Z")).err().expect("malformed");
            assert_eq!(flaw, "the Authorization header is malformed", "{authorization}");
        }
    }

    #[test]
    fn date_not_signed_not_there_or_no_date_then_told_so() {
        let told = |names: &str, date| {
            read(&format!("SDK-HMAC-SHA256 Access=a, SignedHeaders={names}, Signature=00"), date).err().expect("a flaw")
        };
        assert_eq!(told("host", Some("20260102T030405Z")), "x-sdk-date is not signed");
        assert_eq!(told("x-sdk-date", None), "x-sdk-date not found");
        assert_eq!(told("x-sdk-date", Some("today")), "x-sdk-date has to be like 20260102T030405Z");
    }

    #[test]
    fn date_signed_and_nothing_else_then_that_is_enough() {
        let authorization = "SDK-HMAC-SHA256 Access=a, SignedHeaders=x-sdk-date, Signature=00";
        let signed = read(authorization, Some("20260102T030405Z")).expect("well-formed").expect("signed");
        assert!(signed.canonical_request.starts_with("GET\n/\n\nx-sdk-date:20260102T030405Z\n\nx-sdk-date\n"));
    }

    #[test]
    fn names_of_headers_unsorted_then_signed_in_order() {
        let authorization = "SDK-HMAC-SHA256 Access=a, SignedHeaders=x-sdk-date;authorization, Signature=00";
        let signed = read(authorization, Some("20260102T030405Z")).expect("well-formed").expect("signed");
        assert!(signed.canonical_request.contains("\nauthorization;x-sdk-date\n"));
    }

    #[test]
    fn signed_header_missing_then_told_which() {
        let authorization = "SDK-HMAC-SHA256 Access=a, SignedHeaders=x-odd;x-sdk-date, Signature=00";
        let flaw = read(authorization, Some("20260102T030405Z")).err().expect("a flaw");
        assert_eq!(flaw, "signed header x-odd not found");
    }

    #[test]
    fn anything_signed_changed_then_the_secret_no_longer_fits() {
        let file = vectors();
        let secret = file["secret_key"].as_str().expect("text");
        let vector = file["vectors"].as_array().expect("an array").iter().find(|one| one["name"] == "post-json");
        let is_valid = |change: fn(&mut Parts, &mut Vec<u8>)| {
            let (mut head, mut body) = request_of(vector.expect("it is there"));
            change(&mut head, &mut body);
            Signed::read(&head, &body).expect("well-formed").expect("signed").is_made_with(secret)
        };
        assert!(is_valid(|_, _| ()));
        assert!(!is_valid(|_, body| body.push(b' ')));
        assert!(!is_valid(|head, _| head.method = "PUT".parse().expect("a method")));
        assert!(!is_valid(|head, _| head.uri = "/v1/x".parse().expect("a path")));
        assert!(!is_valid(|head, _| head.uri = format!("{}?a", head.uri).parse().expect("a path")));
        assert!(!is_valid(|head, _| drop(head.headers.insert("host", "x".parse().expect("a value")))));
        assert!(!is_valid(|head, _| assert!(head.headers.append("x-project-id", "x".parse().expect("a value")))));
        assert!(is_valid(|head, _| drop(head.headers.insert("accept", "x".parse().expect("a value")))));
    }
}
