//! What data sources do with a list that a service returned: keep what passes, or find the one that was asked for.

use regex::Regex;

use super::messages;
use crate::terraform::{Argument, AttributePath, Diagnostic};

/// The pattern in an argument, if it is known and set.
pub(super) fn pattern(name: &str, argument: &Argument<String>) -> Result<Option<Regex>, Diagnostic> {
    let pattern = argument.known().map(|pattern| Regex::new(pattern)).transpose();
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

/// The id and the name of a thing.
type Identity<'t> = (Option<&'t String>, Option<&'t String>);

impl Exactly<'_> {
    /// Finds it. None or several are an error that lists what was seen.
    pub(super) fn find<'t, T>(&self, things: &'t [T], identity: fn(&T) -> Identity<'_>) -> Result<&'t T, Diagnostic> {
        let wanted = |thing: &&T| {
            let (id, name) = identity(thing);
            (self.id.is_none() || self.id.as_ref() == id) && (self.name.is_none() || self.name.as_ref() == name)
        };
        let found: Vec<_> = things.iter().filter(wanted).collect();
        let listed = |things: &mut dyn Iterator<Item = &T>| {
            let text = |text: Option<&String>| text.map_or("-", String::as_str).to_owned();
            things.map(|thing| format!("{} ({})", text(identity(thing).1), text(identity(thing).0))).collect()
        };
        match found.as_slice() {
            [thing] => Ok(thing),
            [] => Err(messages::none_found(self.kind, self.place, listed(&mut things.iter()))),
            several => Err(messages::several_found(self.kind, self.place, listed(&mut several.iter().copied()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Thing = (Option<String>, Option<String>);

    fn thing(id: &str, name: &str) -> Thing {
        (Some(id.to_owned()), Some(name.to_owned()))
    }

    fn find(id: Option<&str>, name: Option<&str>) -> Result<Thing, String> {
        let things = [thing("1", "a"), thing("2", "b"), thing("3", "b"), (None, None)];
        let (name, id) = (name.map(str::to_owned), id.map(str::to_owned));
        let exactly = Exactly { kind: "workspace", place: "r", name, id };
        exactly.find(&things, |(id, name)| (id.as_ref(), name.as_ref())).cloned().map_err(|error| error.detail)
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
    fn bad_pattern_then_error_at_its_attribute() {
        let error = pattern("name_regex", &Argument::Known("(".to_owned())).expect_err("no pattern");
        assert_eq!(error.attribute, Some(AttributePath::attribute("name_regex")));
        assert!(pattern("name_regex", &Argument::Unknown).is_ok_and(|pattern| pattern.is_none()));
    }
}
