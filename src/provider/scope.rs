//! What all data sources have in common: whose API they ask, in which project, and for how long they wait.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Client, duration, messages};
use crate::huaweicloud::{Deadline, Endpoint, Target, is_region};
use crate::terraform::{Argument, Attribute, AttributePath, Diagnostics, Nesting, ReadError, Type};

/// How long a read may take when its `timeouts` do not say otherwise.
const READ_TIMEOUT: Duration = Duration::from_mins(5);

/// The attribute `timeouts`, repeated in the state as it is.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Timeouts {
    read: Argument<String>,
}

/// The attributes that all data sources have.
pub(super) fn attributes() -> Vec<Attribute> {
    vec![
        Attribute::optional(
            "region",
            Type::String,
            "Region whose MaaS API is called; the provider's `region` when this is left out.",
        )
        .or_computed(),
        Attribute::optional(
            "project_id",
            Type::String,
            "Project that owns what is read, in `region`; the provider's project when this is left out.",
        )
        .or_computed(),
        Attribute::optional_object(
            "timeouts",
            Nesting::Single,
            vec![Attribute::optional(
                "read",
                Type::String,
                "How long the read may take, such as `90s` or `2m`, all attempts and waits together; `5m` when it is \
                 left out.",
            )],
            "How long to wait.",
        ),
    ]
}

/// The argument that says whose services are asked about, in the data sources that have one.
pub(super) fn region_id_attribute() -> Attribute {
    Attribute::optional(
        "region_id",
        Type::String,
        "Region of the ModelArts real-time services. It is independent of `region`, whose API is asked; that region is \
         taken when this is left out, as a convenience.",
    )
    .or_computed()
}

/// What a configuration says about them.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    region: Argument<String>,
    project_id: Argument<String>,
    timeouts: Argument<Timeouts>,
}

/// The same in the state.
#[derive(Debug, Serialize)]
pub(super) struct ScopeState {
    region: String,
    project_id: String,
    timeouts: Option<TimeoutsState>,
}

#[derive(Debug, Serialize)]
struct TimeoutsState {
    read: Option<String>,
}

/// Where and until when a data source reads.
pub(super) struct Reach {
    pub(super) target: Target,
    pub(super) deadline: Deadline,
    pub(super) state: ScopeState,
}

impl Scope {
    /// What these three arguments say.
    pub(super) fn of(region: &Argument<String>, project_id: &Argument<String>, timeouts: &Argument<Timeouts>) -> Self {
        Self { region: region.clone(), project_id: project_id.clone(), timeouts: timeouts.clone() }
    }

    /// Checks what a configuration says about them.
    pub(super) fn check(&self, diagnostics: &mut Diagnostics) {
        if let Argument::Known(region) = &self.region
            && !is_region(region)
        {
            diagnostics.push(messages::bad_region(region).at(AttributePath::attribute("region")));
        }
        check_segment("project_id", &self.project_id, diagnostics);
        if let Argument::Known(timeouts) = &self.timeouts
            && let Argument::Known(read) = &timeouts.read
            && duration::parse(read).is_none()
        {
            // Not of `read` in it: hosts show the line of an attribute of the block only.
            diagnostics.push(messages::bad_duration(read).at(AttributePath::attribute("timeouts")));
        }
    }

    /// Finds out where to read. The deadline begins here.
    pub(super) async fn reach(self, client: &Client) -> Result<Reach, ReadError> {
        let timeouts = self.timeouts.into_known().map(|timeouts| timeouts.read.into_known());
        let limit = timeouts.as_ref().and_then(|read| duration::parse(read.as_deref()?));
        let deadline = Deadline::within(limit.unwrap_or(READ_TIMEOUT));
        let target = client.target(self.region.into_known(), self.project_id.into_known(), deadline).await?;
        let (region, project_id) = (target.region.clone(), target.project_id.clone());
        let timeouts = timeouts.map(|read| TimeoutsState { read });
        Ok(Reach { target, deadline, state: ScopeState { region, project_id, timeouts } })
    }
}

impl Reach {
    /// The region whose services are asked about.
    pub(super) fn region_id(&self, own: &Argument<String>) -> String {
        own.known().unwrap_or(&self.target.region).clone()
    }
}

/// Checks that no filter is empty. An empty one is more often a mistake than a search for what has no value.
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
