//! The headers of a request as sent.

use jiff::Timestamp;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::request::{Owner, Request};
use super::{Credentials, ErrorKind, Keys, SigningInput, sign};

const X_AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");
const X_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-security-token");
const X_PROJECT_ID: HeaderName = HeaderName::from_static("x-project-id");
const X_DOMAIN_ID: HeaderName = HeaderName::from_static("x-domain-id");
const X_SDK_DATE: HeaderName = HeaderName::from_static("x-sdk-date");

/// Returns the headers of a request sent at this time, with a signature if the credentials are keys.
pub(super) fn of(
    request: &Request,
    credentials: Option<&Credentials>,
    time: Timestamp,
) -> Result<HeaderMap, ErrorKind> {
    let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    for (name, value) in &request.headers {
        headers.insert(name, secret_value(value, "token")?);
    }
    match credentials {
        None => {}
        Some(Credentials::Token(token)) => drop(headers.insert(X_AUTH_TOKEN, secret_value(token, "token")?)),
        Some(Credentials::Keys(keys)) => sign_with(request, keys, time, &mut headers)?,
    }
    Ok(headers)
}

fn sign_with(request: &Request, keys: &Keys, time: Timestamp, headers: &mut HeaderMap) -> Result<(), ErrorKind> {
    match &request.owner {
        Owner::Project(id) => drop(headers.insert(X_PROJECT_ID, value(id, "project id")?)),
        Owner::Domain(Some(id)) => drop(headers.insert(X_DOMAIN_ID, value(id, "account id")?)),
        Owner::Domain(None) => {}
    }
    if let Some(token) = &keys.security_token {
        headers.insert(X_SECURITY_TOKEN, secret_value(token, "security token")?);
    }
    headers.insert(HOST, value(&host(&request.url), "host")?);
    let to_sign: Vec<_> =
        headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))).collect();
    let input = SigningInput {
        method: request.method.as_str(),
        path: request.url.path(),
        query: request.url.query().unwrap_or_default(),
        headers: &to_sign,
        body: request.body.expose_secret().as_bytes(),
        time,
    };
    let signature = sign(&input, keys.access_key.expose_secret(), keys.secret_key.expose_secret());
    headers.insert(X_SDK_DATE, value(&signature.date, "date")?);
    headers.insert(AUTHORIZATION, secret_value(&signature.authorization.into(), "access key")?);
    Ok(())
}

fn value(text: &str, what: &'static str) -> Result<HeaderValue, ErrorKind> {
    HeaderValue::from_str(text).map_err(|_| ErrorKind::Unsendable(what))
}

fn secret_value(secret: &SecretString, what: &'static str) -> Result<HeaderValue, ErrorKind> {
    let mut value = value(secret.expose_secret(), what)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Returns the value of the header `Host`, with the port unless it is the scheme's default port.
fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::super::Purpose;
    use super::*;

    fn request(url: &str) -> Request {
        Request::get(Purpose::Read, url.parse().expect("a URL"), "p")
    }

    fn keys(security_token: Option<&str>) -> Credentials {
        let security_token = security_token.map(SecretString::from);
        Credentials::Keys(Keys { access_key: "AK".into(), secret_key: "SK".into(), security_token })
    }

    #[test]
    fn token_with_a_line_break_then_error_not_a_panic() {
        let headers = of(&request("https://h/"), Some(&Credentials::Token("a\nb".into())), Timestamp::UNIX_EPOCH);
        assert_eq!(headers.err(), Some(ErrorKind::Unsendable("token")));
    }

    #[test]
    fn keys_then_host_project_and_security_token_are_signed_and_sensitive() {
        let headers = of(&request("http://h:8080/a"), Some(&keys(Some("T"))), Timestamp::UNIX_EPOCH).expect("signs");
        assert_eq!(headers[HOST], "h:8080");
        assert_eq!(headers[X_PROJECT_ID], "p");
        let authorization = headers[AUTHORIZATION].to_str().expect("text");
        let signed = "SignedHeaders=content-type;host;x-project-id;x-sdk-date;x-security-token, ";
        assert!(authorization.starts_with(&format!("SDK-HMAC-SHA256 Access=AK, {signed}")), "{authorization}");
        assert!(headers[AUTHORIZATION].is_sensitive() && headers[X_SECURITY_TOKEN].is_sensitive());
    }

    #[test]
    fn request_with_secrets_then_debug_shows_none() {
        let request = request("https://h/").header(X_AUTH_TOKEN, "hunter2").json(&"hunter2".into());
        assert!(!format!("{request:?} {:?}", keys(Some("hunter2"))).contains("hunter2"));
    }
}
