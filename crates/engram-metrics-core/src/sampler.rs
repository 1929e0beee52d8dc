//! Recording one in N, with totals that stay right on average.
//!
//! A record is kept with probability 1/N and then stands for N: its weight. So the expectation of every
//! count, bucket and sum is what recording everything would have given, whatever N was at any time,
//! because probability and weight of a record come from the same reading of N. The standard error of a
//! count that was made of `k` kept records is `1/sqrt(k)` of it, `1 %` for 10,000.
//!
//! What sampling does not preserve: the smallest and the largest value are those of the kept records, and
//! two counts of the same events agree only on average.

use crate::collect::{Value, Visit};
use crate::descriptor::Kind;
use crate::gate::Live;
use crate::label::Labels;
use crate::random;
use crate::set::Instrument;
use crate::sync::{AtomicU32, Ordering};

/// How many records one is kept of; a power of two, and any thread may change it at any time.
///
/// One sampler can serve many histograms: a knob that a controller turns when recording costs too much.
/// Deciding costs one load, and where N is above 1 a dozen instructions for a random number.
///
/// ```
/// use engram_metrics_core::{Family, Histogram, Layout, Sampler, label_enum};
///
/// label_enum! { pub enum Step as "step" { Parse = "parse", Plan = "plan" } }
///
/// static SAMPLING: Sampler = Sampler::new();
/// static SIZES: Family<Step, Histogram> = Family::with_layout(Layout::BYTES);
///
/// SAMPLING.set_one_in(16);
/// for size in 0..1000 {
///     if let Some(weight) = SAMPLING.keep() {
///         SIZES.at(Step::Parse).record_weighted(size, weight);
///     }
/// }
/// # engram_metrics_core::when_enabled! {
/// assert_eq!(SAMPLING.one_in(), 16);
/// # }
/// ```
#[derive(Debug)]
pub struct Sampler(Live<AtomicU32>);

impl Sampler {
    /// Keeps every record.
    #[must_use]
    pub const fn new() -> Self {
        Self::keeping_one_in(1)
    }

    /// Keeps one in `n` records.
    ///
    /// # Panics
    /// At compile time in a `const`: if `n` is not a power of two.
    #[must_use]
    pub const fn keeping_one_in(n: u32) -> Self {
        assert!(n.is_power_of_two(), "a power of two, so that a mask decides");
        Self(Live::new(AtomicU32::new(n)))
    }

    /// From now on keeps one in `n` records; a number that is not a power of two is rounded up to one, at
    /// most 2^31. Threads follow within the time that a store takes to reach them.
    pub fn set_one_in(&self, n: u32) {
        let n = n.clamp(1, 1 << 31).next_power_of_two();
        // Relaxed: nothing else is read on the strength of this value.
        self.0.with(|one_in| one_in.store(n, Ordering::Relaxed));
    }

    /// The present N; 0 when telemetry is compiled out, for then nothing is recorded.
    #[must_use]
    #[inline]
    pub fn one_in(&self) -> u32 {
        // Relaxed: as in `set_one_in`.
        self.0.with(|one_in| one_in.load(Ordering::Relaxed))
    }

    /// The weight of this record if it is to be kept; `None` if it is to be left out.
    #[inline]
    #[must_use = "a record that is kept has to carry its weight"]
    pub fn keep(&self) -> Option<u32> {
        match self.one_in() {
            0 => None,
            1 => Some(1),
            n => is_chosen(random::next(), n).then_some(n),
        }
    }
}

impl Default for Sampler {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether a random number is one of the n-th part that is kept.
#[inline]
const fn is_chosen(number: u64, n: u32) -> bool {
    number & (n as u64 - 1) == 0
}

/// The share of records that a sampler keeps, as a gauge: 1/N.
///
/// Whoever reads a sampled histogram has to be able to see that it was sampled, so give every sampler one
/// of these, such as `engram.metrics.sampling` (`engram_metrics_sampling_ratio` in Prometheus).
///
/// ```
/// use engram_metrics_core::{SampledHistogram, Sampler, SamplingRatio, Unit, metric_set};
///
/// static SAMPLING: Sampler = Sampler::keeping_one_in(8);
///
/// metric_set! {
///     /// What the index does.
///     pub struct IndexMetrics {
///         /// Time of one hop.
///         pub hop: SampledHistogram = "index.hop.duration", Unit::Seconds,
///             SampledHistogram::seconds(&SAMPLING);
///         /// Share of the hops that are recorded.
///         pub sampling: SamplingRatio = "index.hop.sampling", Unit::Ratio,
///             SamplingRatio::of(&SAMPLING);
///     }
/// }
/// static INDEX: IndexMetrics = IndexMetrics::new();
/// INDEX.hop.time(|| { /* hop */ });
/// ```
#[derive(Debug)]
pub struct SamplingRatio(Live<&'static Sampler>);

impl SamplingRatio {
    /// Shows what `sampler` does.
    #[must_use]
    pub const fn of(sampler: &'static Sampler) -> Self {
        Self(Live::new(sampler))
    }
}

impl Instrument for SamplingRatio {
    const KIND: Kind = Kind::Gauge;

    fn collect(&self, visit: &mut dyn Visit) {
        self.0.with(|it| {
            visit.series(Labels::NONE, Value::Float(1.0 / f64::from(it.one_in())));
        });
    }
}

#[cfg(test)]
mod tests;
