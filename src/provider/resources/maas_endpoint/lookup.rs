//! Finding endpoints in the list: the API has no call for a single one.

use std::collections::HashSet;
use std::time::Duration;

use crate::huaweicloud::{Error, same_name};
use crate::maas::{CustomEndpointInfo, EndpointList};
use crate::provider::scope::Context;
use crate::terraform::ReadError;

/// How long after a list without an endpoint a second one is read: lists may lag behind.
const CONFIRMATION: Duration = Duration::from_secs(3);

/// The waits between the lists that are read after a change, until one of them shows it.
const WAITS: [Duration; 4] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// What lists say of an endpoint.
#[derive(Debug)]
pub(super) enum Found {
    /// The endpoint.
    Endpoint(Box<CustomEndpointInfo>),
    /// Two complete lists lack the endpoint.
    Gone,
    /// The list lacks the endpoint, and is not complete.
    Incomplete {
        /// How many endpoints the list has.
        listed: usize,
        /// How many endpoints there are, if the list says so.
        total: Option<i64>,
    },
}

impl Found {
    fn in_list(list: &EndpointList, id: &str) -> Self {
        match list.with_id(id) {
            Some(endpoint) => Self::Endpoint(Box::new(endpoint.clone())),
            None if list.is_complete() => Self::Gone,
            None => Self::Incomplete { listed: list.items.len(), total: list.total },
        }
    }
}

/// Finds the endpoint of an id.
pub(super) async fn find(context: &Context<'_>, id: &str) -> Result<Found, ReadError> {
    let list = async || {
        let list = context.maas.list_endpoints(&context.target, context.deadline).await;
        list.map_err(|error| context.failed("Unable to read endpoint", &error))
    };
    let found = Found::in_list(&*list().await?, id);
    if !matches!(found, Found::Gone) {
        return Ok(found);
    }
    tokio::time::sleep(CONFIRMATION).await;
    Ok(Found::in_list(&*list().await?, id))
}

/// Reads lists after a change until `shows` takes one of them, or the waits are over. Returns the last endpoint that was found.
pub(super) async fn after_change(
    context: &Context<'_>,
    finds: impl Fn(&EndpointList) -> Option<&CustomEndpointInfo>,
    shows: impl Fn(&CustomEndpointInfo) -> bool,
) -> Result<Option<CustomEndpointInfo>, Error> {
    let mut waits = WAITS.into_iter();
    loop {
        let list = context.maas.list_endpoints(&context.target, context.deadline).await?;
        let found = finds(&list).cloned();
        let is_shown = found.as_ref().is_some_and(&shows);
        let wait = waits.next().filter(|wait| *wait < context.deadline.remaining());
        match wait {
            Some(wait) if !is_shown => tokio::time::sleep(wait).await,
            _ => return Ok(found),
        }
    }
}

/// The endpoints before a new one is created.
pub(super) struct Before(HashSet<String>);

impl Before {
    pub(super) fn of(list: &EndpointList) -> Self {
        Self(list.items.iter().filter_map(|item| item.id.clone()).collect())
    }

    /// The endpoint of this name, if it is a new one.
    pub(super) fn new_one<'l>(&self, list: &'l EndpointList, name: &str) -> Option<&'l CustomEndpointInfo> {
        named(list, name).find(|item| item.id.as_ref().is_some_and(|id| !self.0.contains(id)))
    }
}

/// The endpoints of this name.
pub(super) fn named<'l>(list: &'l EndpointList, name: &str) -> impl Iterator<Item = &'l CustomEndpointInfo> {
    let is_named =
        move |item: &&CustomEndpointInfo| item.endpoint_name.as_deref().is_some_and(|own| same_name(own, name));
    list.items.iter().filter(is_named)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(total: Option<i64>, ids: &[&str]) -> EndpointList {
        let items = ids.iter().map(|id| CustomEndpointInfo {
            id: Some((*id).to_owned()),
            endpoint_name: Some(format!("name-{id}")),
            ..CustomEndpointInfo::default()
        });
        EndpointList { total, items: items.collect(), ..EndpointList::default() }
    }

    #[test]
    fn absent_from_a_complete_list_then_gone_and_from_any_other_one_not() {
        assert!(matches!(Found::in_list(&list(Some(1), &["1"]), "1"), Found::Endpoint(_)));
        assert!(matches!(Found::in_list(&list(Some(1), &["1"]), "2"), Found::Gone));
        assert!(matches!(Found::in_list(&list(Some(0), &[]), "2"), Found::Gone));
        for list in [list(None, &["1"]), list(Some(2), &["1"]), list(None, &[])] {
            assert!(matches!(Found::in_list(&list, "2"), Found::Incomplete { .. }), "{list:?}");
        }
        let mut nameless = list(Some(2), &["1", "3"]);
        nameless.items[1].id = None;
        assert!(matches!(Found::in_list(&nameless, "2"), Found::Incomplete { .. }));
    }

    #[test]
    fn name_in_the_list_then_new_only_if_its_id_was_not_there_before() {
        let before = Before::of(&list(Some(1), &["1"]));
        let after = list(Some(2), &["1", "2"]);
        assert_eq!(before.new_one(&after, "name-1"), None);
        assert_eq!(before.new_one(&after, "name-2").and_then(|item| item.id.as_deref()), Some("2"));
        assert_eq!(before.new_one(&after, "name-3"), None);
    }
}
