//! The three instruments of the facade, each made of one of ours.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;
use std::thread::LocalKey;

use engram_metrics_core::{Counter, Gauge, Histogram, Instrument, Kind, Layout, Unit, Value};

use super::cache::Cache;
use super::catalogue::Catalogue;
use super::name::Scale;
use super::series::Series;
use super::store::Store;
use crate::sync::{AtomicBool, AtomicU64, Ordering};

/// How the instruments of a metric are made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) scale: Scale,
    /// For histograms; the one that suits the unit when it is not given.
    pub(super) layout: Option<Layout>,
}

/// One of the three.
pub(super) trait Recorded: fmt::Debug + Send + Sync + Sized + 'static {
    const KIND: Kind;
    /// The metric for everything beyond the limit of metrics.
    const BEYOND: &'static str;
    /// What the facade gives to those who record.
    type Handle: Clone;

    fn make(shape: Shape) -> Self;

    /// Hands the value to `emit`.
    fn emit(&self, emit: &mut dyn FnMut(Value<'_>));

    /// Ignores records, or takes them again.
    fn switch(&self, on: bool);

    fn handle(series: Arc<Series<Self>>) -> Self::Handle;

    /// A handle that does nothing.
    fn idle() -> Self::Handle;

    /// What this thread remembers.
    fn cache() -> &'static LocalKey<RefCell<Cache<Self::Handle>>>;

    /// Where the metrics of this kind are.
    fn catalogue(store: &Store) -> &Catalogue<Self>;
}

/// What a trait of instruments says the same way for each of them.
macro_rules! recorded {
    ($kind:ident, $beyond:literal, $catalogue:ident) => {
        const KIND: Kind = Kind::$kind;
        const BEYOND: &'static str = $beyond;
        type Handle = metrics::$kind;

        fn handle(series: Arc<Series<Self>>) -> metrics::$kind {
            metrics::$kind::from_arc(Arc::new(Held(series)))
        }

        fn idle() -> metrics::$kind {
            metrics::$kind::noop()
        }

        fn cache() -> &'static LocalKey<RefCell<Cache<metrics::$kind>>> {
            thread_local! {
                static CACHE: RefCell<Cache<metrics::$kind>> = const { RefCell::new(Cache::new()) };
            }
            &CACHE
        }

        fn catalogue(store: &Store) -> &Catalogue<Self> {
            &store.$catalogue
        }
    };
}

/// What a handle points to: one for each thread and series, because the facade counts references to it in
/// every call, and threads that share a count wait for each other.
struct Held<I>(Arc<Series<I>>);

impl<I> Held<I> {
    #[inline]
    fn record(&self, record: impl FnOnce(&I)) {
        self.0.record(record);
    }
}

/// A counter that can be raised to a number as well.
#[derive(Debug)]
pub(super) struct Count {
    added: Counter,
    /// What was missing whenever the counter was raised. Only grows.
    raised: AtomicU64,
    is_off: AtomicBool,
    times: u64,
}

impl Count {
    fn value(&self) -> u64 {
        // Relaxed: both parts only grow, so a later read of the sum is never less.
        self.added.value().wrapping_add(self.raised.load(Ordering::Relaxed))
    }

    /// Makes the value at least `to`, as if that were one step between those of other threads: when another
    /// thread raises it meanwhile, the missing part is computed anew.
    fn raise(&self, to: u64) {
        // Relaxed: takes effect when it is seen.
        if self.is_off.load(Ordering::Relaxed) {
            return;
        }
        let missing = |raised: u64| {
            let value = self.added.value().wrapping_add(raised);
            to.checked_sub(value).filter(|missing| *missing > 0).map(|missing| raised + missing)
        };
        // Relaxed, both: the number stands for itself.
        let _ = self.raised.fetch_update(Ordering::Relaxed, Ordering::Relaxed, missing);
    }
}

impl Recorded for Count {
    recorded!(Counter, "facade.overflow.counter", counters);

