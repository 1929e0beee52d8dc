//! Where everything meets: sources are collected, exporters visit.

use std::time::SystemTime;

use crate::control::Control;
use crate::descriptor::Descriptor;
use crate::histogram::{Exemplar, Snapshot};
use crate::label::Labels;
use crate::rows::Rows;

/// A source of metrics: a [`metric_set!`](crate::metric_set!), or something that reads the machine.
///
/// Metrics are numbered from 0 without a gap, so that a registry can gather the series of one metric
/// from several instances, and an exporter that wants two metrics does not pay for a thousand.
///
/// ```
/// use engram_metrics_core::{Collect, Descriptor, Kind, Labels, Unit, Value, Visit};
///
/// static UPTIME: Descriptor =
///     Descriptor::fixed("process.uptime", "Time since start.", Unit::Seconds, Kind::Gauge);
///
/// struct Uptime(std::time::Instant);
///
/// impl Collect for Uptime {
///     fn descriptor(&self, index: usize) -> Option<&Descriptor> {
///         (index == 0).then_some(&UPTIME)
///     }
///
///     fn collect(&self, _: usize, visit: &mut dyn Visit) {
///         visit.series(Labels::NONE, Value::Float(self.0.elapsed().as_secs_f64()));
///     }
/// }
/// ```
pub trait Collect: Send + Sync {
    /// What the metric at `index` is; `None` behind the last one.
    fn descriptor(&self, index: usize) -> Option<&Descriptor>;

    /// Hands each series of the metric at `index` to [`Visit::series`], in an order that stays the same.
    fn collect(&self, index: usize, visit: &mut dyn Visit);

    /// What else can be done to the metric at `index`; `None` where there is nothing.
    fn control(&self, index: usize) -> Option<&dyn Control> {
        let _ = index;
        None
    }
}

/// An exporter: is shown one metric after the other, each followed by its series.
pub trait Visit {
    /// The series that follow belong to this metric.
    fn metric(&mut self, descriptor: &Descriptor);

    /// One series of the current metric.
    fn series(&mut self, labels: Labels<'_>, value: Value<'_>);

    /// Many series of the current metric that are numbers, from a source that keeps them side by side.
    ///
    /// Left alone, it shows them one after the other; an exporter may be faster with all of them at once, see
    /// [`Rows`].
    fn rows(&mut self, rows: &Rows<'_>) {
        rows.each(|labels, value| self.series(labels, value));
    }

    /// Where the exemplars of the series that comes next can be had; called for those that keep some.
    ///
    /// They are handed over by reference because finding them costs more than the series itself: an
    /// exporter whose format has no exemplars pays nothing for them.
    fn exemplify(&mut self, source: &dyn Exemplify) {
        let _ = source;
    }
}

/// A series that keeps some of its values together with the trace they came from.
pub trait Exemplify {
    /// Hands the exemplars to `emit`, in ascending order of their values. `now` dates them.
    fn exemplars(&self, now: SystemTime, emit: &mut dyn FnMut(&Exemplar));
}

/// The value of a series; which one follows from the [`Kind`](crate::Kind) of its metric.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Of a counter.
    Unsigned(u64),
    /// Of an up-down counter; 1 or 0 of a state.
    Signed(i64),
    /// Of a gauge; of a counter that another library counts in fractions.
    Float(f64),
    /// Of a histogram.
    Histogram(&'a Snapshot),
}
