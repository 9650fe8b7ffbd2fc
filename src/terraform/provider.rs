use std::future::Future;

use serde::de::DeserializeOwned;

use super::{AnyDataSource, AnyResource, Diagnostics, Function, Schema};

/// A provider: what its block takes, and what it offers once it is configured.
pub trait Provider: Send + Sync + 'static {
    /// What configuring makes: everything that a data source needs for its reads.
    type Client: Send + Sync + 'static;

    /// The model of the provider block.
    type Config: DeserializeOwned + Send;

    /// The source address, `hostname/namespace/type`.
    fn address(&self) -> &'static str;

    /// The schema of the provider block.
    fn schema(&self) -> Schema;

    /// Checks the provider block; values may be unknown.
    fn validate(&self, config: Self::Config, diagnostics: &mut Diagnostics);

    /// Makes a client. Reads the files that the configuration names, and reports what is wrong with it, so that no read has
    /// to repeat that.
    ///
    /// # Errors
    /// When the configuration cannot be used.
    fn configure(
        &self,
        config: Self::Config,
        host: &Host,
    ) -> impl Future<Output = Result<Self::Client, Diagnostics>> + Send;

    /// The data sources that it offers.
    fn data_sources(&self) -> &[Box<dyn AnyDataSource<Self::Client>>];

    /// The managed resources that it offers.
    fn resources(&self) -> &[Box<dyn AnyResource<Self::Client>>] {
        &[]
    }

    /// The functions that it offers.
    fn functions(&self) -> &[&dyn Function] {
        &[]
    }
}

/// The program that runs the provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Host {
    /// The version of Terraform or OpenTofu.
    pub version: String,
}
