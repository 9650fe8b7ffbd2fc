//! The one redactor: everything that came from outside passes it before it is text for a person or a log line.

mod decoders;
mod numbers;
mod pieces;
mod urls;
mod variants;
mod views;

use std::fmt;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};

use super::text::{clean, cut};
use decoders::{DECODERS, Decoder, ESCAPES};
use pieces::Pieces;
use views::views;

/// Texts are cut at this length, in characters.
const MAX_TEXT: usize = 1_000;

/// Names are cut at this length, in characters.
const MAX_NAME: usize = 100;

/// Texts are not read beyond this length, in bytes: a token of the longest kind and more than is shown beside it.
const MAX_READ: usize = 32 << 10;

/// What is left of a text after secrets in plain encodings were replaced is not read beyond this length, in bytes.
const MAX_SEARCHED: usize = 4 << 10;

/// At most that many signatures are known, the newest ones.
const MAX_SIGNATURES: usize = 64;

const REPLACEMENT: &str = "(secret)";

/// Recognizes the secrets that a session uses in a text, in whatever encoding, whole or cut off. Holds hashes only.
#[derive(Default)]
pub(super) struct KnownSecrets(Mutex<Known>);

#[derive(Default)]
struct Known {
    secrets: Pieces,
    /// Signatures of requests, in two generations: each request has another one.
    signatures: [Pieces; 2],
}

impl KnownSecrets {
    /// Takes note of a secret, unless it is known or empty.
    pub(super) fn note(&self, secret: &SecretString) {
        self.known(|known| known.secrets.add(secret.expose_secret()));
    }

    /// Takes note of a request's signature, and forgets old ones.
    pub(super) fn note_signature(&self, signature: &str) {
        self.known(|Known { signatures: [newest, older], .. }| {
            if newest.len() >= MAX_SIGNATURES / 2 {
                *older = std::mem::take(newest);
            }
            newest.add(signature);
        });
    }

    /// The text without secrets, user info and queries of URLs, and control characters, and cut where it goes on and on.
    pub(super) fn redact(&self, text: String) -> String {
        cut(self.shown(text), MAX_TEXT)
    }

    /// A name or id from outside, redacted like a text and cut shorter.
    pub(super) fn redact_name(&self, name: &str) -> String {
        cut(self.shown(name.to_owned()), MAX_NAME)
    }

    /// A URL that is shown without its user and query values, and now without secrets.
    pub(super) fn redact_printed_url(&self, url: String) -> String {
        cut(clean(&self.replace(url, &DECODERS)), MAX_TEXT)
    }

    fn shown(&self, mut text: String) -> String {
        text.truncate(text.floor_char_boundary(MAX_READ));
        // A long token is replaced first, so that what follows it is read, too.
        if text.len() > MAX_SEARCHED {
            text = self.replace(text, &ESCAPES[..1]);
            text.truncate(text.floor_char_boundary(MAX_SEARCHED));
        }
        clean(&urls::without_users_and_queries(self.replace(text, &DECODERS)))
    }

    fn replace(&self, text: String, decoders: &[Decoder]) -> String {
        let mut found = Vec::new();
        self.known(|Known { secrets, signatures }| {
            for view in views(&text, decoders) {
                for pieces in [&*secrets, &signatures[0], &signatures[1]] {
                    pieces.find(&view, &mut found);
                }
            }
        });
        replace(text, found, |_| REPLACEMENT)
    }

    fn known<T>(&self, run: impl FnOnce(&mut Known) -> T) -> T {
        run(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The text with other text in these places. Places that overlap are one.
fn replace(text: String, mut places: Vec<Range<usize>>, other: impl Fn(&str) -> &'static str) -> String {
    if places.is_empty() {
        return text;
    }
    places.sort_unstable_by_key(|place| place.start);
    places.dedup_by(|next, last| {
        let is_one = next.start < last.end || (next.start == last.end && next.start == next.end);
        if is_one {
            last.end = last.end.max(next.end);
        }
        is_one
    });
    let (mut replaced, mut rest) = (String::with_capacity(text.len()), 0);
    for place in places {
        let (start, end) = (text.floor_char_boundary(place.start).max(rest), text.ceil_char_boundary(place.end));
        replaced.push_str(&text[rest..start]);
        replaced.push_str(other(&text[start..end.max(start)]));
        rest = end.max(start);
    }
    replaced + &text[rest..]
}

/// Shows nothing.
impl fmt::Debug for KnownSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KnownSecrets")
    }
}

#[cfg(test)]
mod tests;
