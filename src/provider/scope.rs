//! What data sources and resources have in common: the region and project whose API they call, and their timeouts.
//!
//! A data source gets all of this from its adapter, `data_sources::adapter`. A resource uses [`Scoped`] for its model,
//! [`attributes`] in its schema, [`Scope::check`] in its validation and [`Scope::context`] in each operation.

mod operation;
mod scoped;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(super) use operation::Operation;
pub(super) use scoped::Scoped;

use super::{Client, duration, messages};
use crate::huaweicloud::{Deadline, Endpoint, Error, Target, is_region};
use crate::maas;
use crate::terraform::{Argument, Attribute, AttributePath, Diagnostics, Nesting, ReadError, Type};

/// The arguments `region`, `project_id` and `timeouts`, in a configuration, a plan or a state.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Scope {
    pub(super) region: Argument<String>,
    pub(super) project_id: Argument<String>,
    pub(super) timeouts: Argument<Timeouts>,
}

/// The argument `timeouts`: a duration for each [`Operation`] by its name. A state holds it as configured.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(transparent)]
pub(super) struct Timeouts(BTreeMap<String, Argument<String>>);

/// What one operation of a data source or resource works with.
pub(super) struct Context<'a> {
    pub(super) maas: &'a maas::Client,
    /// Region and project whose API is called.
    pub(super) target: Target,
    /// When the operation has to end. It begins with the context.
    pub(super) deadline: Deadline,
    client: &'a Client,
}

/// Returns the attributes of [`Scope`] in the schema of an object that has these operations.
pub(super) fn attributes(operations: &[Operation]) -> Vec<Attribute> {
    let timeouts = operations
        .iter()
        .map(|operation| Attribute::optional(operation.name(), Type::String, operation.description()))
        .collect();
    vec![
        Attribute::optional(
            "region",
            Type::String,
            "Region whose MaaS API is called. Defaults to the provider's `region`.",
        )
        .or_computed(),
        Attribute::optional(
            "project_id",
            Type::String,
            "ID of the project in `region` that is used. Defaults to the provider's project.",
        )
        .or_computed(),
        Attribute::optional_object("timeouts", Nesting::Single, timeouts, "Maximum durations of operations."),
    ]
}

/// Returns the argument `region_id` of the data sources that read services of a region.
pub(super) fn region_id_attribute() -> Attribute {
    Attribute::optional(
        "region_id",
        Type::String,
        "Region of the ModelArts real-time services. Defaults to `region`, the region whose API is \
         called. The two may \
         differ.",
    )
    .or_computed()
}

impl Scope {
    /// Checks the three arguments; values may be unknown.
    pub(super) fn check(&self, diagnostics: &mut Diagnostics) {
        if let Argument::Known(region) = &self.region
            && !is_region(region)
        {
            diagnostics.push(messages::bad_region(region).at(AttributePath::attribute("region")));
        }
        check_segment("project_id", &self.project_id, diagnostics);
        let timeouts = self.timeouts.known().into_iter().flat_map(|timeouts| timeouts.0.values());
        for invalid in timeouts.filter_map(Argument::known).filter(|text| duration::parse(text).is_none()) {
            // At `timeouts`, not at the member: hosts show the line of an attribute of the block only.
            diagnostics.push(messages::bad_duration(invalid).at(AttributePath::attribute("timeouts")));
        }
    }

    /// Starts an operation: finds its region and project, by a request if only the project's name is known, and starts its
    /// timeout.
    ///
    /// # Errors
    /// When the settings that this needs are missing, invalid or unknown, or when the request fails.
    pub(super) async fn context<'a>(&self, operation: Operation, client: &'a Client) -> Result<Context<'a>, ReadError> {
        let deadline = Deadline::within(self.timeout(operation));
        let (region, project_id) = (self.region.known().cloned(), self.project_id.known().cloned());
        let target = client.target(region, project_id, deadline).await?;
        Ok(Context { maas: client.maas()?, target, deadline, client })
    }

    /// Returns the same arguments with the region and project that an operation used, as a state holds them.
    pub(super) fn at(self, target: &Target) -> Self {
        let (region, project_id) = (target.region.clone(), target.project_id.clone());
        Self { region: Argument::Known(region), project_id: Argument::Known(project_id), ..self }
    }

    /// Returns whether region and project are known before apply: neither is configured with an unknown value.
    pub(super) fn is_place_known(&self) -> bool {
        !self.region.is_unknown() && !self.project_id.is_unknown()
    }

    fn timeout(&self, operation: Operation) -> std::time::Duration {
        let configured = self.timeouts.known().and_then(|timeouts| timeouts.0.get(operation.name())?.known());
        configured.and_then(|text| duration::parse(text)).unwrap_or(operation.default_timeout())
    }
}

impl Context<'_> {
    /// Returns `region_id` if it is set, otherwise the region whose API is called.
    pub(super) fn region_id(&self, region_id: &Argument<String>) -> String {
        region_id.known().unwrap_or(&self.target.region).clone()
    }

    /// Returns the error of an operation whose request failed; `title` says what was to be done.
    pub(super) fn failed(&self, title: &str, error: &Error) -> ReadError {
        self.client.failed(title, error)
    }

    /// Makes a text of the service fit for a message: without secrets and control characters.
    pub(super) fn redacted(&self, text: &str) -> String {
        self.maas.session().shown(text)
    }
}

/// Checks that no filter is empty: an empty one is more often a mistake than a search for an item without a value.
pub(super) fn check_filters<const N: usize>(filters: [(&str, &Argument<String>); N], diagnostics: &mut Diagnostics) {
    for (name, _) in filters.into_iter().filter(|(_, filter)| filter.known().is_some_and(String::is_empty)) {
        diagnostics.push(messages::empty_argument(name).at(AttributePath::attribute(name)));
    }
}

/// Checks an argument that becomes a part of the URL: a segment of its path, or the id in its query.
pub(super) fn check_segment(name: &str, argument: &Argument<String>, diagnostics: &mut Diagnostics) {
    if let Argument::Known(value) = argument
        && !Endpoint::is_segment(value)
    {
        diagnostics.push(messages::bad_path_segment(name, value).at(AttributePath::attribute(name)));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn scope(timeouts: &[(&str, &str)]) -> Scope {
        let known = |(name, text): &(&str, &str)| ((*name).to_owned(), Argument::Known((*text).to_owned()));
        let timeouts = Argument::Known(Timeouts(timeouts.iter().map(known).collect()));
        Scope { timeouts, ..Scope::default() }
    }

    #[test]
    fn timeout_of_one_operation_then_others_keep_their_default() {
        let scope = scope(&[("create", "90s")]);
        assert_eq!(scope.timeout(Operation::Create), Duration::from_secs(90));
        assert_eq!(scope.timeout(Operation::Read), Operation::Read.default_timeout());
        assert_eq!(Scope::default().timeout(Operation::Delete), Operation::Delete.default_timeout());
    }

    #[test]
    fn several_invalid_timeouts_then_one_error_each_at_timeouts() {
        let mut diagnostics = Diagnostics::default();
        scope(&[("create", "soon"), ("delete", "5"), ("read", "5m")]).check(&mut diagnostics);
        let errors: Vec<_> = diagnostics.into_iter().collect();
        assert_eq!(errors.len(), 2);
        assert!(errors.iter().all(|error| error.attribute == Some(AttributePath::attribute("timeouts"))), "{errors:?}");
    }
}
