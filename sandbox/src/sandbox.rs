//! A running sandbox: a thread of its own, with a runtime of its own.

use std::{
    io,
    net::{IpAddr, SocketAddr, TcpListener},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use serde_json::Value;
use tokio::{runtime, sync::oneshot};
use tokio_rustls::TlsAcceptor;

use crate::{
    calls::Call,
    cloud::Cloud,
    fault::{Fault, Faults, Queue},
    instructions,
    journal::{Journal, RecordedRequest},
    record::{ApiKey, Endpoint, Workspace},
    server::{self, Door, House, Papers, Proxy, State, Terms},
    wire,
    world::World,
};

/// How a sandbox is to listen.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) address: SocketAddr,
    pub(crate) https: Option<Terms>,
    pub(crate) sign_in_page: bool,
}

/// What a client needs to know of a sandbox that speaks TLS.
#[derive(Debug)]
struct Https {
    url: String,
    papers: Papers,
}

/// A local Huawei Cloud, up and running. Dropping it stops it: every connection is closed, answered or not.
#[derive(Debug)]
#[must_use = "a sandbox stops when it is dropped"]
pub struct Sandbox {
    state: Arc<State>,
    address: SocketAddr,
    https: Option<Https>,
    /// Dropped to stop the thread.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Where it listens, as `http://127.0.0.1:PORT`: the endpoint of `MaaS`, IAM and STS alike.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.state.cloud.url
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens with TLS, as `https://127.0.0.1:PORT`.
    ///
    /// # Panics
    ///
    /// Unless it was built with [`Builder::https`](crate::Builder::https).
    #[must_use]
    pub fn https_url(&self) -> &str {
        &self.secured().url
    }

