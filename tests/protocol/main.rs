//! The provider as its host meets it: one process, its handshake, its certificate, its calls, its end.
#![allow(missing_docs, reason = "a test has no interface")]

mod calls;
mod connections;
mod credentials;
mod data;
mod end;
mod environment;
mod files;
mod flood;
mod garbage;
mod host;
mod hostile;
mod hosts;
mod log;
mod refresh;
mod requests;
mod stalled;
mod start;
mod streams;
mod trial;
