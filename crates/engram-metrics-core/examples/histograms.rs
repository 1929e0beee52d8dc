//! What a record costs in each kind of histogram, in one run.
//!
//! `cargo run --release -p engram-metrics-core --example histograms` prints the median of many short
//! chunks of values of all magnitudes, taken in turn, so that a change in the machine's speed meets all.

use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

use engram_metrics_core::{
    ExemplarHistogram, ExplicitHistogram, Histogram, LogLinearHistogram, SampledHistogram, Sampler,
    SpanId, TraceId, Unit,
};

static DEFAULT: Histogram = Histogram::seconds();
static LOG_LINEAR: LogLinearHistogram = LogLinearHistogram::for_unit(Unit::Seconds);
static EXPLICIT: ExplicitHistogram =
    ExplicitHistogram::new(Unit::Seconds, &[0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0]);
static EXEMPLARS: ExemplarHistogram = ExemplarHistogram::seconds();
static SAMPLING: Sampler = Sampler::keeping_one_in(16);
static SAMPLED: SampledHistogram = SampledHistogram::seconds(&SAMPLING);

const CHUNK: u32 = 20_000;
const ROUNDS: usize = 300;

/// Nanoseconds per call of `record`, which is inlined into the loop.
#[inline(never)]
fn nanoseconds(record: impl Fn(u64)) -> f64 {
    let started = Instant::now();
    for n in 0..CHUNK {
        record(u64::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 34);
        // Stores of one record are not merged with those of the next.
        black_box(&DEFAULT);
    }
    started.elapsed().as_secs_f64() * 1e9 / f64::from(CHUNK)
}

/// One chunk of each kind.
fn round() -> [(&'static str, f64); 7] {
    let (trace, span) = black_box((TraceId(7), SpanId(7)));
    [
        ("default", nanoseconds(|ticks| DEFAULT.record(ticks))),
        ("weighted", nanoseconds(|ticks| DEFAULT.record_weighted(ticks, black_box(3)))),
        ("log-linear", nanoseconds(|ticks| LOG_LINEAR.record(ticks))),
        ("explicit, 8 bounds", nanoseconds(|ticks| EXPLICIT.record(ticks))),
        ("sampled, 1 in 16", nanoseconds(|ticks| SAMPLED.record(ticks))),
        ("without exemplar", nanoseconds(|ticks| EXEMPLARS.record(ticks))),
        ("with exemplar", nanoseconds(|ticks| EXEMPLARS.record_with_exemplar(ticks, trace, span))),
    ]
}

fn main() -> std::io::Result<()> {
    let rounds: Vec<_> = (0..ROUNDS).map(|_| round()).collect();
    let median = |kind: usize| {
        let mut samples: Vec<f64> = rounds.iter().map(|round| round[kind].1).collect();
        samples.sort_unstable_by(f64::total_cmp);
        samples[samples.len() / 2]
    };
    let mut out = std::io::stdout();
    for (kind, (name, _)) in rounds[0].iter().enumerate() {
        let ns = median(kind);
        writeln!(out, "{name:>18} {ns:6.2} ns  {:5.2} of the default", ns / median(0))?;
    }
    Ok(())
}
