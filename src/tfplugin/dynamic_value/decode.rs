use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{REFINED_UNKNOWN, refinement};
use crate::terraform::{Number, ObjectType, Refinement, Type, Value};
use crate::tfplugin::type_json::parse_type;

/// How deep values may be nested, so that hostile bytes cannot exhaust the stack.
const MAX_DEPTH: usize = 128;

/// The two forms of a `DynamicValue`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// MessagePack, what Terraform sends.
    MessagePack,
    /// JSON, what older states and some tools hold.
    Json,
}

/// Bytes that are no value of the expected type. Says what was expected, never what was found.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct DecodeError(String);

/// Reads a value of type `ty`.
///
/// # Errors
/// When the bytes are malformed, nested too deeply or of another type; when an object lacks an attribute or has one
/// too many.
pub fn decode(bytes: &[u8], encoding: Encoding, ty: &Type) -> Result<Value, DecodeError> {
    decode_at(0, bytes, encoding, ty)
}

fn decode_at(depth: usize, bytes: &[u8], encoding: Encoding, ty: &Type) -> Result<Value, DecodeError> {
    let seed = ValueSeed { ty, encoding, depth };
    match encoding {
        Encoding::MessagePack => {
            let mut deserializer = rmp_serde::Deserializer::from_read_ref(bytes);
            deserializer.set_max_depth(MAX_DEPTH);
            seed.deserialize(&mut deserializer).map_err(|error| DecodeError(error.to_string()))
        }
        Encoding::Json => {
            let mut deserializer = serde_json::Deserializer::from_slice(bytes);
            seed.deserialize(&mut deserializer).map_err(|error| DecodeError(error.to_string()))
        }
    }
}

#[derive(Clone, Copy)]
struct ValueSeed<'t> {
    ty: &'t Type,
    encoding: Encoding,
    /// How many values it is inside of. The libraries count too, but not across JSON inside JSON.
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        if self.depth > MAX_DEPTH {
            return Err(D::Error::custom("the value is nested too deeply"));
        }
        match (self.encoding, self.ty) {
            // serde_json rounds some numbers on their way to a visitor; their text is exact.
            (Encoding::Json, Type::Number) => json_number(<&RawValue>::deserialize(deserializer)?.get())
                .ok_or_else(|| D::Error::custom("a number is required")),
            // serde_json presents some numbers as maps to a visitor that did not ask for a map.
            (Encoding::Json, Type::Map(_) | Type::Object(_) | Type::Dynamic) => {
                deserializer.deserialize_option(JsonMappingVisitor(self))
            }
            _ => deserializer.deserialize_any(self),
        }
    }
}

/// A JSON object, or null.
struct JsonMappingVisitor<'t>(ValueSeed<'t>);

impl<'de> Visitor<'de> for JsonMappingVisitor<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_map(self.0)
    }
}

fn json_number(text: &str) -> Option<Value> {
    if text == "null" {
        return Some(Value::Null);
    }
    let digits = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    Number::from_decimal(digits).map(Value::Number)
}

