//! The provider block: the one declaration of each of its arguments.

mod roles;

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::Deserialize;

pub(super) use self::roles::{AssumeRole, AssumeRoleWithOidc, assume_role, assume_role_with_oidc};
use super::given::Given;
use super::messages;
use super::setting::{AnySetting, Setting, SettingValue, settings};
use crate::env::{self, Variable};
use crate::huaweicloud::{Endpoint, is_domain, is_region};
use crate::terraform::{
    Argument, Attribute, AttributePath, Block, BlockNesting, Diagnostic, NestedBlock, Schema, Type,
};

settings! {
    /// What the provider block says.
    pub struct Config as ALL {
    REGION region: String =
        "Region whose MaaS API is called, such as `ap-southeast-1`."
        [HW_REGION_NAME, OS_REGION_NAME]
        {
            profile: Some(|profile| profile.region.clone()),
            check: |region| if is_region(region) { Ok(()) } else { Err(messages::bad_region(region)) },
        };
    PROJECT_ID project_id: String =
        "ID of the project that owns the workspaces. Must be a project of `region`. Defaults to the project named \
         `project_name`, which takes one request to find."
        [HW_PROJECT_ID, OS_PROJECT_ID, OS_TENANT_ID]
        { profile: Some(|profile| profile.project_id.clone()), check: |id| path_segment("project_id", id) };
    PROJECT_NAME project_name: String =
        "Name of the project. Defaults to the name of the region."
        [HW_PROJECT_NAME, OS_PROJECT_NAME, OS_TENANT_NAME];
    DOMAIN_ID domain_id: String =
        "ID of the account."
        [HW_DOMAIN_ID, OS_DOMAIN_ID, OS_USER_DOMAIN_ID, OS_PROJECT_DOMAIN_ID]
        { profile: Some(|profile| profile.domain_id.clone()) };
    DOMAIN_NAME domain_name: String =
        "Name of the account. Required with `user_name`, unless `domain_id` is set."
        [HW_DOMAIN_NAME, OS_DOMAIN_NAME, OS_USER_DOMAIN_NAME, OS_PROJECT_DOMAIN_NAME];

    TOKEN token: SecretString = "IAM token of a user." [HW_AUTH_TOKEN, OS_AUTH_TOKEN];
    ACCESS_KEY access_key: SecretString =
        "Access key ID (AK). Required with `secret_key`."
        [HW_ACCESS_KEY, OS_ACCESS_KEY]
        { needs: &[&["secret_key"]] };
    SECRET_KEY secret_key: SecretString =
        "Secret access key (SK). Required with `access_key`."
        [HW_SECRET_KEY, OS_SECRET_KEY]
        { needs: &[&["access_key"]] };
    SECURITY_TOKEN security_token: SecretString =
        "Security token of a temporary access key." [HW_SECURITY_TOKEN] { needs: &[&["access_key"]] };
    USER_NAME user_name: String =
        "Name of a user who authenticates with `password`."
        [HW_USER_NAME, OS_USERNAME]
        { needs: &[&["password"], &["domain_name", "domain_id"]], replaced_by: "user_id" };
    USER_ID user_id: String =
        "ID of a user who authenticates with `password`."
        [HW_USER_ID, OS_USER_ID]
        { needs: &[&["password"]] };
    PASSWORD password: SecretString =
        "Password of the user."
        [HW_USER_PASSWORD, OS_PASSWORD]
        { needs: &[&["user_name", "user_id"]] };
    PROFILE profile: String =
        "Profile in the configuration file of KooCLI (`hcloud`). Defaults to the file's current profile if \
         `shared_config_file` is set."
        [HW_PROFILE];
    SHARED_CONFIG_FILE shared_config_file: String =
        "Configuration file of KooCLI. Defaults to `~/.hcloud/config.json` if `profile` is set."
        [HW_SHARED_CONFIG_FILE];

    AUTH_URL auth_url: String =
        "URL of IAM, with or without `/v3` at its end. Takes precedence over `iam` in `endpoints`. Defaults to \
         `https://iam.{region}.{cloud}`."
        [HW_AUTH_URL, OS_AUTH_URL]
        { check: |url| endpoint("`auth_url`", url) };
    CLOUD cloud: String =
        "Domain of the cloud. Defaults to `myhuaweicloud.com`, and to `myhuaweicloud.eu` for the regions `eu-west-1*`."
        [HW_CLOUD]
        { check: |cloud| if is_domain(cloud) { Ok(()) } else { Err(messages::bad_cloud(cloud)) } };
    INSECURE insecure: bool =
        "Whether to accept any certificate of a server, even one with a key that is too weak otherwise, such as RSA-1024. \
         Connections are not private then. TLS versions before 1.2, and P-521 keys over TLS 1.2, stay unsupported. Defaults \
         to `false`."
        [HW_INSECURE, OS_INSECURE];
    CACERT_FILE cacert_file: String =
        "Path or PEM text of certificates to trust in addition to the bundled ones and the system's: those of authorities, \
         or that of a server itself."
        [OS_CACERT];
    CERT cert: String =
        "Path or PEM text of the client's certificate and those of its issuers, which are sent unchanged. Required with \
         `key`."
        [OS_CERT]
        { needs: &[&["key"]] };
    KEY key: SecretString =
        "Path or PEM text of the certificate's private key, without a passphrase: RSA with 2048 to 4096 bits, P-256, P-384 \
         or Ed25519. Required with `cert`."
        [OS_KEY]
        { needs: &[&["cert"]] };
    MAX_RETRIES max_retries: f64 =
        "How often a request is retried after a temporary failure. Defaults to `5`."
        [HW_MAX_RETRIES] (0 to 100);
    }
    and {
        endpoints: BTreeMap<String, Argument<String>>;
        assume_role: Vec<AssumeRole>;
        assume_role_with_oidc: AssumeRoleWithOidc;
    }
}

