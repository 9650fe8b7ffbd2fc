//! The messages and clients that `build.rs` generates.

/// The protocol between host and provider.
#[allow(missing_docs, clippy::all, clippy::pedantic, unused_qualifications)]
pub mod tfplugin6 {
    tonic::include_proto!("tfplugin6");
}

/// The services beside the provider: shutdown, standard streams and broker.
#[allow(missing_docs, clippy::all, clippy::pedantic, unused_qualifications)]
pub mod plugin {
    tonic::include_proto!("plugin");
}
