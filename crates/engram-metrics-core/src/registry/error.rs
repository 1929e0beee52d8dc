//! Why a registry refuses something, with the two places that do not go together.

use std::fmt;
use std::panic::Location;

/// Why a source was not registered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegisterError {
    /// The metric is there already, with the same instance labels.
    Duplicate(Conflict),
    /// The metric is there already with another kind, unit or help.
    Mismatch(Conflict),
    /// The metric would take a name on a Prometheus page that another one has there: a counter `x` is the
    /// family `x` with the series `x_total`, beside which there can be no gauge `x.total`.
    Clash {
        /// The two registrations; the name is that of the second one.
        conflict: Conflict,
        /// The metric that was there first.
        other: String,
    },
    /// A label that no exporter could write.
    InvalidLabel {
        /// The label's name.
        name: String,
    },
    /// A label that is there twice, among those of the registry and those of the instance.
    RepeatedLabel {
        /// The label's name.
        name: String,
    },
}

/// Two registrations that do not go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The metric, that of the second one.
    pub name: String,
    /// Where it was registered first.
    pub first: &'static Location<'static>,
    /// Where it was registered again.
    pub second: &'static Location<'static>,
}

impl fmt::Display for RegisterError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate(Conflict { name, first, second }) => write!(
                out,
                "the metric {name:?} registered at {second} is registered at {first} already; \
                 give each instance labels of its own with `register_with`"
            ),
            Self::Mismatch(Conflict { name, first, second }) => write!(
                out,
                "the metric {name:?} registered at {second} has another kind, unit or help than at {first}"
            ),
            Self::Clash { conflict: Conflict { name, first, second }, other } => write!(
                out,
                "the metric {name:?} registered at {second} would have a name on a Prometheus page that \
                 {other:?} has there, registered at {first}; rename one of them"
            ),
            Self::InvalidLabel { name } => {
                write!(out, "the label name {name:?} is not [a-z][a-z0-9_]*")
            }
            Self::RepeatedLabel { name } => {
                write!(out, "the label {name:?} is there twice; give each one value")
            }
        }
    }
}

impl std::error::Error for RegisterError {}
