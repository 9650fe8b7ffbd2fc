//! The sandbox over real sockets, with a client of its own: what the provider will see.

mod api_keys;
mod assume_agency;
mod chaos;
mod client;
mod endpoints;
mod faults;
mod gateway;
mod https;
mod id_token;
mod life;
mod maas;
mod metadata;
mod models;
mod program;
mod projects;
mod proxy;
mod recording;
mod security_tokens;
mod signatures;
mod tls;
mod tokens;
mod workspaces;
