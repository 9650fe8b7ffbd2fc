//! The provider block: what may be written in it, and what a configuration says.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::Deserialize;

use crate::terraform::{Argument, Attribute, Block, BlockNesting, NestedBlock, Schema, Type};

/// The services whose endpoints can be replaced.
pub(super) const SERVICES: [&str; 4] = ["maas", "modelarts", "iam", "sts"];

/// What the provider block says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Config {
    pub(super) region: Argument<String>,
    pub(super) project_id: Argument<String>,
    pub(super) project_name: Argument<String>,
    pub(super) domain_id: Argument<String>,
    pub(super) domain_name: Argument<String>,
    pub(super) token: Argument<SecretString>,
    pub(super) access_key: Argument<SecretString>,
    pub(super) secret_key: Argument<SecretString>,
    pub(super) security_token: Argument<SecretString>,
    pub(super) user_name: Argument<String>,
    pub(super) user_id: Argument<String>,
    pub(super) password: Argument<SecretString>,
    pub(super) profile: Argument<String>,
    pub(super) shared_config_file: Argument<String>,
    pub(super) assume_role: Argument<Vec<AssumeRole>>,
    pub(super) assume_role_with_oidc: Argument<AssumeRoleWithOidc>,
    pub(super) auth_url: Argument<String>,
    pub(super) cloud: Argument<String>,
    pub(super) endpoints: Argument<BTreeMap<String, Argument<String>>>,
    pub(super) insecure: Argument<bool>,
    pub(super) cacert_file: Argument<String>,
    pub(super) cert: Argument<String>,
    pub(super) key: Argument<SecretString>,
    pub(super) max_retries: Argument<f64>,
}

/// A block `assume_role`.
#[derive(Debug, Deserialize)]
pub(super) struct AssumeRole {
    pub(super) agency_name: Argument<String>,
    pub(super) domain_name: Argument<String>,
    pub(super) domain_id: Argument<String>,
    pub(super) duration: Argument<f64>,
}

/// The block `assume_role_with_oidc`.
#[derive(Debug, Deserialize)]
pub(super) struct AssumeRoleWithOidc {
    pub(super) agency_name: Argument<String>,
    pub(super) domain_id: Argument<String>,
    pub(super) idp_id: Argument<String>,
    pub(super) id_token: Argument<SecretString>,
    pub(super) id_token_file: Argument<String>,
    pub(super) duration: Argument<f64>,
}

/// The schema of the provider block.
pub(super) fn schema() -> Schema {
    let description = "Reads Huawei Cloud MaaS (ModelArts Studio). Every argument is optional and can come from the \
                       environment; an argument beats a variable. Nothing is sent before the first read.";
    let attributes = [scope(), credentials(), connection()].concat();
    Schema { version: 0, block: Block { description, attributes, blocks: blocks() } }
}

fn text(name: &'static str, description: &'static str) -> Attribute {
    Attribute::optional(name, Type::String, description)
}

fn secret(name: &'static str, description: &'static str) -> Attribute {
    text(name, description).sensitive()
}

fn scope() -> Vec<Attribute> {
    vec![
        text("region", "Region whose MaaS API is called, such as `ap-southeast-1`. Environment: `HW_REGION_NAME`."),
        text(
            "project_id",
            "Project that owns the workspaces. It has to belong to `region`. When it is left out, it is looked up by \
             `project_name`, with one request. Environment: `HW_PROJECT_ID`.",
        ),
        text("project_name", "Name of the project, if it is not that of the region. Environment: `HW_PROJECT_NAME`."),
        text("domain_id", "Id of the account. Environment: `HW_DOMAIN_ID`."),
        text(
            "domain_name",
            "Name of the account. A user who signs in by name needs it, or `domain_id`. Environment: `HW_DOMAIN_NAME`.",
        ),
    ]
}

fn credentials() -> Vec<Attribute> {
    vec![
        secret("token", "IAM token of a user. Environment: `HW_AUTH_TOKEN`."),
        secret("access_key", "Access key id (AK). Needs `secret_key`. Environment: `HW_ACCESS_KEY`."),
        secret("secret_key", "Secret key (SK). Needs `access_key`. Environment: `HW_SECRET_KEY`."),
        secret("security_token", "Token that goes with a temporary access key. Environment: `HW_SECURITY_TOKEN`."),
        text("user_name", "Name of a user who signs in with `password`. Environment: `HW_USER_NAME`."),
        text("user_id", "Id of a user who signs in with `password`. Environment: `HW_USER_ID`."),
        secret("password", "Password of that user. Environment: `HW_USER_PASSWORD`."),
        text(
            "profile",
            "Profile in the configuration of KooCLI (`hcloud`); the current one when only the file is named. \
             Environment: `HW_PROFILE`.",
        ),
        text(
            "shared_config_file",
            "Configuration file of KooCLI, `~/.hcloud/config.json` when only `profile` is set. Environment: \
             `HW_SHARED_CONFIG_FILE`.",
        ),
    ]
}

