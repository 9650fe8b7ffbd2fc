//! Filters and lookups on the items of a response.

use std::collections::BTreeSet;

use super::listing::{Identity, Item};
use super::messages::{self, Seen};
use super::re2::Pattern;
use crate::huaweicloud::{normal_form, same_name, same_name_in_either_case};
use crate::terraform::{Argument, AttributePath, Diagnostic};

/// Returns the regular expression in an argument, if the argument is known and set.
///
/// # Errors
/// When the text is not valid RE2 syntax.
pub(super) fn pattern(name: &str, argument: &Argument<String>) -> Result<Option<Pattern>, Diagnostic> {
    let pattern = argument.known().map(|pattern| Pattern::new(pattern)).transpose();
    pattern.map_err(|error| messages::bad_regex(name, &error).at(AttributePath::attribute(name)))
}

/// A lookup of exactly one item by name, id or both.
pub(super) struct UniqueLookup<'a> {
    /// What such an item is called, for messages.
    pub(super) kind: &'a str,
    /// Where the items are, for messages.
    pub(super) place: &'a str,
    pub(super) name: Option<String>,
    pub(super) id: Option<String>,
}

impl UniqueLookup<'_> {
    /// Returns the item that matches. `redact` makes names and ids of the service fit for a message.
    ///
    /// # Errors
    /// When none or several match; the error lists the items.
    pub(super) fn find<'t, T: Item>(
        &self,
        items: &'t [T],
        redact: impl Fn(&str) -> String,
    ) -> Result<&'t T, Diagnostic> {
        let wanted = |item: &&T| {
            let identity = item.identity();
            equals(self.id.as_ref(), identity.id) && equals(self.name.as_ref(), identity.name)
        };
        let text = |Identity { name, id }: Identity<'_>| {
            format!("{} ({})", redact(name.unwrap_or("-")), redact(id.unwrap_or("-")))
        };
        let seen = |items: Vec<&'t T>| Seen::of(items.into_iter().map(Item::identity), MAX_NAMES, text);
        let found: Vec<_> = items.iter().filter(wanted).collect();
        match found.as_slice() {
            [item] => Ok(item),
            [] => {
                let seen = seen(items.iter().collect());
                Err(messages::none_found(self.kind, self.place, &self.wanted(), &seen))
            }
            _ => Err(messages::several_found(self.kind, self.place, &self.wanted(), &seen(found))),
        }
    }

    /// Describes the lookup, for messages.
    fn wanted(&self) -> String {
        let name = self.name.iter().map(|name| format!("the name `{name}`"));
        let id = self.id.iter().map(|id| format!("the id `{id}`"));
        name.chain(id).collect::<Vec<_>>().join(" and ")
    }
}

/// Whether a value equals a filter, or the filter is not set.
pub(super) fn equals(wanted: Option<&String>, found: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| found.is_some_and(|found| same_name(found, wanted)))
}

/// Like [`equals`], ignoring case.
pub(super) fn equals_ignoring_case(wanted: Option<&String>, found: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| found.is_some_and(|found| same_name_in_either_case(found, wanted)))
}

/// Whether a name matches a regular expression, or the filter is not set.
pub(super) fn matches(pattern: Option<&Pattern>, name: Option<&str>) -> bool {
    pattern.is_none_or(|pattern| pattern.is_match(&normal_form(name.unwrap_or_default())))
}

/// A filter on an attribute with few distinct values, such as a status.
pub(super) struct ValueFilter<'a> {
    /// The name of the argument.
    pub(super) argument: &'a str,
    pub(super) wanted: Option<&'a String>,
    /// Whether an item with this value passes: [`equals`] or [`equals_ignoring_case`].
    pub(super) passes: fn(Option<&String>, Option<&str>) -> bool,
}

impl ValueFilter<'_> {
    /// Returns a warning that lists the values of the items if none of them matches this filter, which then probably
    /// is misspelt. An empty list causes no warning. `redact` makes values of the service fit for a message.
    pub(super) fn unmatched<'t>(
        &self,
        values: impl Iterator<Item = Option<&'t str>> + Clone,
        redact: impl Fn(&str) -> String,
    ) -> Option<Diagnostic> {
        let wanted = self.wanted?;
        if values.clone().next().is_none() || values.clone().any(|value| (self.passes)(Some(wanted), value)) {
            return None;
        }
        let values = values.flatten().collect::<BTreeSet<_>>();
        let seen = Seen::of(values, MAX_VALUES, |value| format!("\"{}\"", redact(value)));
        let warning = messages::no_such_value(self.argument, wanted, &seen);
        Some(warning.at(AttributePath::attribute(self.argument)))
    }
}

/// The maximum number of items in an error.
const MAX_NAMES: usize = 20;

