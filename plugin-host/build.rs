//! Generates the plugin protocol's messages and clients from the workspace's `proto/`; no `protoc` is needed.

use std::error::Error;

/// The protocol files, relative to this package.
const PROTOS: [&str; 2] = ["../proto/tfplugin6.proto", "../proto/go_plugin.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    for proto in PROTOS {
        println!("cargo:rerun-if-changed={proto}");
    }
    let descriptors = protox::compile(PROTOS, ["../proto"])?;
    tonic_prost_build::configure().build_server(false).compile_fds(descriptors)?;
    Ok(())
}
