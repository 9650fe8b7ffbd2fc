//! The calls that the sandbox serves: one list of their names, hosts, methods and paths.

use axum::routing::MethodFilter;

/// One call of an API: what a fault happens to, and what a recorded request is an instance of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Call {
    /// IAM: `POST /v3/auth/tokens`.
    Tokens,
    /// IAM: `GET /v3/projects`.
    Projects,
    /// IAM: `POST /v3.0/OS-CREDENTIAL/securitytokens`.
    SecurityTokens,
    /// IAM: `POST /v3.0/OS-AUTH/id-token/tokens`.
    IdToken,
    /// STS: `POST /v5/agencies/assume`.
    AssumeAgency,
    /// Metadata service: `PUT /meta-data/latest/api/token`.
    MetadataToken,
    /// Metadata service: `GET /openstack/latest/securitykey`.
    SecurityKey,
    /// `MaaS`: `GET /v1/{project_id}/maas/services/workspace/{region_id}`.
    Workspaces,
    /// `MaaS`: `GET /v1/{project_id}/maas/services/custom-endpoint/regions`.
    Regions,
    /// `MaaS`: `GET /v1/{project_id}/maas/services/custom-endpoint/services/{region_id}`.
    Services,
    /// `MaaS`: `GET /v1/{project_id}/maas/services/custom-endpoint/endpoint`.
    Endpoints,
    /// `MaaS`: `POST /v1/{project_id}/maas/services/custom-endpoint/endpoint`.
    CreateEndpoint,
    /// `MaaS`: `PUT /v1/{project_id}/maas/services/custom-endpoint/endpoint/{id}`.
    UpdateEndpoint,
    /// `MaaS`: `PUT /v1/{project_id}/maas/services/custom-endpoint/control/{id}`.
    ControlEndpoint,
    /// `MaaS`: `DELETE /v1/{project_id}/maas/services/custom-endpoint/endpoint/{id}`.
    DeleteEndpoint,
    /// `MaaS`: `GET /v1/{project_id}/maas/compliance/agreements`.
    Agreements,
    /// `MaaS`: `GET /v2/{project_id}/maas/api-auth/api-keys`.
    ApiKeys,
    /// `MaaS`: `POST /v2/{project_id}/maas/api-auth/api-keys`.
    CreateApiKey,
    /// `MaaS`: `PUT /v2/{project_id}/maas/api-auth/api-keys/{id}`.
    UpdateApiKey,
    /// `MaaS`: `DELETE /v1/{project_id}/maas/api-auth/api-keys/{id}`.
    DeleteApiKey,
    /// Model API: `GET /v2/models`.
    Models,
}

/// The service that a call belongs to, which decides the shape of its errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    Iam,
    Sts,
    Metadata,
    Maas,
    Models,
}

impl Call {
    /// All calls, each once.
    pub(crate) const ALL: [Self; 21] = [
        Self::Tokens,
        Self::Projects,
        Self::SecurityTokens,
        Self::IdToken,
        Self::AssumeAgency,
        Self::MetadataToken,
        Self::SecurityKey,
        Self::Workspaces,
        Self::Regions,
        Self::Services,
        Self::Endpoints,
        Self::CreateEndpoint,
        Self::UpdateEndpoint,
        Self::ControlEndpoint,
        Self::DeleteEndpoint,
        Self::Agreements,
        Self::ApiKeys,
        Self::CreateApiKey,
        Self::UpdateApiKey,
        Self::DeleteApiKey,
        Self::Models,
    ];

    /// The service that the call belongs to.
    pub(crate) fn host(self) -> Host {
        self.description().0
    }

    /// The method of the call.
    pub(crate) fn method(self) -> MethodFilter {
        self.description().1
    }

