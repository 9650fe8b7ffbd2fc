//! `resource "maas_endpoint"`.

mod burned_names;
mod failures;
mod imports;
mod lifecycle;

use maas_sandbox::{Api, Sandbox};
use serde_json::Value;

use crate::terraform::{Run, Workdir};

/// A sandbox without endpoints, with room for those of a test.
pub(crate) fn sandbox() -> Sandbox {
    Sandbox::builder().endpoints([]).start()
}

/// An endpoint `maas_endpoint.chat` with these arguments beside its model.
pub(crate) fn chat(arguments: &str) -> String {
    format!("resource \"maas_endpoint\" \"chat\" {{\n  model_name = \"DeepSeek-V3\"\n{arguments}\n}}\n")
}

impl Workdir {
    pub(crate) fn apply(&self) -> Run {
        self.run(&["apply", "-auto-approve"])
    }

    /// Checks that a plan changes nothing.
    pub(crate) fn assert_no_changes(&self) {
        let run = self.run(&["plan", "-detailed-exitcode"]);
        assert!(run.success, "there are changes:\n{}\n{}", run.stdout, run.stderr);
    }

    /// The values of a resource in the state.
    pub(crate) fn state_of(&self, address: &str) -> Value {
        let run = self.run(&["show", "-json"]).succeeded();
        let state: Value = serde_json::from_str(&run.stdout).expect("JSON");
        let resources = state["values"]["root_module"]["resources"].as_array().cloned().unwrap_or_default();
        let found = resources.into_iter().find(|resource| resource["address"] == address);
        found.map(|mut resource| resource["values"].take()).unwrap_or_default()
    }
}

/// How many requests there were that change endpoints, by call.
pub(crate) fn writes(sandbox: &Sandbox) -> [usize; 4] {
    let apis = [Api::CreateEndpoint, Api::UpdateEndpoint, Api::ControlEndpoint, Api::DeleteEndpoint];
    apis.map(|api| sandbox.requests_to(api).len())
}