    /// The certificate of the authority that vouches for the server, in PEM: what a client has to trust.
    ///
    /// # Panics
    ///
    /// Unless it was built with [`Builder::https`](crate::Builder::https).
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.secured().papers.ca
    }

    /// The certificate of a client that [`Builder::client_certificate_required`](crate::Builder::client_certificate_required) lets in, in PEM.
    ///
    /// # Panics
    ///
    /// Unless it was built with [`Builder::https`](crate::Builder::https).
    #[must_use]
    pub fn client_certificate_pem(&self) -> &str {
        &self.secured().papers.client_certificate
    }

    /// The private key of that client, in PEM (PKCS #8).
    ///
    /// # Panics
    ///
    /// Unless it was built with [`Builder::https`](crate::Builder::https).
    #[must_use]
    pub fn client_key_pem(&self) -> &str {
        &self.secured().papers.client_key
    }

    /// A proxy, as `http://127.0.0.1:PORT`, that leads every host to this sandbox and never anywhere else: a tunnel
    /// (CONNECT) to its HTTPS, and a whole URL to itself. It is the plain listener, asked in another way.
    #[must_use]
    pub fn proxy_url(&self) -> &str {
        self.url()
    }

    /// Where the tunnels asked for so far were to lead, as `HOST:PORT`, in the order of arrival; refused ones included.
    #[must_use]
    pub fn proxied_hosts(&self) -> Vec<String> {
        self.state.proxy.hosts()
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
        self.state.journal.requests()
    }

    /// Those of them that were meant for that API.
    #[must_use]
    pub fn requests_to(&self, api: Call) -> Vec<RecordedRequest> {
        let mut requests = self.requests();
        requests.retain(|request| request.api == Some(api));
        requests
    }

    /// Those of them that would change what `MaaS` stores, whether or not they were carried out.
    #[must_use]
    pub fn writes(&self) -> Vec<RecordedRequest> {
        let mut requests = self.requests();
        requests.retain(|request| request.api.is_some_and(Call::is_write));
        requests
    }

    /// Waits until that many requests were received, and tells whether they were within that time: the way to know
    /// that a client hangs in a request.
    #[must_use]
    pub fn wait_for_requests(&self, count: usize, within: Duration) -> bool {
        self.state.journal.wait_for(count, within)
    }

    /// Forgets the requests and the tunnels asked for so far, so that a bench does not pile them up. Numbers, and with them
    /// the lots of [`Chaos`](crate::Chaos), go on.
    pub fn forget_requests(&self) {
        self.state.journal.forget();
        self.state.proxy.forget();
    }

    /// Lines up a fault, behind those still waiting. To replace them, [`clear_faults`](Self::clear_faults) first.
    pub fn inject(&self, fault: Fault) {
        self.state.faults.queue().push(fault);
    }

    /// Carries out the next request of that call, but loses its response.
    pub fn lose_next_response(&self, call: Call) {
        self.inject(Fault::reset().after_carrying_out().on(call).times(1));
    }

    /// Forgets the faults still waiting, and draws none by lot any more. One that is happening, happens.
    pub fn clear_faults(&self) {
        self.state.faults.queue().clear();
    }

    /// Replaces the workspaces of a region.
    pub fn set_workspaces(&self, region: &str, workspaces: impl IntoIterator<Item = Workspace>) {
        self.state.cloud.world().inventory.workspaces.at(region.to_owned()).replace(workspaces);
    }

    /// The endpoints of the account as they are, which the list need not show yet.
    #[must_use]
    pub fn endpoints(&self) -> Vec<Value> {
        self.state.cloud.world().inventory.endpoints.all().iter().map(Endpoint::to_json).collect()
    }

    /// The endpoint of that name, if there is one.
    #[must_use]
    pub fn endpoint(&self, name: &str) -> Option<Value> {
        self.endpoints().into_iter().find(|endpoint| endpoint["endpoint_name"] == name)
    }

    /// Creates an endpoint past the API, as another user of the account would.
    pub fn create_endpoint(&self, endpoint: Endpoint) {
        self.state.cloud.world().inventory.endpoints.add(endpoint);
    }

    /// Changes an endpoint past the API, as another user of the account would.
    ///
    /// # Panics
    ///
    /// If there is no endpoint of that name.
    pub fn change_endpoint(&self, name: &str, change: impl FnOnce(Endpoint) -> Endpoint) {
        let id = self.endpoint_id(name);
        self.state.cloud.world().inventory.endpoints.change(&id, change);
    }

    /// Deletes an endpoint past the API, as another user of the account would. Its name stays used up.
    ///
    /// # Panics
    ///
    /// If there is no endpoint of that name.
    pub fn delete_endpoint(&self, name: &str) {
        let id = self.endpoint_id(name);
        self.state.cloud.world().inventory.endpoints.remove(&id);
    }

    /// Leaves an endpoint out of the list, whose total still counts it, until [`show_endpoints`](Self::show_endpoints).
    ///
    /// # Panics
    ///
    /// If there is no endpoint of that name.
    pub fn hide_endpoint(&self, name: &str) {
        let id = self.endpoint_id(name);
        self.state.cloud.world().inventory.endpoints.hide(&id);
    }

    /// Lists all endpoints again.
    pub fn show_endpoints(&self) {
        self.state.cloud.world().inventory.endpoints.show_all();
    }

    fn endpoint_id(&self, name: &str) -> String {
        let endpoint = self.endpoint(name).unwrap_or_else(|| panic!("no endpoint is named {name}"));
        endpoint["id"].as_str().unwrap_or_default().to_owned()
    }

    /// The API keys of the account as a list shows them, oldest first.
    #[must_use]
    pub fn api_keys(&self) -> Vec<Value> {
        self.state.cloud.world().inventory.api_keys.all().map(ApiKey::to_json).collect()
    }

    /// The API key of that label as a list shows it, if there is one.
    #[must_use]
    pub fn api_key(&self, label: &str) -> Option<Value> {
        self.api_keys().into_iter().find(|key| key["label"] == label)
    }

    /// Changes an API key past the API, as another user of the account would.
    ///
    /// # Panics
    ///
    /// If there is no key of that label.
    pub fn change_api_key(&self, label: &str, change: impl FnOnce(ApiKey) -> ApiKey) {
        let id = self.api_key_id(label);
        self.state.cloud.world().inventory.api_keys.change(&id, change);
    }

    /// Deletes an API key past the API, as another user of the account would.
    ///
    /// # Panics
    ///
    /// If there is no key of that label.
    pub fn delete_api_key(&self, label: &str) {
        let id = self.api_key_id(label);
        self.state.cloud.world().inventory.api_keys.remove(&id);
    }

    /// Makes the balance of the account too low for API keys to be created or deleted, or high enough again.
    pub fn set_low_balance(&self, is_low: bool) {
        self.state.cloud.world().inventory.api_keys.low_balance = is_low;
    }

    fn api_key_id(&self, label: &str) -> String {
        let key = self.api_key(label).unwrap_or_else(|| panic!("no API key has the label {label}"));
        key["id"].as_str().unwrap_or_default().to_owned()
    }

    /// Makes every token handed out so far invalid, the seeded one included; logging in works as before, and keys that
    /// were obtained with a token stay valid.
    pub fn revoke_tokens(&self) {
        self.state.cloud.world().tokens.revoke_all();
    }

    /// Makes every temporary key there is invalid; permanent ones stay, and obtaining new ones works as before.
    pub fn revoke_keys(&self) {
        self.state.cloud.world().keys.revoke_temporary();
    }

    pub(crate) fn launch(plan: Plan, world: World, faults: Queue) -> io::Result<Self> {
        let listener = wire::bind(plan.address)?;
        let address = listener.local_addr()?;
        let (https, secured) = plan.https.map(|terms| listen_with_tls(terms, address.ip())).transpose()?.unzip();
        let state = Arc::new(State {
            cloud: Arc::new(Cloud::new(format!("http://{address}"), world)),
            journal: Arc::new(Journal::default()),
            faults: Arc::new(Faults::new(faults)),
            proxy: Arc::new(Proxy::new(plan.sign_in_page)),
        });
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&state);
        let thread = thread::Builder::new()
            .name("maas-sandbox".to_owned())
            .spawn(move || runtime.block_on(serve(shared, listener, secured, stopped)))?;
        Ok(Self { state, address, https, stop: Some(stop), thread: Some(thread) })
    }

    fn secured(&self) -> &Https {
        self.https.as_ref().expect("built with Builder::https")
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

fn listen_with_tls(terms: Terms, ip: IpAddr) -> io::Result<(Https, (TcpListener, TlsAcceptor))> {
    let (papers, acceptor) =
        server::issue(terms, ip).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    let listener = wire::bind((ip, 0).into())?;
    let url = format!("https://{}", listener.local_addr()?);
    Ok((Https { url, papers }, (listener, acceptor)))
}

/// Serves until told to stop. What is still open then is dropped together with the runtime.
async fn serve(
    state: Arc<State>,
    plain: TcpListener,
    secured: Option<(TcpListener, TlsAcceptor)>,
    stopped: oneshot::Receiver<()>,
) {
    let (secured, acceptor) = secured.unzip();
    let house = House::new(state, acceptor);
    if let Some(listener) = secured {
        tokio::spawn(house.clone().open(Door::Secured, listener));
    }
    tokio::select! {
        () = house.open(Door::Plain, plain) => {}
        _ = stopped => {}
    }
}
