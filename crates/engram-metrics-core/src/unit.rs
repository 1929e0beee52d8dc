//! Base units: seconds, bytes, ratios in 0..1, and counts of things.

use crate::histogram::Layout;

/// What a metric measures. There are no milliseconds and no percentages: exporters and dashboards
/// scale for the eye, and sums of mixed scales are how errors begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Time, `s`.
    Seconds,
    /// Amounts of memory or data, `By`.
    Bytes,
    /// A share between 0 and 1, `1`.
    Ratio,
    /// A number of things, as a UCUM annotation such as `{request}`.
    Count(&'static str),
}

impl Unit {
    /// The unit in UCUM, which OpenTelemetry uses.
    #[must_use]
    pub const fn ucum(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Bytes => "By",
            Self::Ratio => "1",
            Self::Count(annotation) => annotation,
        }
    }

    /// The word that Prometheus appends to a name; empty for counts.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Bytes => "bytes",
            Self::Ratio => "ratio",
            Self::Count(_) => "",
        }
    }

    /// Histogram buckets that suit the unit.
    pub(crate) const fn layout(self) -> Layout {
        match self {
            Self::Seconds => Layout::SECONDS,
            Self::Bytes => Layout::BYTES,
            Self::Ratio => Layout::RATIO,
            Self::Count(_) => Layout::COUNT,
        }
    }

    /// Ticks in one unit, as a power of two.
    pub(crate) const fn resolution(self) -> u8 {
        match self {
            Self::Seconds | Self::Ratio => 30,
            Self::Bytes | Self::Count(_) => 0,
        }
    }
}
