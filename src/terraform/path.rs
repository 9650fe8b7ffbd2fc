use std::fmt;

/// The way from the root of a block to an attribute, for diagnostics. Prints as `workspaces[3].id`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttributePath {
    steps: Vec<Step>,
}

/// One step of an [`AttributePath`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into an attribute or nested block.
    Attribute(String),
    /// Into an element of a list, counted from zero.
    Index(usize),
    /// Into an element of a map.
    Key(String),
}

impl AttributePath {
    /// The path of an attribute at the root of the block.
    #[must_use]
    pub fn attribute(name: &str) -> Self {
        Self::default().with(Step::Attribute(name.to_owned()))
    }

    /// The path one step further down.
    #[must_use]
    pub fn with(&self, step: Step) -> Self {
        let mut steps = self.steps.clone();
        steps.push(step);
        Self { steps }
    }

    /// The steps from the root.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.steps.iter().enumerate() {
            match step {
                Step::Attribute(name) if place == 0 => f.write_str(name)?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{AttributePath, Step};

    #[test]
    fn every_kind_of_step_then_printed_as_in_a_configuration() {
        let path = AttributePath::attribute("a").with(Step::Index(3)).with(Step::Attribute("b".to_owned()));
        assert_eq!(path.with(Step::Key("k".to_owned())).to_string(), r#"a[3].b["k"]"#);
    }
}
