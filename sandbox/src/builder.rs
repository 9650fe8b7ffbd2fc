//! A sandbox described before it starts.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::{
    clock::Clock,
    fault::{Chaos, Fault, Queue},
    record::{Agreement, ApiKey, Endpoint, Region, Service, Workspace},
    sandbox::{Plan, Sandbox},
    server::Terms,
    world::{AccessKey, Agency, Metadata, Project, Scope, User, World},
};

/// Describes a sandbox. It begins with the world of [`seed`](crate::seed), at a free port of `127.0.0.1`.
#[derive(Debug)]
#[must_use = "a sandbox runs once it is started"]
pub struct Builder {
    plan: Plan,
    world: World,
    faults: Queue,
}

impl Sandbox {
    /// Describes a sandbox, beginning with the world of [`seed`](crate::seed).
    pub fn builder() -> Builder {
        Builder::new()
    }
}

impl Builder {
    fn new() -> Self {
        let address = (Ipv4Addr::LOCALHOST, 0).into();
        let plan = Plan { address, https: None, sign_in_page: false };
        Self { plan, world: World::seeded(), faults: Queue::default() }
    }

    /// Listens at this address, which must be one of loopback; port 0 takes any free port.
    pub fn listen_on(mut self, address: SocketAddr) -> Self {
        self.plan.address = address;
        self
    }

    /// Replaces the workspaces of a region; `[]` leaves it with none.
    pub fn workspaces(mut self, region: &str, workspaces: impl IntoIterator<Item = Workspace>) -> Self {
        self.world.inventory.workspaces.at(region.to_owned()).replace(workspaces);
        self
    }

    /// Claims a `total_count` of this for a region, whatever the number of its workspaces; any JSON will do.
    pub fn total_count(mut self, region: &str, total_count: impl Into<Value>) -> Self {
        self.world.inventory.workspaces.at(region.to_owned()).claim(total_count.into());
        self
    }

    /// Replaces the regions in which there are real-time services; it does not touch what is in them.
    pub fn regions(mut self, regions: impl IntoIterator<Item = Region>) -> Self {
        self.world.inventory.regions.replace(regions);
        self
    }

    /// Replaces the services of a workspace of a region; `[]` leaves it with none. The workspace need not be there, and the
    /// services' own `workspace_id` stays what it is.
    pub fn services(mut self, region: &str, workspace_id: &str, services: impl IntoIterator<Item = Service>) -> Self {
        self.world.inventory.services.at((region.to_owned(), workspace_id.to_owned())).replace(services);
        self
    }

    /// Claims a `total` of this for a workspace, whatever the number of its services; any JSON will do.
    pub fn services_total(mut self, region: &str, workspace_id: &str, total: impl Into<Value>) -> Self {
        self.world.inventory.services.at((region.to_owned(), workspace_id.to_owned())).claim(total.into());
        self
    }

    /// Replaces the custom endpoints of the account; `[]` leaves it with none.
    pub fn endpoints(mut self, endpoints: impl IntoIterator<Item = Endpoint>) -> Self {
        self.world.inventory.endpoints.replace(endpoints);
        self
    }

    /// Claims a `total` of this, whatever the number of endpoints; any JSON will do.
    pub fn endpoints_total(mut self, total: impl Into<Value>) -> Self {
        self.world.inventory.endpoints.claim(total.into());
        self
    }

    /// Adds a custom endpoint behind those already there.
    pub fn with_endpoint(mut self, endpoint: Endpoint) -> Self {
        self.world.inventory.endpoints.add(endpoint);
        self
    }

    /// Uses an endpoint's name up, as an endpoint that was deleted long ago did.
    pub fn used_endpoint_name(mut self, name: impl Into<String>) -> Self {
        self.world.inventory.endpoints.use_up(name.into());
        self
    }

