use super::{Endpoint, ErrorKind, Setting};

/// The domains of Huawei Cloud's own regions: for the international and Chinese regions, and for the European ones.
const DEFAULT_CLOUD: &str = "myhuaweicloud.com";
const EUROPEAN_CLOUD: &str = "myhuaweicloud.eu";

/// The prefix of the regions of the European cloud, to which `eu-west-0` does not belong.
const EUROPEAN_REGIONS: &str = "eu-west-1";

/// The endpoints of a cloud's services: `https://{service}.{region}.{cloud}`, or a configured URL.
#[derive(Clone, Debug)]
pub struct Cloud {
    /// The domain of the cloud. Defaults to the domain of the region.
    pub domain: Setting<String>,
    /// The endpoint of ModelArts, which also serves MaaS.
    pub modelarts: Setting<Endpoint>,
    /// The endpoint of IAM.
    pub iam: Setting<Endpoint>,
    /// The endpoint of STS.
    pub sts: Setting<Endpoint>,
}

impl Default for Cloud {
    fn default() -> Self {
        Self { domain: Ok(None), modelarts: Ok(None), iam: Ok(None), sts: Ok(None) }
    }
}

impl Cloud {
    /// Returns the endpoint of ModelArts in a region.
    ///
    /// # Errors
    /// If the region or the cloud cannot be part of a host name, or a required setting is not available.
    pub fn modelarts(&self, region: &str) -> Result<Endpoint, ErrorKind> {
        self.endpoint(&self.modelarts, "modelarts", region)
    }

    /// Returns the endpoint of IAM in a region.
    ///
    /// # Errors
    /// If the region or the cloud cannot be part of a host name, or a required setting is not available.
    pub fn iam(&self, region: &str) -> Result<Endpoint, ErrorKind> {
        self.endpoint(&self.iam, "iam", region)
    }

    /// Returns the endpoint of STS in a region.
    ///
    /// # Errors
    /// If the region or the cloud cannot be part of a host name, or a required setting is not available.
    pub fn sts(&self, region: &str) -> Result<Endpoint, ErrorKind> {
        self.endpoint(&self.sts, "sts", region)
    }

    fn endpoint(&self, given: &Setting<Endpoint>, service: &str, region: &str) -> Result<Endpoint, ErrorKind> {
        if let Some(endpoint) = given.as_ref().map_err(|unavailable| *unavailable)? {
            return Ok(endpoint.clone());
        }
        let given = self.domain.as_ref().map_err(|unavailable| *unavailable)?;
        let domain = given.as_deref().unwrap_or(if region.starts_with(EUROPEAN_REGIONS) {
            EUROPEAN_CLOUD
        } else {
            DEFAULT_CLOUD
        });
        if !is_region(region) || !is_domain(domain) {
            return Err(ErrorKind::BadRegion(region.to_owned()));
        }
        let endpoint = Endpoint::parse(&format!("https://{service}.{region}.{domain}"));
        endpoint.map_err(|_| ErrorKind::BadRegion(region.to_owned()))
    }
}

/// Returns whether a text can be a region: one label of a host name.
#[must_use]
pub fn is_region(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// Returns whether a text can be the domain of a cloud: labels of a host name, and optionally a port.
#[must_use]
pub fn is_domain(text: &str) -> bool {
    let (host, port) = text.split_once(':').unwrap_or((text, "443"));
    port.parse::<u16>().is_ok() && host.split('.').all(is_region)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn modelarts(cloud: &Cloud, region: &str) -> String {
        cloud.modelarts(region).expect("a region").to_string()
    }

    #[test]
    fn region_then_its_cloud() {
        let cloud = Cloud::default();
        for (region, host) in [
            ("ap-southeast-1", "modelarts.ap-southeast-1.myhuaweicloud.com"),
            ("eu-west-101", "modelarts.eu-west-101.myhuaweicloud.eu"),
            ("eu-west-0", "modelarts.eu-west-0.myhuaweicloud.com"),
        ] {
            assert_eq!(modelarts(&cloud, region), format!("https://{host}"));
        }
        assert_eq!(cloud.sts("r").expect("a region").to_string(), "https://sts.r.myhuaweicloud.com");
    }

    #[test]
    fn private_cloud_or_endpoint_given_then_that() {
        let cloud = Cloud { domain: Ok(Some("cloud.example.org:8443".to_owned())), ..Cloud::default() };
        assert_eq!(modelarts(&cloud, "eu-west-101"), "https://modelarts.eu-west-101.cloud.example.org:8443");
        let given = Ok(Endpoint::parse("http://127.0.0.1:1").ok());
        let cloud = Cloud { iam: given, ..cloud };
        assert_eq!(cloud.iam("r").expect("given").to_string(), "http://127.0.0.1:1");
    }

    #[test]
    fn text_that_is_no_region_or_domain_then_refused() {
        for region in ["", "a.b", "a/b", "a b", "a@evil", "a:1"] {
            assert!(Cloud::default().modelarts(region).is_err(), "{region}");
        }
        for domain in ["", ".", "a..b", "a/b", "user@evil", "a:b", "a:99999"] {
            assert!(!is_domain(domain), "{domain}");
        }
    }
}
