//! What is counted and timed.

use std::arch::asm;
use std::hint::black_box;

use engram_metrics_core::{
    Control, Counter, DynamicFamily, ExplicitHistogram, Family, Gauge, Histogram,
    LogLinearHistogram, Unit, UpDownCounter, label_enum,
};

/// One operation, and a loop that does it a number of times.
pub(crate) struct Operation {
    /// As on the command line and in `benches/budget.toml`.
    pub(crate) name: &'static str,
    /// Does it so many times.
    pub(crate) run: fn(u64),
}

label_enum! { enum Side as "side" { Left = "left", Right = "right" } }

static COUNTER: Counter = Counter::new();
static COUNTERS: [Counter; 16] = [const { Counter::new() }; 16];
static SWITCHED_OFF: Counter = Counter::new();
static UP_DOWN: UpDownCounter = UpDownCounter::new();
static GAUGE: Gauge = Gauge::new();
static FAMILY: Family<Side, Counter> = Family::<Side, Counter>::new();
static DYNAMIC: DynamicFamily<2, Counter> = DynamicFamily::<2, Counter>::new(["method", "path"]);
static HISTOGRAM: Histogram = Histogram::seconds();
static LOG_LINEAR: LogLinearHistogram = LogLinearHistogram::for_unit(Unit::Seconds);
static EXPLICIT: ExplicitHistogram =
    ExplicitHistogram::new(Unit::Seconds, &[0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5]);

pub(crate) const LABELS: [&str; 2] = ["GET", "/words/sleep"];

/// What is recorded: a millisecond and a bit in ticks of 2^-30 s, and the same in seconds.
pub(crate) const TICKS: u64 = 1_234_567;
pub(crate) const SECONDS: f64 = 0.001_15;

/// All of them; the first is the empty loop, whose cost the others have in common.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation { name: "nothing", run: |times| repeat(times, 1, |_| ()) },
    Operation { name: "counter_increment", run: |times| repeat(times, 1, |_| COUNTER.increment()) },
    Operation {
        name: "counters_16_increment",
        run: |times| repeat(times, 1, |_| COUNTERS.iter().for_each(Counter::increment)),
    },
    Operation {
        name: "counter_off_increment",
        run: |times| {
            SWITCHED_OFF.switch(false);
            repeat(times, 1, |_| SWITCHED_OFF.increment());
        },
    },
    Operation {
        name: "updown_add",
        run: |times| repeat(times, 1, |n| UP_DOWN.add(n.cast_signed())),
    },
    Operation {
        name: "gauge_set",
        run: |times| repeat(times, SECONDS.to_bits(), |bits| GAUGE.set(f64::from_bits(bits))),
    },
    Operation {
        name: "family_increment",
        run: |times| repeat(times, 1, |n| FAMILY.at(side(n)).increment()),
    },
    Operation {
        name: "dynamic_handle_increment",
        run: |times| {
            let handle = DYNAMIC.handle(LABELS);
            repeat(times, 1, |_| handle.increment());
        },
    },
    Operation {
        name: "dynamic_at_static_increment",
        run: |times| repeat(times, 1, |_| DYNAMIC.at_static(LABELS).increment()),
    },
    Operation {
        name: "dynamic_at_increment",
        run: |times| {
            let labels = black_box(LABELS);
            repeat(times, 1, |_| DYNAMIC.at(labels).increment());
        },
    },
    Operation {
        name: "histogram_record",
        run: |times| repeat(times, TICKS, |ticks| HISTOGRAM.record(ticks)),
    },
    Operation {
        name: "histogram_record_f64",
        run: |times| {
            repeat(times, SECONDS.to_bits(), |bits| HISTOGRAM.record_f64(f64::from_bits(bits)));
        },
    },
    Operation {
        name: "log_linear_record",
        run: |times| repeat(times, TICKS, |ticks| LOG_LINEAR.record(ticks)),
    },
    Operation {
        name: "explicit_record",
        run: |times| repeat(times, TICKS, |ticks| EXPLICIT.record(ticks)),
    },
];

/// Lets the compiler believe that the values are read: else it leaves out stores.
pub(crate) fn read_all() {
    black_box((&COUNTER, &COUNTERS, &SWITCHED_OFF, &UP_DOWN, &GAUGE, &FAMILY, &DYNAMIC));
    black_box((&HISTOGRAM, &LOG_LINEAR, &EXPLICIT));
}

fn side(number: u64) -> Side {
    if number == 0 { Side::Left } else { Side::Right }
}

/// Does something a number of times, with a value that the compiler does not know.
///
/// The loop begins on a cache line. Elsewhere, a change anywhere in the program would move it: the same
/// instructions then take up to an eighth more or less time.
#[inline(always)]
pub(crate) fn repeat(times: u64, value: u64, mut act: impl FnMut(u64)) {
    // SAFETY: nothing but the alignment of what follows, by instructions that do nothing.
    unsafe { asm!(".p2align 6", options(nomem, nostack, preserves_flags)) };
    for _ in 0..times {
        act(opaque(value));
    }
}

/// The same value, in a register.
///
/// As far as the compiler knows, the empty assembly may change the value and all memory: it can neither
/// merge two operations nor keep what one found in a register for the next.
#[inline(always)]
pub(crate) fn opaque(mut value: u64) -> u64 {
    // SAFETY: no instruction at all.
    unsafe { asm!("/* {} */", inout(reg) value, options(nostack, preserves_flags)) };
    value
}