/// The maximum number of values in a warning.
const MAX_VALUES: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Thing(Option<&'static str>, Option<&'static str>);

    impl Item for Thing {
        type Attributes<'a> = ();

        fn attributes(&self) {}

        fn identity(&self) -> Identity<'_> {
            Identity { id: self.0, name: self.1 }
        }
    }

    fn thing(id: &'static str, name: &'static str) -> Thing {
        Thing(Some(id), Some(name))
    }

    fn find(id: Option<&str>, name: Option<&str>) -> Result<Thing, String> {
        let things = [thing("1", "a"), thing("2", "b"), thing("3", "b"), Thing(None, None)];
        let (name, id) = (name.map(str::to_owned), id.map(str::to_owned));
        let lookup = UniqueLookup { kind: "workspace", place: "r", name, id };
        lookup.find(&things, str::to_owned).cloned().map_err(|error| error.detail)
    }

    fn unmatched(wanted: &str, values: &[Option<&str>]) -> Option<String> {
        let wanted = wanted.to_owned();
        let choice = ValueFilter { argument: "status", wanted: Some(&wanted), passes: equals_ignoring_case };
        let warning = choice.unmatched(values.iter().copied(), str::to_uppercase)?;
        assert_eq!(warning.attribute, Some(AttributePath::attribute("status")));
        Some(warning.detail)
    }

    #[test]
    fn value_that_no_item_has_then_warning_with_each_value_once() {
        let detail = unmatched("pubic", &[Some("b"), None, Some("a"), Some("b")]).expect("a warning");
        assert!(detail.contains("`pubic`") && detail.contains("\"A\", \"B\""), "{detail}");
        let many: Vec<_> = (10..30).map(|number| number.to_string()).collect();
        let many: Vec<_> = many.iter().map(|value| Some(value.as_str())).collect();
        let detail = unmatched("pubic", &many).expect("a warning");
        assert!(detail.contains("\"19\" and 10 more") && !detail.contains("\"20\""), "{detail}");
        assert!(unmatched("pubic", &[None]).is_some_and(|detail| detail.contains("no value")));
    }

    #[test]
    fn value_that_an_item_has_or_empty_list_then_no_warning() {
        assert_eq!(unmatched("A", &[Some("b"), Some("a")]), None);
        assert_eq!(unmatched("a", &[]), None);
        let choice = ValueFilter { argument: "status", wanted: None, passes: equals };
        assert!(choice.unmatched([Some("a")].into_iter(), str::to_owned).is_none());
    }

    #[test]
    fn unique_id_name_or_both_then_found() {
        assert_eq!(find(Some("2"), None), Ok(thing("2", "b")));
        assert_eq!(find(None, Some("a")), Ok(thing("1", "a")));
        assert_eq!(find(Some("3"), Some("b")), Ok(thing("3", "b")));
    }

    #[test]
    fn no_match_or_several_then_error_lists_names_and_ids() {
        assert!(find(Some("1"), Some("b")).is_err_and(|error| error.contains("- (-), a (1), b (2), b (3)")));
        assert!(find(None, Some("b")).is_err_and(|error| error.contains("b (2), b (3)") && !error.contains("a (1)")));
    }

    #[test]
    fn no_match_among_many_then_only_listed_items_are_redacted() {
        let things: Vec<_> = (0..10_000).map(|_| thing("1", "a")).collect();
        let calls = std::cell::Cell::new(0);
        let redact = |text: &str| {
            calls.set(calls.get() + 1);
            text.to_owned()
        };
        let lookup = UniqueLookup { kind: "workspace", place: "r", name: Some("b".to_owned()), id: None };
        let error = lookup.find(&things, redact).expect_err("none");
        assert!(error.detail.contains(" and 9980 more"), "{}", error.detail);
        assert_eq!(calls.get(), 2 * MAX_NAMES);
    }

    #[test]
    fn name_in_another_normal_form_then_found_by_name_and_pattern() {
        let things = [thing("1", "cafe\u{301}"), thing("2", "cafe")];
        let name = Some("café".to_owned());
        let lookup = UniqueLookup { kind: "workspace", place: "r", name: name.clone(), id: None };
        assert_eq!(lookup.find(&things, str::to_owned), Ok(&things[0]));
        assert!(equals(name.as_ref(), things[0].1) && !equals(name.as_ref(), things[1].1));
        let pattern = pattern("name_regex", &Argument::Known("^caf.$".to_owned())).expect("a pattern");
        assert!(matches(pattern.as_ref(), Some("cafe\u{301}")), "one character as the host sees it");
        let closed = Some("geöffnet".to_owned());
        assert!(equals_ignoring_case(closed.as_ref(), Some("GEO\u{308}FFNET")));
    }

    #[test]
    fn names_equal_in_normal_form_then_ambiguous() {
        let things = [thing("1", "cafe\u{301}"), thing("2", "café")];
        let lookup = UniqueLookup { kind: "workspace", place: "r", name: Some("café".to_owned()), id: None };
        let error = lookup.find(&things, str::to_owned).expect_err("two of them");
        assert!(error.summary == "More than one workspace" && error.detail.contains("(1)"), "{}", error.detail);
    }

    #[test]
    fn valid_pattern_then_matches() {
        for (text, name) in [
            ("^team-[a-z]+$", "team-a"),
            ("(?i)TEAM", "team"),
            (r"^\w+-\d{2,3}$", "prod-07"),
            ("^[[:alpha:]]+$", "abc"),
            ("(?P<who>a|b)c", "bc"),
            ("^测试.$", "测试区"),
            ("^[一-龥]+$", "测试"),
            (r"^\p{Han}+$", "测试"),
            ("(?i)^über", "Über-Team"),
        ] {
            let pattern = pattern("name_regex", &Argument::Known(text.to_owned())).expect(text);
            assert!(matches(pattern.as_ref(), Some(name)) && !matches(pattern.as_ref(), Some("-")), "{text}");
        }
    }

    #[test]
    fn invalid_pattern_then_error_at_its_attribute() {
        for text in ["(", r"\p{Hun}"] {
            let error = pattern("name_regex", &Argument::Known(text.to_owned())).expect_err("no pattern");
            assert_eq!(error.attribute, Some(AttributePath::attribute("name_regex")));
        }
        assert!(pattern("name_regex", &Argument::Unknown).is_ok_and(|pattern| pattern.is_none()));
    }
}
