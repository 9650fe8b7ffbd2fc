//! The content-guard disclaimer in both languages, in words of the sandbox's own.

use crate::record::Agreement;

/// The languages in which there is an agreement, as the API spells them.
pub(crate) const LANGUAGES: [&str; 2] = ["zh", "en"];

/// The agreement a new sandbox has in a language, `zh` or `en`; anything but `zh` gets the English one.
#[must_use]
pub fn agreement(lang: &str) -> Agreement {
    let agreement = Agreement::named("a9a0b0c0ffeea9a0b0c0ffeea9a0b0c0");
    if lang == "zh" {
        return agreement
            .data("沙箱协议：关闭内容审核后，由您自行负责所生成的内容。本协议仅用于测试。")
            .open_notice("内容审核已开启。")
            .close_notice("关闭内容审核前，请阅读并同意沙箱协议。");
    }
    agreement
        .data("Sandbox agreement: with moderation off, you answer for what is generated. It binds nobody.")
        .open_notice("Moderation is on.")
        .close_notice("Read and accept the sandbox agreement before you switch moderation off.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_languages_then_one_agreement_in_two_wordings() {
        let [zh, en] = LANGUAGES.map(|lang| agreement(lang).to_json());
        assert_eq!(zh["agreement_id"], en["agreement_id"]);
        for field in ["agreement_data", "open_notice", "close_notice"] {
            assert_ne!(zh[field], en[field], "{field}");
        }
    }
}
