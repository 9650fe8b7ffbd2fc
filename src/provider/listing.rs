//! Items of a response as a state holds them. They are encoded from the response itself, which concurrent reads share.

use std::sync::Arc;

use serde::ser::{Serialize, Serializer};

use crate::huaweicloud::normal_form;

/// An item of a response that a state can hold.
pub(super) trait Item: Send + Sync + 'static {
    /// The model of its attributes.
    type Attributes<'a>: Serialize;

    /// Returns its attributes, named as in the schema.
    fn attributes(&self) -> Self::Attributes<'_>;

    /// Returns the name and id by which lists are sorted and items are found.
    fn identity(&self) -> Identity<'_>;
}

/// The name and id of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Identity<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) id: Option<&'a str>,
}

/// Items of a response that pass a filter, sorted by name and id.
pub(super) struct ListState<L, T> {
    response: Arc<L>,
    items: fn(&L) -> &[T],
    order: Box<[usize]>,
}

impl<L, T: Item> ListState<L, T> {
    /// Selects the items that pass, and sorts them by the normal form of their names, which is what hosts show.
    pub(super) fn of(response: &Arc<L>, items: fn(&L) -> &[T], passes: impl Fn(&T) -> bool) -> Self {
        let all = items(response).iter().enumerate();
        let passing = all.filter(|(_, item)| passes(item));
        let key = |Identity { name, id }| (name.map(normal_form), id.map(normal_form));
        let mut named: Vec<_> = passing.map(|(index, item)| (key(item.identity()), index)).collect();
        named.sort_unstable();
        // Collected into a box, since a vector would keep the larger allocation of `named`.
        let order = named.into_iter().map(|(_, index)| index).collect();
        Self { response: Arc::clone(response), items, order }
    }

    /// Returns the selected items, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        let items = (self.items)(&self.response);
        self.order.iter().map(|index| &items[*index])
    }
}

impl<L, T: Item> Serialize for ListState<L, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Item::attributes))
    }
}

/// A single item of a response.
pub(super) struct ItemState<T>(pub(super) T);

impl<T: Item> Serialize for ItemState<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.attributes().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    impl Item for (&'static str, &'static str) {
        type Attributes<'a> = &'a str;

        fn attributes(&self) -> &str {
            self.1
        }

        fn identity(&self) -> Identity<'_> {
            Identity { name: Some(self.0), id: Some(self.1) }
        }
    }

    #[test]
    fn items_in_any_order_then_passing_items_sorted_by_name_and_id() {
        let response = Arc::new(vec![("b", "2"), ("a", "9"), ("x", "0"), ("a", "1")]);
        let listed = ListState::of(&response, Vec::as_slice, |item| item.0 != "x");
        assert_eq!(serde_json::to_value(&listed).expect("JSON"), json!(["1", "9", "2"]));
        let response = Arc::new(vec![("cafe\u{301}", "3"), ("cafz", "2"), ("café", "1")]);
        let listed = ListState::of(&response, Vec::as_slice, |_| true);
        assert_eq!(serde_json::to_value(&listed).expect("JSON"), json!(["2", "1", "3"]));
        assert_eq!(serde_json::to_value(ItemState(("a", "7"))).expect("JSON"), json!("7"));
    }
}
