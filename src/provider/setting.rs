//! What the declaration of one argument consists of, and where a value of it can come from.
//!
//! The arguments themselves are declared in [`block`](super::block). Schema, documentation, validation and lookups all read
//! the declaration.

use std::ops::RangeInclusive;

use secrecy::{ExposeSecret, SecretString};

use super::given::{Given, Origin};
use super::messages;
use crate::env::{Environment, Variable};
use crate::huaweicloud::Profile;
use crate::terraform::{Argument, Attribute, AttributePath, Diagnostic, Diagnostics, Step, Type};

/// The declaration of an argument of the block `B`, whose value is a `T`.
pub(super) struct Setting<T: 'static, B: 'static> {
    /// Name of the argument.
    pub(super) name: &'static str,
    /// Description in the documentation.
    pub(super) description: &'static str,
    /// Whether the block must set the argument.
    pub(super) required: bool,
    /// Environment variables, the first of which that is set counts.
    pub(super) environment: &'static [Variable],
    /// Reads the value from a profile of KooCLI, for arguments that profiles have too.
    pub(super) profile: Option<fn(&Profile) -> Option<T>>,
    /// Range of a number.
    pub(super) range: RangeInclusive<u32>,
    /// Checks a value that was found in the block, the environment or a profile alike.
    pub(super) check: fn(&T) -> Result<(), Diagnostic>,
    /// Arguments without which the argument is of no use: one of each group.
    pub(super) needs: &'static [&'static [&'static str]],
    /// Argument beside which the argument is not used, so that it then needs nothing.
    pub(super) replaced_by: &'static str,
    /// Argument that must not be set too.
    pub(super) conflicts_with: &'static str,
    /// Reads the argument from its block.
    pub(super) argument: fn(&B) -> &Argument<T>,
}

impl<T, B> Setting<T, B> {
    /// Declares an optional argument with any value and no other source.
    pub(super) const fn new(name: &'static str, description: &'static str, argument: fn(&B) -> &Argument<T>) -> Self {
        Self {
            name,
            description,
            required: false,
            environment: &[],
            profile: None,
            range: 0..=u32::MAX,
            check: |_| Ok(()),
            needs: &[],
            replaced_by: "",
            conflicts_with: "",
            argument,
        }
    }
}

impl<T: SettingValue, B> Setting<T, B> {
    /// Returns the value in a block at `path`, unless it is omitted or empty.
    pub(super) fn in_block(&self, block: &B, path: &AttributePath) -> Option<Argument<Given<T>>> {
        let origin = || Origin::Argument { path: self.path(path), sensitive: T::SENSITIVE };
        match (self.argument)(block) {
            Argument::Known(value) if value.is_empty() => None,
            Argument::Known(value) => Some(Argument::Known(Given { value: value.clone(), origin: origin() })),
            Argument::Unknown => Some(Argument::Unknown),
            Argument::Null => None,
        }
    }

    /// Returns the value of the first environment variable that is set.
    ///
    /// # Errors
    /// When the text of the variable is invalid.
    pub(super) fn in_environment(&self, environment: &Environment) -> Result<Option<Given<T>>, Diagnostic> {
        let Some((name, text)) = environment.first_named(self.environment) else { return Ok(None) };
        let origin = Origin::Variable(name);
        match T::parse(text, self.name, &self.range) {
            Ok(value) => Ok(Some(Given { value, origin })),
            Err(error) => Err(origin.explain(error)),
        }
    }

    /// Returns a value if it is in range and passes the check of the declaration.
    ///
    /// # Errors
    /// When it is not, at the place where the value comes from.
    pub(super) fn checked(&self, given: Given<T>) -> Result<Given<T>, Diagnostic> {
        let checked = given.value.check(self.name, &self.range).and_then(|()| (self.check)(&given.value));
        match checked {
            Ok(()) => Ok(given),
            Err(error) => Err(given.origin.explain(error)),
        }
    }

    fn path(&self, block: &AttributePath) -> AttributePath {
        block.with(Step::Attribute(self.name.to_owned()))
    }
}

/// A type that a value of a setting can have.
pub(super) trait SettingValue: Clone + Sized {
    /// Whether values are secrets.
    const SENSITIVE: bool = false;

    /// Terraform's type.
    const TYPE: Type = Type::String;

    /// Whether the value counts as omitted.
    fn is_empty(&self) -> bool {
        false
    }

    /// Reads the value from the text of an environment variable.
    fn parse(text: String, name: &str, range: &RangeInclusive<u32>) -> Result<Self, Diagnostic>;

    /// Checks what holds for all values of this type.
    fn check(&self, _name: &str, _range: &RangeInclusive<u32>) -> Result<(), Diagnostic> {
        Ok(())
    }
}

impl SettingValue for String {
    fn is_empty(&self) -> bool {
        Self::is_empty(self)
    }

    fn parse(text: String, _: &str, _: &RangeInclusive<u32>) -> Result<Self, Diagnostic> {
        Ok(text)
    }
}

impl SettingValue for SecretString {
    const SENSITIVE: bool = true;

    fn is_empty(&self) -> bool {
        self.expose_secret().is_empty()
    }

    fn parse(text: String, _: &str, _: &RangeInclusive<u32>) -> Result<Self, Diagnostic> {
        Ok(text.into())
    }
}

impl SettingValue for bool {
    const TYPE: Type = Type::Bool;

    /// Reads the words that Go's `strconv.ParseBool` takes, as other providers do.
    fn parse(text: String, name: &str, _: &RangeInclusive<u32>) -> Result<Self, Diagnostic> {
        match text.as_str() {
            "1" | "t" | "T" | "true" | "True" | "TRUE" => Ok(true),
            "0" | "f" | "F" | "false" | "False" | "FALSE" => Ok(false),
            _ => Err(messages::bad_truth(name, &text)),
        }
    }
}

impl SettingValue for f64 {
    const TYPE: Type = Type::Number;

