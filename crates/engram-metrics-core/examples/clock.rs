//! What a timed scope costs with `Instant` and with the crate's clock, in one run.
//!
//! `cargo run --release -p engram-metrics-core --example clock` prints the median of many short chunks,
//! taken in turn, so that a change in the machine's speed meets all of them.

use std::io::Write;
use std::time::{Duration, Instant};

use engram_metrics_core::{Histogram, Moment, SampledHistogram, Sampler};

static TIMES: Histogram = Histogram::seconds();
static SAMPLING: Sampler = Sampler::keeping_one_in(16);
static SAMPLED: SampledHistogram = SampledHistogram::seconds(&SAMPLING);

const CHUNK: u32 = 20_000;
const ROUNDS: usize = 200;

fn with_instant() {
    let started = Instant::now();
    TIMES.record_duration(std::hint::black_box(started).elapsed());
}

fn with_clock() {
    std::hint::black_box(TIMES.start()).stop();
}

fn one_in_16() {
    drop(std::hint::black_box(SAMPLED.start()));
}

fn record_only() {
    TIMES.record(std::hint::black_box(1 << 20));
}

fn nanoseconds(act: fn()) -> f64 {
    let started = Instant::now();
    (0..CHUNK).for_each(|_| act());
    started.elapsed().as_secs_f64() * 1e9 / f64::from(CHUNK)
}

fn main() -> std::io::Result<()> {
    // Until the clock has measured its rate it is an `Instant` itself.
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(50) {
        std::hint::black_box(Moment::now());
    }
    let contenders: [(&str, fn()); 4] = [
        ("Instant", with_instant),
        ("clock", with_clock),
        ("clock, 1 in 16", one_in_16),
        ("record alone", record_only),
    ];
    let mut samples = [const { Vec::new() }; 4];
    for _ in 0..ROUNDS {
        for ((_, act), samples) in contenders.iter().zip(&mut samples) {
            samples.push(nanoseconds(*act));
        }
    }
    let medians = samples.map(|mut samples| {
        samples.sort_unstable_by(f64::total_cmp);
        samples[samples.len() / 2]
    });
    let mut out = std::io::stdout();
    for ((name, _), median) in contenders.iter().zip(medians) {
        writeln!(out, "{name:>14} {median:6.2} ns  {:5.2} of Instant", median / medians[0])?;
    }
    Ok(())
}
