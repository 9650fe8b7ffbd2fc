//! What belongs to one connection of a host: its configured provider, and the stop of its calls.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio_util::sync::CancellationToken;

use crate::terraform::Provider;

/// The state of one connection. In debug mode one process serves many plans, and each alias of the provider in them, over
/// connections that are configured by themselves.
pub struct ConnectionState<P: Provider>(Arc<State<P>>);

struct State<P: Provider> {
    configured: Configured<P::Client>,
    stop: Stop,
}

impl<P: Provider> ConnectionState<P> {
    /// What the connection's last `ConfigureProvider` made.
    pub(super) fn configured(&self) -> &Configured<P::Client> {
        &self.0.configured
    }

    /// Stops the connection's calls.
    pub(super) fn stop(&self) -> &Stop {
        &self.0.stop
    }
}

impl<P: Provider> Clone for ConnectionState<P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<P: Provider> Default for ConnectionState<P> {
    fn default() -> Self {
        Self(Arc::new(State { configured: Configured::default(), stop: Stop::default() }))
    }
}

impl<P: Provider> fmt::Debug for ConnectionState<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionState").field("configured", &self.configured().get().is_some()).finish()
    }
}

/// What the last `ConfigureProvider` made, if there was one.
pub(super) struct Configured<T>(RwLock<Option<Arc<T>>>);

impl<T> Configured<T> {
    pub(super) fn get(&self) -> Option<Arc<T>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set(&self, client: &Arc<T>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(client));
    }
}

impl<T> Default for Configured<T> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

/// Ends calls in flight.
#[derive(Default)]
pub(super) struct Stop(Mutex<CancellationToken>);

impl Stop {
    /// Ends the calls in flight. Later calls are not affected.
    pub(super) fn stop(&self) {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).cancel();
    }

    /// Cancelled by the next stop.
    pub(super) fn next(&self) -> CancellationToken {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
