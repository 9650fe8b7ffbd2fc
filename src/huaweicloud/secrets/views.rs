//! A text as each chain of decoders reads it, with the place of every byte in the text.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

use super::decoders::Decoder;

/// A text may have that many views. One without escapes has about four.
const MAX_VIEWS: usize = 128;

/// All views of a text may have that many bytes together.
const MAX_BYTES: usize = 256 << 10;

/// At most that many decoders follow each other.
const MAX_DEPTH: usize = 5;

/// A text after some decoders.
#[derive(Clone, Default)]
pub(super) struct View {
    pub(super) bytes: Vec<u8>,
    /// From where in the text each byte was read.
    origins: Vec<(u32, u32)>,
    pub(super) depth: usize,
    /// Whether white space was removed: words of several lines may stand side by side.
    pub(super) is_squeezed: bool,
    /// How often runs of base64 or hexadecimal were decoded, at each offset: most of the bytes are meaningless.
    pub(super) unpacked: usize,
}

impl View {
    fn of(text: &str) -> Self {
        let origins = (0..u32::try_from(text.len()).unwrap_or(u32::MAX)).map(|at| (at, at + 1)).collect();
        Self { bytes: text.as_bytes().to_vec(), origins, ..Self::default() }
    }

    /// The view of the next decoder, which starts empty.
    pub(super) fn next(&self) -> Self {
        let Self { depth, is_squeezed, unpacked, .. } = *self;
        Self { depth: depth + 1, is_squeezed, unpacked, ..Self::default() }
    }

    /// The view of the next decoder, which starts with that many bytes as they are.
    pub(super) fn beginning(&self, length: usize) -> Self {
        let mut next = self.next();
        next.bytes.extend_from_slice(&self.bytes[..length]);
        next.origins.extend_from_slice(&self.origins[..length]);
        next
    }

    /// Adds bytes that were read from these bytes of another view.
    pub(super) fn push(&mut self, bytes: &[u8], from: &Self, place: Range<usize>) {
        let origin = from.origin(place);
        self.bytes.extend_from_slice(bytes);
        self.origins.extend(std::iter::repeat_n(origin, bytes.len()));
    }

    /// Adds a byte of another view.
    pub(super) fn push_as_it_is(&mut self, from: &Self, at: usize) {
        self.bytes.push(from.bytes[at]);
        self.origins.push(from.origins[at]);
    }

    /// Where in the text these bytes were read. A view may repeat parts of the text, though never within one secret.
    pub(super) fn place(&self, bytes: Range<usize>) -> Range<usize> {
        let (start, end) = self.origin(bytes);
        start as usize..(end as usize).max(start as usize)
    }

    fn origin(&self, bytes: Range<usize>) -> (u32, u32) {
        let start = self.origins.get(bytes.start).map_or(0, |origin| origin.0);
        let end = bytes.end.checked_sub(1).and_then(|last| self.origins.get(last)).map_or(start, |origin| origin.1);
        (start, end)
    }
}

/// All views of a text through these decoders, the text itself first.
pub(super) fn views<'d>(text: &str, decoders: &'d [Decoder]) -> impl Iterator<Item = View> + use<'d> {
    let mut seen = HashSet::new();
    let (hasher, mut made) = (RandomState::new(), 0);
    let mut waiting = VecDeque::from([View::of(text)]);
    seen.insert(hasher.hash_one(text.as_bytes()));
    std::iter::from_fn(move || {
        let view = waiting.pop_front()?;
        let decoders = if view.depth < MAX_DEPTH { decoders } else { &[] };
        for decoder in decoders {
            if seen.len() >= MAX_VIEWS || made >= MAX_BYTES {
                break;
            }
            for next in decoder(&view) {
                made += next.bytes.len();
                if seen.insert(hasher.hash_one(&next.bytes)) {
                    waiting.push_back(next);
                }
            }
        }
        Some(view)
    })
}
