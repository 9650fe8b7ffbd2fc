//! The blocks for agencies. Their environment variables count where there is no block.

use secrecy::SecretString;
use serde::Deserialize;

use super::super::setting::{AnySetting, Setting, settings};
use super::attributes;
use crate::env;
use crate::terraform::{Argument, Block};

pub(in crate::provider) use self::assume_role::AssumeRole;
pub(in crate::provider) use self::assume_role_with_oidc::AssumeRoleWithOidc;

/// An agency that is assumed with other credentials.
pub(in crate::provider) mod assume_role {
    use super::{AnySetting, Argument, Block, Deserialize, Setting, attributes, env, settings};

    settings! {
        /// A block `assume_role`.
        pub(in crate::provider) struct AssumeRole as ALL {
        AGENCY_NAME agency_name: String =
            "Name of the agency." { required: true, environment: &[env::HW_ASSUME_ROLE_AGENCY_NAME] };
        DOMAIN_NAME domain_name: String =
            "Name of the account that owns the agency. Required unless `domain_id` is set."
            { environment: &[env::HW_ASSUME_ROLE_DOMAIN_NAME] };
        DOMAIN_ID domain_id: String =
            "ID of the account that owns the agency. STS (v5) then issues the keys."
            { environment: &[env::HW_ASSUME_ROLE_DOMAIN_ID] };
        DURATION duration: f64 =
            "Lifetime of the temporary keys in seconds. Defaults to the service's own." (900 to 86400)
            { environment: &[env::HW_ASSUME_ROLE_DURATION] };
        }
    }

    /// Returns the block in the schema.
    pub(in crate::provider) fn block() -> Block {
        Block {
            description: "Agency to assume with the credentials. Several blocks form a chain. Without any, the agency can \
                          also be set with the `HW_ASSUME_ROLE_AGENCY_NAME`, `HW_ASSUME_ROLE_DOMAIN_NAME`, \
                          `HW_ASSUME_ROLE_DOMAIN_ID` and `HW_ASSUME_ROLE_DURATION` environment variables.",
            attributes: attributes(ALL),
            blocks: Vec::new(),
        }
    }
}

/// An agency that is assumed with an ID token.
pub(in crate::provider) mod assume_role_with_oidc {
    use super::{AnySetting, Argument, Block, Deserialize, SecretString, Setting, attributes, env, settings};

    settings! {
        /// The block `assume_role_with_oidc`.
        pub(in crate::provider) struct AssumeRoleWithOidc as ALL {
        AGENCY_NAME agency_name: String =
            "Name of the agency." { required: true, environment: &[env::HW_ASSUME_ROLE_AGENCY_NAME] };
        DOMAIN_ID domain_id: String =
            "ID of the account that owns the agency."
            { required: true, environment: &[env::HW_ASSUME_ROLE_DOMAIN_ID] };
        IDP_ID idp_id: String =
            "Name of the identity provider in IAM." { required: true, environment: &[env::HW_ASSUME_ROLE_IDP_ID] };
        ID_TOKEN id_token: SecretString =
            "ID token. Conflicts with `id_token_file`." { environment: &[env::HW_ASSUME_ROLE_ID_TOKEN] };
        ID_TOKEN_FILE id_token_file: String =
            "File that holds the ID token, read at each authentication. Conflicts with `id_token`."
            { environment: &[env::HW_ASSUME_ROLE_ID_TOKEN_FILE], conflicts_with: "id_token" };
        // STS gives no more to a caller who has temporary keys.
        DURATION duration: f64 =
            "Lifetime of the temporary keys in seconds. Defaults to the service's own." (900 to 3600)
            { environment: &[env::HW_ASSUME_ROLE_DURATION] };
        }
    }

    /// Returns the block in the schema.
    pub(in crate::provider) fn block() -> Block {
        Block {
            description: "Agency to assume with an ID token of an identity provider. No other credentials are needed then. \
                          Without this block, the `HW_ASSUME_ROLE_IDP_ID`, `HW_ASSUME_ROLE_ID_TOKEN` and \
                          `HW_ASSUME_ROLE_ID_TOKEN_FILE` environment variables are read, and those of `assume_role`.",
            attributes: attributes(ALL),
            blocks: Vec::new(),
        }
    }
}
