//! What users see: a real host, the built provider, and a local Huawei Cloud.
#![allow(missing_docs, reason = "a test has no interface")]

#[path = "../support/terraform.rs"]
mod terraform;

mod commands;
mod credentials;
mod endpoint;
mod errors;
mod functions;
#[cfg(unix)]
mod interrupts;
#[cfg(unix)]
mod killed;
mod patterns;
mod reads;
mod secrets;
mod unicode_names;
mod walk;
