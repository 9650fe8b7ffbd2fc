//! The provider service: 36 methods, each of which decodes, asks the provider and encodes.

use std::sync::{Arc, PoisonError, RwLock};

use super::convert;
use super::dynamic_value::{from_proto, to_proto};
use super::functions;
use super::interrupts::Interrupts;
use super::proto;
use super::proto::deferred::Reason;
use super::rpc::{Call, Frame};
use super::server::{MAX_MESSAGE_BYTES, Server};
use crate::terraform::{
    AnyDataSource, Diagnostic, Diagnostics, FunctionError, Host, ModelError, Provider, ReadError, Schema, Type, Value,
    check_config, from_value, messages, planned,
};

/// The largest state: a message also has to hold warnings.
const MAX_STATE_BYTES: usize = MAX_MESSAGE_BYTES - (1 << 20);

/// What this provider can do beyond the basic protocol: any call may come without a `GetProviderSchema` before it.
const CAPABILITIES: proto::ServerCapabilities = proto::ServerCapabilities {
    plan_destroy: false,
    get_provider_schema_optional: true,
    move_resource_state: false,
    generate_resource_config: false,
};

/// Makes the gRPC service of a provider, anew for each connection: in debug mode one process serves many plans, and each
/// alias of the provider in them, which have configurations of their own. `interrupts` ends reads on all of them.
pub fn server<P: Provider>(provider: P, interrupts: Interrupts) -> impl Fn() -> Server<Service<P>> {
    let (provider, last) = (Arc::new(provider), Arc::default());
    move || {
        let frame = Frame::new(provider.address(), interrupts.clone());
        let (provider, last) = (Arc::clone(&provider), Arc::clone(&last));
        Server::new(Service { provider, frame, own: Configured::<P>::default(), last })
    }
}

/// What the last `ConfigureProvider` made, if there was one.
type Configured<P> = RwLock<Option<Arc<<P as Provider>::Client>>>;

/// The service as one connection meets it.
pub struct Service<P: Provider> {
    provider: Arc<P>,
    frame: Frame,
    /// Of this connection.
    own: Configured<P>,
    /// Of any connection, for a host that has lost its own and comes back on another one.
    last: Arc<Configured<P>>,
}

impl<P: Provider> Service<P> {
    fn client(&self) -> Option<Arc<P::Client>> {
        let made = |configured: &Configured<P>| configured.read().unwrap_or_else(PoisonError::into_inner).clone();
        made(&self.own).or_else(|| made(&self.last))
    }

    fn data_source(&self, type_name: &str) -> Result<&dyn AnyDataSource<P::Client>, Diagnostic> {
        let found = self.provider.data_sources().iter().find(|source| source.type_name() == type_name);
        found.map(|source| &**source).ok_or_else(|| messages::no_such("data source", type_name))
    }

    fn provider_config(&self, config: Option<&proto::DynamicValue>) -> Result<Checked<P::Config>, Diagnostic> {
        let block = self.provider.schema().block;
        let config = decoded(config, &block.value_type())?;
        let mut diagnostics = Diagnostics::default();
        check_config(&block, &config, &mut diagnostics);
        let config = from_value(config).map_err(|error| unfit(&error))?;
        Ok((config, diagnostics))
    }

    fn validate_provider(&self, config: Option<&proto::DynamicValue>) -> Diagnostics {
        match self.provider_config(config) {
            Ok((config, mut diagnostics)) => {
                if !diagnostics.has_error() {
                    self.provider.validate(config, &mut diagnostics);
                }
                diagnostics
            }
            Err(error) => error.into(),
        }
    }

