//! What a service returned, as states show it: written while it is encoded, from the answer itself, which is shared.

use std::sync::Arc;

use serde::ser::{Serialize, Serializer};

use crate::huaweicloud::normal_form;

/// An item of an answer that states show.
pub(super) trait Item: Send + Sync + 'static {
    /// Its attributes.
    type Values<'a>: Serialize;

    /// Its attributes, as the schema names them.
    fn values(&self) -> Self::Values<'_>;

    /// Its name and its id, by which lists are sorted and things are found.
    fn identity(&self) -> Identity<'_>;
}

/// The name and the id of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Identity<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) id: Option<&'a str>,
}

/// Some items of an answer, by name and id.
pub(super) struct Listed<L, T> {
    answer: Arc<L>,
    items: fn(&L) -> &[T],
    order: Box<[usize]>,
}

impl<L, T: Item> Listed<L, T> {
    /// The items that pass, in the order of their names as hosts show them.
    pub(super) fn of(answer: &Arc<L>, items: fn(&L) -> &[T], passes: impl Fn(&T) -> bool) -> Self {
        let all = items(answer).iter().enumerate();
        let passing = all.filter(|(_, item)| passes(item));
        let key = |Identity { name, id }| (name.map(normal_form), id.map(normal_form));
        let mut named: Vec<_> = passing.map(|(index, item)| (key(item.identity()), index)).collect();
        named.sort_unstable();
        // Boxed, lest the room for the names be kept.
        let order = named.into_iter().map(|(_, index)| index).collect();
        Self { answer: Arc::clone(answer), items, order }
    }

    /// The items, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        let items = (self.items)(&self.answer);
        self.order.iter().map(|index| &items[*index])
    }
}

impl<L, T: Item> Serialize for Listed<L, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Item::values))
    }
}

/// One item.
pub(super) struct Shown<T>(pub(super) T);

impl<T: Item> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.values().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    impl Item for (&'static str, &'static str) {
        type Values<'a> = &'a str;

        fn values(&self) -> &str {
            self.1
        }

        fn identity(&self) -> Identity<'_> {
            Identity { name: Some(self.0), id: Some(self.1) }
        }
    }

    #[test]
    fn items_in_any_order_then_those_that_pass_by_name_and_id() {
        let answer = Arc::new(vec![("b", "2"), ("a", "9"), ("x", "0"), ("a", "1")]);
        let listed = Listed::of(&answer, Vec::as_slice, |item| item.0 != "x");
        assert_eq!(serde_json::to_value(&listed).expect("JSON"), json!(["1", "9", "2"]));
        let answer = Arc::new(vec![("cafe\u{301}", "3"), ("cafz", "2"), ("café", "1")]);
        let listed = Listed::of(&answer, Vec::as_slice, |_| true);
        assert_eq!(serde_json::to_value(&listed).expect("JSON"), json!(["2", "1", "3"]));
        assert_eq!(serde_json::to_value(Shown(("a", "7"))).expect("JSON"), json!("7"));
    }
}
