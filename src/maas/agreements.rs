use std::sync::Arc;

use serde::Deserialize;

use super::{Client, scalar};
use crate::huaweicloud::{Deadline, Error, Target};

impl Client {
    /// Gets the content moderation agreement in a language, `en` or `zh`.
    ///
    /// `GET /v1/{project_id}/maas/compliance/agreements?lang=`, see
    /// <https://support.huaweicloud.com/api-maas/api-maas-0022.html>.
    ///
    /// # Errors
    /// See [`ErrorKind`](crate::huaweicloud::ErrorKind).
    pub async fn agreement(&self, target: &Target, lang: &str, deadline: Deadline) -> Result<Arc<Agreement>, Error> {
        self.get(target, &["compliance", "agreements"], &[("lang", lang)], deadline).await
    }
}

/// The agreement. What is missing or null is `None`; what is not documented is passed over.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct Agreement {
    /// The id by which an endpoint accepts it.
    #[serde(deserialize_with = "scalar::text")]
    pub agreement_id: Option<String>,
    /// Its text.
    #[serde(deserialize_with = "scalar::text")]
    pub agreement_data: Option<String>,
    /// What is said when moderation is switched on.
    #[serde(deserialize_with = "scalar::text")]
    pub open_notice: Option<String>,
    /// What is said when it is switched off.
    #[serde(deserialize_with = "scalar::text")]
    pub close_notice: Option<String>,
}
