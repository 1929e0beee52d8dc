//! A place in the source.

use std::fmt;
use std::panic::Location;

/// File, line and column of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    file: &'static str,
    line: u32,
    column: u32,
}

impl Site {
    /// Where nobody knows: a lock that came from `Default` and was never taken.
    pub const UNKNOWN: Self = Self { file: "unknown", line: 0, column: 0 };

    /// The place of a call.
    #[must_use]
    pub const fn of(location: &'static Location<'static>) -> Self {
        Self { file: location.file(), line: location.line(), column: location.column() }
    }

    /// The place that the calling function was called from, if that is `#[track_caller]`.
    #[must_use]
    #[track_caller]
    pub const fn caller() -> Self {
        Self::of(Location::caller())
    }

    /// Path of the file as the compiler was given it.
    #[must_use]
    pub const fn file(&self) -> &'static str {
        self.file
    }

    /// Counted from 1.
    #[must_use]
    pub const fn line(&self) -> u32 {
        self.line
    }

    /// Counted from 1.
    #[must_use]
    pub const fn column(&self) -> u32 {
        self.column
    }
}

impl fmt::Display for Site {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}:{}", self.file, self.line, self.column)
    }
}
