//! `Debug` for the messages that carry users' values: sizes only, since any value may be a secret.

use std::fmt;

use super::proto::{DynamicValue, RawState};

impl fmt::Debug for DynamicValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynamicValue of {} bytes", self.msgpack.len() + self.json.len())
    }
}

impl fmt::Debug for RawState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawState of {} bytes, {} flat entries", self.json.len(), self.flatmap.len())
    }
}
