//! The content-guard disclaimer.

use serde_json::Value;

use super::{fields::Fields, record};

record! {
    /// The disclaimer that whoever switches moderation off agrees to, in one language: the documented fields, in the
    /// documented order, but for `id`, which the documented example does not have either.
    Agreement
}

impl Agreement {
    /// An agreement of that id, with no texts.
    #[must_use]
    pub fn named(agreement_id: impl Into<String>) -> Self {
        Self(Fields::new([
            ("agreement_id", Value::from(agreement_id.into())),
            ("agreement_data", Value::from("")),
            ("open_notice", Value::from("")),
            ("close_notice", Value::from("")),
        ]))
    }

    /// Sets the text of the agreement.
    #[must_use]
    pub fn data(self, agreement_data: impl Into<String>) -> Self {
        self.raw("agreement_data", agreement_data.into())
    }

    /// Sets what is said to whoever switches moderation on.
    #[must_use]
    pub fn open_notice(self, open_notice: impl Into<String>) -> Self {
        self.raw("open_notice", open_notice.into())
    }

    /// Sets what is said to whoever switches moderation off.
    #[must_use]
    pub fn close_notice(self, close_notice: impl Into<String>) -> Self {
        self.raw("close_notice", close_notice.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setter_used_then_every_documented_field_in_documented_order() {
        let agreement = Agreement::named("1").data("text").open_notice("on").close_notice("off");
        assert_eq!(
            serde_json::to_string(&agreement).expect("JSON"),
            r#"{"agreement_id":"1","agreement_data":"text","open_notice":"on","close_notice":"off"}"#
        );
    }
}
