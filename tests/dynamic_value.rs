//! Values on the wire: Terraform's own encodings, round trips of anything, and bytes that are nothing.
#![allow(missing_docs, reason = "a test has no interface")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Deserialize;
use terraform_provider_maas::terraform::{Bound, Number, Refinement, Type, Value};
use terraform_provider_maas::tfplugin::{Encoding, decode, encode, parse_type};

/// What Terraform 1.11.4 sent for an expression in a configuration.
#[derive(Deserialize)]
struct Vector {
    hcl: String,
    r#type: serde_json::Value,
    msgpack: String,
}

fn vectors() -> Vec<(String, Type, Vec<u8>)> {
    let vectors: Vec<Vector> =
        serde_json::from_str(include_str!("vectors/dynamic-value-msgpack.json")).expect("the file holds vectors");
    let bytes = |hex: &str| {
        let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).expect("ASCII"));
        pairs.map(|pair| u8::from_str_radix(pair, 16).expect("hex")).collect()
    };
    let ty = |vector: &Vector| parse_type(vector.r#type.to_string().as_bytes()).expect("a type");
    vectors.iter().map(|vector| (vector.hcl.clone(), ty(vector), bytes(&vector.msgpack))).collect()
}

fn from_msgpack(bytes: &[u8], ty: &Type) -> Value {
    decode(bytes, Encoding::MessagePack, ty).unwrap_or_else(|error| panic!("{error} in {bytes:02x?} as {ty:?}"))
}

fn from_json(json: &str, ty: &Type) -> Result<Value, String> {
    decode(json.as_bytes(), Encoding::Json, ty).map_err(|error| error.to_string())
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

#[test]
fn each_encoding_of_terraform_then_decoded_and_encoded_to_the_same_bytes() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 92);
    for (hcl, ty, bytes) in vectors {
        let value = from_msgpack(&bytes, &ty);
        assert_eq!(encode(&value).expect("encodes"), bytes, "{hcl} of type {ty:?}");
    }
}

#[test]
fn refined_unknown_then_what_is_known_about_it() {
    let not_null = Refinement { null: Some(false), ..Refinement::default() };
    let prefixed = Refinement { prefix: Some("pre-".to_owned()), ..not_null.clone() };
    let bytes = [0xc7, 0x09, 12, 0x82, 1, 0xc2, 2, 0xa4, b'p', b'r', b'e', b'-'];
    assert_eq!(from_msgpack(&bytes, &Type::String), Value::Unknown(prefixed));
    let bound = |number: i64| Some(Bound { number: Number::from(number), inclusive: true });
    let between = Refinement { number_min: bound(1), number_max: bound(2), ..not_null };
    let bytes = [0xc7, 0x0b, 12, 0x83, 1, 0xc2, 3, 0x92, 1, 0xc3, 4, 0x92, 2, 0xc3];
    assert_eq!(from_msgpack(&bytes, &Type::Number), Value::Unknown(between));
}

#[test]
fn extension_of_any_other_code_or_unreadable_refinement_then_plain_unknown() {
    for bytes in [&[0xd4, 0, 0][..], &[0xd4, 99, 7], &[0xc7, 3, 12, 0x81, 1, 9], &[0xc7, 0, 12]] {
        assert_eq!(from_msgpack(bytes, &Type::String), Value::unknown(), "{bytes:02x?}");
    }
}

#[test]
fn number_in_any_form_then_exact() {
    let number = |bytes: &[u8]| from_msgpack(bytes, &Type::Number);
    let five = Value::Number(Number::from(5_i64));
    assert_eq!(number(&[0x05]), five);
    assert_eq!(number(&[0xa1, b'5']), five);
    assert_eq!(number(&[0xca, 0x40, 0xa0, 0, 0]), five);
    assert_eq!(number(&[0xcb, 0x40, 0x14, 0, 0, 0, 0, 0, 0]), five);
    for bad in
        [&[0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0][..], &[0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0], &[0xa3, b'0', b'x', b'1']]
    {
        assert!(decode(bad, Encoding::MessagePack, &Type::Number).is_err(), "{bad:02x?}");
    }
}