impl ValueSeed<'_> {
    fn of<'s>(&self, ty: &'s Type) -> ValueSeed<'s> {
        ValueSeed { ty, encoding: self.encoding, depth: self.depth + 1 }
    }

    fn number<E: Error>(&self, number: Option<Number>) -> Result<Value, E> {
        match (self.ty, number) {
            (Type::Number, Some(number)) => Ok(Value::Number(number)),
            _ => Err(self.mismatch()),
        }
    }

    fn mismatch<E: Error>(&self) -> E {
        E::custom(format_args!("{} is required", Expected(self.ty)))
    }

    fn elements<'de, A: SeqAccess<'de>>(&self, element: &Type, mut seq: A) -> Result<Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(value) = seq.next_element_seed(self.of(element))? {
            elements.push(value);
        }
        Ok(Value::Sequence(elements))
    }

    fn tuple<'de, A: SeqAccess<'de>>(&self, types: &[Type], mut seq: A) -> Result<Value, A::Error> {
        let mut elements = Vec::new();
        for ty in types {
            elements.push(seq.next_element_seed(self.of(ty))?.ok_or_else(|| self.mismatch())?);
        }
        if seq.next_element::<IgnoredAny>()?.is_some() {
            return Err(self.mismatch());
        }
        Ok(Value::Sequence(elements))
    }

    /// MessagePack holds a dynamic value as its type, then the value.
    fn dynamic_pair<'de, A: SeqAccess<'de>>(&self, mut seq: A) -> Result<Value, A::Error> {
        let TypeBytes(notation) = seq.next_element()?.ok_or_else(|| self.mismatch())?;
        let ty = parse_type(&notation).ok_or_else(|| A::Error::custom("a dynamic value has no valid type"))?;
        let value = seq.next_element_seed(self.of(&ty))?.ok_or_else(|| self.mismatch())?;
        Ok(Value::Dynamic(ty, Box::new(value)))
    }

    fn object<'de, A: MapAccess<'de>>(&self, object: &ObjectType, mut map: A) -> Result<Value, A::Error> {
        let mut attributes = BTreeMap::new();
        while let Some(name) = map.next_key::<String>()? {
            let ty =
                object.attributes.get(&name).ok_or_else(|| A::Error::custom("an attribute is not in the schema"))?;
            let value = map.next_value_seed(self.of(ty))?;
            attributes.insert(name, value);
        }
        if let Some(missing) = object.attributes.keys().find(|name| !attributes.contains_key(*name)) {
            return Err(A::Error::custom(format_args!("attribute {missing} is missing")));
        }
        Ok(Value::Mapping(attributes))
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Expected(self.ty), f)
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    /// rmp-serde presents an extension as a newtype around its code and payload: in Terraform, an unknown value.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(ExtensionVisitor).map(Value::Unknown)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        if *self.ty == Type::Bool { Ok(Value::Bool(value)) } else { Err(self.mismatch()) }
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        self.number(Some(Number::from(value)))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        self.number(Some(Number::from(value)))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        self.number(Number::from_f64(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        match self.ty {
            Type::String => Ok(Value::String(text.to_owned())),
            _ => self.number(Number::from_decimal(text)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Value, A::Error> {
        match self.ty {
            Type::List(element) | Type::Set(element) => self.elements(element, seq),
            Type::Tuple(types) => self.tuple(types, seq),
            Type::Dynamic if self.encoding == Encoding::MessagePack => self.dynamic_pair(seq),
            _ => Err(self.mismatch()),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        match self.ty {
            Type::Map(element) => {
                let mut elements = BTreeMap::new();
                while let Some(key) = map.next_key::<String>()? {
                    let value = map.next_value_seed(self.of(element))?;
                    elements.insert(key, value);
                }
                Ok(Value::Mapping(elements))
            }
            Type::Object(object) => self.object(object, map),
            Type::Dynamic if self.encoding == Encoding::Json => json_dynamic(self.depth, map),
            _ => Err(self.mismatch()),
        }
    }
}

/// JSON holds a dynamic value as an object of its value and type, in either order.
fn json_dynamic<'de, A: MapAccess<'de>>(depth: usize, mut map: A) -> Result<Value, A::Error> {
    let (mut ty, mut value) = (None, None);
    while let Some(key) = map.next_key::<String>()? {
        match key.as_str() {
            "type" => ty = parse_type(map.next_value::<&RawValue>()?.get().as_bytes()),
            "value" => value = Some(map.next_value::<&RawValue>()?),
            _ => drop(map.next_value::<IgnoredAny>()?),
        }
    }
    let (Some(ty), Some(value)) = (ty, value) else {
        return Err(A::Error::custom("a dynamic value needs a type and a value"));
    };
    let value = decode_at(depth + 1, value.get().as_bytes(), Encoding::Json, &ty).map_err(A::Error::custom)?;
    Ok(Value::Dynamic(ty, Box::new(value)))
}

/// The type part of a dynamic value, as bytes or text.
struct TypeBytes(Vec<u8>);

impl<'de> Deserialize<'de> for TypeBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BytesVisitor).map(TypeBytes)
    }
}

struct BytesVisitor;

impl Visitor<'_> for BytesVisitor {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
        Ok(bytes.to_vec())
    }

    fn visit_str<E>(self, text: &str) -> Result<Vec<u8>, E> {
        Ok(text.as_bytes().to_vec())
    }
}

/// The code and payload of an extension. Any code means unknown; only one brings a refinement.
struct ExtensionVisitor;

impl<'de> Visitor<'de> for ExtensionVisitor {
    type Value = Refinement;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an unknown value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Refinement, A::Error> {
        let code = seq.next_element::<i8>()?.ok_or_else(|| A::Error::custom("an extension has no code"))?;
        let TypeBytes(payload) = seq.next_element()?.ok_or_else(|| A::Error::custom("an extension has no payload"))?;
        Ok(if code == REFINED_UNKNOWN { refinement::decode(&payload) } else { Refinement::default() })
    }
}

struct Expected<'t>(&'t Type);

impl fmt::Display for Expected<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Type::Bool => "a bool",
            Type::Number => "a number",
            Type::String => "a string",
            Type::Dynamic => "a value with its type",
            Type::List(_) => "a list",
            Type::Set(_) => "a set",
            Type::Map(_) => "a map",
            Type::Object(_) => "an object",
            Type::Tuple(_) => "a tuple",
        })
    }
}
