//! A running sandbox: a thread of its own, with a runtime of its own.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use tokio::{
    runtime::{self, Runtime},
    sync::oneshot,
};

use crate::{
    api::{self, Api},
    builder::Builder,
    cloud::Cloud,
    fault::{Fault, Queue},
    instructions,
    journal::RecordedRequest,
    wire::{self, Listener, Wire},
    workspace::Workspace,
    world::World,
};

/// A local Huawei Cloud, up and running. Dropping it stops it: every connection is closed, answered or not.
#[derive(Debug)]
#[must_use = "a sandbox stops when it is dropped"]
pub struct Sandbox {
    cloud: Arc<Cloud>,
    address: SocketAddr,
    /// Dropped to stop the thread.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Describes a sandbox, beginning with the world of [`seed`](crate::seed).
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// Where it listens, as `http://127.0.0.1:PORT`: the endpoint of `MaaS`, IAM and STS alike.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.cloud.url
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The environment variables that point the provider here, as the seeded user: names and values.
    #[must_use]
    pub fn environment(&self) -> [(&'static str, String); 6] {
        instructions::environment(self.url())
    }

    /// The lines to paste into a shell that point the provider here, as the seeded user.
    #[must_use]
    pub fn exports(&self) -> String {
        instructions::exports(self.url())
    }

    /// The lines, commented out, that let the seeded user in with an access key or a password instead of the token.
    #[must_use]
    pub fn other_exports(&self) -> String {
        instructions::other_exports()
    }

    /// Every request received so far, in the order of arrival.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.cloud.journal.requests()
    }

    /// Those of them that were meant for that API.
    #[must_use]
    pub fn requests_to(&self, api: Api) -> Vec<RecordedRequest> {
        let mut requests = self.requests();
        requests.retain(|request| request.api == Some(api));
        requests
    }

    /// Waits until that many requests were received, and tells whether they were within that time: the way to know
    /// that a client hangs in a request.
    #[must_use]
    pub fn wait_for_requests(&self, count: usize, within: Duration) -> bool {
        self.cloud.journal.wait_for(count, within)
    }

    /// Forgets the requests received so far, so that a bench does not pile them up.
    pub fn forget_requests(&self) {
        self.cloud.journal.forget();
    }

    /// Lines up a fault, behind those still waiting. To replace them, [`clear_faults`](Self::clear_faults) first.
    pub fn inject(&self, fault: Fault) {
        self.cloud.faults().push(fault);
    }

    /// Forgets the faults still waiting. One that is happening, happens.
    pub fn clear_faults(&self) {
        self.cloud.faults().clear();
    }

    /// Replaces the workspaces of a region.
    pub fn set_workspaces(&self, region: &str, workspaces: impl IntoIterator<Item = Workspace>) {
        self.cloud.world().set_workspaces(region, workspaces);
    }

    /// Makes every token handed out so far invalid, the seeded one included; logging in works as before, and keys that
    /// were obtained with a token stay valid.
    pub fn revoke_tokens(&self) {
        self.cloud.world().tokens.revoke_all();
    }

    /// Makes every temporary key there is invalid; permanent ones stay, and obtaining new ones works as before.
    pub fn revoke_keys(&self) {
        self.cloud.world().keys.revoke_temporary();
    }

    pub(crate) fn launch(address: SocketAddr, world: World, faults: Queue) -> io::Result<Self> {
        let listener = wire::bind(address)?;
        let address = listener.local_addr()?;
        let cloud = Arc::new(Cloud::new(format!("http://{address}"), world, faults));
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&cloud);
        let thread = thread::Builder::new()
            .name("maas-sandbox".to_owned())
            .spawn(move || serve(&runtime, listener, shared, stopped))?;
        Ok(Self { cloud, address, stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was reported when it happened; a second one here would abort the program.
            let _ = thread.join();
        }
    }
}

/// Serves until told to stop. What is still open then is dropped together with the runtime.
fn serve(runtime: &Runtime, listener: TcpListener, cloud: Arc<Cloud>, stopped: oneshot::Receiver<()>) {
    runtime.block_on(async {
        let listener = Listener::new(listener).expect("a runtime with input and output takes a listener");
        let service = api::router(cloud).into_make_service_with_connect_info::<Wire>();
        tokio::select! {
            _ = axum::serve(listener, service) => {}
            _ = stopped => {}
        }
    });
}