#[test]
fn json_then_the_same_values_with_exact_numbers() {
    assert_eq!(from_json("null", &Type::Number), Ok(Value::Null));
    assert_eq!(from_json("\"x\"", &Type::String), Ok(text("x")));
    let long = "123456789012345678901234567890.123";
    let exact = Number::from_decimal(long).expect("a number");
    assert_eq!(from_json(long, &Type::Number), Ok(Value::Number(exact)));
    assert_eq!(from_json("\"7\"", &Type::Number), Ok(Value::Number(Number::from(7_i64))));
    let either_order = [r#"{"type":"bool","value":true}"#, r#"{"value":true,"type":"bool"}"#];
    for json in either_order {
        let value = Value::Dynamic(Type::Bool, Box::new(Value::Bool(true)));
        assert_eq!(from_json(json, &Type::Dynamic), Ok(value));
    }
}

#[test]
fn json_number_of_any_form_where_another_type_belongs_then_refused() {
    for number in ["5", "-5", "5.5", "-0", "1e400", "123456789012345678901"] {
        let object = Type::object([("a", Type::String)]);
        for ty in [Type::map(Type::String), Type::map(Type::Number), object, Type::Dynamic, Type::String, Type::Bool] {
            assert!(from_json(number, &ty).is_err(), "{number} as {ty:?}");
            let list = Type::list(ty);
            assert!(from_json(&format!("[{number}]"), &list).is_err(), "{number} in {list:?}");
        }
    }
    for ty in [Type::map(Type::String), Type::Dynamic] {
        assert_eq!(from_json("null", &ty), Ok(Value::Null));
    }
}

#[test]
fn object_with_missing_or_extra_attribute_then_refused() {
    let ty = Type::object([("a", Type::String), ("b", Type::Bool)]);
    assert_eq!(from_json(r#"{"a":"x"}"#, &ty), Err("attribute b is missing at line 1 column 9".to_owned()));
    assert!(from_json(r#"{"a":"x","b":true,"c":1}"#, &ty).is_err());
    let values = BTreeMap::from([("a".to_owned(), text("x")), ("b".to_owned(), Value::Null)]);
    assert_eq!(from_json(r#"{"a":"x","b":null}"#, &ty), Ok(Value::Mapping(values)));
}

#[test]
fn wrong_type_then_error_that_names_the_right_one_and_shows_no_value() {
    let error = decode(&encode(&text("hunter2")).expect("encodes"), Encoding::MessagePack, &Type::Bool);
    let error = error.expect_err("no bool").to_string();
    assert!(error.contains("a bool is required"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn nesting_without_end_then_error_not_a_crash() {
    let mut deep = Vec::new();
    for _ in 0..100_000 {
        deep.extend_from_slice(b"\x92\xc4\x09\"dynamic\"");
    }
    assert!(decode(&deep, Encoding::MessagePack, &Type::Dynamic).is_err());
    let json = r#"{"type":"dynamic","value":"#.repeat(100_000);
    assert!(from_json(&json, &Type::Dynamic).is_err());
    // A complete value, each level of which is JSON inside JSON.
    let json = format!("{}null{}", r#"{"type":"dynamic","value":"#.repeat(10_000), "}".repeat(10_000));
    let error = from_json(&json, &Type::Dynamic).expect_err("refused");
    assert!(error.starts_with("the value is nested too deeply"), "{error}");
}

/// A type and a value of it.
fn typed_value() -> impl Strategy<Value = (Type, Value)> {
    let number = prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        any::<f64>().prop_filter_map("finite", Number::from_f64),
        "-?[0-9]{1,40}\\.[0-9]{1,40}".prop_filter_map("decimal", |digits| Number::from_decimal(&digits)),
    ];
    let leaf = prop_oneof![
        any::<bool>().prop_map(|value| (Type::Bool, Value::Bool(value))),
        number.prop_map(|number| (Type::Number, Value::Number(number))),
        any::<String>().prop_map(|text| (Type::String, Value::String(text))),
        Just((Type::String, Value::Null)),
        Just((Type::Number, Value::unknown())),
        "\\PC{1,20}".prop_map(|prefix| {
            (
                Type::String,
                Value::Unknown(Refinement { prefix: Some(prefix), null: Some(false), ..Refinement::default() }),
            )
        }),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let list = (inner.clone(), 0_usize..4)
            .prop_map(|((ty, value), count)| (Type::list(ty), Value::Sequence(vec![value; count])));
        let map = (inner.clone(), any::<String>())
            .prop_map(|((ty, value), key)| (Type::map(ty), Value::Mapping(BTreeMap::from([(key, value)]))));
        let tuple = prop::collection::vec(inner.clone(), 0..4).prop_map(|typed| {
            let (types, values) = typed.into_iter().unzip();
            (Type::Tuple(types), Value::Sequence(values))
        });
        let object = prop::collection::btree_map("[a-z]{1,6}", inner.clone(), 0..4).prop_map(|typed| {
            let types: Vec<_> = typed.iter().map(|(name, (ty, _))| (name.clone(), ty.clone())).collect();
            (Type::object(types), Value::Mapping(typed.into_iter().map(|(name, (_, value))| (name, value)).collect()))
        });
        let dynamic = inner.prop_map(|(ty, value)| (Type::Dynamic, Value::Dynamic(ty, Box::new(value))));
        prop_oneof![list, map, tuple, object, dynamic]
    })
}

proptest! {
    #[test]
    fn any_value_then_the_same_after_a_round_trip((ty, value) in typed_value()) {
        let bytes = encode(&value).expect("encodes");
        prop_assert!(from_msgpack(&bytes, &ty) == value);
    }

    #[test]
    fn arbitrary_bytes_then_value_or_error_but_no_panic((ty, _) in typed_value(), bytes in any::<Vec<u8>>()) {
        let _ = decode(&bytes, Encoding::MessagePack, &ty);
        let _ = decode(&bytes, Encoding::Json, &ty);
        let _ = decode(&bytes, Encoding::MessagePack, &Type::Dynamic);
        let _ = parse_type(&bytes);
    }

    #[test]
    fn one_byte_changed_then_value_or_error_but_no_panic(
        (ty, value) in typed_value(), place in any::<prop::sample::Index>(), byte in any::<u8>()
    ) {
        let mut bytes = encode(&value).expect("encodes");
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let _ = decode(&bytes, Encoding::MessagePack, &ty);
    }
}
