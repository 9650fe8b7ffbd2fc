//! Pieces of secrets, as hashes: nothing can be read from them.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

use super::variants::variants;
use super::views::View;

/// A shorter secret is not looked for: it would stand in too many words.
pub(super) const SHORTEST_SECRET: usize = 4;

/// A piece of that many bytes is always a piece of a secret: it is too long to be anything else.
const LONGEST_PIECE: usize = 12;

/// A secret that is no longer than this is looked for as a whole.
const SHORTEST_PIECE: usize = 6;

/// A secret of that many bytes is looked for as a whole even where white space was removed.
const SHORTEST_SQUEEZED: usize = 8;

/// The logarithm of the number of bits of a filter.
const FILTER_BITS: u32 = 18;

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
    /// A bit for the first bytes of each piece: most places of a text are no beginning of a piece.
    filter: Vec<u64>,
}

impl Pieces {
    /// Adds a secret, unless it is known or too short. A text that cuts a secret off still has pieces of it: two thirds of
    /// a short one, or twelve bytes of a long one.
    pub(super) fn add(&mut self, secret: &str) {
        if secret.len() < SHORTEST_SECRET || !self.wholes.insert(self.hasher.hash_one(secret.as_bytes())) {
            return;
        }
        for variant in variants(secret) {
            self.add_pieces(&variant);
        }
    }

    fn add_pieces(&mut self, bytes: &[u8]) {
        let length = (bytes.len() * 2 / 3).clamp(SHORTEST_PIECE, LONGEST_PIECE).min(bytes.len());
        if length < LONGEST_PIECE && bytes.len() >= SHORTEST_SQUEEZED {
            self.wholes_by_length.entry(bytes.len()).or_default().insert(self.hasher.hash_one(bytes));
        }
        self.filter.resize(1 << (FILTER_BITS - 6), 0);
        let hashes = self.by_length.entry(length).or_default();
        for piece in bytes.windows(length) {
            hashes.insert(self.hasher.hash_one(piece));
            let bit = bit_of(beginning(piece));
            self.filter[bit >> 6] |= 1 << (bit & 63);
        }
    }

    /// Where in the text of a view pieces of secrets are.
    pub(super) fn find(&self, view: &View, found: &mut Vec<Range<usize>>) {
        if self.filter.is_empty() || view.bytes.len() < SHORTEST_SECRET {
            return;
        }
        // Words side by side may happen to be a piece of a short secret, though hardly all of it.
        let squeezed = self.by_length.range(LONGEST_PIECE..).chain(&self.wholes_by_length);
        let all = self.by_length.range(..);
        let tables: Vec<_> = if view.is_squeezed { squeezed.collect() } else { all.collect() };
        for at in 0..=view.bytes.len() - SHORTEST_SECRET {
            let rest = &view.bytes[at..];
            let bit = bit_of(beginning(rest));
            if self.filter[bit >> 6] & (1 << (bit & 63)) == 0 {
                continue;
            }
            for (length, hashes) in &tables {
                if rest.get(..**length).is_some_and(|piece| hashes.contains(&self.hasher.hash_one(piece))) {
                    found.push(view.place(at..at + **length));
                }
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.wholes.len()
    }
}

/// The first bytes of a piece or a text, of which all pieces have enough.
fn beginning(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// The place in a filter of the beginning of a piece: the upper bits of its product with a constant.
fn bit_of(beginning: u32) -> usize {
    (beginning.wrapping_mul(0x9e37_79b1) >> (32 - FILTER_BITS)) as usize
}
