use super::WorkspaceList;
use super::object::Object;
use crate::huaweicloud;
use crate::huaweicloud::{Endpoint, Error};

/// Calls the MaaS API at one endpoint.
#[derive(Debug)]
pub struct Client {
    http: huaweicloud::Client,
    endpoint: Endpoint,
}

impl Client {
    /// A client for the API at `endpoint`.
    #[must_use]
    pub fn new(http: huaweicloud::Client, endpoint: Endpoint) -> Self {
        Self { http, endpoint }
    }

    /// Lists the workspaces of ModelArts real-time services in a region.
    ///
    /// `GET /v1/{project_id}/maas/services/workspace/{region_id}`, see
    /// <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0020.html>.
    ///
    /// # Errors
    /// See [`huaweicloud::ErrorKind`].
    pub async fn list_workspaces(&self, project_id: &str, region_id: &str) -> Result<WorkspaceList, Error> {
        let url = self.endpoint.join(&["v1", project_id, "maas", "services", "workspace", region_id]);
        self.http.get(url).await.map(|Object(list)| list)
    }
}
