//! Pieces of secrets, as hashes: nothing can be read from them.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

use super::views::View;

/// A piece of that many bytes is always a piece of a secret: it is too long to be anything else.
const LONGEST_PIECE: usize = 12;

/// A secret that is no longer than this is looked for as a whole.
const SHORTEST_PIECE: usize = 6;

/// All pieces of some secrets.
#[derive(Default)]
pub(super) struct Pieces {
    hasher: RandomState,
    /// The hashes of secrets as wholes.
    wholes: HashSet<u64>,
    /// The hashes of pieces, by their length.
    by_length: BTreeMap<usize, HashSet<u64>>,
}

impl Pieces {
    /// Adds a secret, unless it is known or empty. A text that cuts a secret off still has pieces of it: two thirds of a
    /// short one, or twelve bytes of a long one.
    pub(super) fn add(&mut self, secret: &str) {
        if secret.is_empty() || !self.wholes.insert(self.hasher.hash_one(secret.as_bytes())) {
            return;
        }
        let bytes = secret.as_bytes();
        let length = (bytes.len() * 2 / 3).clamp(SHORTEST_PIECE, LONGEST_PIECE).min(bytes.len());
        let hashes = self.by_length.entry(length).or_default();
        hashes.extend(bytes.windows(length).map(|piece| self.hasher.hash_one(piece)));
    }

    /// Where in the text of a view pieces of secrets are.
    pub(super) fn find(&self, view: &View, found: &mut Vec<Range<usize>>) {
        for (length, hashes) in &self.by_length {
            // Words side by side may happen to be a short secret.
            if view.is_squeezed && *length < LONGEST_PIECE {
                continue;
            }
            let pieces = view.bytes.windows(*length).enumerate();
            let known = pieces.filter(|(_, piece)| hashes.contains(&self.hasher.hash_one(piece)));
            found.extend(known.map(|(at, _)| view.place(at..at + length)));
        }
    }

    pub(super) fn len(&self) -> usize {
        self.wholes.len()
    }
}
