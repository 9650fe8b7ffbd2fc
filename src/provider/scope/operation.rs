use std::time::Duration;

/// An operation that a timeout can limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::provider) enum Operation {
    Create,
    Read,
    Update,
    Delete,
}

impl Operation {
    /// All operations of a managed resource.
    pub(in crate::provider) const ALL: [Self; 4] = [Self::Create, Self::Read, Self::Update, Self::Delete];

    /// Its name in `timeouts`.
    pub(in crate::provider) const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }

    /// How long it may take unless `timeouts` says otherwise; [`Self::description`] states the same for users.
    pub(super) const fn default_timeout(self) -> Duration {
        match self {
            Self::Read => Duration::from_mins(5),
            Self::Create | Self::Update | Self::Delete => Duration::from_mins(10),
        }
    }

    /// The description of its timeout.
    pub(super) const fn description(self) -> &'static str {
        match self {
            Self::Create => {
                "Maximum duration of the creation, such as `90s` or `2m`, including all attempts and waits. Defaults to \
                 `10m`."
            }
            Self::Read => {
                "Maximum duration of the read, such as `90s` or `2m`, including all attempts and waits. Defaults to \
                 `5m`."
            }
            Self::Update => {
                "Maximum duration of the update, such as `90s` or `2m`, including all attempts and waits. Defaults to \
                 `10m`."
            }
            Self::Delete => {
                "Maximum duration of the deletion, such as `90s` or `2m`, including all attempts and waits. Defaults to \
                 `10m`."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_of_each_operation_then_its_description_tells_the_same() {
        for operation in Operation::ALL {
            let minutes = format!("`{}m`", operation.default_timeout().as_secs() / 60);
            assert!(operation.description().contains(&minutes), "{}", operation.description());
        }
    }
}
