//! The world a sandbox holds when nobody tells it otherwise: one account, one user, two projects, one token, one
//! access key, one agency, one identity provider, and a handful of workspaces, services and endpoints.
//!
//! Everything is a constant so that tests and texts can name it, and every secret says in its own words that it is
//! none.

use crate::record::{self, Region, Workspace};

mod agreements;
mod endpoints;
mod services;

pub(crate) use agreements::LANGUAGES;
pub use agreements::agreement;
pub use endpoints::endpoints;
pub use services::services;

/// The region the sandbox plays host in, as documented for the international site.
pub const HOST_REGION: &str = "ap-southeast-1";

/// A second region that has workspaces of its own, so that the host region and the region asked for can differ.
pub const OTHER_REGION: &str = "cn-southwest-2";

/// The id of the project of [`HOST_REGION`]: 32 lower-case hexadecimal digits. Its name is the region's.
pub const PROJECT_ID: &str = "5a0db0c0ffee4a11b00c5a0db0c0ffee";

/// The id of the project of [`OTHER_REGION`]. The seeded token is *not* valid for it.
pub const OTHER_PROJECT_ID: &str = "0ddba11c0ffee0ddba11c0ffee0ddba1";

/// A token that is valid for [`PROJECT_ID`] from the start, without logging in.
pub const TOKEN: &str = "sandbox-token-not-a-secret";

/// An access key id of the one user, good for every project of the account.
pub const ACCESS_KEY: &str = "SANDBOXNOTASECRET000";

/// The secret access key that belongs to [`ACCESS_KEY`].
pub const SECRET_KEY: &str = "notasecretSANDBOXnotasecretSANDBOX000000";

/// The name of the one user.
pub const USER_NAME: &str = record::OWNER;

/// The id of the one user.
pub const USER_ID: &str = "05e4b0c0ffee05e4b0c0ffee05e4b0c0";

/// The one user's password.
pub const PASSWORD: &str = "sandbox-password-not-a-secret";

/// The name of the account (IAM calls it a domain).
pub const DOMAIN_NAME: &str = "sandbox-account";

/// The id of the account.
pub const DOMAIN_ID: &str = "acc0b0c0ffeeacc0b0c0ffeeacc0b0c0";

/// The name of an agency of the account, which anyone may assume.
pub const AGENCY_NAME: &str = "sandbox-agency";

/// The id of an identity provider that vouches for the one user.
pub const IDP_ID: &str = "sandbox-idp";

/// The ID token with which it does; a real one would be a signed JWT.
pub const ID_TOKEN: &str = "sandbox-id-token.not-a-secret.unsigned";

/// The id of the workspace that every region has.
pub const DEFAULT_WORKSPACE_ID: &str = record::DEFAULT_WORKSPACE_ID;

/// How many custom endpoints the account may have.
pub const ENDPOINT_QUOTA: usize = 10;

/// The built-in models that the account has subscribed to; the first one is that of the seeded endpoints.
pub const MODELS: [&str; 4] = ["sandbox-chat-32k", "DeepSeek-V3", "DeepSeek-R1", "glm-5.2"];

/// The label of the API key that the project of [`HOST_REGION`] has.
pub const API_KEY_LABEL: &str = "sandbox";

/// That key.
pub const API_KEY: &str = "sandbox-api-key-not-a-secret";

/// How many API keys the account may have.
pub const API_KEY_QUOTA: usize = 30;

/// The ids of the other workspaces.
const FRAUD_DETECTION: &str = "1f0e8a5c6b7d4e3f9a2b1c0d5e6f7a81";
const SEARCH_RANKING: &str = "2c9d7b6a5f4e4d3c8b2a1f0e9d8c7b62";
const SCRATCH: &str = "3b8c6d5e4f3a4b2c9d1e0f8a7b6c5d43";
const TRANSLATION: &str = "4d7e5f6a3b2c4d1e8f0a9b8c7d6e5f24";

