//! Pieces of secrets, as hashes: nothing can be read from them.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

use super::views::View;

/// A piece of that many bytes is always a piece of a secret: it is too long to be anything else.
const LONGEST_PIECE: usize = 12;

/// A secret that is no longer than this is looked for as a whole.
const SHORTEST_PIECE: usize = 6;

/// A secret of that many bytes is looked for as a whole even where white space was removed.
const SHORTEST_SQUEEZED: usize = 8;

/// All pieces of some secrets.
#[derive(Default)]
pub(super) struct Pieces {
    hasher: RandomState,
    /// The hashes of secrets as wholes.
    wholes: HashSet<u64>,
    /// The hashes of pieces, by their length.
    by_length: BTreeMap<usize, HashSet<u64>>,
    /// The hashes of secrets as wholes, by their length, of those whose pieces are shorter than the longest.
    wholes_by_length: BTreeMap<usize, HashSet<u64>>,
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
        if length < LONGEST_PIECE && bytes.len() >= SHORTEST_SQUEEZED {
            self.wholes_by_length.entry(bytes.len()).or_default().insert(self.hasher.hash_one(bytes));
        }
        let hashes = self.by_length.entry(length).or_default();
        hashes.extend(bytes.windows(length).map(|piece| self.hasher.hash_one(piece)));
    }

    /// Where in the text of a view pieces of secrets are.
    pub(super) fn find(&self, view: &View, found: &mut Vec<Range<usize>>) {
        // Words side by side may happen to be a piece of a short secret, though hardly all of it.
        let squeezed = self.by_length.range(LONGEST_PIECE..).chain(&self.wholes_by_length);
        let all = self.by_length.range(..);
        let tables: Vec<_> = if view.is_squeezed { squeezed.collect() } else { all.collect() };
        for (length, hashes) in tables {
            let pieces = view.bytes.windows(*length).enumerate();
            let known = pieces.filter(|(_, piece)| hashes.contains(&self.hasher.hash_one(piece)));
            found.extend(known.map(|(at, _)| view.place(at..at + length)));
        }
    }

    pub(super) fn len(&self) -> usize {
        self.wholes.len()
    }
}
