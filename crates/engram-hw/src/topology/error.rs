//! Why there is no topology.

use std::fmt;
use std::path::{Path, PathBuf};

/// A folder that describes no machine.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TopologyError {
    /// The folder cannot be opened.
    Root {
        /// Which one.
        root: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// No file below it names a CPU that is online.
    NoCpu {
        /// Below what.
        root: PathBuf,
    },
    /// hwloc cannot describe the machine, or not read what it is given.
    #[cfg(feature = "hwloc")]
    Hwloc {
        /// What it says.
        reason: String,
    },
}

impl TopologyError {
    pub(super) fn root(root: &Path, reason: &dyn fmt::Display) -> Self {
        Self::Root { root: root.to_owned(), reason: reason.to_string() }
    }

    pub(super) fn no_cpu(root: &Path) -> Self {
        Self::NoCpu { root: root.to_owned() }
    }

    #[cfg(feature = "hwloc")]
    pub(super) fn hwloc(reason: &dyn fmt::Display) -> Self {
        Self::Hwloc { reason: reason.to_string() }
    }
}

impl fmt::Display for TopologyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root { root, reason } => write!(out, "cannot read {}: {reason}", root.display()),
            Self::NoCpu { root } => {
                let root = root.display();
                write!(out, "{root} names no CPU: sys/devices/system/cpu is missing or empty there")
            }
            #[cfg(feature = "hwloc")]
            Self::Hwloc { reason } => write!(out, "hwloc does not know the machine: {reason}"),
        }
    }
}

impl std::error::Error for TopologyError {}
