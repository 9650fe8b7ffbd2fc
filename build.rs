//! Generates the plugin protocol's messages and servers from `proto/`; no `protoc` is needed.

use std::error::Error;

/// The provider's service, and those through which a host runs the process.
const PROTOS: [&str; 2] = ["proto/tfplugin6.proto", "proto/go_plugin.proto"];

/// Messages that carry users' values or whole states; their `Debug` is written by hand and shows none.
const SECRETIVE: [&str; 4] = [
    "tfplugin6.DynamicValue",
    "tfplugin6.RawState",
    "tfplugin6.ReadStateBytes.Response",
    "tfplugin6.WriteStateBytes.RequestChunk",
];

fn main() -> Result<(), Box<dyn Error>> {
    for proto in PROTOS {
        println!("cargo:rerun-if-changed={proto}");
    }
    let descriptors = protox::compile(PROTOS, ["proto"])?;
    tonic_prost_build::configure().build_client(false).skip_debug(SECRETIVE).compile_fds(descriptors)?;
    Ok(())
}
