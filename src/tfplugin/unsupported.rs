//! The kinds of objects that this provider does not have: ephemeral resources, lists of resources, state stores and actions.

use tonic::Streaming;

use super::events::Events;
use super::proto;
use super::rpc::Outcome;
use super::service::Service;
use crate::terraform::{Diagnostics, Provider, messages};

/// Writes methods that report that there is no object of a kind: the method, its message and the field with the name of
/// the object.
macro_rules! unsupported {
    ($($kind:literal { $($method:ident($message:ident.$name:ident);)+ })+) => {
        impl<P: $crate::terraform::Provider> $crate::tfplugin::service::Service<P> {$($(
            pub(super) async fn $method(
                &self,
                request: $crate::tfplugin::proto::$message::Request,
            ) -> $crate::tfplugin::rpc::Outcome<$crate::tfplugin::proto::$message::Response> {
                (Default::default(), $crate::terraform::messages::no_such($kind, &request.$name).into())
            }
        )+)+}
    };
}

pub(super) use unsupported;

unsupported! {
    "ephemeral resource" {
        validate_ephemeral_resource_config(validate_ephemeral_resource_config.type_name);
        open_ephemeral_resource(open_ephemeral_resource.type_name);
        renew_ephemeral_resource(renew_ephemeral_resource.type_name);
        close_ephemeral_resource(close_ephemeral_resource.type_name);
    }
    "list resource" {
        validate_list_resource_config(validate_list_resource_config.type_name);
    }
    "state store" {
        validate_state_store_config(validate_state_store.type_name);
        configure_state_store(configure_state_store.type_name);
        lock_state(lock_state.type_name);
        unlock_state(unlock_state.type_name);
        get_states(get_states.type_name);
        delete_state(delete_state.type_name);
    }
    "action" {
        plan_action(plan_action.action_type);
        validate_action_config(validate_action_config.type_name);
    }
}

#[expect(clippy::unused_async, reason = "the table of RPCs awaits all methods")]
impl<P: Provider> Service<P> {
    pub(super) async fn list_resource(
        &self,
        request: proto::list_resource::Request,
        _: Events<proto::list_resource::Event>,
    ) -> Diagnostics {
        messages::no_such("list resource", &request.type_name).into()
    }

    pub(super) async fn read_state_bytes(
        &self,
        request: proto::read_state_bytes::Request,
        _: Events<proto::read_state_bytes::Response>,
    ) -> Diagnostics {
        messages::no_such("state store", &request.type_name).into()
    }

    pub(super) async fn write_state_bytes(
        &self,
        mut chunks: Streaming<proto::write_state_bytes::RequestChunk>,
    ) -> Outcome<proto::write_state_bytes::Response> {
        // The first chunk has the name. What follows is not read.
        let first = chunks.message().await.ok().flatten();
        let name = first.and_then(|chunk| chunk.meta).map(|meta| meta.type_name).unwrap_or_default();
        (proto::write_state_bytes::Response::default(), messages::no_such("state store", &name).into())
    }

    pub(super) async fn invoke_action(
        &self,
        request: proto::invoke_action::Request,
        _: Events<proto::invoke_action::Event>,
    ) -> Diagnostics {
        messages::no_such("action", &request.action_type).into()
    }
}
