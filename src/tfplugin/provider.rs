//! The provider itself: metadata, schema, its configuration, and the stop of its calls.

use super::convert;
use super::dynamic_value::from_proto;
use super::function::signatures;
use super::proto;
use super::rpc::Outcome;
use super::service::Service;
use crate::terraform::{
    Block, Diagnostic, Diagnostics, Host, ModelError, Provider, Type, Value, check_config, from_value, messages,
};

/// What this provider can do beyond the basic protocol: any call may come without a `GetProviderSchema` before it.
const CAPABILITIES: proto::ServerCapabilities = proto::ServerCapabilities {
    plan_destroy: false,
    get_provider_schema_optional: true,
    move_resource_state: false,
    generate_resource_config: false,
};

#[expect(clippy::unused_async, reason = "the table of RPCs awaits all methods")]
impl<P: Provider> Service<P> {
    pub(super) async fn get_metadata(&self, _: proto::get_metadata::Request) -> Outcome<proto::get_metadata::Response> {
        let names = self.provider().data_sources().iter().map(|source| source.type_name().to_owned());
        let data_sources = names.map(|type_name| proto::get_metadata::DataSourceMetadata { type_name }).collect();
        let names = self.provider().resources().iter().map(|resource| resource.type_name().to_owned());
        let resources = names.map(|type_name| proto::get_metadata::ResourceMetadata { type_name }).collect();
        let names = self.provider().functions().iter().map(|function| function.name().to_owned());
        let functions = names.map(|name| proto::get_metadata::FunctionMetadata { name }).collect();
        let server_capabilities = Some(CAPABILITIES);
        let response = proto::get_metadata::Response {
            server_capabilities,
            data_sources,
            resources,
            functions,
            ..Default::default()
        };
        (response, Diagnostics::default())
    }

    pub(super) async fn get_provider_schema(
        &self,
        _: proto::get_provider_schema::Request,
    ) -> Outcome<proto::get_provider_schema::Response> {
        let sources = self.provider().data_sources().iter();
        let response = proto::get_provider_schema::Response {
            provider: Some(convert::schema(&self.provider().schema())),
            data_source_schemas: sources
                .map(|source| (source.type_name().to_owned(), convert::schema(source.schema())))
                .collect(),
            resource_schemas: self
                .provider()
                .resources()
                .iter()
                .map(|resource| (resource.type_name().to_owned(), convert::schema(resource.schema())))
                .collect(),
            functions: signatures(self.provider().functions()),
            server_capabilities: Some(CAPABILITIES),
            ..Default::default()
        };
        (response, Diagnostics::default())
    }

    pub(super) async fn validate_provider_config(
        &self,
        request: proto::validate_provider_config::Request,
    ) -> Outcome<proto::validate_provider_config::Response> {
        let diagnostics = match self.provider_config(request.config.as_ref()) {
            Ok((config, mut diagnostics)) => {
                if !diagnostics.has_error() {
                    self.provider().validate(config, &mut diagnostics);
                }
                diagnostics
            }
            Err(error) => error.into(),
        };
        (proto::validate_provider_config::Response::default(), diagnostics)
    }

    pub(super) async fn configure_provider(
        &self,
        request: proto::configure_provider::Request,
    ) -> Outcome<proto::configure_provider::Response> {
        let host = Host { version: request.terraform_version };
        let configured = match self.provider_config(request.config.as_ref()) {
            Ok((_, diagnostics)) if diagnostics.has_error() => Err(diagnostics),
            Ok((config, _)) => self.provider().configure(config, &host).await,
            Err(error) => Err(error.into()),
        };
        let diagnostics = configured.map(|client| self.set_client(client)).err().unwrap_or_default();
        (proto::configure_provider::Response::default(), diagnostics)
    }

    pub(super) async fn stop_provider(
        &self,
        _: proto::stop_provider::Request,
    ) -> Outcome<proto::stop_provider::Response> {
        self.connection.stop().stop();
        Outcome::default()
    }

    fn provider_config(&self, config: Option<&proto::DynamicValue>) -> Result<(P::Config, Diagnostics), Diagnostic> {
        let block = self.provider().schema().block;
        let config = decoded(config, &block.value_type())?;
        let mut diagnostics = Diagnostics::default();
        check_config(&block, &config, &mut diagnostics);
        let config = from_value(config).map_err(|error| unfit(&error))?;
        Ok((config, diagnostics))
    }
}

/// The configuration in a request.
pub(super) fn decoded(config: Option<&proto::DynamicValue>, ty: &Type) -> Result<Value, Diagnostic> {
    from_proto(config, ty).map_err(|error| messages::malformed(&error))
}

/// Checks a configuration against its block, and then by `validate` if the block has nothing against it.
pub(super) fn validated(block: &Block, config: Value, validate: impl FnOnce(Value, &mut Diagnostics)) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    check_config(block, &config, &mut diagnostics);
    if !diagnostics.has_error() {
        validate(config, &mut diagnostics);
    }
    diagnostics
}

fn unfit(error: &ModelError) -> Diagnostic {
    messages::mistake(format_args!("Its model and its schema disagree: {error}"))
}
