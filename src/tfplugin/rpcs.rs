//! Every RPC of the protocol, and the method that serves it.

use tonic::{Request, Response, Status, Streaming};

use super::proto;
use super::rpc::Call;
use super::service::{EventStream, Service};
use crate::terraform::Provider;

/// Implements the generated trait: each row is an RPC, its method, its message, and what its frame has to know.
///
/// The methods are those of `Service` itself: Rust prefers them to the trait's methods of the same name.
macro_rules! rpcs {
    (
        calls { $($rpc:ident: $method:ident($message:ident) $(about $about:ident $name:ident)? $(, $option:ident)?;)+ }
        client_streams { $($client_rpc:ident: $client_method:ident(stream $chunk:ident of $client_message:ident);)+ }
        server_streams {
            $($server_rpc:ident: $server_method:ident($server_message:ident) -> stream $event:ident as $stream:ident;)+
        }
    ) => {
        #[tonic::async_trait]
        impl<P: Provider> proto::provider_server::Provider for Service<P> {
            $(
                async fn $method(
                    &self,
                    request: Request<proto::$message::Request>,
                ) -> Result<Response<proto::$message::Response>, Status> {
                    let call = Call::of(stringify!($rpc))$(.$about(&request.get_ref().$name))?$(.$option())?;
                    self.call(call, request, |service, request| async move { service.$method(request).await }).await
                }
            )+

            $(
                async fn $client_method(
                    &self,
                    request: Request<Streaming<proto::$client_message::$chunk>>,
                ) -> Result<Response<proto::$client_message::Response>, Status> {
                    let call = Call::of(stringify!($client_rpc));
                    let work = |service: Self, chunks| async move { service.$client_method(chunks).await };
                    self.call(call, request, work).await
                }
            )+

            $(
                type $stream = EventStream<proto::$server_message::$event>;

                async fn $server_method(
                    &self,
                    request: Request<proto::$server_message::Request>,
                ) -> Result<Response<Self::$stream>, Status> {
                    let call = Call::of(stringify!($server_rpc));
                    let work = |service: Self, request, events| async move {
                        service.$server_method(request, events).await
                    };
                    Ok(self.stream(call, request, work))
                }
            )+
        }
    };
}

rpcs! {
    calls {
        GetMetadata: get_metadata(get_metadata);
        GetProviderSchema: get_provider_schema(get_provider_schema);
        GetResourceIdentitySchemas: get_resource_identity_schemas(get_resource_identity_schemas);
        ValidateProviderConfig: validate_provider_config(validate_provider_config);
        ConfigureProvider: configure_provider(configure_provider);
        StopProvider: stop_provider(stop_provider);

        ValidateDataResourceConfig: validate_data_resource_config(validate_data_resource_config)
            about data_source type_name;
        ReadDataSource: read_data_source(read_data_source) about data_source type_name, interruptible;

        ValidateResourceConfig: validate_resource_config(validate_resource_config) about resource type_name;
        UpgradeResourceState: upgrade_resource_state(upgrade_resource_state) about resource type_name;
        UpgradeResourceIdentity: upgrade_resource_identity(upgrade_resource_identity) about resource type_name;
        ReadResource: read_resource(read_resource) about resource type_name, interruptible;
        PlanResourceChange: plan_resource_change(plan_resource_change) about resource type_name, interruptible;
        ApplyResourceChange: apply_resource_change(apply_resource_change) about resource type_name, runs_to_its_end;
        ImportResourceState: import_resource_state(import_resource_state) about resource type_name;
        MoveResourceState: move_resource_state(move_resource_state);
        GenerateResourceConfig: generate_resource_config(generate_resource_config);

        GetFunctions: get_functions(get_functions);
        CallFunction: call_function(call_function);

        ValidateEphemeralResourceConfig: validate_ephemeral_resource_config(validate_ephemeral_resource_config);
        OpenEphemeralResource: open_ephemeral_resource(open_ephemeral_resource);
        RenewEphemeralResource: renew_ephemeral_resource(renew_ephemeral_resource);
        CloseEphemeralResource: close_ephemeral_resource(close_ephemeral_resource);

        ValidateListResourceConfig: validate_list_resource_config(validate_list_resource_config);

        ValidateStateStoreConfig: validate_state_store_config(validate_state_store);
        ConfigureStateStore: configure_state_store(configure_state_store);
        LockState: lock_state(lock_state);
        UnlockState: unlock_state(unlock_state);
        GetStates: get_states(get_states);
        DeleteState: delete_state(delete_state);

        PlanAction: plan_action(plan_action);
        ValidateActionConfig: validate_action_config(validate_action_config);
    }
    client_streams {
        WriteStateBytes: write_state_bytes(stream RequestChunk of write_state_bytes);
    }
    server_streams {
        ListResource: list_resource(list_resource) -> stream Event as ListResourceStream;
        ReadStateBytes: read_state_bytes(read_state_bytes) -> stream Response as ReadStateBytesStream;
        InvokeAction: invoke_action(invoke_action) -> stream Event as InvokeActionStream;
    }
}
