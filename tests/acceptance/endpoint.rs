//! `resource "maas_endpoint"` as users of a real host see it.

mod change;
mod commands;
mod create;
mod drift;
mod failures;
mod import;
#[cfg(unix)]
mod interrupts;
mod many;
mod names;
mod replace;
mod validation;

use std::collections::BTreeMap;

use maas_sandbox::{Api, Sandbox, seed};
use serde_json::Value;

use crate::terraform::{Run, Workdir};

/// The agreement of a sandbox.
const AGREEMENT: &str = "a9a0b0c0ffeea9a0b0c0ffeea9a0b0c0";

/// The requests that change endpoints.
const WRITES: [Api; 4] = [Api::CreateEndpoint, Api::UpdateEndpoint, Api::ControlEndpoint, Api::DeleteEndpoint];

/// A resource block of this label and body.
fn endpoint(label: &str, body: &str) -> String {
    format!("resource \"maas_endpoint\" \"{label}\" {{\n{body}\n}}\n")
}

/// The endpoint `chat` of the model `m`, with further arguments.
fn chat(arguments: &str) -> String {
    endpoint("chat", &format!("name = \"chat\"\nmodel_name = \"m\"\n{arguments}"))
}

/// A host in a folder with a configuration, and the service that it works with.
struct Scene {
    sandbox: Sandbox,
    workdir: Workdir,
}

impl Scene {
    /// A service without endpoints.
    fn new(host: &str, configuration: &str) -> Self {
        Self::with(host, Sandbox::builder().endpoints([]).start(), configuration)
    }

    fn with(host: &str, sandbox: Sandbox, configuration: &str) -> Self {
        let workdir = Workdir::new(host, &sandbox, configuration).env("HW_MAX_RETRIES", "1");
        Self { sandbox, workdir }
    }

    /// A service without endpoints in all regions, behind a proxy, with an access key that is valid in all of them.
    fn in_all_regions(host: &str, configuration: &str) -> Self {
        let sandbox = Sandbox::builder().endpoints([]).https().start();
        let workdir = Workdir::without_sandbox(host, configuration)
            .env("HTTPS_PROXY", sandbox.proxy_url())
            .env("OS_CACERT", sandbox.ca_pem())
            .env("HW_REGION_NAME", seed::HOST_REGION)
            .env("HW_ACCESS_KEY", seed::ACCESS_KEY)
            .env("HW_SECRET_KEY", seed::SECRET_KEY);
        Self { sandbox, workdir }
    }

    /// The same as [`Scene::new`], applied once. The requests of that are forgotten.
    fn applied(host: &str, configuration: &str) -> Self {
        let scene = Self::new(host, configuration);
        scene.apply();
        scene.sandbox.forget_requests();
        scene
    }

    fn configure(&self, configuration: &str) {
        self.workdir.configure(configuration);
        self.sandbox.forget_requests();
    }

    fn plan(&self) -> Run {
        self.workdir.run(&["plan"])
    }

    fn try_apply(&self) -> Run {
        self.workdir.run(&["apply", "-auto-approve"])
    }

    fn apply(&self) -> Run {
        self.try_apply().succeeded()
    }

    /// Fails unless a plan has no changes.
    fn expect_no_changes(&self) {
        let run = self.workdir.run(&["plan", "-detailed-exitcode"]);
        assert!(run.success, "{}\n{}", run.stdout, run.stderr);
    }

    /// What a plan does to each resource, such as `["delete", "create"]` for one that it replaces. Resources that stay as they
    /// are do not count.
    fn planned(&self) -> BTreeMap<String, Vec<String>> {
        self.workdir.run(&["plan", "-out=plan.bin"]).succeeded();
        let plan = self.workdir.run(&["show", "-json", "plan.bin"]).succeeded();
        let plan: Value = serde_json::from_str(&plan.stdout).expect("JSON");
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let changes = plan["resource_changes"].as_array().cloned().unwrap_or_default();
        let changes = changes.iter().map(|change| {
            let actions = change["change"]["actions"].as_array().expect("actions").iter().map(text).collect();
            (text(&change["address"]), actions)
        });
        changes.filter(|(_, actions): &(_, Vec<_>)| actions != &["no-op"]).collect()
    }

    /// A resource in the state, as `show -json` prints it; null if there is none.
    fn resource(&self, address: &str) -> Value {
        let state = self.workdir.run(&["show", "-json"]).succeeded();
        let state: Value = serde_json::from_str(&state.stdout).expect("JSON");
        let resources = state["values"]["root_module"]["resources"].as_array().cloned().unwrap_or_default();
        resources.into_iter().find(|resource| resource["address"] == address).unwrap_or_default()
    }

    /// The attributes of a resource in the state.
    fn attributes(&self, address: &str) -> Value {
        self.resource(address)["values"].take()
    }

    fn is_tainted(&self, address: &str) -> bool {
        self.resource(address)["tainted"] == true
    }

    /// The id of an endpoint at the service.
    fn id(&self, name: &str) -> String {
        let endpoint = self.sandbox.endpoint(name).unwrap_or_else(|| panic!("no endpoint is named {name}"));
        endpoint["id"].as_str().expect("an id").to_owned()
    }

    /// The requests that change endpoints, in the order of their arrival.
    fn writes(&self) -> Vec<Api> {
        let apis = self.sandbox.requests().into_iter().filter_map(|request| request.api);
        apis.filter(|api| WRITES.contains(api)).collect()
    }

    /// The body of the only request to an API.
    fn body(&self, api: Api) -> Value {
        let requests = self.sandbox.requests_to(api);
        assert_eq!(requests.len(), 1, "{api:?}");
        serde_json::from_slice(&requests[0].body).expect("JSON")
    }

    /// The names of the endpoints at the service, in order.
    fn names(&self) -> Vec<String> {
        let endpoints = self.sandbox.endpoints();
        let mut names: Vec<_> =
            endpoints.iter().filter_map(|one| Some(one["endpoint_name"].as_str()?.into())).collect();
        names.sort_unstable();
        names
    }
}

/// Text of a host in one line, without frames.
fn unframed(text: &str) -> String {
    text.replace(['│', '╷', '╵'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Fails unless the output of a successful run has all of these texts.
fn assert_warns(run: &Run, parts: &[&str]) {
    assert!(run.success, "it failed:\n{}\n{}", run.stdout, run.stderr);
    crate::errors::assert_says(&unframed(&run.stdout), parts);
}