    /// Sets the built-in models that the account has subscribed to. Until then an endpoint may be for any model.
    pub fn models(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.world.inventory.models = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Sets how many endpoints the account may have.
    pub fn endpoint_quota(mut self, quota: usize) -> Self {
        self.world.inventory.endpoints.set_quota(quota);
        self
    }

    /// Makes that many lists of endpoints after each change show what was before it.
    pub fn endpoint_lists_behind(mut self, lists: u32) -> Self {
        self.world.inventory.endpoints.set_delay(lists);
        self
    }

    /// Makes changes of endpoints leave this member as it is, and report success all the same.
    pub fn endpoint_updates_ignore(mut self, member: &str) -> Self {
        self.world.inventory.endpoints.ignore(member);
        self
    }

    /// Replaces the agreement in a language: `zh` or `en` in the real cloud.
    pub fn agreement(mut self, lang: &str, agreement: Agreement) -> Self {
        self.world.inventory.agreements.insert(lang.to_owned(), agreement);
        self
    }

    /// Adds an API key of the project of that id, with the plain key that callers use.
    pub fn api_key(mut self, project_id: &str, key: ApiKey, plain: &str) -> Self {
        self.world.inventory.api_keys.add(project_id, key, plain);
        self
    }

    /// Sets how many API keys the account may have, instead of [`seed::API_KEY_QUOTA`](crate::seed::API_KEY_QUOTA).
    pub fn api_key_quota(mut self, quota: usize) -> Self {
        self.world.inventory.api_keys.quota = quota;
        self
    }

    /// Refuses an API key that a request creates for that many requests, before it works.
    pub fn new_api_keys_refused(mut self, requests: u32) -> Self {
        self.world.inventory.api_keys.refusals_of_new_keys = requests;
        self
    }

    /// Adds a user to the account.
    pub fn user(mut self, user: User) -> Self {
        self.world.users.push(user);
        self
    }

    /// Adds a project to the account.
    pub fn project(mut self, project: Project) -> Self {
        self.world.projects.push(project);
        self
    }

    /// Adds a token that is valid for the project of that id and never expires.
    pub fn token(mut self, token: &str, project_id: &str) -> Self {
        self.world.tokens.add(token, Scope::Project(project_id.to_owned()), Timestamp::MAX);
        self
    }

    /// Makes the tokens that IAM hands out expire after this time instead of 24 hours; zero hands out tokens that have
    /// expired already.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.world.set_token_lifetime(lifetime);
        self
    }

    /// Adds an access key of the seeded user.
    pub fn access_key(mut self, key: AccessKey) -> Self {
        self.world.keys.add(key);
        self
    }

    /// Adds an agency, and its projects to its account.
    pub fn agency(mut self, agency: Agency) -> Self {
        self.world.add_agency(agency);
        self
    }

    /// Adds an identity provider that vouches for the seeded user with this ID token, which is not looked into.
    pub fn identity_provider(mut self, id: impl Into<String>, id_token: impl Into<String>) -> Self {
        self.world.id_tokens.push((id.into(), id_token.into().into()));
        self
    }

    /// Puts the client on a server with that metadata service, which hands out keys of the seeded account.
    pub fn metadata(mut self, metadata: Metadata) -> Self {
        self.world.metadata = Some(metadata);
        self
    }

    /// Sets the clock of the whole sandbox ahead by that much, or back if it is negative: its header `Date`, the times
    /// it tells, and the time by which it judges signatures, tokens and keys.
    pub fn clock_offset(mut self, offset: SignedDuration) -> Self {
        self.world.clock = Clock::shifted(offset);
        self
    }

    /// Lines up a fault, behind those already there.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Draws a fault for every request to an API that meets none of those lined up.
    ///
    /// # Panics
    ///
    /// If the shares of the mix are more than 100 % together.
    pub fn chaos(mut self, chaos: Chaos) -> Self {
        self.faults.set_chaos(chaos);
        self
    }

    /// Listens with TLS as well, at a port of its own: see [`Sandbox::https_url`]. The certificate is good for this
    /// machine and for every host of `ap-southeast-1.myhuaweicloud.com`, `cn-southwest-2.myhuaweicloud.com` and
    /// `eu-west-101.myhuaweicloud.eu`; clients trust it if they trust [`Sandbox::ca_pem`].
    pub fn https(mut self) -> Self {
        self.terms();
        self
    }

    /// The same, with a certificate that is good for one more name, such as `*.example.test`.
    pub fn https_name(mut self, name: &str) -> Self {
        self.terms().names.push(name.to_owned());
        self
    }

    /// The same, but only clients with a certificate of the sandbox's authority are let in: see
    /// [`Sandbox::client_certificate_pem`].
    pub fn client_certificate_required(mut self) -> Self {
        self.terms().client_certificate_required = true;
        self
    }

    /// Makes the proxy one that nobody signed in to: it answers with a page of HTML, status 200 to a whole URL and 407 to
    /// a tunnel. Whoever asks without the proxy is answered as ever.
    pub fn proxy_sign_in_page(mut self) -> Self {
        self.plan.sign_in_page = true;
        self
    }

    fn terms(&mut self) -> &mut Terms {
        self.plan.https.get_or_insert_default()
    }

    /// Starts the sandbox; it listens when this returns. Works inside a runtime and without one.
    ///
    /// # Panics
    ///
    /// If [`try_start`](Self::try_start) fails: a test has no use for the error.
    #[must_use = "a sandbox stops when it is dropped"]
    pub fn start(self) -> Sandbox {
        let address = self.plan.address;
        self.try_start().unwrap_or_else(|error| panic!("the sandbox cannot listen on {address}: {error}"))
    }

    /// Starts the sandbox; it listens when this returns. Works inside a runtime and without one.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when told to listen on an address that is not loopback, or a name cannot stand in a certificate;
    /// else what the operating system says: the port is taken, there are no more sockets or threads.
    pub fn try_start(self) -> io::Result<Sandbox> {
        Sandbox::launch(self.plan, self.world, self.faults)
    }
}
