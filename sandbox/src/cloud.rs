//! What the handlers of all calls share: the world, and where the sandbox says that it is.

use std::sync::{Mutex, MutexGuard};

use crate::{lock::lock, world::World};

/// The world behind a lock, and the URL that responses name.
#[derive(Debug)]
pub(crate) struct Cloud {
    /// Where the sandbox listens, as `http://ADDRESS:PORT`.
    pub(crate) url: String,
    world: Mutex<World>,
}

impl Cloud {
    pub(crate) fn new(url: String, world: World) -> Self {
        Self { url, world: Mutex::new(world) }
    }

    /// The data. Hold it for a moment only, never across an `await`.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }
}
