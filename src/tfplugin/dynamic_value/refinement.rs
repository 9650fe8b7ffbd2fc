//! What Terraform says about an unknown value: a MessagePack map with these integer keys.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer as _};

use super::number::NumberVisitor;
use crate::terraform::{Bound, Number, Refinement, Value};

const NULL: u64 = 1;
const PREFIX: u64 = 2;
const NUMBER_MIN: u64 = 3;
const NUMBER_MAX: u64 = 4;
const LENGTH_MIN: u64 = 5;
const LENGTH_MAX: u64 = 6;

/// Reads a payload. Terraform may add keys, and an unknown value stays one whatever is said about it, so that what
/// cannot be read is left out.
pub(super) fn decode(payload: &[u8]) -> Refinement {
    rmp_serde::from_slice::<Payload>(payload).map(|payload| payload.0).unwrap_or_default()
}

/// Writes a payload; `None` when there is nothing to say.
pub(super) fn encode(refinement: &Refinement) -> Result<Option<Vec<u8>>, rmp_serde::encode::Error> {
    let Refinement { null, prefix, number_min, number_max, length_min, length_max } = refinement;
    let bound = |b: &Bound| Value::Sequence(vec![Value::Number(b.number.clone()), Value::Bool(b.inclusive)]);
    let length = |length: &u64| Value::Number(Number::from(*length));
    let entries = [
        (NULL, null.map(Value::Bool)),
        (PREFIX, prefix.clone().map(Value::String)),
        (NUMBER_MIN, number_min.as_ref().map(bound)),
        (NUMBER_MAX, number_max.as_ref().map(bound)),
        (LENGTH_MIN, length_min.as_ref().map(length)),
        (LENGTH_MAX, length_max.as_ref().map(length)),
    ];
    let said: Vec<_> = entries.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
    if said.is_empty() {
        return Ok(None);
    }
    let mut payload = Vec::new();
    let mut serializer = rmp_serde::Serializer::new(&mut payload);
    let mut map = serializer.serialize_map(Some(said.len()))?;
    for (key, value) in said {
        map.serialize_entry(&key, &value)?;
    }
    map.end()?;
    Ok(Some(payload))
}

struct Payload(Refinement);

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PayloadVisitor)
    }
}

struct PayloadVisitor;

impl<'de> Visitor<'de> for PayloadVisitor {
    type Value = Payload;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a refinement")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Payload, A::Error> {
        let mut refinement = Refinement::default();
        while let Some(key) = map.next_key::<u64>()? {
            match key {
                NULL => refinement.null = Some(map.next_value()?),
                PREFIX => refinement.prefix = Some(map.next_value()?),
                NUMBER_MIN => refinement.number_min = Some(map.next_value::<WireBound>()?.into()),
                NUMBER_MAX => refinement.number_max = Some(map.next_value::<WireBound>()?.into()),
                LENGTH_MIN => refinement.length_min = Some(map.next_value()?),
                LENGTH_MAX => refinement.length_max = Some(map.next_value()?),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Payload(refinement))
    }
}

#[derive(Deserialize)]
struct WireBound(#[serde(deserialize_with = "number")] Number, bool);

impl From<WireBound> for Bound {
    fn from(WireBound(number, inclusive): WireBound) -> Self {
        Self { number, inclusive }
    }
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
    deserializer.deserialize_any(NumberVisitor)
}
