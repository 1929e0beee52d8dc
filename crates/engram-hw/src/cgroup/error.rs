//! Why nothing is known about a group.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Something about a control group that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CgroupError {
    /// The system does not let it be read.
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// A text that no kernel writes.
    Malformed {
        /// Which file, or what the text should have been.
        what: String,
        /// How it begins.
        text: String,
    },
    /// No hierarchy that is mounted has the controller.
    NoController {
        /// Which one.
        controller: String,
    },
    /// The process is in a group that its own mounts do not show.
    NotVisible {
        /// Of which controller.
        controller: String,
        /// The group, as the kernel names it.
        path: String,
    },
}

impl CgroupError {
    pub(super) fn malformed(what: impl Into<String>, text: &str) -> Self {
        Self::Malformed { what: what.into(), text: text.chars().take(80).collect() }
    }
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> CgroupError {
    CgroupError::Unreadable { path: path.to_owned(), reason: error.to_string() }
}

/// The text of a file that has to be there.
pub(super) fn read(path: &Path) -> Result<String, CgroupError> {
    fs::read_to_string(path).map_err(|error| unreadable(path, &error))
}

impl fmt::Display for CgroupError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, reason } => {
                write!(out, "cannot read {}: {reason}", path.display())
            }
            Self::Malformed { what, text } => write!(out, "{text:?} is not what {what} holds"),
            Self::NoController { controller } => {
                write!(out, "no control group that is mounted has the controller {controller}")
            }
            Self::NotVisible { controller, path } => write!(
                out,
                "the group {path} of {controller} is outside of what this process sees mounted"
            ),
        }
    }
}

impl std::error::Error for CgroupError {}
