//! Data sources.

use std::future::Future;
use std::pin::Pin;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::cached_schema::CachedSchema;
use super::{Diagnostic, Diagnostics, ModelError, Schema, Type, Value, from_value, messages};

/// A data source. Implementors are plain structs; [`data_source`] makes them fit for a provider's list.
pub trait DataSource: Send + Sync + 'static {
    /// What it reads with, made by the provider.
    type Client: Send + Sync + 'static;

    /// The model of its configuration.
    type Config: DeserializeOwned + Send;

    /// The model of what it reads: exactly the attributes of its schema.
    type State: Serialize + Send + 'static;

    /// The type name in configurations, such as `maas_workspaces`.
    const TYPE_NAME: &'static str;

    /// Its schema.
    fn schema() -> Schema;

    /// Checks a configuration; values may be unknown.
    fn validate(config: &Self::Config, diagnostics: &mut Diagnostics);

    /// Reads. Warnings go to `warnings`.
    fn read(
        client: &Self::Client,
        config: Self::Config,
        warnings: &mut Diagnostics,
    ) -> impl Future<Output = Result<Self::State, ReadError>> + Send;
}

/// Why a data source was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// Something is wrong.
    Failed(Diagnostic),
    /// A setting of the provider that the read needs is known only after apply. Terraform may come back later; where it
    /// does not, this is the error.
    ProviderUnknown(Diagnostic),
}

impl ReadError {
    /// The error, whatever a host may do about it.
    #[must_use]
    pub fn into_diagnostic(self) -> Diagnostic {
        match self {
            Self::Failed(diagnostic) | Self::ProviderUnknown(diagnostic) => diagnostic,
        }
    }
}

impl From<Diagnostic> for ReadError {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Failed(diagnostic)
    }
}

/// What a data source read, ready to be encoded.
pub type State = Box<dyn erased_serde::Serialize + Send>;

pub(super) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A [`DataSource`] of any model.
pub trait AnyDataSource<Client>: Send + Sync {
    /// See [`DataSource::TYPE_NAME`].
    fn type_name(&self) -> &'static str;

    /// See [`DataSource::schema`]; made when first asked for.
    fn schema(&self) -> &Schema;

    /// The type of its configuration and state.
    fn value_type(&self) -> &Type;

    /// See [`DataSource::validate`].
    fn validate(&self, config: Value, diagnostics: &mut Diagnostics);

    /// See [`DataSource::read`].
    fn read<'a>(
        &'a self,
        client: &'a Client,
        config: Value,
        warnings: &'a mut Diagnostics,
    ) -> BoxFuture<'a, Result<State, ReadError>>;
}

/// Makes a data source fit for a provider's list.
#[must_use]
pub fn data_source<D: DataSource>(_: D) -> Box<dyn AnyDataSource<D::Client>> {
    Box::new(Registered::<D> { kind: std::marker::PhantomData, cached: CachedSchema::new(D::schema) })
}

struct Registered<D> {
    kind: std::marker::PhantomData<D>,
    cached: CachedSchema,
}

impl<D: DataSource> AnyDataSource<D::Client> for Registered<D> {
    fn type_name(&self) -> &'static str {
        D::TYPE_NAME
    }

    fn schema(&self) -> &Schema {
        self.cached.schema()
    }

    fn value_type(&self) -> &Type {
        self.cached.value_type()
    }

    fn validate(&self, config: Value, diagnostics: &mut Diagnostics) {
        match from_value(config) {
            Ok(config) => D::validate(&config, diagnostics),
            Err(error) => diagnostics.push(model_mismatch(D::TYPE_NAME, &error)),
        }
    }

    fn read<'a>(
        &'a self,
        client: &'a D::Client,
        config: Value,
        warnings: &'a mut Diagnostics,
    ) -> BoxFuture<'a, Result<State, ReadError>> {
        Box::pin(async move {
            let config = from_value(config).map_err(|error| model_mismatch(D::TYPE_NAME, &error))?;
            let state = D::read(client, config, warnings).await?;
            Ok(Box::new(state) as State)
        })
    }
}

pub(super) fn model_mismatch(type_name: &str, error: &ModelError) -> Diagnostic {
    messages::mistake(format_args!("The model of `{type_name}` and its schema disagree: {error}"))
}
