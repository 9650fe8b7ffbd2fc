//! Generates the plugin protocol's messages and services from `proto/`; no `protoc` is needed.

use std::error::Error;

use prost_build::{Config, Method, Service, ServiceGenerator};

const PROVIDER: &str = "proto/tfplugin6.proto";
const GO_PLUGIN: &str = "proto/go_plugin.proto";

/// Messages that carry users' values or whole states; their `Debug` is written by hand and shows none.
const SECRETIVE: [&str; 4] = [
    "tfplugin6.DynamicValue",
    "tfplugin6.RawState",
    "tfplugin6.ReadStateBytes.Response",
    "tfplugin6.WriteStateBytes.RequestChunk",
];

fn main() -> Result<(), Box<dyn Error>> {
    for proto in [PROVIDER, GO_PLUGIN] {
        println!("cargo:rerun-if-changed={proto}");
    }
    let mut provider = Config::new();
    provider.skip_debug(SECRETIVE).service_generator(Box::new(ByName));
    provider.compile_fds(protox::compile([PROVIDER], ["proto"])?)?;
    let go_plugin = protox::compile([GO_PLUGIN], ["proto"])?;
    tonic_prost_build::configure().build_client(false).compile_fds(go_plugin)?;
    Ok(())
}

/// Writes a service as a trait of its methods and a function that has the method of a given name called. What tonic writes
/// instead is 7 kB of a binary for each of 36 methods, most of which say no more than that a provider lacks something.
///
/// A stream is the one message that this provider reads or sends of it, which is the same on the wire. A stream that a
/// host sends may also be empty; it is read as an empty message then.
struct ByName;

impl ServiceGenerator for ByName {
    fn generate(&mut self, service: Service, code: &mut String) {
        let Service { name, package, proto_name, methods, .. } = service;
        let (mut declared, mut called, mut names) = (Vec::new(), Vec::new(), Vec::new());
        for Method { name, proto_name, input_type, output_type, client_streaming, .. } in methods {
            let answer = format!("impl ::std::future::Future<Output = {output_type}> + Send");
            declared.push(format!("fn {name}(&self, request: {input_type}) -> {answer};\n"));
            let message = if client_streaming { "Some(message.unwrap_or_default())" } else { "message" };
            let answer = format!("service.{name}(super::server::request({message})?).await");
            called.push(format!("{proto_name:?} => ::std::boxed::Box::new({answer}),\n"));
            names.push(format!("{proto_name:?},\n"));
        }
        let (declared, called, names) = (declared.concat(), called.concat(), names.concat());
        let generated = format!(
            r#"
            /// The service's methods.
            pub trait {name}: Send + Sync + 'static {{
                {declared}
            }}

            /// The service's name in paths.
            pub const SERVICE: &str = "{package}.{proto_name}";

            /// Its methods' names in paths.
            pub const METHODS: &[&str] = &[{names}];

            /// Has the method of a name answer the first message that came, if any did.
            pub async fn call(
                service: &impl {name},
                method: &str,
                message: ::std::option::Option<::prost::bytes::Bytes>,
            ) -> ::std::result::Result<::std::boxed::Box<dyn super::server::Encodable>, ::tonic::Status> {{
                let answer: ::std::boxed::Box<dyn super::server::Encodable> = match method {{
                    {called}
                    _ => return Err(::tonic::Status::unimplemented("")),
                }};
                Ok(answer)
            }}
            "#
        );
        code.push_str(&generated);
    }
}
