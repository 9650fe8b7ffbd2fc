use super::{Type, Value};

/// A function that configurations call as `provider::name::function(...)`. It knows its arguments and nothing else: hosts
/// call it before the provider is configured.
pub trait Function: Send + Sync {
    /// Its name in configurations.
    fn name(&self) -> &'static str;

    /// What it takes and gives.
    fn signature(&self) -> Signature;

    /// Calls it with one known value for each parameter; none is null.
    ///
    /// # Errors
    /// When an argument is not one that it can work with.
    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError>;
}

/// What a function takes and gives.
#[derive(Clone, Debug)]
pub struct Signature {
    /// What it does, in a few words.
    pub summary: &'static str,
    /// What it does, in Markdown.
    pub description: &'static str,
    /// The parameters, in order.
    pub parameters: Vec<Parameter>,
    /// The type of the result.
    pub result: Type,
}

/// One parameter of a function.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name, for messages and documentation.
    pub name: &'static str,
    /// Its type. Hosts convert what they are given.
    pub ty: Type,
    /// What it is, in Markdown.
    pub description: &'static str,
}

/// Why a function has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct FunctionError {
    /// What is wrong, for the user.
    pub text: String,
    /// Which argument it is about, the first being 0.
    pub argument: Option<usize>,
}
