//! The rules of ARCHITECTURE.md about the source text: layers, no cycles, the walk of a read, and the format of every file.
#![allow(missing_docs, reason = "a test has no interface")]

mod architecture;
mod cycles;
mod format;
mod layers;
mod package;
mod references;
mod walk;
