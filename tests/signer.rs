//! The signer against signatures of an official SDK, at every stage.
#![allow(missing_docs, reason = "a test has no interface")]

use serde_json::Value;
use terraform_provider_maas::huaweicloud::{SigningInput, sign};

/// The committed vectors, or those in the file that `SIGNATURE_VECTORS` names: `tests/signatures.py` makes fresh ones
/// with the official SDK for Python.
fn vectors() -> Value {
    let text = match std::env::var_os("SIGNATURE_VECTORS") {
        Some(path) => std::fs::read_to_string(path).expect("a file of vectors"),
        None => include_str!("vectors/sdk-hmac-sha256.json").to_owned(),
    };
    serde_json::from_str(&text).expect("the file holds vectors")
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value[member].as_str().unwrap_or_else(|| panic!("no {member} in {value}"))
}

/// The query of the vector as the provider would send it.
fn query(input: &Value) -> String {
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let pairs = input["query"].as_array().expect("pairs").iter();
    let pairs = pairs.map(|pair| {
        let part = |index: usize| encode(pair[index].as_str().expect("text"));
        format!("{}={}", part(0), part(1))
    });
    pairs.collect::<Vec<_>>().join("&")
}

#[test]
fn each_vector_of_the_official_sdk_then_the_same_at_every_stage() {
    let file = vectors();
    let vectors = file["vectors"].as_array().expect("vectors");
    assert!(vectors.len() >= 25, "{} vectors", vectors.len());
    for vector in vectors {
        let (name, input) = (text(vector, "name"), &vector["input"]);
        let headers = vector["headers_after_signing"].as_object().expect("headers");
        let headers: Vec<_> = headers
            .iter()
            .filter(|(name, _)| !name.eq_ignore_ascii_case("authorization") && !name.eq_ignore_ascii_case("x-sdk-date"))
            .map(|(name, value)| (name.as_str(), value.as_str().expect("text")))
            .collect();
        let time = jiff::fmt::strtime::parse("%Y%m%dT%H%M%S%z", text(input, "x_sdk_date").replace('Z', "+0000"));
        let signing = SigningInput {
            method: text(input, "method"),
            path: text(input, "path"),
            query: &query(input),
            headers: &headers,
            body: input["body"].as_str().unwrap_or_default().as_bytes(),
            time: time.and_then(|time| time.to_timestamp()).expect("a time"),
        };
        let signature = sign(&signing, text(&file, "access_key"), text(&file, "secret_key"));
        assert_eq!(signature.canonical_request, text(vector, "canonical_request"), "{name}");
        assert_eq!(signature.string_to_sign, text(vector, "string_to_sign"), "{name}");
        assert_eq!(signature.authorization, text(vector, "authorization"), "{name}");
    }
}
