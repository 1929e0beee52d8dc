//! What a metric is: name, help, unit, kind.

use std::borrow::Cow;
use std::fmt;

use crate::unit::Unit;

/// How the values of a metric behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Only ever grows.
    Counter,
    /// Grows and shrinks by what is added; exact.
    UpDownCounter,
    /// Whatever was set last.
    Gauge,
    /// A distribution.
    Histogram,
    /// 1 or 0 for each state that the last label of a series names: whether it is the one that something is in.
    StateSet,
}

/// The identity of a metric.
///
/// The name is an OpenTelemetry instrument name, lower case, words separated by dots or underscores,
/// without unit and without `_total`: an exporter derives its own form (Prometheus:
/// `engram.search.duration` in seconds becomes `engram_search_duration_seconds`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptor {
    name: Cow<'static, str>,
    help: Cow<'static, str>,
    unit: Unit,
    kind: Kind,
}

impl Descriptor {
    /// A descriptor known at compile time.
    ///
    /// # Panics
    /// At compile time in a `const` or `static`: when the name is not valid.
    #[must_use]
    pub const fn fixed(name: &'static str, help: &'static str, unit: Unit, kind: Kind) -> Self {
        Self { name: Cow::Borrowed(metric_name(name)), help: Cow::Borrowed(help), unit, kind }
    }

    /// A descriptor made at run time.
    ///
    /// # Errors
    /// When the name is not valid.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
        unit: Unit,
        kind: Kind,
    ) -> Result<Self, InvalidName> {
        let name = name.into();
        if is_valid_name(&name) {
            Ok(Self { name, help: help.into(), unit, kind })
        } else {
            Err(InvalidName(name.into_owned()))
        }
    }

    /// The same metric under another name, which is valid.
    pub(crate) fn renamed(&self, name: &str) -> Self {
        Self { name: Cow::Owned(name.to_owned()), ..self.clone() }
    }

    /// The OpenTelemetry name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// One sentence for people.
    #[must_use]
    pub fn help(&self) -> &str {
        self.help.trim()
    }

    /// The base unit.
    #[must_use]
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// How its values behave.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }
}

/// A name that no exporter could write.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidName(pub String);

impl fmt::Display for InvalidName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "the name {:?} is not [a-z][a-z0-9_.]* of at most 255 characters without a separator at the end",
            self.0
        )
    }
}

impl std::error::Error for InvalidName {}

/// Checks the name of a metric at compile time.
///
/// # Panics
/// When the name is not valid.
#[doc(hidden)]
#[must_use]
pub const fn metric_name(name: &'static str) -> &'static str {
    assert!(
        is_valid_name(name),
        "a metric name is [a-z][a-z0-9_.]*, at most 255 characters, no separator at the end"
    );
    name
}

/// The names that are valid in OpenTelemetry and, with dots as underscores, in Prometheus.
pub(crate) const fn is_valid_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    if bytes.is_empty() || bytes.len() > 255 || !bytes[0].is_ascii_lowercase() {
        return false;
    }
    let mut at = 1;
    while at < bytes.len() {
        if !matches!(bytes[at], b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.') {
            return false;
        }
        at += 1;
    }
    !matches!(bytes[bytes.len() - 1], b'_' | b'.')
}

/// Label names: as metric names, but without dots, and not starting with the reserved `__`.
pub(crate) const fn is_valid_label(name: &str) -> bool {
    let bytes = name.as_bytes();
    if !is_valid_name(name) {
        return false;
    }
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'.' {
            return false;
        }
        at += 1;
    }
    true
}