/// A service whose endpoint can be replaced.
pub(super) struct Service {
    /// Keys of `endpoints` that give the URL, the first of which that is set counts.
    pub(super) keys: &'static [&'static str],
    /// Environment variables for the URL.
    pub(super) environment: &'static [Variable],
}

pub(super) static MAAS: Service = Service { keys: &["maas", "modelarts"], environment: &[env::HW_MAAS_ENDPOINT] };

/// The environment variables for IAM are those of `auth_url`, which counts before the key.
pub(super) static IAM: Service = Service { keys: &["iam"], environment: &[] };

pub(super) static STS: Service = Service { keys: &["sts"], environment: &[env::HW_STS_ENDPOINT] };

/// Returns all keys of `endpoints`.
pub(super) fn endpoint_keys() -> Vec<&'static str> {
    [&MAAS, &IAM, &STS].into_iter().flat_map(|service| service.keys).copied().collect()
}

/// Returns the schema of the provider block.
pub(super) fn schema() -> Schema {
    let description = "Reads Huawei Cloud MaaS (ModelArts Studio) and manages its custom endpoints. Every argument is optional and can come from the \
                       environment; an argument takes precedence over an environment variable. No request is sent before \
                       the first read or plan.";
    let endpoints = Attribute::optional(
        "endpoints",
        Type::map(Type::String),
        "URLs that replace the services' own, by service: `maas`, `modelarts` (used for `maas` too), `iam` and `sts`. Can \
         also be set with the `HW_MAAS_ENDPOINT` environment variable for `maas`, and with `HW_STS_ENDPOINT` for `sts`.",
    );
    let block = |name, nesting, block| NestedBlock { name, nesting, block };
    let blocks = vec![
        block("assume_role", BlockNesting::List, assume_role::block()),
        block("assume_role_with_oidc", BlockNesting::Single, assume_role_with_oidc::block()),
    ];
    let attributes = attributes(ALL).into_iter().chain([endpoints]).collect();
    Schema { version: 0, block: Block { description, attributes, blocks } }
}

/// Returns the environment variables of the arguments, each with what it does. For the documentation.
#[must_use]
pub fn environment_variables() -> Vec<(Variable, String)> {
    let of_argument = |setting: &&dyn AnySetting<Config>| {
        let argument = format!("Sets the argument `{}`", setting.name());
        let variables = setting.environment();
        let purpose = move |index: usize| match index.checked_sub(1).and_then(|before| variables.get(before)) {
            Some(before) => format!("{argument}, if `{}` is not set.", before.name),
            None => format!("{argument}."),
        };
        variables.iter().enumerate().map(move |(index, variable)| (*variable, purpose(index)))
    };
    ALL.iter().flat_map(of_argument).collect()
}

fn attributes<B>(settings: &[&dyn AnySetting<B>]) -> Vec<Attribute> {
    settings.iter().map(|setting| setting.attribute()).collect()
}

fn path_segment(name: &str, value: &str) -> Result<(), Diagnostic> {
    if Endpoint::is_segment(value) { Ok(()) } else { Err(messages::bad_path_segment(name, value)) }
}

fn endpoint(name: &str, url: &str) -> Result<(), Diagnostic> {
    Endpoint::parse(url).map(drop).map_err(|error| messages::bad_endpoint(name, error))
}

impl<T: SettingValue> Setting<T, Config> {
    /// Returns the value in the provider block, unless it is omitted or empty.
    pub(super) fn in_provider(&self, config: &Config) -> Option<Argument<Given<T>>> {
        self.in_block(config, &AttributePath::default())
    }
}
