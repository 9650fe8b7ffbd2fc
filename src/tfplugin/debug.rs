//! `Debug` for the messages that carry users' values: sizes only, since any value may be a secret.

use std::fmt;

use super::proto::{DynamicValue, RawState, read_state_bytes, write_state_bytes};

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

impl fmt::Debug for read_state_bytes::Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes of a state", self.bytes.len())
    }
}

impl fmt::Debug for write_state_bytes::RequestChunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes of a state", self.bytes.len())
    }
}
