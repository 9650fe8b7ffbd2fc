use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

/// Everything but RFC 3986's unreserved characters, as Huawei Cloud's signatures want it.
pub(super) const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The base URL of a service, without a slash at its end.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint(Url);

/// A text that is no endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// It is no URL.
    #[error("it is not a URL such as https://modelarts.ap-southeast-1.myhuaweicloud.com")]
    NotAUrl,
    /// Its scheme is neither `https` nor `http`.
    #[error("its scheme is neither https nor http")]
    Scheme,
    /// It has a user name, a password, a query or a fragment.
    #[error("it must have nothing but a scheme, a host, a port and a path")]
    Extra,
}

impl Endpoint {
    /// The default endpoint of ModelArts, which serves MaaS too, in a region.
    ///
    /// # Errors
    /// When the region cannot stand in a host name.
    pub fn modelarts(region: &str) -> Result<Self, EndpointError> {
        let label = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if region.is_empty() || !region.chars().all(label) {
            return Err(EndpointError::NotAUrl);
        }
        Self::parse(&format!("https://modelarts.{region}.myhuaweicloud.com"))
    }

    /// Reads an endpoint. Where the scheme is left out, it is `https`.
    ///
    /// # Errors
    /// See [`EndpointError`].
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let text = text.trim();
        let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let url = Url::parse(&with_scheme).map_err(|_| EndpointError::NotAUrl)?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(EndpointError::Scheme);
        }
        let extra = !url.username().is_empty() || url.password().is_some();
        if extra || url.query().is_some() || url.fragment().is_some() {
            return Err(EndpointError::Extra);
        }
        Ok(Self(url))
    }

    /// The URL of a path below the endpoint. Each segment is percent-encoded as one.
    #[must_use]
    pub fn join(&self, segments: &[&str]) -> Url {
        let base = self.0.path().trim_end_matches('/');
        let mut path = base.to_owned();
        for segment in segments {
            path.push('/');
            path.extend(utf8_percent_encode(segment, UNRESERVED));
        }
        let mut url = self.0.clone();
        url.set_path(&path);
        url
    }

    /// Whether a segment means what it says: an empty one or dots would be another path.
    #[must_use]
    pub fn is_segment(text: &str) -> bool {
        !matches!(text, "" | "." | "..")
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, EndpointError};

    #[test]
    fn region_then_default_endpoint_of_modelarts() {
        let endpoint = Endpoint::modelarts("ap-southeast-1").expect("a region");
        assert_eq!(endpoint.to_string(), "https://modelarts.ap-southeast-1.myhuaweicloud.com");
        for region in ["", "a.b", "a/b", "a b", "a@evil"] {
            assert!(Endpoint::modelarts(region).is_err(), "{region}");
        }
    }

    #[test]
    fn hostile_segments_then_each_stays_one() {
        let endpoint = Endpoint::parse("http://127.0.0.1:8700/base/").expect("a URL");
        let url = endpoint.join(&["v1", "a/b?c#d", "é %2F+"]);
        assert_eq!(url.as_str(), "http://127.0.0.1:8700/base/v1/a%2Fb%3Fc%23d/%C3%A9%20%252F%2B");
    }

    #[test]
    fn no_scheme_then_https() {
        assert_eq!(Endpoint::parse(" example.com/ ").expect("a URL").to_string(), "https://example.com");
    }

    #[test]
    fn no_endpoint_then_reason() {
        for (text, reason) in [
            ("", EndpointError::NotAUrl),
            ("https://", EndpointError::NotAUrl),
            ("ftp://example.com", EndpointError::Scheme),
            ("https://user:secret@example.com", EndpointError::Extra),
            ("https://example.com/?a=b", EndpointError::Extra),
            ("https://example.com/#a", EndpointError::Extra),
        ] {
            assert_eq!(Endpoint::parse(text), Err(reason), "{text}");
        }
    }
}
