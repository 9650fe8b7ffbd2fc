use rmp_serde::MSGPACK_EXT_STRUCT_NAME;
use rmp_serde::encode::{Error, Serializer};
use serde::ser::{Serialize, SerializeSeq};

use super::{REFINED_UNKNOWN, UNKNOWN, refinement};
use crate::terraform::{Refinement, Value};
use crate::tfplugin::type_json::type_json;

/// The MessagePack form of a model or of a [`Value`]. Structs become maps with the names of their fields.
///
/// # Errors
/// When the model itself refuses to be serialized.
pub fn encode(value: &dyn erased_serde::Serialize) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::with_capacity(256);
    let mut serializer = Serializer::new(&mut bytes).with_struct_map();
    erased_serde::serialize(value, &mut serializer)?;
    Ok(bytes)
}

/// A value serializes to what Terraform itself would send for it.
impl Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Unknown(refinement) => serialize_unknown(refinement, serializer),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(integer), _) => serializer.serialize_i64(integer),
                (None, Some(float)) => serializer.serialize_f64(float),
                (None, None) => serializer.collect_str(number),
            },
            Self::String(text) => serializer.serialize_str(text),
            Self::Sequence(elements) => serializer.collect_seq(elements),
            Self::Mapping(elements) => serializer.collect_map(elements),
            Self::Dynamic(ty, value) => {
                let mut pair = serializer.serialize_seq(Some(2))?;
                pair.serialize_element(&Bytes(&type_json(ty)))?;
                pair.serialize_element(value)?;
                pair.end()
            }
        }
    }
}

fn serialize_unknown<S: serde::Serializer>(refinement: &Refinement, serializer: S) -> Result<S::Ok, S::Error> {
    let payload = refinement::encode(refinement).map_err(serde::ser::Error::custom)?;
    match payload {
        None => serializer.serialize_newtype_struct(MSGPACK_EXT_STRUCT_NAME, &(UNKNOWN, Bytes(&[0]))),
        Some(payload) => {
            serializer.serialize_newtype_struct(MSGPACK_EXT_STRUCT_NAME, &(REFINED_UNKNOWN, Bytes(&payload)))
        }
    }
}

/// Bytes that serialize as bytes, not as a list of numbers.
struct Bytes<'a>(&'a [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}
