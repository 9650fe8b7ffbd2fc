/// An optional setting that may be unavailable.
pub type Setting<T> = Result<Option<T>, Unavailable>;

/// A setting whose value is invalid or unknown. Only a request that needs the setting fails. The layer that created the
/// settings knows the reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a setting is not available: {self:?}")]
pub enum Unavailable {
    /// The ID of the account.
    DomainId,
    /// The domain of the cloud.
    Cloud,
    /// The endpoint of ModelArts.
    ModelArts,
    /// The endpoint of IAM.
    Iam,
    /// The endpoint of STS.
    Sts,
}
