use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::WorkspaceList;
use super::joined::Joined;
use super::object::Object;
use crate::huaweicloud::{Deadline, Error, ErrorKind, Purpose, Session, Target};

/// Calls the MaaS API for one session. Identical calls are joined into one request, whose answer serves further ones
/// for two seconds.
#[derive(Debug)]
pub struct Client {
    session: Arc<Session>,
    workspaces: Joined<Key, WorkspaceList>,
}

/// What makes two calls identical: the URL, and how long an answer is waited for.
type Key = (String, Duration);

impl Client {
    /// A client for what this session can reach.
    #[must_use]
    pub fn new(session: Arc<Session>) -> Self {
        Self { session, workspaces: Joined::default() }
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Lists the workspaces of ModelArts real-time services in a region.
    ///
    /// `GET /v1/{project_id}/maas/services/workspace/{region_id}`, see
    /// <https://support.huaweicloud.com/intl/en-us/api-maas/api-maas-0020.html>.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn list_workspaces(
        &self,
        target: &Target,
        region_id: &str,
        deadline: Deadline,
    ) -> Result<Arc<WorkspaceList>, Error> {
        self.get(&self.workspaces, target, &["services", "workspace", region_id], &[], deadline).await
    }

    async fn get<T: DeserializeOwned + Send + Sync + 'static>(
        &self,
        joined: &Joined<Key, T>,
        target: &Target,
        path: &[&str],
        query: &[(&str, &str)],
        deadline: Deadline,
    ) -> Result<Arc<T>, Error> {
        let endpoint = self.session.cloud().modelarts(&target.region).map_err(|_| Error {
            purpose: Purpose::Read,
            trace: None,
            kind: ErrorKind::BadRegion(target.region.clone()),
        })?;
        let segments = [&["v1", target.project_id.as_str(), "maas"], path].concat();
        let url = endpoint.join_with_query(&segments, query);
        let key = (url.as_str().to_owned(), deadline.limit());
        let (session, target) = (Arc::clone(&self.session), target.clone());
        let send = || async move { session.get(&target, url, deadline).await.map(|Object(answer)| answer) };
        joined.get(key, send).await
    }
}