/// The regions a new sandbox knows: those that have workspaces.
#[must_use]
pub fn regions() -> Vec<Region> {
    vec![
        Region::named(HOST_REGION).locales("CN-Hong Kong", "中国-香港"),
        Region::named(OTHER_REGION).locales("CN Southwest-Guiyang1", "西南-贵阳一"),
    ]
}

/// The workspaces a new sandbox has in `region`; none for a region other than [`HOST_REGION`] and [`OTHER_REGION`].
#[must_use]
pub fn workspaces(region: &str) -> Vec<Workspace> {
    match region {
        HOST_REGION => host_region(),
        OTHER_REGION => other_region(),
        _ => Vec::new(),
    }
}

fn host_region() -> Vec<Workspace> {
    vec![
        default_workspace(),
        Workspace::named("fraud-detection")
            .id(FRAUD_DETECTION)
            .description("Card fraud models, production")
            .owner("alice")
            .create_time(1_704_164_645_000)
            .update_time(1_764_000_000_000)
            .auth_type("private"),
        Workspace::named("search-ranking")
            .id(SEARCH_RANKING)
            .description("Ranking experiments of the search team")
            .owner("bob")
            .create_time(1_717_236_123_000)
            .update_time(1_717_236_123_000)
            .auth_type("internal"),
        Workspace::named("scratch")
            .id(SCRATCH)
            .owner("alice")
            .create_time(1_735_689_599_999)
            .update_time(1_750_000_000_001)
            .auth_type("public"),
    ]
}

fn other_region() -> Vec<Workspace> {
    vec![
        default_workspace(),
        Workspace::named("translation")
            .id(TRANSLATION)
            .description("Chinese-English translation")
            .owner("mei")
            .create_time(1_720_000_000_000)
            .update_time(1_760_000_000_000)
            .auth_type("private"),
    ]
}

/// The workspace every region of an account has, with the times of the documented example.
fn default_workspace() -> Workspace {
    Workspace::named("default").id(DEFAULT_WORKSPACE_ID).owner(DOMAIN_NAME).auth_type("public")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_an_id(text: &str) -> bool {
        text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    }

    #[test]
    fn every_seeded_id_then_32_lower_case_hexadecimal_digits() {
        for id in [PROJECT_ID, OTHER_PROJECT_ID, USER_ID, DOMAIN_ID] {
            assert!(is_an_id(id), "{id}");
        }
    }

    #[test]
    fn workspaces_of_both_regions_then_default_has_id_0_and_others_have_long_ids() {
        for region in [HOST_REGION, OTHER_REGION] {
            let workspaces = workspaces(region);
            let ids = workspaces.iter().map(|one| one.to_json()["id"].as_str().map(str::to_owned));
            let ids = ids.collect::<Option<Vec<_>>>().expect("every id is a string");
            assert_eq!(ids[0], "0");
            assert!(ids[1..].iter().all(|id| is_an_id(id)), "{ids:?}");
        }
    }

    #[test]
    fn host_region_then_every_auth_type_and_an_empty_description_occur() {
        let workspaces = workspaces(HOST_REGION);
        for auth_type in ["public", "private", "internal"] {
            assert!(workspaces.iter().any(|one| one.to_json()["auth_type"] == auth_type), "{auth_type}");
        }
        assert!(workspaces.iter().any(|one| one.to_json()["description"] == ""));
    }

    #[test]
    fn region_nobody_seeded_then_no_workspaces() {
        assert!(workspaces("eu-west-101").is_empty());
    }

    #[test]
    fn access_key_then_as_long_as_a_real_one_and_of_letters_and_digits() {
        assert_eq!((ACCESS_KEY.len(), SECRET_KEY.len()), (20, 40));
        assert!([ACCESS_KEY, SECRET_KEY].concat().bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }

    #[test]
    fn every_secret_then_it_says_that_it_is_none() {
        assert!(TOKEN.contains("not-a-secret"));
        assert!(PASSWORD.contains("not-a-secret"));
        assert!(SECRET_KEY.contains("notasecret"));
        assert!(ID_TOKEN.contains("not-a-secret") && API_KEY.contains("not-a-secret"));
    }
}
