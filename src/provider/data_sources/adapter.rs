use std::future::Future;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::provider::Client;
use crate::provider::scope::{self, Context, Operation, Scoped};
use crate::terraform::{AnyDataSource, Attribute, Block, DataSource, Diagnostics, ReadError, Schema, data_source};

/// A data source without what all of them repeat: region, project and timeouts are the adapter's, in the schema, the
/// configuration, the state and the read.
pub(super) trait ScopedDataSource: Send + Sync + 'static {
    /// The model of its own arguments.
    type Config: DeserializeOwned + Send + Sync;

    /// The model of its own attributes.
    type State: Serialize + Send + 'static;

    /// The type name in configurations, such as `maas_workspaces`.
    const TYPE_NAME: &'static str;

    /// What it is for, in Markdown.
    const DESCRIPTION: &'static str;

    /// Returns the schema of its own attributes.
    fn attributes() -> Vec<Attribute>;

    /// Checks its own arguments; values may be unknown.
    fn validate(config: &Self::Config, diagnostics: &mut Diagnostics);

    /// Reads. Warnings go to `warnings`.
    fn read(
        context: &Context<'_>,
        config: Self::Config,
        warnings: &mut Diagnostics,
    ) -> impl Future<Output = Result<Self::State, ReadError>> + Send;
}

/// Makes a data source fit for the provider's list.
pub(super) fn scoped<D: ScopedDataSource>(_: D) -> Box<dyn AnyDataSource<Client>> {
    data_source(Adapter::<D>(PhantomData))
}

struct Adapter<D>(PhantomData<D>);

impl<D: ScopedDataSource> DataSource for Adapter<D> {
    type Client = Client;
    type Config = Scoped<D::Config>;
    type State = Scoped<D::State>;

    const TYPE_NAME: &'static str = D::TYPE_NAME;

    fn schema() -> Schema {
        let mut attributes = scope::attributes(&[Operation::Read]);
        attributes.extend(D::attributes());
        Schema { version: 0, block: Block { description: D::DESCRIPTION, attributes, blocks: Vec::new() } }
    }

    fn validate(config: &Self::Config, diagnostics: &mut Diagnostics) {
        config.scope.check(diagnostics);
        D::validate(&config.own, diagnostics);
    }

    async fn read(client: &Client, config: Self::Config, warnings: &mut Diagnostics) -> Result<Self::State, ReadError> {
        let Scoped { scope, own } = config;
        let context = scope.context(Operation::Read, client).await?;
        let own = D::read(&context, own, warnings).await?;
        Ok(Scoped { scope: scope.at(&context.target), own })
    }
}
