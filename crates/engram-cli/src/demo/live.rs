//! The metrics while the engine runs, read through the registry like any exporter would.

use std::io::{IsTerminal, stderr};
use std::time::Duration;

use engram_metrics_core::{Descriptor, ENABLED, Labels, Registry, Value, Visit};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// The bar that shows how far the index is; plain lines where there is no terminal.
pub(super) struct IndexBar(ProgressBar);

impl IndexBar {
    pub(super) fn new() -> Self {
        if !stderr().is_terminal() {
            eprintln!("index: building");
        }
        let style = ProgressStyle::with_template(
            "index: {wide_bar:.cyan/dim} {pos}/{len} vectors {elapsed}",
        );
        Self(ProgressBar::new(0).with_style(style.expect("a valid template")))
    }

    pub(super) fn show(&self, done: usize, total: usize) {
        self.0.set_length(total as u64);
        self.0.set_position(done as u64);
    }

    pub(super) fn finish(self) {
        let (vectors, seconds) = (self.0.position(), self.0.elapsed().as_secs_f64());
        self.0.finish_and_clear();
        eprintln!("index: {vectors} vectors in {seconds:.1} s");
    }
}

/// Lines that are rewritten in place on a terminal, and printed now and then elsewhere.
pub(super) struct Live {
    registry: &'static Registry,
    lines: Option<[ProgressBar; 4]>,
    before: (Duration, Reading),
}

impl Live {
    pub(super) fn new(registry: &'static Registry) -> Self {
        let lines = (ENABLED && stderr().is_terminal()).then(|| {
            let group = MultiProgress::new();
            let style = ProgressStyle::with_template("{msg}").expect("a valid template");
            std::array::from_fn(|_| group.add(ProgressBar::new_spinner().with_style(style.clone())))
        });
        Self { registry, lines, before: Default::default() }
    }

    /// How often the numbers are worth looking at.
    pub(super) fn interval(&self) -> Duration {
        Duration::from_millis(if self.lines.is_some() { 250 } else { 2_000 })
    }

    /// Reads the registry and shows what it says.
    pub(super) fn show(&mut self, elapsed: Duration) {
        let mut reading = Reading::default();
        self.registry.collect(&mut reading);
        let seconds = (elapsed - self.before.0).as_secs_f64();
        let rate = (reading.operations - self.before.1.operations) as f64 / seconds.max(1e-9);
        let text = reading.lines(elapsed, rate);
        match &self.lines {
            Some(lines) => lines.iter().zip(text).for_each(|(line, text)| line.set_message(text)),
            None if ENABLED => eprintln!("{} | {}", text[0], text[1].trim_start()),
            None => {}
        }
        self.before = (elapsed, reading);
    }

    pub(super) fn finish(self) {
        self.lines.iter().flatten().for_each(ProgressBar::finish_and_clear);
    }
}

/// The few numbers that fit on four lines.
#[derive(Default)]
struct Reading {
    metric: String,
    operations: u64,
    /// Median and 99th percentile of a search and of a recall, in seconds.
    search: [f64; 2],
    recall: [f64; 2],
    hops: [f64; 2],
    evaluations: u64,
    lures: [u64; 2],
    words: [u64; 2],
    canary: [u64; 2],
    workers: i64,
}

impl Visit for Reading {
    fn metric(&mut self, descriptor: &Descriptor) {
        descriptor.name().clone_into(&mut self.metric);
    }

    fn series(&mut self, labels: Labels<'_>, value: Value<'_>) {
        let label = labels.iter().next().map_or("", |(_, value)| value);
        match (self.metric.as_str(), value) {
            ("engram.workload.operations", Value::Unsigned(count)) => self.operations += count,
            ("engram.hnsw.distance_evaluations", Value::Unsigned(count)) => {
                self.evaluations = count;
            }
            ("engram.workload.lure.trials", Value::Unsigned(count)) => {
                self.lures[usize::from(label != "false_memory")] = count;
            }
            ("engram.workload.words", Value::Unsigned(count)) => {
                self.words[usize::from(label != "recalled")] = count;
            }
            ("engram.workload.canary.neighbours", Value::Unsigned(count)) => {
                self.canary[usize::from(label != "found")] = count;
            }
            ("engram.workload.workers", Value::Signed(count)) => self.workers = count,
            (name, Value::Histogram(snapshot)) => {
                let quantile = |q| snapshot.quantile(q).unwrap_or(0.0);
                let both = [quantile(0.5), quantile(0.99)];
                match name {
                    "engram.workload.search.duration" => self.search = both,
                    "engram.hnsw.hops" if label == "base" => self.hops = both,
                    "engram.workload.recall.duration" => self.recall = both,
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

impl Reading {
    fn lines(&self, elapsed: Duration, rate: f64) -> [String; 4] {
        let micros = |seconds: f64| seconds * 1e6;
        let share = |[part, rest]: [u64; 2]| part as f64 / (part + rest).max(1) as f64;
        [
            format!(
                "{:>5.1} s  {} operations  {rate:.0}/s  {} workers",
                elapsed.as_secs_f64(),
                self.operations,
                self.workers
            ),
            format!(
                "  search  p50 {:.1} us  p99 {:.1} us  hops p50 {} p99 {}  recall@10 {:.3}",
                micros(self.search[0]),
                micros(self.search[1]),
                self.hops[0],
                self.hops[1],
                share(self.canary)
            ),
            format!(
                "  recall  p50 {:.1} us  p99 {:.1} us  words {:.3}  lures {:.3}",
                micros(self.recall[0]),
                micros(self.recall[1]),
                share(self.words),
                share(self.lures)
            ),
            format!("  index   {} distance evaluations", self.evaluations),
        ]
    }
}
