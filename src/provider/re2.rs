//! Regular expressions in RE2 syntax, as Go and Terraform's `regex` function read it, for the crate `regex`.
//!
//! Both engines find the same matches, but the same text can have another meaning: in RE2, `\w` is ASCII, `[a&&b]` is a set of
//! three characters, and a lone `{` is a literal. Therefore, the translator parses RE2 syntax itself, and writes every item
//! in a form that is unambiguous in the crate, with the flags that apply to the item.

mod class;
mod escape;
mod problem;
mod scanner;
#[cfg(test)]
mod tests;
mod translator;

use regex::{Error, Regex, RegexBuilder};

use problem::Kind;
pub(super) use problem::Problem;

/// The size limit of a compiled expression in bytes. `[\pL\pN]{1,1000}` takes 20 MiB.
const MAX_SIZE: usize = 32 << 20;

/// A regular expression in RE2 syntax.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    source: String,
    regex: Regex,
}

impl Pattern {
    /// Compiles an expression.
    pub(super) fn new(source: &str) -> Result<Self, Problem> {
        let translated = translator::translate(source)?;
        let mut builder = RegexBuilder::new(&translated);
        let compiled = builder.size_limit(MAX_SIZE).nest_limit(translator::MAX_NESTING).build();
        match compiled {
            Ok(regex) => Ok(Self { source: source.to_owned(), regex }),
            Err(Error::CompiledTooBig(_)) => Err(Problem::whole(Kind::TooLarge, source)),
            Err(_) => Err(Problem::whole(Kind::Unknown, source)),
        }
    }

    /// Returns the expression as configured.
    pub(super) fn as_str(&self) -> &str {
        &self.source
    }

    /// Returns whether the expression matches a part of the text.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}
