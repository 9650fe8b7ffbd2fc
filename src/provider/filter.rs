//! What data sources do with a list that a service returned: keep what passes, or find the one that was asked for.

use std::collections::BTreeSet;

use super::listing::{Identity, Item};
use super::messages::{self, Seen};
use super::re2::Pattern;
use crate::huaweicloud::{normal_form, same_name, same_name_in_either_case};
use crate::terraform::{Argument, AttributePath, Diagnostic};

/// The pattern in an argument, if it is known and set.
pub(super) fn pattern(name: &str, argument: &Argument<String>) -> Result<Option<Pattern>, Diagnostic> {
    let pattern = argument.known().map(|pattern| Pattern::new(pattern)).transpose();
    pattern.map_err(|error| messages::bad_regex(name, &error).at(AttributePath::attribute(name)))
}

/// A search for exactly one thing, by name, id or both.
pub(super) struct Exactly<'a> {
    /// What it is called.
    pub(super) kind: &'a str,
    /// Where it is looked for.
    pub(super) place: &'a str,
    pub(super) name: Option<String>,
    pub(super) id: Option<String>,
}

impl Exactly<'_> {
    /// Finds it. None or several are an error that lists what was seen; `shown` makes the names and ids of the service fit
    /// for that.
    pub(super) fn find<'t, T: Item>(
        &self,
        things: &'t [T],
        shown: impl Fn(&str) -> String,
    ) -> Result<&'t T, Diagnostic> {
        let wanted = |thing: &&T| {
            let identity = thing.identity();
            is(self.id.as_ref(), identity.id) && is(self.name.as_ref(), identity.name)
        };
        let text = |Identity { name, id }: Identity<'_>| {
            format!("{} ({})", shown(name.unwrap_or("-")), shown(id.unwrap_or("-")))
        };
        let seen = |things: Vec<&'t T>| Seen::of(things.into_iter().map(Item::identity), MOST_NAMES, text);
        let found: Vec<_> = things.iter().filter(wanted).collect();
        match found.as_slice() {
            [thing] => Ok(thing),
            [] => {
                let seen = seen(things.iter().collect());
                Err(messages::none_found(self.kind, self.place, &self.wanted(), &seen))
            }
            _ => Err(messages::several_found(self.kind, self.place, &self.wanted(), &seen(found))),
        }
    }

    /// What is asked for, in words.
    fn wanted(&self) -> String {
        let name = self.name.iter().map(|name| format!("the name `{name}`"));
        let id = self.id.iter().map(|id| format!("the id `{id}`"));
        name.chain(id).collect::<Vec<_>>().join(" and ")
    }
}

/// Whether a thing passes a filter: it is left out, or is what was found.
pub(super) fn is(wanted: Option<&String>, found: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| found.is_some_and(|found| same_name(found, wanted)))
}

/// The same in upper or lower case.
pub(super) fn is_in_either_case(wanted: Option<&String>, found: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| found.is_some_and(|found| same_name_in_either_case(found, wanted)))
}

/// Whether a name matches a pattern, if there is one.
pub(super) fn matches(pattern: Option<&Pattern>, name: Option<&str>) -> bool {
    pattern.is_none_or(|pattern| pattern.is_match(&normal_form(name.unwrap_or_default())))
}

/// A filter on an attribute that has few values, such as a status.
pub(super) struct Choice<'a> {
    /// The argument.
    pub(super) argument: &'a str,
    pub(super) wanted: Option<&'a String>,
    /// Whether a thing with this value passes: [`is`] or [`is_in_either_case`].
    pub(super) passes: fn(Option<&String>, Option<&str>) -> bool,
}

impl Choice<'_> {
    /// Returns a warning with the values seen if this filter alone removes everything from a list that is not empty: its
    /// value is probably misspelt. Filters that only together remove everything are no mistake. `shown` makes the values
    /// of the service fit for the warning.
    pub(super) fn misspelt<'t>(
        &self,
        values: impl Iterator<Item = Option<&'t str>> + Clone,
        shown: impl Fn(&str) -> String,
    ) -> Option<Diagnostic> {
        let wanted = self.wanted?;
        if values.clone().next().is_none() || values.clone().any(|value| (self.passes)(Some(wanted), value)) {
            return None;
        }
        let values = values.flatten().collect::<BTreeSet<_>>();
        let seen = Seen::of(values, MOST_VALUES, |value| format!("\"{}\"", shown(value)));
        let warning = messages::no_such_value(self.argument, wanted, &seen);
        Some(warning.at(AttributePath::attribute(self.argument)))
    }
}

/// An error lists at most this many things.
const MOST_NAMES: usize = 20;

