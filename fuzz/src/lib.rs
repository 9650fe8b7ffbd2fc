//! What is fuzzed: each function takes any bytes and must neither panic nor find a contradiction. The targets of cargo-fuzz
//! call them, and `tests/corpus.rs` replays the corpus with them.
#![allow(missing_docs, unreachable_pub, clippy::missing_panics_doc, reason = "they are tests")]

use serde_json::Value;
use terraform_provider_maas::env::Environment;
use terraform_provider_maas::go_plugin;
use terraform_provider_maas::huaweicloud::{decode_body, parse_profile};
use terraform_provider_maas::maas::{Agreement, EndpointList, RegionList, ServiceList, WorkspaceList};
use terraform_provider_maas::terraform::Type;
use terraform_provider_maas::tfplugin::{Encoding, decode, encode, parse_type};

/// A value of the type on the first line, in both encodings. What can be read is the same after it was written and read.
pub fn dynamic_value(data: &[u8]) {
    let line = data.iter().position(|byte| *byte == b'\n').unwrap_or_default();
    let (notation, bytes) = data.split_at(line);
    let bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
    let ty = parse_type(notation).unwrap_or(Type::Dynamic);
    for encoding in [Encoding::MessagePack, Encoding::Json] {
        if let Ok(value) = decode(bytes, encoding, &ty) {
            let written = encode(&value).expect("what was read can be written");
            let again = decode(&written, Encoding::MessagePack, &ty).expect("what was written can be read");
            assert!(again == value, "{ty:?}: {value:?} became {again:?}");
        }
    }
}

/// The body of an answer, as each model.
pub fn answer(data: &[u8]) {
    let _ = decode_body::<WorkspaceList>(data);
    let _ = decode_body::<RegionList>(data);
    let _ = decode_body::<ServiceList>(data);
    let _ = decode_body::<EndpointList>(data);
    let _ = decode_body::<Agreement>(data);
}

/// The configuration file of KooCLI. Errors show names and modes, but nothing that stands where secrets do.
pub fn shared_config(data: &[u8]) {
    for name in [None, Some("main")] {
        let _ = parse_profile(data, name);
    }
    let Ok(file) = serde_json::from_slice::<Value>(data) else { return };
    // A key, and what KooCLI makes of one that it encrypts.
    for secret in ["hunter2secret", "hunter2+secret"] {
        let mut file = file.clone();
        if file.to_string().contains(secret) {
            continue;
        }
        plant(secret, &mut file);
        for name in [None, Some("main")] {
            let profile = parse_profile(file.to_string().as_bytes(), name);
            let shown = profile.as_ref().map_or_else(|error| format!("{error} {error:?}"), |it| format!("{it:?}"));
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

/// Puts a secret wherever KooCLI has one.
fn plant(secret: &str, value: &mut Value) {
    const SECRETS: [&str; 4] = ["accessKeyId", "secretAccessKey", "securityToken", "xAuthToken"];
    match value {
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| match value {
            Value::String(text) if SECRETS.contains(&name.as_str()) => secret.clone_into(text),
            _ => plant(secret, value),
        }),
        Value::Array(items) => items.iter_mut().for_each(|item| plant(secret, item)),
        _ => {}
    }
}

/// The environment of a host: lines of `NAME=value`, with `\n` for a line break in a value.
pub fn handshake(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let variables: Vec<_> = text.lines().filter_map(|line| line.split_once('=')).collect();
    let values: Vec<_> = variables.iter().map(|(name, value)| (*name, value.replace("\\n", "\n"))).collect();
    let environment = Environment::fixed(values.iter().map(|(name, value)| (*name, value.as_str())));
    if let Ok(line) = go_plugin::handshake_line(&environment) {
        let fields = line.split('|').count();
        let asked = values.iter().rev().find(|(name, _)| *name == "PLUGIN_MULTIPLEX_GRPC");
        assert_eq!(fields, if asked.is_some_and(|(_, value)| !value.is_empty()) { 7 } else { 6 }, "{line}");
        assert!(!line.contains('\n'), "{line}");
    }
}