    /// The path of the call, with its parameters in braces.
    pub(crate) fn path(self) -> &'static str {
        self.description().2
    }

    /// Whether the call changes what `MaaS` stores.
    pub(crate) fn is_write(self) -> bool {
        self.host() == Host::Maas && self.method() != MethodFilter::GET
    }

    fn description(self) -> (Host, MethodFilter, &'static str) {
        const GET: MethodFilter = MethodFilter::GET;
        const POST: MethodFilter = MethodFilter::POST;
        const PUT: MethodFilter = MethodFilter::PUT;
        const DELETE: MethodFilter = MethodFilter::DELETE;
        match self {
            Self::Tokens => (Host::Iam, POST, "/v3/auth/tokens"),
            Self::Projects => (Host::Iam, GET, "/v3/projects"),
            Self::SecurityTokens => (Host::Iam, POST, "/v3.0/OS-CREDENTIAL/securitytokens"),
            Self::IdToken => (Host::Iam, POST, "/v3.0/OS-AUTH/id-token/tokens"),
            Self::AssumeAgency => (Host::Sts, POST, "/v5/agencies/assume"),
            Self::MetadataToken => (Host::Metadata, PUT, "/meta-data/latest/api/token"),
            Self::SecurityKey => (Host::Metadata, GET, "/openstack/latest/securitykey"),
            Self::Workspaces => (Host::Maas, GET, "/v1/{project_id}/maas/services/workspace/{region_id}"),
            Self::Regions => (Host::Maas, GET, "/v1/{project_id}/maas/services/custom-endpoint/regions"),
            Self::Services => (Host::Maas, GET, "/v1/{project_id}/maas/services/custom-endpoint/services/{region_id}"),
            Self::Endpoints => (Host::Maas, GET, ENDPOINTS),
            Self::CreateEndpoint => (Host::Maas, POST, ENDPOINTS),
            Self::UpdateEndpoint => (Host::Maas, PUT, ENDPOINT),
            Self::ControlEndpoint => (Host::Maas, PUT, "/v1/{project_id}/maas/services/custom-endpoint/control/{id}"),
            Self::DeleteEndpoint => (Host::Maas, DELETE, ENDPOINT),
            Self::Agreements => (Host::Maas, GET, "/v1/{project_id}/maas/compliance/agreements"),
            Self::ApiKeys => (Host::Maas, GET, API_KEYS),
            Self::CreateApiKey => (Host::Maas, POST, API_KEYS),
            Self::UpdateApiKey => (Host::Maas, PUT, "/v2/{project_id}/maas/api-auth/api-keys/{id}"),
            Self::DeleteApiKey => (Host::Maas, DELETE, "/v1/{project_id}/maas/api-auth/api-keys/{id}"),
            Self::Models => (Host::Models, GET, "/v2/models"),
        }
    }
}

const ENDPOINTS: &str = "/v1/{project_id}/maas/services/custom-endpoint/endpoint";
const ENDPOINT: &str = "/v1/{project_id}/maas/services/custom-endpoint/endpoint/{id}";
const API_KEYS: &str = "/v2/{project_id}/maas/api-auth/api-keys";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_then_listed_once_under_a_method_and_path_of_its_own() {
        for (number, call) in Call::ALL.into_iter().enumerate() {
            assert_eq!(call as usize, number, "{call:?}");
            let same = |other: &&Call| (other.method(), other.path()) == (call.method(), call.path());
            assert_eq!(Call::ALL.iter().filter(same).count(), 1, "{call:?}");
        }
    }

    #[test]
    fn calls_that_change_an_endpoint_or_a_key_then_writes_and_others_not() {
        let writes = Call::ALL.into_iter().filter(|call| call.is_write()).collect::<Vec<_>>();
        assert_eq!(
            writes,
            [
                Call::CreateEndpoint,
                Call::UpdateEndpoint,
                Call::ControlEndpoint,
                Call::DeleteEndpoint,
                Call::CreateApiKey,
                Call::UpdateApiKey,
                Call::DeleteApiKey
            ]
        );
    }
}