/// A warning lists at most this many values.
const MOST_VALUES: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq)]
    struct Thing(Option<&'static str>, Option<&'static str>);

    impl Item for Thing {
        type Values<'a> = ();

        fn values(&self) {}

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
        let exactly = Exactly { kind: "workspace", place: "r", name, id };
        exactly.find(&things, str::to_owned).cloned().map_err(|error| error.detail)
    }

    fn misspelt(wanted: &str, values: &[Option<&str>]) -> Option<String> {
        let wanted = wanted.to_owned();
        let choice = Choice { argument: "status", wanted: Some(&wanted), passes: is_in_either_case };
        let warning = choice.misspelt(values.iter().copied(), str::to_uppercase)?;
        assert_eq!(warning.attribute, Some(AttributePath::attribute("status")));
        Some(warning.detail)
    }

    #[test]
    fn value_that_nothing_has_then_warning_with_each_value_once() {
        let detail = misspelt("pubic", &[Some("b"), None, Some("a"), Some("b")]).expect("a warning");
        assert!(detail.contains("`pubic`") && detail.contains("\"A\", \"B\""), "{detail}");
        let many: Vec<_> = (10..30).map(|number| number.to_string()).collect();
        let many: Vec<_> = many.iter().map(|value| Some(value.as_str())).collect();
        let detail = misspelt("pubic", &many).expect("a warning");
        assert!(detail.contains("\"19\" and 10 more") && !detail.contains("\"20\""), "{detail}");
        assert!(misspelt("pubic", &[None]).is_some_and(|detail| detail.contains("no value")));
    }

    #[test]
    fn value_that_something_has_or_empty_list_then_no_warning() {
        assert_eq!(misspelt("A", &[Some("b"), Some("a")]), None);
        assert_eq!(misspelt("a", &[]), None);
        let choice = Choice { argument: "status", wanted: None, passes: is };
        assert!(choice.misspelt([Some("a")].into_iter(), str::to_owned).is_none());
    }

    #[test]
    fn one_by_id_name_or_both_then_found() {
        assert_eq!(find(Some("2"), None), Ok(thing("2", "b")));
        assert_eq!(find(None, Some("a")), Ok(thing("1", "a")));
        assert_eq!(find(Some("3"), Some("b")), Ok(thing("3", "b")));
    }

    #[test]
    fn none_or_several_then_error_lists_names_and_ids() {
        assert!(find(Some("1"), Some("b")).is_err_and(|error| error.contains("- (-), a (1), b (2), b (3)")));
        assert!(find(None, Some("b")).is_err_and(|error| error.contains("b (2), b (3)") && !error.contains("a (1)")));
    }

    #[test]
    fn none_of_many_then_only_those_in_the_error_are_made_fit_for_it() {
        let things: Vec<_> = (0..10_000).map(|_| thing("1", "a")).collect();
        let calls = std::cell::Cell::new(0);
        let shown = |text: &str| {
            calls.set(calls.get() + 1);
            text.to_owned()
        };
        let exactly = Exactly { kind: "workspace", place: "r", name: Some("b".to_owned()), id: None };
        let error = exactly.find(&things, shown).expect_err("none");
        assert!(error.detail.contains(" and 9980 more"), "{}", error.detail);
        assert_eq!(calls.get(), 2 * MOST_NAMES);
    }

    #[test]
    fn name_in_another_normal_form_then_found_by_name_and_pattern() {
        let things = [thing("1", "cafe\u{301}"), thing("2", "cafe")];
        let name = Some("café".to_owned());
        let exactly = Exactly { kind: "workspace", place: "r", name: name.clone(), id: None };
        assert_eq!(exactly.find(&things, str::to_owned), Ok(&things[0]));
        assert!(is(name.as_ref(), things[0].1) && !is(name.as_ref(), things[1].1));
        let pattern = pattern("name_regex", &Argument::Known("^caf.$".to_owned())).expect("a pattern");
        assert!(matches(pattern.as_ref(), Some("cafe\u{301}")), "one character as the host sees it");
        let closed = Some("geöffnet".to_owned());
        assert!(is_in_either_case(closed.as_ref(), Some("GEO\u{308}FFNET")));
    }

    #[test]
    fn names_equal_in_normal_form_then_ambiguous() {
        let things = [thing("1", "cafe\u{301}"), thing("2", "café")];
        let exactly = Exactly { kind: "workspace", place: "r", name: Some("café".to_owned()), id: None };
        let error = exactly.find(&things, str::to_owned).expect_err("two of them");
        assert!(error.summary == "More than one workspace" && error.detail.contains("(1)"), "{}", error.detail);
    }

    #[test]
    fn pattern_as_other_tools_take_it_then_matches() {
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
    fn bad_pattern_then_error_at_its_attribute() {
        for text in ["(", r"\p{Hun}"] {
            let error = pattern("name_regex", &Argument::Known(text.to_owned())).expect_err("no pattern");
            assert_eq!(error.attribute, Some(AttributePath::attribute("name_regex")));
        }
        assert!(pattern("name_regex", &Argument::Unknown).is_ok_and(|pattern| pattern.is_none()));
    }
}