    fn configure(&self, request: &proto::configure_provider::Request) -> Diagnostics {
        let host = Host { version: request.terraform_version.clone() };
        let configured = match self.provider_config(request.config.as_ref()) {
            Ok((_, diagnostics)) if diagnostics.has_error() => Err(diagnostics),
            Ok((config, _)) => self.provider.configure(config, &host),
            Err(error) => Err(error.into()),
        };
        match configured {
            Ok(client) => {
                let client = Arc::new(client);
                for configured in [&self.own, &*self.last] {
                    *configured.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&client));
                }
                Diagnostics::default()
            }
            Err(diagnostics) => diagnostics,
        }
    }

    fn validate_data_source(&self, type_name: &str, config: Option<&proto::DynamicValue>) -> Diagnostics {
        let checked = self.data_source(type_name).and_then(|source| {
            let config = decoded(config, source.value_type())?;
            Ok((source, config))
        });
        let (source, config) = match checked {
            Ok(checked) => checked,
            Err(error) => return error.into(),
        };
        let mut diagnostics = Diagnostics::default();
        check_config(&source.schema().block, &config, &mut diagnostics);
        if !diagnostics.has_error() {
            source.validate(config, &mut diagnostics);
        }
        diagnostics
    }

    async fn read(
        &self,
        request: &proto::read_data_source::Request,
        warnings: &mut Diagnostics,
    ) -> Result<proto::read_data_source::Response, Diagnostic> {
        let source = self.data_source(&request.type_name)?;
        let config = decoded(request.config.as_ref(), source.value_type())?;
        if !config.is_wholly_known() {
            let error = messages::unknown_configuration();
            return later(request, Reason::ResourceConfigUnknown, source.schema(), config, error);
        }
        let client = self.client().ok_or_else(messages::not_configured)?;
        let state = match source.read(&client, config.clone(), warnings).await {
            Ok(state) => state,
            Err(ReadError::Failed(error)) => return Err(error),
            Err(ReadError::ProviderUnknown(error)) => {
                return later(request, Reason::ProviderConfigUnknown, source.schema(), config, error);
            }
        };
        let state = to_proto(&*state).map_err(|error| unencodable(&error))?;
        check_size(state.msgpack.len())?;
        debug_assert!(
            from_proto(Some(&state), source.value_type()).is_ok(),
            "the state of {} does not fit its schema",
            request.type_name
        );
        Ok(proto::read_data_source::Response { state: Some(state), ..Default::default() })
    }

    /// Answers a call about a kind of object that this provider does not have.
    async fn unsupported(&self, rpc: &'static str, kind: &str, name: &str) -> Vec<proto::Diagnostic> {
        let work = async { ((), Diagnostics::from(messages::no_such(kind, name))) };
        convert::diagnostics(self.frame.run(Call::of(rpc), work).await.1)
    }
}

type Checked<T> = (T, Diagnostics);

fn decoded(config: Option<&proto::DynamicValue>, ty: &Type) -> Result<Value, Diagnostic> {
    from_proto(config, ty).map_err(|error| messages::malformed(&error))
}

/// A host that can come back later is asked to, and gets what is known meanwhile; any other one gets the error.
fn later(
    request: &proto::read_data_source::Request,
    reason: Reason,
    schema: &Schema,
    config: Value,
    error: Diagnostic,
) -> Result<proto::read_data_source::Response, Diagnostic> {
    if !request.client_capabilities.is_some_and(|client| client.deferral_allowed) {
        return Err(error);
    }
    let state = to_proto(&planned(&schema.block, config)).map_err(|error| unencodable(&error))?;
    let deferred = Some(proto::Deferred { reason: reason.into() });
    Ok(proto::read_data_source::Response { state: Some(state), deferred, diagnostics: Vec::new() })
}

/// A state that no message can carry would fail with a status, which tells users nothing.
fn check_size(bytes: usize) -> Result<(), Diagnostic> {
    if bytes <= MAX_STATE_BYTES { Ok(()) } else { Err(messages::too_much_read(bytes, MAX_STATE_BYTES)) }
}

fn unencodable(error: &rmp_serde::encode::Error) -> Diagnostic {
    messages::mistake(format_args!("What was read cannot be encoded: {error}"))
}

fn unfit(error: &ModelError) -> Diagnostic {
    messages::mistake(format_args!("Its model and its schema disagree: {error}"))
}

/// Answers calls about kinds of object that this provider does not have: the call's name, its method, its message and
/// the field that names the object.
macro_rules! unsupported {
    ($($kind:literal { $($rpc:literal: $method:ident($message:ident.$name:ident);)+ })+) => {$($(
        async fn $method(&self, request: proto::$message::Request) -> proto::$message::Response {
            let diagnostics = self.unsupported($rpc, $kind, &request.$name).await;
            #[allow(clippy::needless_update, reason = "some answers hold nothing else")]
            proto::$message::Response { diagnostics, ..Default::default() }
        }
    )+)+};
}

