//! Recording does not allocate after a thread's first record, nor does a scrape.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::{Duration, SystemTime};

use engram_metrics_core::{
    Counter, Descriptor, DynamicFamily, ExemplarHistogram, ExplicitHistogram, Family, Gauge,
    Histogram, Labels, LogLinearHistogram, Registry, SampledHistogram, Sampler, SpanId, StateSet,
    TraceId, Unit, UpDownCounter, Value, Visit, label_enum, metric_set,
};

/// Counts what the current thread asks for.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

fn count() {
    ALLOCATIONS.with(|allocations| allocations.set(allocations.get() + 1));
}

// SAFETY: passes everything on to the system's allocator and only counts.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's contract is that of `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as above.
        unsafe { System.realloc(old, layout, size) }
    }

    unsafe fn dealloc(&self, old: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(old, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often `work` allocates in this thread.
fn allocations(work: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.with(Cell::get);
    work();
    ALLOCATIONS.with(Cell::get) - before
}

label_enum! { enum Outcome as "outcome" { Hit = "hit", Miss = "miss" } }

metric_set! {
    /// One of each.
    struct Everything {
        /// A counter.
        counter: Counter = "test.counter", Unit::Count("{one}");
        /// An up-down counter.
        up_down: UpDownCounter = "test.up_down", Unit::Count("{one}");
        /// A gauge.
        gauge: Gauge = "test.gauge", Unit::Ratio;
        /// A state.
        state: StateSet<Outcome> = "test.state", Unit::Count("1");
        /// A histogram.
        histogram: Histogram = "test.histogram", Unit::Seconds;
        /// With traces.
        exemplars: ExemplarHistogram = "test.exemplars", Unit::Seconds;
        /// Equal parts.
        log_linear: LogLinearHistogram = "test.log_linear", Unit::Bytes;
        /// One in four.
        sampled: SampledHistogram = "test.sampled", Unit::Seconds,
            SampledHistogram::seconds(&SAMPLING);
        /// Bounds.
        explicit: ExplicitHistogram = "test.explicit", Unit::Seconds,
            ExplicitHistogram::new(Unit::Seconds, &[0.1, 1.0]);
        /// Counters.
        counters: Family<Outcome, Counter> = "test.counters", Unit::Count("{one}");
        /// Histograms.
        histograms: Family<Outcome, Histogram> = "test.histograms", Unit::Seconds;
        /// Counters with string labels.
        dynamic: DynamicFamily<2, Counter> = "test.dynamic", Unit::Count("{one}"),
            DynamicFamily::new(["a", "b"]);
    }
}

static SAMPLING: Sampler = Sampler::keeping_one_in(4);
static ALL: Everything = Everything::new();

/// One record of every kind.
fn record(n: u64) {
    ALL.dynamic.at(["x", "z"]).increment();
    ALL.dynamic.at_static(["x", "y"]).increment();
    ALL.counter.increment();
    ALL.counter.add_from_interrupt(n);
    ALL.up_down.add(-1);
    ALL.gauge.set(n as f64);
    ALL.state.set(Outcome::Miss);
    ALL.gauge.add(1.0);
    ALL.histogram.record(n);
    ALL.histogram.record_f64(n as f64);
    ALL.histogram.record_f64(f64::NAN);
    ALL.histogram.record_duration(Duration::from_nanos(n));
    ALL.histogram.time(|| ());
    ALL.histogram.record_weighted(n, 2);
    ALL.exemplars.record_with_exemplar(n, TraceId(1), SpanId(1));
    ALL.sampled.record(n);
    ALL.log_linear.record(n);
    ALL.sampled.time(|| ());
    ALL.explicit.record(n);
    ALL.explicit.record_f64(-1.0);
    ALL.counters.at(Outcome::Hit).increment();
    ALL.histograms.at(Outcome::Miss).record(n);
    ALL.histograms.at(Outcome::Miss).start().stop();
}

#[test]
fn the_counter_of_allocations_counts() {
    let made = allocations(|| {
        let mut list: Vec<u64> = std::hint::black_box(Vec::with_capacity(1));
        list.resize(100, 0);
        drop(std::hint::black_box(list));
        drop(std::hint::black_box(vec![0_u8; 10]));
    });
    assert_eq!(made, 3);
    assert_eq!(allocations(|| ()), 0);
}

#[test]
fn recording_allocates_nothing_after_the_first_record_of_a_thread() {
    for _ in 0..3 {
        let work = || {
            record(1);
            allocations(|| (0..10_000).for_each(record))
        };
        assert_eq!(std::thread::spawn(work).join().expect("recording does not panic"), 0);
    }
}

/// The cells come from the system, so that an instrumented allocator can use them. Only the labels of a
/// series that nobody recorded into before do not.
#[test]
fn even_the_first_record_does_not_use_the_global_allocator() {
    record(1);
    let work = || allocations(|| record(1));
    assert_eq!(std::thread::spawn(work).join().expect("recording does not panic"), 0);
}

#[test]
fn a_scrape_allocates_nothing() {
    #[derive(Default)]
    struct Sum(u64);
    impl Visit for Sum {
        fn metric(&mut self, descriptor: &Descriptor) {
            self.0 += descriptor.name().len() as u64;
        }
        fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
            self.0 +=
                labels.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() as u64;
            if let Value::Histogram(snapshot) = value {
                snapshot.cumulative(|_, count| self.0 += count);
                self.0 += snapshot.quantile(0.99).unwrap_or_default() as u64;
                let mut both = snapshot.clone().downscaled(1);
                both.merge(snapshot).expect("the same histogram");
                self.0 += both.since(snapshot).expect("the same histogram").count();
                ALL.exemplars.exemplars(SystemTime::UNIX_EPOCH, &mut |it| self.0 += it.ticks);
            }
        }
    }
    let registry = Registry::new();
    registry.register_with(&[("instance", "one")], &ALL).expect("registered once");
    record(1);
    let mut sum = Sum::default();
    registry.collect(&mut sum);
    assert_eq!(allocations(|| (0..100).for_each(|_| registry.collect(&mut sum))), 0);
}
