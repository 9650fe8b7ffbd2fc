//! The sandbox over real sockets, with a client of its own: what the provider will see.

mod assume_agency;
mod client;
mod faults;
mod gateway;
mod id_token;
mod life;
mod metadata;
mod program;
mod projects;
mod recording;
mod security_tokens;
mod signatures;
mod tokens;
mod workspaces;