impl<P: Provider> proto::Provider for Service<P> {
    async fn get_metadata(&self, _: proto::get_metadata::Request) -> proto::get_metadata::Response {
        let work = async {
            let names = self.provider.data_sources().iter().map(|source| source.type_name().to_owned());
            let data_sources = names.map(|type_name| proto::get_metadata::DataSourceMetadata { type_name }).collect();
            let server_capabilities = Some(CAPABILITIES);
            let names = self.provider.functions().iter().map(|function| function.name().to_owned());
            let functions = names.map(|name| proto::get_metadata::FunctionMetadata { name }).collect();
            let answer =
                proto::get_metadata::Response { server_capabilities, data_sources, functions, ..Default::default() };
            (answer, Diagnostics::default())
        };
        let (answer, diagnostics) = self.frame.run(Call::of("GetMetadata"), work).await;
        proto::get_metadata::Response { diagnostics: convert::diagnostics(diagnostics), ..answer }
    }

    async fn get_provider_schema(
        &self,
        _: proto::get_provider_schema::Request,
    ) -> proto::get_provider_schema::Response {
        let work = async {
            let sources = self.provider.data_sources().iter();
            let answer = proto::get_provider_schema::Response {
                provider: Some(convert::schema(&self.provider.schema())),
                data_source_schemas: sources
                    .map(|source| (source.type_name().to_owned(), convert::schema(source.schema())))
                    .collect(),
                functions: functions::signatures(self.provider.functions()),
                server_capabilities: Some(CAPABILITIES),
                ..Default::default()
            };
            (answer, Diagnostics::default())
        };
        let (answer, diagnostics) = self.frame.run(Call::of("GetProviderSchema"), work).await;
        proto::get_provider_schema::Response { diagnostics: convert::diagnostics(diagnostics), ..answer }
    }

    async fn validate_provider_config(
        &self,
        request: proto::validate_provider_config::Request,
    ) -> proto::validate_provider_config::Response {
        let work = async { ((), self.validate_provider(request.config.as_ref())) };
        let ((), diagnostics) = self.frame.run(Call::of("ValidateProviderConfig"), work).await;
        proto::validate_provider_config::Response { diagnostics: convert::diagnostics(diagnostics) }
    }

    async fn configure_provider(
        &self,
        request: proto::configure_provider::Request,
    ) -> proto::configure_provider::Response {
        let work = async { ((), self.configure(&request)) };
        let ((), diagnostics) = self.frame.run(Call::of("ConfigureProvider"), work).await;
        proto::configure_provider::Response { diagnostics: convert::diagnostics(diagnostics) }
    }

    async fn validate_data_resource_config(
        &self,
        request: proto::validate_data_resource_config::Request,
    ) -> proto::validate_data_resource_config::Response {
        let work = async { ((), self.validate_data_source(&request.type_name, request.config.as_ref())) };
        let call = Call { rpc: "ValidateDataResourceConfig", data_source: &request.type_name };
        let ((), diagnostics) = self.frame.run(call, work).await;
        proto::validate_data_resource_config::Response { diagnostics: convert::diagnostics(diagnostics) }
    }

    async fn read_data_source(&self, request: proto::read_data_source::Request) -> proto::read_data_source::Response {
        let work = async {
            let mut diagnostics = Diagnostics::default();
            let answer = self.read(&request, &mut diagnostics).await;
            let answer = answer.map_err(|error| diagnostics.push(error)).unwrap_or_default();
            (answer, diagnostics)
        };
        let call = Call { rpc: "ReadDataSource", data_source: &request.type_name };
        let (answer, diagnostics) = self.frame.run_read(call, work).await;
        proto::read_data_source::Response { diagnostics: convert::diagnostics(diagnostics), ..answer }
    }

    async fn get_resource_identity_schemas(
        &self,
        _: proto::get_resource_identity_schemas::Request,
    ) -> proto::get_resource_identity_schemas::Response {
        let work = async { ((), Diagnostics::default()) };
        let ((), diagnostics) = self.frame.run(Call::of("GetResourceIdentitySchemas"), work).await;
        let diagnostics = convert::diagnostics(diagnostics);
        proto::get_resource_identity_schemas::Response { diagnostics, ..Default::default() }
    }

    async fn get_functions(&self, _: proto::get_functions::Request) -> proto::get_functions::Response {
        let work = async { (functions::signatures(self.provider.functions()), Diagnostics::default()) };
        let (functions, diagnostics) = self.frame.run(Call::of("GetFunctions"), work).await;
        proto::get_functions::Response { functions, diagnostics: convert::diagnostics(diagnostics) }
    }