    fn parse(text: String, name: &str, range: &RangeInclusive<u32>) -> Result<Self, Diagnostic> {
        text.trim().parse().map_err(|_| messages::bad_number(name, &text, range))
    }

    fn check(&self, name: &str, range: &RangeInclusive<u32>) -> Result<(), Diagnostic> {
        let in_range = (Self::from(*range.start())..=Self::from(*range.end())).contains(self);
        if in_range && self.fract() == 0.0 {
            return Ok(());
        }
        Err(messages::bad_number(name, &self.to_string(), range))
    }
}

/// Returns a number that passed the check of its declaration as an integer.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the check has its range, which is in u32")]
pub(super) fn integer(checked: f64) -> u32 {
    checked as u32
}

/// A declaration without the type of its value, for lists of declarations.
pub(super) trait AnySetting<B>: Sync {
    /// Returns the argument in the schema.
    fn attribute(&self) -> Attribute;

    /// Checks the value in a block at `path`, and that what it needs is set and nothing conflicts with it. `is_set` returns
    /// whether another argument, by name, has a value in the block or elsewhere.
    fn check(&self, block: &B, path: &AttributePath, is_set: &dyn Fn(&str) -> bool, diagnostics: &mut Diagnostics);

    /// Name of the argument.
    fn name(&self) -> &'static str;

    /// Environment variables of the argument, in order.
    fn environment(&self) -> &'static [Variable];

    /// Whether profiles of KooCLI have the argument.
    fn is_in_profiles(&self) -> bool;

    /// Whether the block sets the argument, be it to a value that is not known yet.
    fn is_in_block(&self, block: &B) -> bool;
}

impl<T: SettingValue, B> AnySetting<B> for Setting<T, B> {
    fn attribute(&self) -> Attribute {
        let new = if self.required { Attribute::required } else { Attribute::optional };
        let attribute = new(self.name, T::TYPE, self.description);
        if T::SENSITIVE { attribute.sensitive() } else { attribute }
    }

    fn check(&self, block: &B, path: &AttributePath, is_set: &dyn Fn(&str) -> bool, diagnostics: &mut Diagnostics) {
        let at = |name: &str| path.with(Step::Attribute(name.to_owned()));
        let Some(argument) = self.in_block(block, path) else {
            let is_empty = (self.argument)(block).known().is_some();
            diagnostics
                .extend((self.required && is_empty).then(|| messages::empty_argument(self.name).at(at(self.name))));
            return;
        };
        if let Argument::Known(given) = argument {
            diagnostics.extend(self.checked(given).err());
        }
        if !self.conflicts_with.is_empty() && is_set(self.conflicts_with) {
            diagnostics.push(messages::both_set(self.conflicts_with, self.name).at(at(self.name)));
        }
        if !self.replaced_by.is_empty() && is_set(self.replaced_by) {
            return;
        }
        for group in self.needs.iter().filter(|group| !group.iter().any(|name| is_set(name))) {
            // A host prints the line of the path, which must not be that of a secret. It prints the line of the block if
            // the argument is not there.
            let place = if T::SENSITIVE { group[0] } else { self.name };
            diagnostics.push(messages::half_a_pair(self.name, &group.join("` or `")).at(at(place)));
        }
    }

    fn name(&self) -> &'static str {
        self.name
    }

    fn environment(&self) -> &'static [Variable] {
        self.environment
    }

    fn is_in_profiles(&self) -> bool {
        self.profile.is_some()
    }

    fn is_in_block(&self, block: &B) -> bool {
        self.in_block(block, &AttributePath::default()).is_some()
    }
}

/// Declares a block: a struct for what a configuration says, a constant for each of its arguments, and the list of them.
///
/// A declaration has the constant, the name, the type and the description; then, in brackets, the environment variables, which are
/// added to the description; then, in parentheses, the least and the greatest value of a number, which are added too; then
/// other fields of [`Setting`]. Arguments that are more than one value follow under `and`.
macro_rules! settings {
    (
        $(#[$meta:meta])* $visibility:vis struct $block:ident as $all:ident {$(
            $constant:ident $name:ident: $value:ty = $description:literal
            $([$first:ident $(, $other:ident)*])? $(($least:literal to $most:literal))?
            $({ $($field:ident: $field_value:expr),+ $(,)? })?;
        )+}
        $(and { $($nested:ident: $nested_type:ty;)+ })?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Default, Deserialize)]
        #[serde(default)]
        $visibility struct $block {
            $(pub(in crate::provider) $name: Argument<$value>,)+
            $($(pub(in crate::provider) $nested: Argument<$nested_type>,)+)?
        }

        $(
            pub(in crate::provider) static $constant: Setting<$value, $block> = Setting {
                $(environment: &[env::$first $(, env::$other)*],)?
                $(range: $least..=$most,)?
                $($($field: $field_value,)+)?
                ..Setting::new(
                    stringify!($name),
                    concat!(
                        $description
                        $(, " Must be a whole number from ", $least, " to ", $most, ".")?
                        $(
                            , " Can also be set with the `", stringify!($first), "`"
                            $(, " or `", stringify!($other), "`")*
                            , " environment variable."
                        )?
                    ),
                    |block| &block.$name,
                )
            };
        )+

        /// All arguments, in the order of their declarations.
        pub(in crate::provider) static $all: &[&dyn AnySetting<$block>] = &[$(&$constant),+];
    };
}

pub(super) use settings;

#[cfg(test)]
mod tests;
