use std::borrow::Cow;
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

/// All characters except the unreserved ones of RFC 3986, as Huawei Cloud's signatures require.
pub(super) const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The base URL of a service, without a slash at its end.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint(Url);

/// The error of a text that is not an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// The text is not a URL.
    #[error("it is not a URL such as https://modelarts.ap-southeast-1.myhuaweicloud.com")]
    NotAUrl,
    /// The scheme is neither `https` nor `http`.
    #[error("its scheme is neither https nor http")]
    Scheme,
    /// The URL has a user name, a password, a query or a fragment.
    #[error("it must have nothing but a scheme, a host, a port and a path")]
    Extra,
}

/// The error of a text that would not stay exactly one segment of a path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` cannot be a segment of a URL's path")]
pub struct SegmentError(pub String);

/// Number of times that the percent-encoding of a segment is decoded for the check.
const MOST_DECODINGS: u32 = 3;

impl Endpoint {
    /// Parses an endpoint. The scheme defaults to `https`.
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

    /// Returns the URL of a path below the endpoint. Each segment is percent-encoded.
    ///
    /// # Errors
    /// See [`SegmentError`].
    pub fn join(&self, segments: &[&str]) -> Result<Url, SegmentError> {
        let base = self.0.path().trim_end_matches('/');
        let mut path = base.to_owned();
        for segment in segments {
            if !Self::is_segment(segment) {
                return Err(SegmentError((*segment).to_owned()));
            }
            path.push('/');
            path.extend(utf8_percent_encode(segment, UNRESERVED));
        }
        let mut url = self.0.clone();
        url.set_path(&path);
        Ok(url)
    }

    /// Returns the URL of a path below the endpoint with these query parameters, percent-encoded as signatures require.
    ///
    /// # Errors
    /// See [`SegmentError`].
    pub fn join_with_query(&self, segments: &[&str], parameters: &[(&str, &str)]) -> Result<Url, SegmentError> {
        let encode = |text| utf8_percent_encode(text, UNRESERVED);
        let pairs: Vec<_> =
            parameters.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let mut url = self.join(segments)?;
        url.set_query((!pairs.is_empty()).then(|| pairs.join("&")).as_deref());
        Ok(url)
    }

    /// Removes a version such as `/v3` from the end of the endpoint's path. URLs of IAM are often configured with one.
    #[must_use]
    pub fn without_version(self) -> Self {
        let mut url = self.0;
        let path = url.path().trim_end_matches('/');
        if let Some(base) = path.strip_suffix("/v3") {
            let base = base.to_owned();
            url.set_path(&base);
        }
        Self(url)
    }

    /// Returns whether a text stays one segment of a path at every gateway and server. Some of them decode a segment, even
    /// twice, before they resolve dots. Some treat a backslash as a slash, or ignore the text after a semicolon.
    #[must_use]
    pub fn is_segment(text: &str) -> bool {
        let mut decoded = Cow::Borrowed(text);
        for _ in 0..=MOST_DECODINGS {
            let without_parameters = decoded.split(';').next().unwrap_or_default();
            let is_other_path = matches!(without_parameters.trim(), "" | "." | "..");
            if is_other_path || decoded.contains(|c: char| matches!(c, '/' | '\\') || c.is_control()) {
                return false;
            }
            decoded = percent_decode_str(&decoded).decode_utf8_lossy().into_owned().into();
        }
        true
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
    use super::{Endpoint, EndpointError, SegmentError};

    #[test]
    fn segments_with_reserved_characters_then_each_stays_one() {
        let endpoint = Endpoint::parse("http://127.0.0.1:8700/base/").expect("a URL");
        let url = endpoint.join(&["v1", "a:b?c#d", "é 100%+", "...", ".a", "%41"]).expect("segments");
        assert_eq!(url.as_str(), "http://127.0.0.1:8700/base/v1/a%3Ab%3Fc%23d/%C3%A9%20100%25%2B/.../.a/%2541");
    }

    #[test]
    fn segment_that_is_another_path_for_some_server_then_refused_by_every_join() {
        let endpoint = Endpoint::parse("http://h").expect("a URL");
        for segment in [
            "",
            " ",
            "\t",
            ".",
            "..",
            " .. ",
            "a/b",
            "/",
            "..\\a",
            "a\\b",
            "a\nb",
            "a\0",
            "\u{7f}",
            "\u{85}",
            "%2e",
            "%2E%2e",
            ".%2e",
            "%2F",
            "a%5cb",
            "%00",
            "%0d%0a",
            "%252e%252e",
            "%25252F",
            "%20",
            "..;a",
            ".;",
            "%2e%2e%3bx",
        ] {
            let refused = Err(SegmentError(segment.to_owned()));
            assert_eq!(endpoint.join(&["v1", segment]), refused);
            assert_eq!(endpoint.join_with_query(&[segment, "v1"], &[("a", "b")]), refused);
            assert!(!Endpoint::is_segment(segment), "{segment}");
        }
    }

    #[test]
    fn parameter_with_any_characters_then_not_refused() {
        let endpoint = Endpoint::parse("http://h").expect("a URL");
        let url = endpoint.join_with_query(&["v3"], &[("name", "../a")]).expect("segments");
        assert_eq!(url.as_str(), "http://h/v3?name=..%2Fa");
    }

    #[test]
    fn parameters_then_encoded_as_signatures_want_them() {
        let endpoint = Endpoint::parse("https://h").expect("a URL");
        let url = endpoint.join_with_query(&["v3"], &[("name", "a b&c=é+*"), ("x", "")]).expect("segments");
        assert_eq!(url.as_str(), "https://h/v3?name=a%20b%26c%3D%C3%A9%2B%2A&x=");
        assert_eq!(endpoint.join_with_query(&["v3"], &[]).expect("segments").as_str(), "https://h/v3");
    }

    #[test]
    fn version_at_the_end_of_the_path_then_taken_off() {
        for text in ["https://h/v3", "https://h/v3/", "https://h", "https://h/"] {
            let endpoint = Endpoint::parse(text).expect("a URL").without_version();
            let url = endpoint.join(&["v3", "projects"]).expect("segments");
            assert_eq!(url.as_str(), "https://h/v3/projects", "{text}");
        }
        let proxied = Endpoint::parse("https://h/iam/v3").expect("a URL").without_version();
        assert_eq!(proxied.to_string(), "https://h/iam");
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
