//! Requests the temporary keys of an ECS instance's agency from the metadata service in the instance's network, see
//! <https://support.huaweicloud.com/intl/en-us/usermanual-ecs/ecs_03_0166.html>.

use std::time::Duration;

use reqwest::header::HeaderName;
use reqwest::{Method, StatusCode};

use super::client::Client;
use super::iam::{TemporaryKeys, metadata_keys};
use super::request::{Owner, Request};
use super::{Deadline, Endpoint, Error, ErrorKind, Purpose};

/// Only ECS instances have a metadata service, and it responds quickly.
const PATIENCE: Duration = Duration::from_secs(1);

const X_METADATA_TOKEN: HeaderName = HeaderName::from_static("x-metadata-token");
const X_METADATA_TOKEN_TTL_SECONDS: HeaderName = HeaderName::from_static("x-metadata-token-ttl-seconds");

/// Requests the keys, with a token of the metadata service's second version if the service supports it.
pub(super) async fn keys(client: &Client, endpoint: &Endpoint) -> Result<TemporaryKeys, Error> {
    let deadline = Deadline::within(PATIENCE);
    let outcome = match token(client, endpoint, deadline).await {
        Ok(token) => security_key(client, endpoint, token.as_deref(), deadline).await,
        Err(error) => Err(error),
    };
    outcome.map_err(|error| Error { kind: explained(error.kind), ..error })
}

async fn token(client: &Client, endpoint: &Endpoint, deadline: Deadline) -> Result<Option<String>, Error> {
    let request = request(Method::PUT, endpoint, &["meta-data", "latest", "api", "token"])?;
    let request = request.header(X_METADATA_TOKEN_TTL_SECONDS, "21600");
    match client.send_directly(request, deadline).await {
        Ok(answer) => {
            let token = String::from_utf8_lossy(&answer.body).trim().to_owned();
            client.keep_secret(&token.as_str().into());
            Ok(Some(token))
        }
        Err(error) => match error.status() {
            Some(StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::SERVICE_UNAVAILABLE) => Ok(None),
            _ => Err(error),
        },
    }
}

async fn security_key(
    client: &Client,
    endpoint: &Endpoint,
    token: Option<&str>,
    deadline: Deadline,
) -> Result<TemporaryKeys, Error> {
    let request = request(Method::GET, endpoint, &["openstack", "latest", "securitykey"])?;
    let request = match token {
        Some(token) => request.header(X_METADATA_TOKEN, token),
        None => request,
    };
    let keys = metadata_keys(client, client.send_directly(request, deadline).await?)?;
    for secret in [&keys.keys.access_key, &keys.keys.secret_key].into_iter().chain(&keys.keys.security_token) {
        client.keep_secret(secret);
    }
    Ok(keys)
}

fn request(method: Method, endpoint: &Endpoint, path: &[&str]) -> Result<Request, Error> {
    let url = endpoint.join(path).map_err(|error| Error::before_request(Purpose::EcsMetadata, error.into()))?;
    Ok(Request::new(Purpose::EcsMetadata, method, url, Owner::Domain(None)))
}

/// Converts the error: most machines are not ECS instances, and no further detail helps.
fn explained(kind: ErrorKind) -> ErrorKind {
    match kind {
        ErrorKind::NoEcsAgency(_) => kind,
        ErrorKind::Service(refusal) => ErrorKind::NoEcsAgency(format!("the metadata service refused: {refusal}")),
        ErrorKind::Unreachable(_) | ErrorKind::TimedOut(_) | ErrorKind::HostNotFound(_) => {
            ErrorKind::NoEcsAgency("this machine has no ECS metadata service".to_owned())
        }
        other => ErrorKind::NoEcsAgency(other.to_string()),
    }
}
