//! What can be recorded into a series that is looked up by its labels.
//!
//! Look-up and record are one call, so that none of the user's code can run between the two: that is what
//! lets a thread use what it remembers without counting references.

use std::time::Duration;

use super::key::Key;
use super::{DynamicFamily, Handle, Replicate};
use crate::counter::{Counter, UpDownCounter};
use crate::gauge::Gauge;
use crate::histogram::{
    ExemplarHistogram, ExplicitHistogram, Histogram, Snapshot, SpanId, TraceId,
};

/// A series of a [`DynamicFamily`], named by its labels; looked up by what is called on it.
#[derive(Debug)]
pub struct At<'a, const N: usize, M: Replicate> {
    family: &'a DynamicFamily<N, M>,
    key: Key<'a, N>,
}

impl<'a, const N: usize, M: Replicate> At<'a, N, M> {
    #[inline]
    pub(super) const fn new(family: &'a DynamicFamily<N, M>, key: Key<'a, N>) -> Self {
        Self { family, key }
    }

    /// The same series, to keep.
    pub fn handle(self) -> Handle<'a, N, M> {
        self.family.handle(*self.key.values())
    }
}

impl<const N: usize> At<'_, N, Counter> {
    /// Adds one.
    #[inline(always)]
    pub fn increment(self) {
        self.add(1);
    }

    /// Adds `n`.
    #[inline(always)]
    pub fn add(self, n: u64) {
        self.family.record(self.key, move |counter| counter.add(n));
    }

    /// The total over all threads; 0 for a series that does not exist.
    #[must_use]
    pub fn value(self) -> u64 {
        self.family.read(self.key, Counter::value)
    }
}

impl<const N: usize> At<'_, N, UpDownCounter> {
    /// Adds `n`, which may be negative.
    #[inline(always)]
    pub fn add(self, n: i64) {
        self.family.record(self.key, move |counter| counter.add(n));
    }

    /// The sum of everything added; 0 for a series that does not exist.
    #[must_use]
    pub fn value(self) -> i64 {
        self.family.read(self.key, UpDownCounter::value)
    }
}

impl<const N: usize> At<'_, N, Gauge> {
    /// Replaces the value.
    #[inline(always)]
    pub fn set(self, value: f64) {
        self.family.record(self.key, move |gauge| gauge.set(value));
    }

    /// Adds to the value.
    #[inline(always)]
    pub fn add(self, change: f64) {
        self.family.record(self.key, move |gauge| gauge.add(change));
    }

    /// The value that was set last; 0 for a series that does not exist.
    #[must_use]
    pub fn value(self) -> f64 {
        self.family.read(self.key, Gauge::value)
    }
}

impl<const N: usize> At<'_, N, Histogram> {
    /// Records a number of ticks.
    #[inline(always)]
    pub fn record(self, ticks: u64) {
        self.family.record(self.key, move |histogram| histogram.record(ticks));
    }

    /// Records a number of base units; see [`Histogram::record_f64`].
    #[inline(always)]
    pub fn record_f64(self, value: f64) {
        self.family.record(self.key, move |histogram| histogram.record_f64(value));
    }

    /// Records a duration; for histograms whose unit is the second.
    #[inline(always)]
    pub fn record_duration(self, duration: Duration) {
        self.family.record(self.key, move |histogram| histogram.record_duration(duration));
    }

    /// Everything recorded up to now; nothing for a series that does not exist.
    #[must_use]
    pub fn snapshot(self) -> Snapshot {
        self.family.read(self.key, Histogram::snapshot)
    }
}

impl<const N: usize> At<'_, N, ExemplarHistogram> {
    /// Records a number of ticks, without an exemplar.
    #[inline(always)]
    pub fn record(self, ticks: u64) {
        self.family.record(self.key, move |histogram| histogram.record(ticks));
    }

    /// Records a number of ticks and keeps it; see [`ExemplarHistogram::record_with_exemplar`].
    #[inline(always)]
    pub fn record_with_exemplar(self, ticks: u64, trace_id: TraceId, span_id: SpanId) {
        self.family.record(self.key, move |histogram| {
            histogram.record_with_exemplar(ticks, trace_id, span_id);
        });
    }

    /// Everything recorded up to now; nothing for a series that does not exist.
    #[must_use]
    pub fn snapshot(self) -> Snapshot {
        self.family.read(self.key, |histogram| histogram.snapshot())
    }
}

impl<const N: usize> At<'_, N, ExplicitHistogram> {
    /// Records a number of base units; see [`ExplicitHistogram::record_f64`].
    #[inline(always)]
    pub fn record_f64(self, value: f64) {
        self.family.record(self.key, move |histogram| histogram.record_f64(value));
    }

    /// Everything recorded up to now; nothing for a series that does not exist.
    #[must_use]
    pub fn snapshot(self) -> Snapshot {
        self.family.read(self.key, ExplicitHistogram::snapshot)
    }
}
