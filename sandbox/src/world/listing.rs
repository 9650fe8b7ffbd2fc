//! Records as one answer, rendered when they change and not when they are asked for: a hundred thousand of them cost a
//! request no more than one.

use std::{collections::BTreeMap, marker::PhantomData};

use axum::body::Bytes;
use serde_json::Value;

use crate::record::Listed;

/// What an API answers that lists records of one kind.
#[derive(Debug)]
pub(crate) struct Listing<R> {
    /// The records, each as JSON, separated by commas.
    items: String,
    count: usize,
    claimed_total: Option<Value>,
    body: Bytes,
    kind: PhantomData<R>,
}

impl<R: Listed> Default for Listing<R> {
    fn default() -> Self {
        let mut listing =
            Self { items: String::new(), count: 0, claimed_total: None, body: Bytes::new(), kind: PhantomData };
        listing.render();
        listing
    }
}

impl<R: Listed> Listing<R> {
    /// Replaces the records.
    pub(crate) fn replace(&mut self, records: impl IntoIterator<Item = R>) {
        self.items.clear();
        self.count = 0;
        for record in records {
            if self.count > 0 {
                self.items.push(',');
            }
            self.items.push_str(&serde_json::to_string(&record).expect("a map with text keys is JSON"));
            self.count += 1;
        }
        self.render();
    }

    /// Answers this as the total instead of the number of records.
    pub(crate) fn claim(&mut self, total: Value) {
        self.claimed_total = Some(total);
        self.render();
    }

    /// The body of the answer; cheap, as it was rendered before.
    pub(crate) fn body(&self) -> Bytes {
        self.body.clone()
    }

    /// The records as JSON.
    pub(crate) fn records(&self) -> Vec<Value> {
        serde_json::from_str(&format!("[{}]", self.items)).expect("records are JSON")
    }

    fn render(&mut self) {
        let total = self.claimed_total.clone().unwrap_or_else(|| Value::from(self.count));
        self.body = R::answer(&self.items, self.count, &total).into();
    }
}

/// Listings by the place that they are of.
#[derive(Debug)]
pub(crate) struct Listings<Place, R>(BTreeMap<Place, Listing<R>>);

impl<Place, R> Default for Listings<Place, R> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<Place: Ord, R: Listed> Listings<Place, R> {
    /// The listing of a place, to be changed.
    pub(crate) fn at(&mut self, place: Place) -> &mut Listing<R> {
        self.0.entry(place).or_default()
    }

    /// All listings.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Place, &Listing<R>)> {
        self.0.iter()
    }

    /// What is answered for a place: an empty listing for one that nobody ever mentioned, which is the sandbox's choice.
    pub(crate) fn body(&self, place: &Place) -> Bytes {
        self.0.get(place).map_or_else(|| Listing::<R>::default().body(), Listing::body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Region, Service, Workspace};

    fn text<R: Listed>(listing: &Listing<R>) -> String {
        String::from_utf8(listing.body().into()).expect("UTF-8")
    }

    #[test]
    fn nothing_listed_then_zeros_and_an_empty_array() {
        assert_eq!(text(&Listing::<Workspace>::default()), r#"{"total_count":0,"count":0,"workspaces":[]}"#);
        assert_eq!(text(&Listing::<Service>::default()), r#"{"data":[],"pages":0,"total":0}"#);
        assert_eq!(text(&Listing::<Region>::default()), r#"{"region_items":[]}"#);
    }

    #[test]
    fn two_listed_then_both_counted_and_separated() {
        let mut listing = Listing::default();
        listing.replace(Workspace::many(2));
        let json = serde_json::from_str::<Value>(&text(&listing)).expect("JSON");
        assert_eq!((&json["total_count"], &json["count"]), (&Value::from(2), &Value::from(2)));
        assert_eq!(json["workspaces"], Workspace::many(2).map(|one| one.to_json()).collect::<Value>());
    }

    #[test]
    fn replaced_by_fewer_then_the_former_ones_are_gone() {
        let mut listing = Listing::default();
        listing.replace(Workspace::many(5));
        listing.replace(Workspace::many(1));
        assert!(text(&listing).starts_with(r#"{"total_count":1,"count":1,"#));
        assert!(!text(&listing).contains("workspace-000001"));
    }

    #[test]
    fn total_claimed_then_only_the_total_changes() {
        let mut listing = Listing::default();
        listing.replace(Workspace::many(1));
        listing.claim(Value::from(1_200));
        assert!(text(&listing).starts_with(r#"{"total_count":1200,"count":1,"#));
    }

    #[test]
    fn total_claimed_before_the_records_are_set_then_both_hold() {
        let mut listing = Listing::default();
        listing.claim(Value::from(9));
        listing.replace(Workspace::many(2));
        assert!(text(&listing).starts_with(r#"{"total_count":9,"count":2,"#));
    }

    #[test]
    fn total_claimed_as_text_then_it_is_sent_as_text() {
        let mut listing = Listing::<Workspace>::default();
        listing.claim(Value::from("0"));
        assert_eq!(text(&listing), r#"{"total_count":"0","count":0,"workspaces":[]}"#);
    }

    #[test]
    fn asked_twice_then_the_same_bytes_in_memory() {
        let mut listing = Listing::default();
        listing.replace(Workspace::many(10));
        assert_eq!(listing.body().as_ptr(), listing.body().as_ptr());
    }

    #[test]
    fn two_places_then_each_has_its_own_and_a_third_has_nothing() {
        let mut listings = Listings::default();
        listings.at("a").replace(Workspace::many(1));
        listings.at("b").replace(Workspace::many(2));
        let count = |place| serde_json::from_slice::<Value>(&listings.body(&place)).expect("JSON")["count"].take();
        assert_eq!(["a", "b", "c"].map(count), [1, 2, 0]);
    }
}
