//! Managed resources and their identities. This provider has none yet.

use super::proto;
use super::rpc::Outcome;
use super::service::Service;
use super::unsupported::unsupported;
use crate::terraform::Provider;

unsupported! {
    "managed resource" {
        validate_resource_config(validate_resource_config.type_name);
        upgrade_resource_state(upgrade_resource_state.type_name);
        upgrade_resource_identity(upgrade_resource_identity.type_name);
        read_resource(read_resource.type_name);
        plan_resource_change(plan_resource_change.type_name);
        apply_resource_change(apply_resource_change.type_name);
        import_resource_state(import_resource_state.type_name);
        move_resource_state(move_resource_state.target_type_name);
        generate_resource_config(generate_resource_config.type_name);
    }
}

#[expect(clippy::unused_async, reason = "the table of RPCs awaits all methods")]
impl<P: Provider> Service<P> {
    pub(super) async fn get_resource_identity_schemas(
        &self,
        _: proto::get_resource_identity_schemas::Request,
    ) -> Outcome<proto::get_resource_identity_schemas::Response> {
        Outcome::default()
    }
}