    async fn call_function(&self, request: proto::call_function::Request) -> proto::call_function::Response {
        let work = async {
            let answer = match functions::call(self.provider.functions(), &request) {
                Ok(result) => proto::call_function::Response { result: Some(result), error: None },
                Err(FunctionError { text, argument }) => {
                    let function_argument = argument.and_then(|argument| i64::try_from(argument).ok());
                    let error = Some(proto::FunctionError { text, function_argument });
                    proto::call_function::Response { result: None, error }
                }
            };
            (answer, Diagnostics::default())
        };
        let (mut answer, diagnostics) = self.frame.run(Call::of("CallFunction"), work).await;
        if let Some(diagnostic) = diagnostics.into_iter().next() {
            answer.error = Some(proto::FunctionError { text: diagnostic.detail, function_argument: None });
        }
        answer
    }

    async fn list_resource(&self, request: proto::list_resource::Request) -> proto::list_resource::Event {
        let diagnostic = self.unsupported("ListResource", "list resource", &request.type_name).await;
        proto::list_resource::Event { diagnostic, ..Default::default() }
    }

    async fn write_state_bytes(
        &self,
        first: proto::write_state_bytes::RequestChunk,
    ) -> proto::write_state_bytes::Response {
        let name = first.meta.map(|meta| meta.type_name).unwrap_or_default();
        let diagnostics = self.unsupported("WriteStateBytes", "state store", &name).await;
        proto::write_state_bytes::Response { diagnostics }
    }

    async fn invoke_action(&self, request: proto::invoke_action::Request) -> proto::invoke_action::Event {
        use proto::invoke_action::event::{Completed, Type as Kind};
        let diagnostics = self.unsupported("InvokeAction", "action", &request.action_type).await;
        proto::invoke_action::Event { r#type: Some(Kind::Completed(Completed { diagnostics })) }
    }

    async fn stop_provider(&self, _: proto::stop_provider::Request) -> proto::stop_provider::Response {
        let work = async {
            self.frame.stop();
            ((), Diagnostics::default())
        };
        let ((), _) = self.frame.run(Call::of("StopProvider"), work).await;
        proto::stop_provider::Response::default()
    }

    unsupported! {
        "managed resource" {
            "ValidateResourceConfig": validate_resource_config(validate_resource_config.type_name);
            "UpgradeResourceState": upgrade_resource_state(upgrade_resource_state.type_name);
            "UpgradeResourceIdentity": upgrade_resource_identity(upgrade_resource_identity.type_name);
            "ReadResource": read_resource(read_resource.type_name);
            "PlanResourceChange": plan_resource_change(plan_resource_change.type_name);
            "ApplyResourceChange": apply_resource_change(apply_resource_change.type_name);
            "ImportResourceState": import_resource_state(import_resource_state.type_name);
            "MoveResourceState": move_resource_state(move_resource_state.target_type_name);
            "GenerateResourceConfig": generate_resource_config(generate_resource_config.type_name);
        }
        "ephemeral resource" {
            "ValidateEphemeralResourceConfig": validate_ephemeral_resource_config(validate_ephemeral_resource_config.type_name);
            "OpenEphemeralResource": open_ephemeral_resource(open_ephemeral_resource.type_name);
            "RenewEphemeralResource": renew_ephemeral_resource(renew_ephemeral_resource.type_name);
            "CloseEphemeralResource": close_ephemeral_resource(close_ephemeral_resource.type_name);
        }
        "list resource" {
            "ValidateListResourceConfig": validate_list_resource_config(validate_list_resource_config.type_name);
        }
        "state store" {
            "ValidateStateStoreConfig": validate_state_store_config(validate_state_store.type_name);
            "ConfigureStateStore": configure_state_store(configure_state_store.type_name);
            "ReadStateBytes": read_state_bytes(read_state_bytes.type_name);
            "LockState": lock_state(lock_state.type_name);
            "UnlockState": unlock_state(unlock_state.type_name);
            "GetStates": get_states(get_states.type_name);
            "DeleteState": delete_state(delete_state.type_name);
        }
        "action" {
            "PlanAction": plan_action(plan_action.action_type);
            "ValidateActionConfig": validate_action_config(validate_action_config.type_name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_MESSAGE_BYTES, MAX_STATE_BYTES, check_size};

    #[test]
    fn state_that_no_message_can_carry_then_error_that_tells_both_sizes() {
        assert_eq!(check_size(MAX_STATE_BYTES), Ok(()));
        let error = check_size(MAX_MESSAGE_BYTES).expect_err("too large");
        assert!(error.detail.contains("256 MiB") && error.detail.contains("255 MiB"), "{}", error.detail);
    }
}
