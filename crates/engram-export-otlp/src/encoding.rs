//! How metrics are to be encoded.

use crate::resource::{Resource, Scope};

/// What a request is made from, besides the metrics.
#[derive(Clone, Debug)]
pub struct Encoding {
    /// Who is speaking.
    pub resource: Resource,
    /// The library that made the metrics.
    pub scope: Scope,
    /// What counters and histograms are counted from.
    pub temporality: Temporality,
    /// How histograms with exponential buckets are shown.
    pub histograms: Histograms,
    /// What happens to a delta when nobody knows whether it arrived.
    pub uncertain: Uncertain,
    /// Bytes that no request exceeds, unless a single point does. A receiver takes 4 MiB by default.
    pub request_bytes: usize,
    /// Series that are remembered, see [`Metrics`](crate::Metrics).
    pub series: usize,
}

impl Default for Encoding {
    fn default() -> Self {
        Self {
            resource: Resource::default(),
            scope: Scope::default(),
            temporality: Temporality::default(),
            histograms: Histograms::default(),
            uncertain: Uncertain::default(),
            request_bytes: REQUEST_BYTES,
            series: SERIES,
        }
    }
}

/// What the numbers of counters and histograms are counted from. Up-down counters are cumulative always:
/// what matters of them is the level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Temporality {
    /// The start of the process. A request that is lost costs resolution, never counts.
    #[default]
    Cumulative,
    /// What the receiver took last.
    Delta,
    /// The specification's `lowmemory`: deltas for instruments that are recorded into, which all counters
    /// and histograms of a registry are taken to be. So it is the same as `Delta` here.
    LowMemory,
}

/// How histograms with exponential buckets are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Histograms {
    /// As OTLP's exponential histograms, exactly.
    #[default]
    Exponential,
    /// With explicit bounds, one per power of two, for receivers that know no other.
    Explicit,
}

/// What happens to a delta when nobody knows whether it arrived: the answer timed out, or broke off.
///
/// Cumulative values are sent again in either case, which does no harm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Uncertain {
    /// It is sent again: what arrived after all counts twice.
    #[default]
    AtLeastOnce,
    /// It is not: what did not arrive is missing.
    AtMostOnce,
}

impl Temporality {
    pub(crate) const fn is_delta(self) -> bool {
        !matches!(self, Self::Cumulative)
    }
}

/// Bytes of a request by default: an eighth less than what receivers take.
pub const REQUEST_BYTES: usize = 7 << 19;

/// Series that are remembered by default.
pub const SERIES: usize = 1 << 20;
