//! Signing as a client does it: a second opinion on `SDK-HMAC-SHA256`, good for queries of one plain pair.

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use maas_sandbox::seed;
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};

use super::{Answer, Request};

/// An access key in the hands of a client.
#[derive(Clone)]
pub(crate) struct Signer {
    access: String,
    secret: String,
    security_token: Option<String>,
    clock_offset: SignedDuration,
}

impl Signer {
    pub(crate) fn new(access: impl Into<String>, secret: impl Into<String>) -> Self {
        let (access, secret) = (access.into(), secret.into());
        Self { access, secret, security_token: None, clock_offset: SignedDuration::ZERO }
    }

    /// The access key of the seeded user.
    pub(crate) fn seeded() -> Self {
        Self::new(seed::ACCESS_KEY, seed::SECRET_KEY)
    }

    /// The temporary key that IAM or the metadata service handed out.
    pub(crate) fn handed_out_by(answer: &Answer) -> Self {
        let credential = answer.json()["credential"].take();
        let text = |field: &str| credential[field].as_str().expect("text").to_owned();
        Self::new(text("access"), text("secret")).security_token(text("securitytoken"))
    }

    pub(crate) fn security_token(mut self, token: impl Into<String>) -> Self {
        self.security_token = Some(token.into());
        self
    }

    /// Signs by a clock that is wrong by that much.
    pub(crate) fn clock_offset(mut self, offset: SignedDuration) -> Self {
        self.clock_offset = offset;
        self
    }

    fn signature(&self, request: &Request, names: &str, date: &str) -> String {
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        let path = percent_decode_str(path).decode_utf8().expect("text").replace(' ', "%20");
        let headers = request.headers_to_sign().into_iter().map(|(name, value)| format!("{name}:{value}\n"));
        let canonical_request =
            [request.method, &format!("{path}/"), query, &headers.collect::<String>(), names, &hash(&request.body)];
        let string_to_sign = format!("SDK-HMAC-SHA256\n{date}\n{}", hash(&canonical_request.join("\n")));
        let mut mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).expect("any length");
        mac.update(string_to_sign.as_bytes());
        base16ct::lower::encode_string(&mac.finalize().into_bytes())
    }
}

fn hash(text: &str) -> String {
    base16ct::lower::encode_string(&Sha256::digest(text))
}

impl Request {
    /// Signs the request with every header that it has so far.
    pub(crate) fn signed(mut self, signer: &Signer) -> Self {
        let now = Timestamp::now() + signer.clock_offset;
        let date = now.strftime("%Y%m%dT%H%M%SZ").to_string();
        self = self.header("X-Sdk-Date", date.as_str());
        if let Some(token) = &signer.security_token {
            self = self.header("X-Security-Token", token);
        }
        let names = self.headers_to_sign().into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(";");
        let signature = signer.signature(&self, &names, &date);
        let access = &signer.access;
        self.header(
            "Authorization",
            format!("SDK-HMAC-SHA256 Access={access}, SignedHeaders={names}, Signature={signature}"),
        )
    }

    /// The headers by lower-case name, in order, as they will be sent.
    fn headers_to_sign(&self) -> Vec<(String, &str)> {
        let headers = self.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.as_str()));
        let mut headers = headers.chain([("host".to_owned(), "sandbox")]).collect::<Vec<_>>();
        headers.sort();
        headers
    }
}
