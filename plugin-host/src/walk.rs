use rmpv::Value;
use tonic::Status;
use tonic::transport::Channel;

use super::tfplugin6::provider_client::ProviderClient;
use super::tfplugin6::{
    Diagnostic, configure_provider, diagnostic, get_provider_schema, read_data_source as read,
    validate_data_resource_config, validate_provider_config,
};
use super::value::{configuration, to_json};

/// The largest message that the host takes, as in Terraform.
const MAX_MESSAGE_BYTES: usize = i32::MAX as usize;

/// What a data source gave.
#[derive(Debug)]
pub struct Reading {
    /// Its attributes; `None` if an error came instead.
    pub state: Option<serde_json::Value>,
    /// Errors and warnings, in the order of the calls.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a data source in the steps of `terraform plan`, up to the first error.
///
/// # Errors
/// When a call itself fails, which no provider should let happen.
///
/// # Panics
/// When a given name is not in its schema.
pub async fn read_data_source(
    channel: Channel,
    type_name: &str,
    provider: &[(&str, Value)],
    given: &[(&str, Value)],
) -> Result<Reading, Status> {
    let mut client = ProviderClient::new(channel).max_decoding_message_size(MAX_MESSAGE_BYTES);
    let schemas = client.get_provider_schema(get_provider_schema::Request {}).await?.into_inner();
    let block = schemas.provider.unwrap_or_default();
    let config = Some(configuration(&block, provider));
    let source = schemas.data_source_schemas.get(type_name).cloned().unwrap_or_default();
    let given = Some(configuration(&source, given));
    let type_name = type_name.to_owned();

    let request = validate_provider_config::Request { config: config.clone() };
    let mut diagnostics = client.validate_provider_config(request).await?.into_inner().diagnostics;
    if !has_error(&diagnostics) {
        let request =
            configure_provider::Request { terraform_version: "1.11.4".to_owned(), config, ..Default::default() };
        diagnostics.extend(client.configure_provider(request).await?.into_inner().diagnostics);
    }
    if !has_error(&diagnostics) {
        let request = validate_data_resource_config::Request { type_name: type_name.clone(), config: given.clone() };
        diagnostics.extend(client.validate_data_resource_config(request).await?.into_inner().diagnostics);
    }
    if has_error(&diagnostics) {
        return Ok(Reading { state: None, diagnostics });
    }
    let request = read::Request { type_name, config: given, ..Default::default() };
    let answer = client.read_data_source(request).await?.into_inner();
    diagnostics.extend(answer.diagnostics);
    let state = if has_error(&diagnostics) { None } else { answer.state.as_ref().and_then(to_json) };
    Ok(Reading { state, diagnostics })
}

fn has_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity() == diagnostic::Severity::Error)
}
