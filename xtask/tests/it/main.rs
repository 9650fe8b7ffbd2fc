//! The tasks, run as a person runs them, and what real hosts make of their results.
#![allow(missing_docs, reason = "a test has no interface")]

mod docs;
mod examples;
mod file_server;
#[path = "../../../tests/support/hosts.rs"]
mod hosts;
mod install;
mod mirror;
mod package;
mod support;
