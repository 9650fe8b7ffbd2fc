//! `DynamicValue`: bytes of MessagePack or JSON on the wire, a [`Value`] of a known [`Type`] here.

mod decode;
mod encode;
mod number;
mod refinement;

pub use decode::{DecodeError, Encoding, decode};
pub use encode::encode;

use super::proto;
use crate::terraform::{Type, Value};

/// MessagePack extension code of an unknown value of which nothing is known.
const UNKNOWN: i8 = 0;

/// MessagePack extension code of an unknown value with a refinement.
const REFINED_UNKNOWN: i8 = 12;

/// The value in a message field; an absent or empty field is null.
pub(super) fn from_proto(value: Option<&proto::DynamicValue>, ty: &Type) -> Result<Value, DecodeError> {
    match value {
        Some(value) if !value.msgpack.is_empty() => decode(&value.msgpack, Encoding::MessagePack, ty),
        Some(value) if !value.json.is_empty() => decode(&value.json, Encoding::Json, ty),
        _ => Ok(Value::Null),
    }
}

/// The field for anything that encodes to a value.
pub(super) fn to_proto(value: &dyn erased_serde::Serialize) -> Result<proto::DynamicValue, rmp_serde::encode::Error> {
    Ok(proto::DynamicValue { msgpack: encode(value)?, json: Vec::new() })
}
