use std::sync::Arc;

use serde::Deserialize;

use super::documented::Answer;
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

/// The content moderation agreement. Missing and null members are `None`. Undocumented members are ignored.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub struct Agreement {
    /// The ID with which an endpoint accepts the agreement.
    #[serde(deserialize_with = "scalar::text")]
    pub agreement_id: Option<String>,
    /// The text of the agreement.
    #[serde(deserialize_with = "scalar::text")]
    pub agreement_data: Option<String>,
    /// The notice that the console shows when moderation is switched on.
    #[serde(deserialize_with = "scalar::text")]
    pub open_notice: Option<String>,
    /// The notice that the console shows when moderation is switched off.
    #[serde(deserialize_with = "scalar::text")]
    pub close_notice: Option<String>,
}

impl Answer for Agreement {
    const MEMBERS: &'static [&'static str] = &["agreement_data", "agreement_id", "open_notice", "close_notice"];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maas::documented::Documented;

    fn read(json: &str) -> Result<Agreement, serde_json::Error> {
        serde_json::from_str(json).map(|Documented(agreement)| agreement)
    }

    #[test]
    fn every_documented_member_then_read_and_numbers_as_texts() {
        let json = r#"{"id":"1","agreement_id":7,"agreement_data":"text","open_notice":"on","close_notice":""}"#;
        let text = |text: &str| Some(text.to_owned());
        let agreement = Agreement {
            agreement_id: text("7"),
            agreement_data: text("text"),
            open_notice: text("on"),
            close_notice: text(""),
        };
        assert_eq!(read(json).expect("an answer"), agreement);
    }

    #[test]
    fn missing_null_and_unknown_members_then_none_and_passed_over() {
        for json in ["{}", r#"{"agreement_id":null,"open_notice":null,"versions":[{}]}"#] {
            assert_eq!(read(json).expect("an answer"), Agreement::default(), "{json}");
        }
    }

    #[test]
    fn anything_but_one_object_of_scalars_then_refused() {
        for json in ["[]", r#"["1","text"]"#, r#"[{"agreement_id":"1"}]"#, r#"{"agreement_data":{}}"#, "null"] {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
