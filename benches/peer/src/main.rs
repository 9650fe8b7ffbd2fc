//! What a provider made with another SDK costs: the data source `maas_workspaces` once more, on the crate `tf-provider`
//! as it comes. Only the benchmark runs it.
//!
//! It reads what the provider reads by default, shows the same workspaces in the same order, and does nothing else: no
//! arguments, no retries, no signatures, no TLS to the API.

mod api;
mod data_source;

use std::collections::HashMap;

use async_trait::async_trait;
use tf_provider::schema::{Block, Schema};
use tf_provider::value::ValueEmpty;
use tf_provider::{Diagnostics, DynamicDataSource, Provider, map, serve};

use data_source::Workspaces;

struct Peer;

#[async_trait]
impl Provider for Peer {
    type Config<'a> = ValueEmpty;
    type MetaState<'a> = ValueEmpty;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        Some(Schema { version: 0, block: Block::default() })
    }

    fn get_data_sources(&self, _: &mut Diagnostics) -> Option<HashMap<String, Box<dyn DynamicDataSource>>> {
        Some(map! { "workspaces" => Workspaces::default() })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    serve("maas", Peer).await
}