fn connection() -> Vec<Attribute> {
    vec![
        text(
            "auth_url",
            "URL of IAM, with or without `/v3` at its end; `https://iam.{region}.{cloud}` when it is left out. It comes \
             before `iam` in `endpoints`. Environment: `HW_AUTH_URL`.",
        ),
        text(
            "cloud",
            "Domain of the cloud: `myhuaweicloud.com`, or `myhuaweicloud.eu` for the regions `eu-west-1*`, when it is \
             left out. Environment: `HW_CLOUD`.",
        ),
        Attribute::optional(
            "endpoints",
            Type::map(Type::String),
            "URLs that replace the services' own, by service: `maas`, `modelarts` (used for `maas` too), `iam` and \
             `sts`. Environment for `maas`: `HW_MAAS_ENDPOINT`; for `sts`: `HW_STS_ENDPOINT`.",
        ),
        Attribute::optional(
            "insecure",
            Type::Bool,
            "Whether any server is trusted, whatever certificate it shows, even with a key that is too weak otherwise, such \
             as RSA-1024. Nothing is private then. Not supported even so are TLS versions older than 1.2, and over TLS 1.2 \
             keys on the curve P-521. Environment: `HW_INSECURE`.",
        ),
        text(
            "cacert_file",
            "Further roots to trust, a path or PEM itself. They are added to the bundled and the system's roots. The \
             certificate of a server itself, such as a self-signed one, can be given too. Environment: `OS_CACERT`.",
        ),
        text(
            "cert",
            "Certificate that the client shows and those of its issuers, a path or PEM itself. Sent as it is. Needs `key`. \
             Environment: `OS_CERT`.",
        ),
        secret(
            "key",
            "Private key of that certificate without a passphrase, a path or PEM itself: RSA with 2048 to 4096 bits, P-256, \
             P-384 or Ed25519. Needs `cert`. Environment: `OS_KEY`.",
        ),
        Attribute::optional(
            "max_retries",
            Type::Number,
            "How often a request is tried again when it fails in a way that may pass; 5 when it is left out. \
             Environment: `HW_MAX_RETRIES`.",
        ),
    ]
}

fn blocks() -> Vec<NestedBlock> {
    let duration = |description| Attribute::optional("duration", Type::Number, description);
    let assume_role = Block {
        description: "An agency to assume on top of the credentials. Several blocks form a chain. Without any, the \
                      variables `HW_ASSUME_ROLE_AGENCY_NAME`, `HW_ASSUME_ROLE_DOMAIN_NAME`, \
                      `HW_ASSUME_ROLE_DOMAIN_ID` and `HW_ASSUME_ROLE_DURATION` are read.",
        attributes: vec![
            Attribute::required("agency_name", Type::String, "Name of the agency."),
            text("domain_name", "Name of the account that it belongs to. Set this or `domain_id`."),
            text("domain_id", "Id of the account that it belongs to. With it, the keys come from STS (v5)."),
            duration(
                "How long the temporary keys should be valid, in seconds, 900 at least; what the service gives by \
                 itself when it is left out.",
            ),
        ],
        blocks: Vec::new(),
    };
    let oidc = Block {
        description: "Signs in with an ID token of an identity provider and assumes an agency; other credentials are \
                      not needed then. Without this block, `HW_ASSUME_ROLE_IDP_ID`, `HW_ASSUME_ROLE_ID_TOKEN` or \
                      `HW_ASSUME_ROLE_ID_TOKEN_FILE` and the variables of `assume_role` are read.",
        attributes: vec![
            Attribute::required("agency_name", Type::String, "Name of the agency."),
            Attribute::required("domain_id", Type::String, "Id of the account that it belongs to."),
            Attribute::required("idp_id", Type::String, "The identity provider's name in IAM."),
            secret("id_token", "The ID token. Set this or `id_token_file`."),
            text("id_token_file", "File that holds the ID token, read at each sign-in."),
            duration(
                "How long the temporary keys should be valid, in seconds, from 900 to 3600; what the service gives by \
                 itself when it is left out.",
            ),
        ],
        blocks: Vec::new(),
    };
    vec![
        NestedBlock { name: "assume_role", nesting: BlockNesting::List, block: assume_role },
        NestedBlock { name: "assume_role_with_oidc", nesting: BlockNesting::Single, block: oidc },
    ]
}