    fn make(shape: Shape) -> Self {
        // A counter has no unit whose factor is not a whole number.
        let times = shape.scale.times as u64;
        let (raised, is_off) = (AtomicU64::new(0), AtomicBool::new(false));
        Self { added: Counter::new(), raised, is_off, times }
    }

    fn emit(&self, emit: &mut dyn FnMut(Value<'_>)) {
        emit(Value::Unsigned(self.value()));
    }

    fn switch(&self, on: bool) {
        self.added.control().into_iter().for_each(|control| control.switch(on));
        // Relaxed: as in `raise`.
        self.is_off.store(!on, Ordering::Relaxed);
    }
}

impl metrics::CounterFn for Held<Count> {
    #[inline]
    fn increment(&self, value: u64) {
        self.record(|count| count.added.add(value.wrapping_mul(count.times)));
    }

    fn absolute(&self, value: u64) {
        self.record(|count| count.raise(value.wrapping_mul(count.times)));
    }
}

/// A gauge.
#[derive(Debug)]
pub(super) struct Level {
    gauge: Gauge,
    is_off: AtomicBool,
    scale: Scale,
}

impl Level {
    fn base(&self, value: f64) -> f64 {
        value * self.scale.times / self.scale.per
    }

    fn unless_off(&self, act: impl FnOnce(&Gauge)) {
        // Relaxed: takes effect when it is seen.
        if !self.is_off.load(Ordering::Relaxed) {
            act(&self.gauge);
        }
    }
}

impl Recorded for Level {
    recorded!(Gauge, "facade.overflow.gauge", gauges);

    fn make(shape: Shape) -> Self {
        Self { gauge: Gauge::new(), is_off: AtomicBool::new(false), scale: shape.scale }
    }

    fn emit(&self, emit: &mut dyn FnMut(Value<'_>)) {
        emit(Value::Float(self.gauge.value()));
    }

    fn switch(&self, on: bool) {
        // Relaxed: as in `unless_off`.
        self.is_off.store(!on, Ordering::Relaxed);
    }
}

impl metrics::GaugeFn for Held<Level> {
    fn increment(&self, value: f64) {
        self.record(|level| level.unless_off(|gauge| gauge.add(level.base(value))));
    }

    fn decrement(&self, value: f64) {
        self.increment(-value);
    }

    #[inline]
    fn set(&self, value: f64) {
        self.record(|level| level.unless_off(|gauge| gauge.set(level.base(value))));
    }
}

/// A histogram.
#[derive(Debug)]
pub(super) struct Spread {
    histogram: Histogram,
    times: f64,
}

impl Recorded for Spread {
    recorded!(Histogram, "facade.overflow.histogram", histograms);

    fn make(shape: Shape) -> Self {
        let Shape { scale, layout } = shape;
        let layout = layout.unwrap_or_else(|| layout_of(scale.unit));
        Self { histogram: Histogram::with_layout(layout), times: scale.times / scale.per }
    }

    fn emit(&self, emit: &mut dyn FnMut(Value<'_>)) {
        emit(Value::Histogram(&self.histogram.snapshot()));
    }

    fn switch(&self, on: bool) {
        self.histogram.control().into_iter().for_each(|control| control.switch(on));
    }
}

impl metrics::HistogramFn for Held<Spread> {
    #[inline]
    fn record(&self, value: f64) {
        self.record(|spread| spread.histogram.record_f64(value * spread.times));
    }

    fn record_many(&self, value: f64, mut count: usize) {
        self.record(|spread| {
            while count > 0 {
                let weight = u32::try_from(count).unwrap_or(u32::MAX);
                spread.histogram.record_f64_weighted(value * spread.times, weight);
                count -= weight as usize;
            }
        });
    }
}

/// What a histogram whose unit nobody told can hold: 10^-6 to 4 * 10^9, 19 % wide, 1.7 KiB a thread.
const ANYTHING: Layout = Layout::new(2, 0, 52, 20);

const fn layout_of(unit: Unit) -> Layout {
    match unit {
        Unit::Seconds => Layout::SECONDS,
        Unit::Bytes => Layout::BYTES,
        Unit::Ratio => Layout::RATIO,
        Unit::Count(_) => ANYTHING,
    }
}
