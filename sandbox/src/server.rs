//! The server: listeners, TLS, the proxy, and the router that leads each request through the journal and the faults to
//! its handler.

use std::sync::Arc;

use crate::{cloud::Cloud, fault::Faults, journal::Journal};

mod doors;
mod proxy;
mod router;
mod tls;

pub(crate) use doors::{Door, House};
pub(crate) use proxy::Proxy;
pub(crate) use tls::{Papers, Terms, issue};

/// Everything that a running sandbox holds.
#[derive(Debug)]
pub(crate) struct State {
    /// What the handlers work on.
    pub(crate) cloud: Arc<Cloud>,
    /// Every request received so far.
    pub(crate) journal: Arc<Journal>,
    /// The faults still to come.
    pub(crate) faults: Arc<Faults>,
    /// The proxy that leads here.
    pub(crate) proxy: Arc<Proxy>,
}
